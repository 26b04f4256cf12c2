"""Rounds that take no input: take the lease, read everything, plan, apply. The next round is the retry.

A crash, a restart and a second worker are one case: whoever takes the lease reads the world as it is and goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yunqi.engines.base import Engine, StaleToken
from yunqi.kernel.clock import Clock, SystemClock
from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.reconcile.erase import Erase, Observer, erase_now
from yunqi.reconcile.executor import Applied, Executor, Verify, no_observer, trust_engine
from yunqi.reconcile.gather import read_world
from yunqi.reconcile.holder import is_dead, name_holder
from yunqi.reconcile.planner import plan
from yunqi.reconcile.steps import Plan, Step, Wait
from yunqi.reconcile.world import Site
from yunqi.services.base import Service
from yunqi.store.database import Database
from yunqi.store.leases import Lease, raise_token, read_lease, release_lease, renew_lease, take_lease
from yunqi.store.reconcile import read_pulse

LEASE = "reconcile"
_FIRST_DELAY_S = 0.5
_LAST_DELAY_S = 60.0
_SILENT_DELAY_S = 0.25  # each look costs a round, on the processors that the guest boots on
_PULSE_S = 0.05


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What one round did. `settled`: nothing was to be done; `held_elsewhere`: another process has the lease."""

    steps: int = 0
    done: int = 0
    failed: tuple[tuple[Step, YunqiError], ...] = ()
    silent: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    waits: tuple[Wait, ...] = ()
    held_elsewhere: bool = False
    ended_by: YunqiError | None = None
    duration_s: float = 0.0

    @property
    def settled(self) -> bool:
        """Whether the world was found as wanted, as far as it can be without a person."""
        return not (self.steps or self.held_elsewhere or self.ended_by)


@dataclass
class Backoff:
    """When a key that failed may be tried again: twice as late each time, at most a minute."""

    failures: dict[str, tuple[int, float]] = field(default_factory=dict)

    def note(self, applied: Applied, now_s: float) -> None:
        """Takes over what failed and what succeeded."""
        for step in applied.done:
            self.failures.pop(step.key, None)
        for step, _ in applied.failed:
            count, _until = self.failures.get(step.key, (0, 0.0))
            delay_s = min(_FIRST_DELAY_S * 2**count, _LAST_DELAY_S)
            self.failures[step.key] = (count + 1, now_s + delay_s)

    def delayed(self, now_s: float) -> frozenset[str]:
        """The keys whose turn has not come."""
        return frozenset(key for key, (_, until) in self.failures.items() if until > now_s)


