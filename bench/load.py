"""A load generator of plain sockets: some clients, each sending its next request when the answer to the last is whole.

It runs in the process that measures, pinned to another core than the servers, and says how much of a core it took, so
that it shows when it, and not the server, was the limit.
"""

from __future__ import annotations

import os
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MakeRequest = Callable[[int], bytes]
"""The bytes of the request that is sent as the n-th of all."""

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """What came of a load: answers a second, and a second of the server's own time on a core (which other work on the
    machine does not lengthen); latencies in milliseconds; answers by status; the share of a core the generator took.
    """

    answers_per_s: float
    answers_per_core_s: float
    p50_ms: float
    p99_ms: float
    statuses: Mapping[int, int]
    own_share: float


@dataclass(frozen=True)
class Server:
    """A server on a loopback port, in a process of its own."""

    port: int
    pid: int

    def read_core_s(self) -> float:
        """The seconds that its threads have had a core, in ticks of `TICK_S`."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_S


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.whole = -1
        self.begun = 0.0

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.whole = -1
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> int | None:
        """The status of the answer once it is whole; raises ConnectionError when the server hangs up."""
        some = self.socket.recv(1 << 18)
        if not some:
            raise ConnectionError("the server hung up")
        self.received += some
        if self.whole < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = bytes(self.received[:end]).lower()
            at = head.find(b"content-length:")
            length = 0 if at < 0 else int(head[at + 15 :].partition(b"\r")[0])
            self.whole = end + 4 + length
        return int(self.received[9:12]) if len(self.received) >= self.whole else None


def apply_load(server: Server, make: MakeRequest, *, clients: int, seconds: float) -> Load:
    """Loads a server; the clocks run once each client has had one answer."""
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    number = 0
    connected = [_Client(server.port) for _ in range(clients)]
    with selectors.DefaultSelector() as selector:
        for client in connected:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send(make(number))
            number += 1
        warm = 0
        begun = own = core = 0.0
        until = float("inf")
        while (now := time.perf_counter()) < until or not latencies:
            for ready, _events in selector.select(1.0):
                client = ready.data
                status = client.read()
                if status is None:
                    continue
                if warm >= clients:
                    latencies.append(time.perf_counter() - client.begun)
                    statuses[status] = statuses.get(status, 0) + 1
                else:
                    warm += 1
                    if warm == clients:
                        begun, own, core = time.perf_counter(), time.process_time(), server.read_core_s()
                        until = begun + seconds
                client.send(make(number))
                number += 1
    spent = now - begun
    own_share = (time.process_time() - own) / spent
    core_s = max(server.read_core_s() - core, TICK_S)
    for client in connected:
        client.socket.close()
    latencies.sort()
    return Load(
        answers_per_s=len(latencies) / spent,
        answers_per_core_s=len(latencies) / core_s,
        p50_ms=statistics.median(latencies) * 1000,
        p99_ms=latencies[int(len(latencies) * 0.99)] * 1000,
        statuses=statuses,
        own_share=own_share,
    )


def render_get(path: str, **headers: str) -> bytes:
    """A GET request, its headers named with underscores."""
    return _render("GET", path, headers, b"")


def render_post(path: str, body: bytes, **headers: str) -> bytes:
    """A POST request with a JSON body."""
    return _render("POST", path, {"content_type": "application/json", **headers}, body)


def _render(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ask_once(server: Server, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body of one answer."""
    client = _Client(server.port)
    client.socket.settimeout(30)
    client.send(request)
    while (status := client.read()) is None:
        pass
    client.socket.close()
    head, _sep, body = bytes(client.received).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return (
        status,
        {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)},
        body,
    )
