"""A server that is killed while it works: the client says what is known, and finds the end of it later."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.kits.desk import People
from tests.kits.server import give_token
from tests.kits.session import SAMPLE, Session

from yunqi.client import Client
from yunqi.client.http import HttpTransport
from yunqi.kernel.clock import SystemClock
from yunqi.kernel.errors import Trouble
from yunqi.kernel.words import render_error
from yunqi.operations.installation import Installation
from yunqi.wire.base import Run

START_S = 60


@contextmanager
def server(session: Session, port: int, *parts: str) -> Iterator[subprocess.Popen[str]]:
    """A server process of some parts, killed at the end."""
    words = [word for part in parts for word in ("--only", part)]
    command = [sys.executable, "-m", "yunqi", "--home", str(session.home), "serve", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + START_S
        while time.monotonic() < until and process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_run_is_found_again_after_its_server_was_killed(signed: Session, site: Installation, people: People) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    path = signed.home / "site.toml"
    path.write_text(path.read_text("utf-8").replace("listen_port = 0\n", f"listen_port = {port}\n"), "utf-8")
    site.clock = SystemClock()  # the server lives in the time of day, and so does the token
    token = give_token(site, people.clerk.person_id or "")
    told: list[Run] = []
    with Client(HttpTransport(f"http://127.0.0.1:{port}", token, sleep=lambda _seconds: None)) as client:
        with server(signed, port, "api") as process:
            kept = client.files.upload(name=SAMPLE.name, content=SAMPLE.read_bytes())
            begun = client.contracts.import_(file=kept.id)

            def hear(run: Run) -> None:
                told.append(run)
                os.kill(process.pid, signal.SIGKILL)

            with pytest.raises(Trouble) as caught:
                begun.wait(hear)
        assert caught.value.code == "run.lost"
        said = render_error(caught.value)
        assert begun.run.id in said
        assert f"yunqi run wait {begun.run.id}" in said
        assert [run.state for run in told] == ["open"]
        with server(signed, port, "api", "runs"):
            ended = client.runs.wait(begun.run.id)
        assert ended.state == "done"
        assert ended.result["new"] is False
