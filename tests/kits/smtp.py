"""A real SMTP server upon asyncio streams: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, QUIT."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """Keeps what it takes. `refused` recipients get 550; while `busy`, every mail gets 451; `user` must sign in."""

    port: int = 0
    refused: frozenset[str] = frozenset()
    busy: bool = False
    user: tuple[str, str] | None = None
    context: ssl.SSLContext | None = None
    taken: list[tuple[str, str, EmailMessage]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        sender = to = ""
        signed_in, tls = self.user is None, False

        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 mail.test ESMTP")
        while line := (await reader.readline()).decode().strip():
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                offers = ["mail.test", *(["STARTTLS"] if self.context and not tls else []), "AUTH PLAIN", "8BITMIME"]
                for number, offer in enumerate(offers):
                    say(f"250{' ' if number == len(offers) - 1 else '-'}{offer}")
            elif word == "STARTTLS" and self.context:
                say("220 go ahead")
                await writer.drain()
                await writer.start_tls(self.context)
                tls = True
            elif word == "AUTH":
                given = tuple(base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:])
                signed_in = given == self.user
                say("235 welcome" if signed_in else "535 authentication failed")
            elif word == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                say("250 sender ok" if signed_in else "530 sign in first")
            elif word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                say("550 no such person" if to in self.refused else "250 recipient ok")
            elif word == "DATA":
                say("354 go on")
                body = b""
                while (part := await reader.readline()) != b".\r\n":
                    body += part[1:] if part.startswith(b"..") else part
                if self.busy:
                    say("451 try later")
                else:
                    mail = message_from_bytes(body, policy=policy.SMTP)
                    assert isinstance(mail, EmailMessage)
                    self.taken.append((sender, to, mail))
                    self.encrypted.append(tls)
                    say(f"250 2.0.0 Ok: queued as Q{len(self.taken):04d}")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("502 not here")
            await writer.drain()
        writer.close()


@contextmanager
def serve_mail(**settings: object) -> Iterator[MailServer]:
    """The server on a free port of this machine, in a thread of its own."""
    found = MailServer(**settings)  # type: ignore[arg-type]
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def begin() -> asyncio.Server:
        server = await asyncio.start_server(found.talk, "127.0.0.1", 0)
        found.port = server.sockets[0].getsockname()[1]
        ready.set()
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(begin())
        loop.run_forever()
        server.close()
        loop.run_until_complete(server.wait_closed())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield found
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
