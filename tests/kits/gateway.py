"""A real HTTP server that answers as an SMS gateway and as the group robots do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "SEC-test-of-a-robot"


@dataclass
class Gateway:
    """`/sms` takes messages with the token; `/robot/send` checks a 钉钉 signature; `/cgi-bin/webhook/send` a key."""

    port: int = 0
    token: str = ""
    answer: dict[str, Any] = field(default_factory=lambda: {"code": 0, "id": "S1"})
    now_s: float | None = None
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        """An address of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def respond(self, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What it answers, and keeps what it takes."""
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/sms":
            if self.token and headers["Authorization"] != f"Bearer {self.token}":
                return 401, {"code": 1}
            found = self.answer
        elif parts.path == "/robot/send":
            found = self._check_dingtalk(query)
        else:
            found = {"errcode": 0, "errmsg": "ok"} if query.get("key") == "k1" else {"errcode": 93000, "errmsg": "key"}
        if found.get("errcode", found.get("code")) == 0:
            self.taken.append((parts.path, body))
        return 200, found

    def _check_dingtalk(self, query: dict[str, str]) -> dict[str, Any]:
        stamp = query.get("timestamp", "0")
        wanted = hmac.new(KEY.encode(), f"{stamp}\n{KEY}".encode(), hashlib.sha256).digest()
        now = self.now_s if self.now_s is not None else time.time()
        fresh = abs(now - int(stamp) / 1000) < 3600
        if not fresh or query.get("sign") != base64.b64encode(wanted).decode():
            return {"errcode": 310000, "errmsg": "sign not match"}
        return {"errcode": 0, "errmsg": "ok"}


@contextmanager
def serve_gateway(**settings: Any) -> Iterator[Gateway]:
    """The server on a free port of this machine."""
    found = Gateway(**settings)

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = found.respond(self.path, self.headers, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
