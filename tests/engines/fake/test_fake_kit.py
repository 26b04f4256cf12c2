"""The fake engine passes the kit, and dies at any point of any call without losing its promises."""

import os
import signal
from pathlib import Path

import pytest
from tests.kits.engine import EngineKit, Things, drop_all, put_all

from yunqi.engines.base import StaleToken
from yunqi.engines.fake.driver import FakeEngine


class TestFakeEngine(EngineKit):
    @pytest.fixture
    def engine(self, tmp_path):
        return FakeEngine(tmp_path / "world")

    def kill_domain(self, engine, things):
        engine.kill_domain(things.domain.id)

    def lose_network_part(self, engine, things):
        engine.lose_part(things.network.id)

    def lose_address_part(self, engine, things):
        engine.lose_part(things.address.id)

    def leave_stray(self, engine):
        engine.add_stray("half-made")
        return "half-made"

    def test_server_speaks_only_while_its_domain_runs(self, engine, things):
        put_all(engine, things)
        assert engine.speaks(things.domain.id)
        engine.set_speech(things.domain.id, speaks=False)
        assert not engine.speaks(things.domain.id)
        engine.set_speech(things.domain.id, speaks=True)
        engine.kill_domain(things.domain.id)
        assert not engine.speaks(things.domain.id)


class _Died(BaseException):
    """As a SIGKILL: nothing catches it."""


def _points(path: Path, things: Things) -> list[str]:
    points: list[str] = []
    _live(FakeEngine(path, points.append), things)
    return points


def _live(engine: FakeEngine, things: Things) -> None:
    put_all(engine, things)
    drop_all(engine, things)


def test_death_at_every_point_is_mended_by_telling_again(tmp_path):
    things = Things()
    points = _points(tmp_path / "dry", things)
    assert len(points) > 30
    for number in range(len(points)):
        world = tmp_path / str(number)
        seen = iter(range(len(points)))

        def die(_point: str, seen=seen, number=number) -> None:
            if next(seen) == number:
                raise _Died

        with pytest.raises(_Died):
            _live(FakeEngine(world, die), things)
        successor = FakeEngine(world)
        if number < points.index(f"before drop_address {things.address.id}"):
            put_all(successor, things, token=2)
            assert successor.observe().incomplete == frozenset()
        _drop_what_is_left(successor, things)
        successor.sweep_strays(2)
        seen_after = successor.observe()
        assert (seen_after.networks, seen_after.volumes, seen_after.domains, seen_after.addresses) == ({}, {}, {}, {})
        assert seen_after.strays == ()


def _drop_what_is_left(engine: FakeEngine, things: Things) -> None:
    engine.drop_address(things.address.id, 2)
    engine.drop_domain(things.domain.id, 2)
    for volume in engine.observe().volumes:
        engine.erase_volume(volume, 2)
        engine.drop_volume(volume, 2)
    engine.drop_network(things.network.id, 2)


def test_world_survives_a_real_kill(tmp_path):
    things = Things()
    child = os.fork()
    if child == 0:
        put_all(FakeEngine(tmp_path / "world"), things, token=3)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    engine = FakeEngine(tmp_path / "world")
    assert engine.observe().domains[things.domain.id].running
    with pytest.raises(StaleToken):
        engine.stop_domain(things.domain.id, 2)
