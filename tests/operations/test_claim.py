"""Many servers: one of a name in a home, however they start; a task has one doer; one key and one engine for all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.kits.session import Session, open_session

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.errors import Problem
from yunqi.operations.claim import claim_home, list_running, running_pid, stop_server
from yunqi.operations.keys import open_key
from yunqi.operations.parts import PARTS, choose_parts, require_own_engine
from yunqi.operations.settings import load_settings
from yunqi.operations.turns import Turn
from yunqi.reconcile.holder import name_holder
from yunqi.store.database import Database
from yunqi.store.leases import read_lease

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
_CLAIM = """
import sys, time
from pathlib import Path
from yunqi.kernel.errors import Problem
from yunqi.operations.claim import claim_home
from yunqi.operations.settings import load_settings
settings = load_settings(Path(sys.argv[1]))
sys.stdin.readline()
try:
    with claim_home(settings):
        print("claimed", flush=True)
        sys.stdin.readline()
except Problem as problem:
    print(problem.code, flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return open_session(tmp_path / "home").home


def _start(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _CLAIM, str(home)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def racers(home: Path) -> Iterator[list[subprocess.Popen[str]]]:
    started = [_start(home) for _ in range(6)]
    yield started
    for one in started:
        one.kill()
        one.communicate()


def _say(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def _hear(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_of_many_that_start_in_one_instant_one_has_the_home(home: Path, racers: list[subprocess.Popen[str]]) -> None:
    time.sleep(0.5)
    for one in racers:
        _say(one)
    heard = [_hear(one) for one in racers]
    assert sorted(heard) == ["claimed", *["server.running"] * 5]
    winner = racers[heard.index("claimed")]
    assert running_pid(load_settings(home)) == winner.pid
    winner.send_signal(signal.SIGKILL)
    winner.wait()
    assert running_pid(load_settings(home)) is None
    with claim_home(load_settings(home)):
        assert running_pid(load_settings(home)) == os.getpid()
    assert not load_settings(home).pid_path.exists()


def test_servers_of_several_names_share_a_home(home: Path) -> None:
    settings = load_settings(home)
    with claim_home(settings), claim_home(settings, "second"):
        assert list_running(settings) == {"server": os.getpid(), "second": os.getpid()}
        with pytest.raises(Problem) as caught, claim_home(settings, "second"):
            pass
        assert caught.value.code == "server.running"
        assert caught.value.values["pid"] == os.getpid()
    assert list_running(settings) == {}
    assert not stop_server(settings)


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "-a", "a" * 32, "服务"])
def test_a_name_is_a_word(home: Path, name: str) -> None:
    with pytest.raises(Problem) as caught, claim_home(load_settings(home), name):
        pass
    assert caught.value.code == "server.name"


def test_parts_are_chosen_by_name() -> None:
    assert list(choose_parts((), {})) == list(PARTS)
    assert list(choose_parts(("evidence",), {})) == ["evidence"]
    more = {"console": PARTS["evidence"]}
    assert list(choose_parts(("console", "probe"), more)) == ["probe", "console"]
    with pytest.raises(Problem) as caught:
        choose_parts(("consol",), more)
    assert caught.value.code == "server.part"
    assert "console" in caught.value.values["parts"]


# --- whose turn it is


def _turn(database: Database, clock: FixedClock, holder: str) -> Turn:
    return Turn(database, clock, "task:seal", 30, holder)


def test_a_task_has_one_doer_until_it_ends_or_is_silent(database: Database) -> None:
    clock = FixedClock(NOW)
    one, two = _turn(database, clock, "one"), _turn(database, clock, "two")
    first = one.take()
    assert first is not None
    assert two.take() is None
    for _ in range(10):  # it says often enough that it lives
        clock.advance(timedelta(seconds=20))
        kept = one.take()
        assert kept is not None
        assert kept.token == first.token
        assert two.take() is None
    one.release()
    second = two.take()
    assert second is not None
    assert second.token == first.token + 1
    assert one.take() is None
    clock.advance(timedelta(seconds=31))
    assert one.take() is not None
    assert two.take() is None  # it finds out when it asks


def test_the_turn_of_a_dead_process_is_taken_at_once(database: Database) -> None:
    clock = FixedClock(NOW)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    start = Path(f"/proc/{child.pid}/stat").read_text("utf-8").rsplit(")", maxsplit=1)[1].split()[19]
    machine = name_holder().rsplit("/", maxsplit=2)[0]
    first, second = _turn(database, clock, f"{machine}/{child.pid}/{start}"), _turn(database, clock, "two")
    assert first.take() is not None
    assert second.take() is None
    child.kill()
    child.wait()
    assert second.take() is not None


def test_looking_at_anothers_turn_writes_nothing(database: Database) -> None:
    clock = FixedClock(NOW)
    _turn(database, clock, "one").take()
    with database.read() as connection:
        before = read_lease(connection, "task:seal")
    assert _turn(database, clock, "two").take() is None
    with database.read() as connection:
        assert read_lease(connection, "task:seal") == before


# --- what all processes must share


def _on_one_database(one: Session, other: Session) -> None:
    url = load_settings(one.home).database_url
    (other.home / "site.toml").write_text(f'engine = "fake"\nlisten_port = 0\ndatabase_url = "{url}"\n', "utf-8")


def test_one_key_signs_whoever_signs(tmp_path: Path) -> None:
    first, second = open_session(tmp_path / "first"), open_session(tmp_path / "second")
    _on_one_database(first, second)
    with first.installation() as opened:
        key = open_key(opened)
    with second.installation() as opened, pytest.raises(Problem) as caught:
        open_key(opened)
    assert caught.value.code == "key.missing"
    assert not load_settings(second.home).key_path.exists()  # another is not made in silence
    stray = open_session(tmp_path / "stray")
    with stray.installation() as opened:
        open_key(opened)
    (second.home / "keys").mkdir()
    (stray.home / "keys" / "root.sm2.pem").rename(second.home / "keys" / "root.sm2.pem")
    with second.installation() as opened, pytest.raises(Problem) as caught:
        open_key(opened)
    assert caught.value.code == "key.other"
    with (second.home / "site.toml").open("a", encoding="utf-8") as file:
        file.write(f'key_dir = "{first.home / "keys"}"\n')
    with second.installation() as opened:
        assert open_key(opened).key_id == key.key_id


def test_a_second_home_never_builds_the_world_again(tmp_path: Path) -> None:
    first, second = open_session(tmp_path / "first"), open_session(tmp_path / "second")
    _on_one_database(first, second)
    with first.installation() as opened:
        require_own_engine(opened)
        require_own_engine(opened)
        site_id = opened.settings.site_id
    with second.installation() as opened, pytest.raises(Problem) as caught:
        require_own_engine(opened)
    assert caught.value.code == "site.other"
    with (second.home / "site.toml").open("a", encoding="utf-8") as file:
        file.write(f'site_id = "{site_id}"\nengine_dir = "{first.home / "engine"}"\n')
    with second.installation() as opened:
        require_own_engine(opened)
        assert opened.settings.engine_dir == load_settings(first.home).engine_dir
    said = second.refused("server.part", "serve", "--only", "nothing")
    assert "evidence" in said
