"""Carrying out runs: claimed under a lease that is kept while they last, resumed by whoever comes after a crash."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.ids import make_id
from yunqi.operations.actions.base import ACTIONS, Desk
from yunqi.operations.actions.perform import error_body, unpack_caller
from yunqi.store.desk_runs import (
    CANCELLED,
    DONE,
    FAILED,
    DeskRun,
    claim_next,
    end_run,
    keep_claim,
    note_progress,
    read_steps,
    require_run,
)
from yunqi.store.runs import record_step

if TYPE_CHECKING:
    from yunqi.operations.installation import Installation

Tell = Callable[[DeskRun], None]
LEASE_S = 30
_IDLE_S = 0.5


class RunProgress:
    """A run's word on how far it is. Each word also asks whether the run shall end; `tell` hears of it too."""

    def __init__(self, site: Installation, run_id: str, tell: Tell | None = None) -> None:
        self.site = site
        self.run_id = run_id
        self.tell = tell
        with site.database.read() as connection:
            self._steps = read_steps(connection, run_id)

    def __call__(self, note: str, done: int = 0, total: int | None = None) -> None:
        """Says it; raises `Problem` run.cancelled."""
        with self.site.database.write() as connection:
            cancelled = note_progress(connection, self.run_id, note=note, done=done, total=total)
        if cancelled:
            raise Problem("run.cancelled", "任务已按要求取消", field="id", way_out="如需要请重新发起")
        if self.tell is not None:
            with self.site.database.read() as connection:
                self.tell(require_run(connection, self.run_id))

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """The output (JSON) of a named step, done now or before a crash."""
        if name not in self._steps:
            output = work()
            with self.site.database.write() as connection:
                record_step(connection, self.run_id, name, output, self.site.clock.now())
            self._steps[name] = output
        return self._steps[name]


def work_runs(site: Installation, stop: threading.Event, wake: threading.Event | None = None) -> None:
    """Carries out runs one after another until told to stop. Several workers, in any processes, share the queue."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{make_id('wrk')[-8:]}"
    while not stop.is_set():
        try:
            busy = work_one(site, holder)
        except YunqiError:  # the database is away for a moment
            busy = False
        if not busy:
            (wake or stop).wait(_IDLE_S)
            if wake is not None:
                wake.clear()


def work_one(
    site: Installation, holder: str, *, lease_s: int = LEASE_S, only: str | None = None, tell: Tell | None = None
) -> bool:
    """Carries out the oldest run that waits, or `only` that one; False when none does. `tell` hears how far it is."""
    kinds = frozenset(name for name, found in ACTIONS.items() if found.kind == "run")
    with site.database.write() as connection:
        run = claim_next(connection, kinds, holder=holder, now=site.clock.now(), lease_s=lease_s, only=only)
    if run is None:
        return False
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(site, run.id, holder, lease_s, over), daemon=True)
    keeper.start()
    try:
        carry_out(site, run, holder, tell)
    finally:
        over.set()
        keeper.join()
    return True


def _keep(site: Installation, run_id: str, holder: str, lease_s: int, over: threading.Event) -> None:
    while not over.wait(lease_s / 3):
        try:
            with site.database.write() as connection:
                if not keep_claim(connection, run_id, holder=holder, now=site.clock.now(), lease_s=lease_s):
                    return
        except YunqiError:
            continue  # tried again while the lease lasts


def carry_out(site: Installation, run: DeskRun, holder: str, tell: Tell | None = None) -> None:
    """Does the work of a claimed run and keeps what came of it.

    A `Problem` ends the run as failed, with its words; a `Trouble` or a bug too: the person may ask again.
    """
    found = ACTIONS[run.kind]
    result: Any = None
    error: dict[str, Any] | None = None
    state = DONE
    try:
        request = found.request.model_validate(dict(run.arguments))
        caller = unpack_caller(dict(run.caller))
        progress = RunProgress(site, run.id, tell)
        desk = Desk(site, caller, site.clock.now(), None, progress=progress, run_id=run.id)  # type: ignore[arg-type]
        answer = found.work(desk, request)
        result = answer.model_dump(mode="json")
    except YunqiError as problem:
        state = CANCELLED if problem.code == "run.cancelled" else FAILED
        error = error_body(problem)
    except Exception as bug:  # noqa: BLE001 - a bug in one run must not end the worker
        # The trace goes to the log under the run's id; who asked for it gets the id, never the trace.
        traceback.print_exception(bug)
        said = Trouble("run.bug", "内部错误，已记录，编号 {id}", id=run.id, way_out="请联系管理员并提供该编号")
        state, error = FAILED, error_body(said)
    with site.database.write() as connection:
        end_run(connection, run.id, holder=holder, state=state, now=site.clock.now(), result=result, error=error)
