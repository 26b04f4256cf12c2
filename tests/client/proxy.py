"""A proxy that stands between client and server and spoils answers: the server did the deed, nobody hears of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Cutting:
    """Passes bytes on. While `cuts` is above 0, an answer ends its connection after `keep` of its bytes."""

    def __init__(self, server: str, *, cuts: int, keep: int = 0) -> None:
        self.cuts, self.keep = cuts, keep
        self.answers: list[bytes] = []
        self._target = urlsplit(server)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        while self._open:
            with suppress(OSError):
                near, _peer = self._listener.accept()
                threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def stop(self) -> None:
        self._open = False
        self._listener.close()

    def _pass(self, near: socket.socket) -> None:
        far = socket.create_connection((self._target.hostname or "", self._target.port or 0))
        threading.Thread(target=self._copy, args=(near, far), daemon=True).start()
        with near, far, suppress(OSError):
            while answer := far.recv(65536):
                self.answers.append(answer)
                if self.cuts > 0:
                    self.cuts -= 1
                    near.sendall(answer[: self.keep])
                    near.shutdown(socket.SHUT_RDWR)
                    return
                near.sendall(answer)

    @staticmethod
    def _copy(near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while asked := near.recv(65536):
                far.sendall(asked)


@contextmanager
def cutting(server: str, *, cuts: int, keep: int = 0) -> Iterator[Cutting]:
    """The proxy, listening."""
    proxy = Cutting(server, cuts=cuts, keep=keep)
    thread = threading.Thread(target=proxy.run, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.stop()
