"""The server's claim on its home: one at a time; a dead one's claim is no claim; stopped, it leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from tests.kits.session import Session

from yunqi.operations.claim import running_pid, stop_server
from yunqi.operations.settings import load_settings

START_S = 30


@pytest.fixture
def server(empty: Session) -> Iterator[subprocess.Popen[str]]:
    """A server process on an empty home with the fake engine, claimed."""
    (empty.home / "server.pid").write_text("4194304", "ascii")  # left by one that was killed; no process has it
    command = [sys.executable, "-m", "yunqi", "--home", str(empty.home), "serve", "--probe-interval", "1"]
    environment = {key: value for key, value in os.environ.items() if key != "YUNQI_DATABASE_URL"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    until = time.monotonic() + START_S
    while running_pid(load_settings(empty.home)) != child.pid and time.monotonic() < until:
        assert child.poll() is None
        time.sleep(0.05)
    yield child
    if child.poll() is None:
        child.terminate()
    child.communicate(timeout=START_S)


def test_one_server_a_home(empty: Session, server: subprocess.Popen[str]) -> None:
    settings = load_settings(empty.home)
    assert running_pid(settings) == server.pid
    said = empty.refused("server.running", "serve")
    assert str(server.pid) in said
    assert "yunqi stop" in said
    assert empty.run("stop") == "服务已停止\n"
    output, _none = server.communicate(timeout=START_S)
    assert server.returncode == 0, output
    assert "服务已启动" in output
    assert "服务已停止" in output
    assert not settings.pid_path.exists()
    assert empty.run("stop") == "没有正在运行的服务\n"


@pytest.mark.parametrize("content", ["", "x", "-1", "0", "1", "4194304", "９", "9" * 30])
def test_a_claim_that_names_no_server_is_none(empty: Session, content: str) -> None:
    settings = load_settings(empty.home)
    settings.pid_path.write_text(content, "utf-8")
    assert running_pid(settings) is None
    assert not stop_server(settings)


def test_a_process_that_only_speaks_of_yunqi_is_no_server(empty: Session) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)", "yunqi.po"]
    with subprocess.Popen(command) as other:
        try:
            settings = load_settings(empty.home)
            settings.pid_path.write_text(str(other.pid), "ascii")
            time.sleep(0.2)
            assert running_pid(settings) is None
            assert not stop_server(settings)
            assert other.poll() is None
        finally:
            other.kill()
