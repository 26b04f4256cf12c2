"""A worker process killed by SIGKILL at every single point of building and of ending: the next one finishes the work.

The points are before each step and in the middle of each change of the engine; after a step the world is as before the
next one. The worker is a child of the test, so it needs no start of its own; it opens the database and the engine after
the fork, and the kill is the kernel's: no handler, no flush.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.kits.reconcile import SITE, Installation, check_everything
from tests.kits.seed import Seed

from yunqi.engines.fake.driver import FakeEngine
from yunqi.reconcile.loop import Reconciler
from yunqi.services.registry import load_services
from yunqi.store.database import open_database

_DONE, _BUG = 0, 70


def copy_world(source: Installation, target: Path) -> Installation:
    """The same installation in another folder, as a disk image would be."""
    source.seed.database.close()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    shutil.copy(source.path.parent / "yunqi.db", target / "yunqi.db")
    if source.path.exists():
        shutil.copytree(source.path, target / "engine")
    seed = Seed.__new__(Seed)
    seed.__dict__ |= source.seed.__dict__ | {"database": open_database(f"sqlite:///{target / 'yunqi.db'}")}
    return Installation(seed, target / "engine")


def run_and_kill(installation: Installation, point: int) -> bool:
    """Lets a worker run in a child that SIGKILLs itself at its nth point; whether it got there."""
    url = installation.seed.database.url
    installation.seed.database.close()
    child = os.fork()
    if child == 0:
        status = _BUG
        try:
            status = _work(url, installation.path, point)
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == _DONE, "the worker failed by itself"
    return False


def _work(url: str, path: Path, point: int) -> int:
    left = point

    def fuse(told: str) -> None:
        nonlocal left
        left -= not told.startswith("after")
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def in_engine(told: str) -> None:
        if told.startswith("middle"):
            fuse(told)

    database = open_database(url)
    worker = Reconciler(database, FakeEngine(path, in_engine), SITE, load_services(), on_step=fuse)
    worker.run_until_settled(20)
    return _DONE


def kill_at_every_point(before: Installation, folder: Path, check: Callable[[Installation], None]) -> Iterator[int]:
    """For every point: the world as it was before, a worker killed there, another that finishes; yields the points."""
    point = 0
    while True:
        world = copy_world(before, folder)
        killed = run_and_kill(world, point)
        # The successor is a process of its own name: it may take over because the dead one is known to be dead.
        Reconciler(world.seed.database, FakeEngine(world.path), SITE, load_services()).run_until_settled(20)
        check(world)
        world.seed.database.close()
        if not killed:
            return
        yield point
        point += 1


def _built(world: Installation) -> None:
    check_everything(world.seed, world.engine.observe())
    assert set(world.seed.phases().values()) == {"ready"}


def _ended(world: Installation) -> None:
    check_everything(world.seed, world.engine.observe())
    assert world.seed.views() == []


@pytest.fixture
def small(installation: Installation) -> Installation:
    seed = installation.seed
    seed.order("network", "lan")
    seed.order("server", "web", vcpus=1, memory_gb="0.25", system_disk_gb=1, network="lan")
    seed.order("disk", "data", size_gb=1, server="web")
    seed.order("address", "front", server="web", bandwidth_mbit=10)
    return installation


def test_killed_at_every_point_of_building(small: Installation) -> None:
    points = list(kill_at_every_point(small, small.path.parent / "trial", _built))
    assert len(points) > 20


def test_killed_at_every_point_of_ending(small: Installation) -> None:
    small.settle()
    small.seed.ask_delete("lan", "web", "data", "front")
    points = list(kill_at_every_point(small, small.path.parent / "trial", _ended))
    assert len(points) > 20
