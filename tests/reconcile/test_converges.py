"""Whatever is ordered, hurt and interrupted: the world ends as wanted, and nothing is left over or held twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kits.reconcile import Installation, KilledError, check_everything

from yunqi.engines.fake.driver import FakeEngine
from yunqi.kernel.errors import Problem
from yunqi.services.registry import check_delete

ACTIONS = st.one_of(
    st.tuples(st.just("network"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("server"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("disk"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("address"), st.integers(0, 1), st.integers(0, 3)),
    st.tuples(st.just("grow"), st.integers(0, 3), st.integers(2, 4)),
    st.tuples(st.just("cores"), st.integers(0, 3), st.integers(1, 4)),
    st.tuples(st.just("delete"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("delete_unapproved"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("kill"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("lose_part"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("drop_domain"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("stray"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("crash"), st.integers(0, 40), st.just(0)),
    st.tuples(st.just("crash_in_engine"), st.integers(0, 25), st.just(0)),
)


@dataclass
class Story:
    """Plays actions against an installation; what the product refuses is no action."""

    installation: Installation
    approved_only: set[str] = field(default_factory=set)

    def play(self, name: str, number: int, other: int) -> None:
        try:
            getattr(self, f"do_{name}")(number, other)
        except Problem:
            return

    def do_network(self, number: int, _other: int) -> None:
        self.installation.seed.order("network", f"net-{number}")

    def do_server(self, number: int, other: int) -> None:
        self.installation.seed.order(
            "server", f"srv-{number}", vcpus=1, memory_gb="0.25", system_disk_gb=1, network=f"net-{other}"
        )

    def do_disk(self, number: int, other: int) -> None:
        self.installation.seed.order("disk", f"dsk-{number}", size_gb=1, server=f"srv-{other}")

    def do_address(self, number: int, other: int) -> None:
        self.installation.seed.order("address", f"adr-{number}", server=f"srv-{other}", bandwidth_mbit=5)

    def do_grow(self, number: int, other: int) -> None:
        self._change(f"dsk-{number}", size_gb=other)

    def do_cores(self, number: int, other: int) -> None:
        self._change(f"srv-{number}", vcpus=other)

    def _change(self, name: str, **fields: Any) -> None:
        if any(view.name == name for view in self.installation.seed.views()):
            self.installation.seed.change(name, **fields)

    def do_delete(self, number: int, _other: int) -> None:
        self._delete(number, approve=True)

    def do_delete_unapproved(self, number: int, _other: int) -> None:
        self._delete(number, approve=False)

    def _delete(self, number: int, *, approve: bool) -> None:
        views = sorted(self.installation.seed.views(), key=lambda view: view.id)
        if views:
            view = views[number % len(views)]
            check_delete(view, views)
            self.installation.seed.ask_delete(view.name, approve=approve)

    def do_kill(self, number: int, _other: int) -> None:
        self._hurt("domains", number, lambda engine, key: engine.kill_domain(key))

    def do_lose_part(self, number: int, _other: int) -> None:
        self._hurt("networks", number, lambda engine, key: engine.lose_part(key))
        self._hurt("addresses", number, lambda engine, key: engine.lose_part(key))

    def do_drop_domain(self, number: int, _other: int) -> None:
        self._hurt("domains", number, lambda _engine, key: (self.installation.path / "domain" / f"{key}.json").unlink())

    def do_stray(self, number: int, _other: int) -> None:
        self.installation.engine.add_stray(f"stray-{number}")

    def _hurt(self, kind: str, number: int, hurt: Callable[[FakeEngine, str], None]) -> None:
        engine = self.installation.engine
        keys = sorted(getattr(engine.observe(), kind))
        if keys:
            hurt(engine, keys[number % len(keys)])

    def do_crash(self, number: int, _other: int) -> None:
        """Rounds until the process dies at the given point of its own steps."""
        self._rounds(self.installation.worker(_Fuse(number)))

    def do_crash_in_engine(self, number: int, _other: int) -> None:
        """Rounds until the process dies at the given point within the engine's calls."""
        worker = self.installation.worker()
        worker.engine = FakeEngine(self.installation.path, _Fuse(number))
        self._rounds(worker)

    @staticmethod
    def _rounds(worker: Any) -> None:
        try:
            for _ in range(4):
                worker.run_round()
        except KilledError:
            return

    def approve_all(self) -> None:
        views = self.installation.seed.views()
        names = [view.name for view in views if view.delete_wanted]
        if names:
            self.installation.seed.ask_delete(*names)


class _Fuse:
    """Kills at its nth point."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, _point: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise KilledError


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=st.lists(ACTIONS, max_size=30))
def test_everything_converges(
    make_installation: Callable[[], Installation], actions: list[tuple[str, int, int]]
) -> None:
    story = Story(make_installation())
    story.do_network(0, 0)
    for action in actions:
        story.play(*action)
    report = story.installation.worker().run_until_settled(20)
    unapproved = {view.id for view in story.installation.seed.views() if view.delete_wanted and not view.erase_approved}
    assert unapproved >= {wait.subject for wait in report.waits if wait.code == "erase.approval"}
    kept = story.installation.engine.observe().volumes
    assert all(not kept[volume].erased for volume in kept)
    story.approve_all()
    story.installation.settle()
    check_everything(story.installation.seed, story.installation.engine.observe())
    assert story.installation.worker().plan_round().steps == ()
