from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.kits.world import build_world

import yunqi.store.database
from yunqi.kernel.errors import Problem
from yunqi.probes.base import Target
from yunqi.probes.runner import Runner, slot_of
from yunqi.probes.targets import load_targets, save_targets
from yunqi.store.database import Database, open_database
from yunqi.store.tables import probe_result


def _start(database: Database, targets: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "yunqi.probes.runner", "--targets", str(targets), "--interval-s", "0.5", *more]
    environment = {**os.environ, "YUNQI_DATABASE_URL": database.url}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def _read(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(probe_result).order_by(probe_result.c.at, probe_result.c.object)).all()
        assert all(row.until_at - row.at == timedelta(seconds=0.5) for row in rows)
        assert all(row.at == slot_of(row.at, 0.5) for row in rows)
    return [(row.object, row.verdict) for row in rows]


def test_it_writes_what_it_saw(database: Database, tmp_path: Path) -> None:
    contract = build_world(database).contract
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as free:
            closed = free.getsockname()[1]
        targets = tmp_path / "targets.json"
        save_targets(
            targets,
            [
                Target("a", contract, "tcp", f"127.0.0.1:{port}"),
                Target("b", contract, "tcp", f"127.0.0.1:{closed}"),
                Target("c", contract, "tcp", f"127.0.0.1:{port}", "/run/netns/not-there"),
            ],
        )
        runner = _start(database, targets, "--rounds", "2")
        assert runner.wait(30) == 0, runner.stderr
    assert _read(database) == [("a", "up"), ("b", "down"), ("c", "unknown")] * 2


def test_it_ends_on_sigterm_reads_new_targets_and_outlives_a_bad_list(
    sqlite_database: Database, tmp_path: Path
) -> None:
    contract = build_world(sqlite_database).contract
    targets = tmp_path / "targets.json"
    targets.write_text("no list")
    runner = _start(sqlite_database, targets)
    assert runner.stderr is not None
    assert "探测目标文件" in runner.stderr.readline()
    save_targets(targets, [Target("a", contract, "tcp", "127.0.0.1:9")])
    _wait_for(lambda: len(_read(sqlite_database)) >= 1)
    save_targets(targets, [Target("b", contract, "tcp", "127.0.0.1:9")])
    _wait_for(lambda: ("b", "down") in _read(sqlite_database))
    runner.send_signal(signal.SIGTERM)
    assert runner.wait(30) == 0
    runner.stderr.close()


def _wait_for(condition) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_results_wait_for_a_locked_database(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen while another process held the lock is written afterwards, with the time it was seen at."""
    contract = build_world(sqlite_database).contract
    monkeypatch.setattr(yunqi.store.database, "BUSY_TIMEOUT_S", 0.2)
    impatient = open_database(sqlite_database.url)
    said: list[str] = []
    targets = (Target("a", contract, "tcp", "127.0.0.1:9"),)
    runner = Runner(impatient, lambda: targets, 0.5, said.append)
    stop = threading.Event()
    with sqlite_database.write():
        runner.run(stop, rounds=1)
        held_until = datetime.now(UTC)
    assert "数据库正忙" in said[0]
    assert _read(sqlite_database) == []
    runner.write_waiting()
    impatient.close()
    with sqlite_database.read() as connection:
        row = connection.execute(select(probe_result)).one()
    assert row.at < held_until <= row.recorded_at


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "yunqi.probes.runner", "--database", "nonsense", "--targets", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "数据库地址" in done.stderr


def test_the_list_is_written_whole_and_only_when_it_differs(tmp_path: Path) -> None:
    planned = (
        Target("srv-1", "con-1", "icmp", "10.0.0.2", "/run/netns/a"),
        Target("platform", "con-1", "tcp", "10.0.0.2:22"),
    )
    path = tmp_path / "deep" / "targets.json"
    assert [save_targets(path, one) for one in (planned, planned, planned[:1])] == [True, False, True]
    assert load_targets(path) == planned[:1]
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(Problem) as caught:
        load_targets(tmp_path)
    assert caught.value.code == "targets.unreadable"