@dataclass
class Reconciler:
    """One worker. Several may run: one holds the lease, the others stand by."""

    database: Database
    engine: Engine
    site: Site
    services: Mapping[str, Service]
    clock: Clock = field(default_factory=SystemClock)
    lease_s: int = 30
    verify: Verify = trust_engine
    on_step: Observer = no_observer
    erase: Erase = erase_now
    operator: str = "yunqi"
    holder: str = field(default_factory=name_holder)
    lease: Lease | None = None
    backoff: Backoff = field(default_factory=Backoff)
    on_round: Callable[[RoundReport], None] = lambda _report: None
    _above: int = 0

    def plan_round(self) -> Plan:
        """What a round would do now: for people to see; nothing is changed and no lease is taken."""
        return plan(read_world(self.database), self.engine.observe(), self.site, self.services)

    def run_round(self) -> RoundReport:
        """One round under the lease; raises what `observe` raises."""
        started_s = time.monotonic()
        lease = self._hold_lease()
        if lease is None:
            return RoundReport(held_elsewhere=True)
        keeper = _LeaseKeeper(self.database, lease, self.clock, self.lease_s)
        with keeper:
            world = read_world(self.database)
            observed = self.engine.observe()
            planned = plan(world, observed, self.site, self.services)
            executor = Executor(
                self.engine, self.database, lease, self.clock, self.operator, self.verify, self.on_step, self.erase
            )
            applied = executor.apply(planned, world, observed, self.backoff.delayed(time.monotonic()))
        self.backoff.note(applied, time.monotonic())
        if isinstance(applied.ended_by, StaleToken):
            self._above = int(str(applied.ended_by.values.get("kept", lease.token)))
        return RoundReport(
            steps=len(planned.steps),
            done=len(applied.done),
            failed=tuple(applied.failed),
            silent=tuple(applied.silent),
            under_way=tuple(applied.under_way),
            waits=planned.waits,
            ended_by=applied.ended_by,
            duration_s=time.monotonic() - started_s,
        )

    def run_until_settled(self, deadline_s: float) -> RoundReport:
        """Rounds until nothing is to be done; raises `Trouble` reconcile.unsettled at the deadline."""
        until = time.monotonic() + deadline_s
        while True:
            report = self.run_round()
            if report.settled:
                return report
            if time.monotonic() > until:
                failed = "；".join(f"{step.name} {step.key}: {error}" for step, error in report.failed)
                raise Trouble(
                    "reconcile.unsettled",
                    "在 {seconds} 秒内未能达到期望状态：{failed}",
                    seconds=deadline_s,
                    failed=failed or "、".join(report.silent),
                    way_out="后台会继续重试",
                )
            time.sleep(self._pause_s(report))

    def run_forever(self, stop: threading.Event, interval_s: float) -> None:
        """Rounds until told to stop: at once after one that did something or an order, else after the interval.

        A `Trouble` (an engine or a database that does not answer) or a `Problem` (a person must mend the engine) ends
        the round only; `on_round` is told of it. Anything else is a bug, and is raised.
        """
        while not stop.is_set():
            pulse = self._read_pulse()
            try:
                report = self.run_round()
            except YunqiError as error:
                report = RoundReport(ended_by=error)
            self.on_round(report)
            idle = report.settled or report.held_elsewhere or report.ended_by is not None
            if idle:
                self._rest(stop, interval_s, pulse)
            else:
                stop.wait(min(self._pause_s(report), interval_s))
        self.release()

    def _rest(self, stop: threading.Event, interval_s: float, pulse: int) -> None:
        """Waits for the interval, or until something is asked for."""
        until = time.monotonic() + interval_s
        while not stop.wait(min(_PULSE_S, max(until - time.monotonic(), 0))):
            if time.monotonic() >= until or self._read_pulse() != pulse:
                return

    def _read_pulse(self) -> int:
        try:
            with self.database.read() as connection:
                return read_pulse(connection)
        except Trouble:
            return -1  # the round will say what is wrong with the database

    def release(self) -> None:
        """Gives the lease back, so that a successor need not wait for its end."""
        if self.lease is not None:
            with self.database.write() as connection:
                release_lease(connection, self.lease, self.clock.now())
            self.lease = None

    @staticmethod
    def _pause_s(report: RoundReport) -> float:
        if report.done:
            return 0.0
        return _SILENT_DELAY_S if report.silent or report.under_way else _FIRST_DELAY_S

    def _hold_lease(self) -> Lease | None:
        """The lease, kept or taken."""
        now = self.clock.now()
        with self.database.write() as connection:
            if self.lease is not None:
                self.lease = renew_lease(connection, self.lease, now, self.lease_s)
            if self.lease is not None and self._above >= self.lease.token:
                # The database is behind the engine, as after a restore: its holder may pass the engine's fence.
                self.lease = raise_token(connection, self.lease, self._above + 1)
            if self.lease is None:
                known = read_lease(connection, LEASE)
                dead = known if known is not None and is_dead(known.holder) else None
                self.lease = take_lease(connection, LEASE, self.holder, now, self.lease_s, dead=dead)
        return self.lease


class _LeaseKeeper:
    """Renews the lease while a round lasts, however long a step takes.

    A lease that was lost is found by the engine and at the next bookkeeping.
    """

    def __init__(self, database: Database, lease: Lease, clock: Clock, lease_s: int) -> None:
        self._database, self._lease, self._clock, self._lease_s = database, lease, clock, lease_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._stop.wait(self._lease_s / 3):
            try:
                with self._database.write() as connection:
                    if renew_lease(connection, self._lease, self._clock.now(), self._lease_s) is None:
                        return
            except Trouble:
                continue
