"""Each probe passes the kit on this machine's loopback (icmp in a namespace, in tests/live); none is left out."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.kits.probe import DEADLINE_S, ProbeKit

from yunqi.kernel.errors import Problem
from yunqi.probes.base import Target
from yunqi.probes.registry import ask, list_probes, load_probe


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class TestTcp(ProbeKit):
    probe = "tcp"

    @contextmanager
    def answering(self) -> Iterator[str]:
        with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
            yield f"127.0.0.1:{server.getsockname()[1]}"

    def refusing(self) -> str:
        return f"127.0.0.1:{_free_port()}"


class _Page(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/") or "200"))
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


class TestHttp(ProbeKit):
    probe = "http"

    @contextmanager
    def answering(self) -> Iterator[str]:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()
        server.server_close()

    def refusing(self) -> str:
        return f"http://127.0.0.1:{_free_port()}/"

    @pytest.mark.parametrize(
        ("status", "verdict"), [(204, "up"), (302, "up"), (404, "down"), (500, "down"), (503, "down")]
    )
    def test_the_status_decides(self, status: int, verdict: str) -> None:
        with self.answering() as address:
            assert ask(Target("platform", "con-1", "http", f"{address}{status}"), 5.0).verdict == verdict

    def test_a_server_that_accepts_and_is_silent_is_down(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/"
            assert ask(Target("platform", "con-1", "http", address), DEADLINE_S).verdict == "down"


def test_no_probe_is_left_out() -> None:
    tested = {kit.probe for kit in (TestTcp, TestHttp)} | {"icmp"}  # that one is in tests/live/probes
    assert tested == {one.name for one in list_probes()}


def test_an_unknown_probe_is_a_clear_problem() -> None:
    with pytest.raises(Problem) as caught:
        load_probe("../../etc/passwd")
    assert caught.value.values["known"] == "http、icmp、tcp"
