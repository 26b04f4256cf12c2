"""The parts of a server. One process may run all of them; a grown installation spreads them over several.

Each part works until it is told to stop and may run in many processes at once: a lease says whose turn a task is.
`sample`, `reconcile` and `probe` need the engine, and so run where it is; `evidence` and `webhooks` need the database
and the keys.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, render_error
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.duty import record_past_unmanned
from yunqi.operations.installation import Installation
from yunqi.operations.lateness import record_lateness
from yunqi.operations.notices.planning import plan_notices
from yunqi.operations.notices.sending import deliver_due_notices
from yunqi.operations.silence import record_silence
from yunqi.operations.turns import Turn
from yunqi.operations.watch import close_past_days, record_usage, seal_all, watch_outages, write_targets
from yunqi.operations.webhooks import deliver_due
from yunqi.reconcile.loop import RoundReport
from yunqi.store.leases import Lease, agree_on

Say = Callable[[str], None]
_TARGETS_S = 5.0
_CLOSE_S = 60.0
_LATENESS_S = 600.0
_TELL_S = 2.0
_ESCALATE_S = 20.0
SITE_AGREEMENT = "site"
"""Under this name the database keeps which site's engine it is the record of."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often each task is done, in seconds; `close_days`: whether days that are over are closed without a person."""

    reconcile_s: float
    probe_s: float
    sample_s: float
    seal_s: float
    close_days: bool = True


@dataclass(frozen=True, slots=True)
class Serving:
    """What a part works with: until `stop` is set, it tells `log` what it did."""

    installation: Installation
    intervals: Intervals
    stop: threading.Event
    log: Say


Part: TypeAlias = Callable[[Serving], None]
"""Works until `stop` is set. What it raises is a bug, and ends the server."""


def run_reconciler(serving: Serving) -> None:
    """Rounds of the reconciler."""
    require_own_engine(serving.installation)
    reconciler = make_reconciler(serving.installation, on_round=lambda report: _report(serving.log, report))
    reconciler.run_forever(serving.stop, serving.intervals.reconcile_s)


def run_sampler(serving: Serving) -> None:
    """Usage, read from the engine."""
    require_own_engine(serving.installation)
    installation = serving.installation
    _run_tasks(
        serving,
        [_Task("sample", serving.intervals.sample_s, lambda lease: _nothing(record_usage(installation, lease)))],
    )


def run_evidence(serving: Serving) -> None:
    """Outages made incidents, silence that accepts recorded, facts sealed, days closed; what waits at the end is sealed
    before it ends.
    """
    installation, intervals = serving.installation, serving.intervals
    tasks = [
        _Task("watch", intervals.probe_s, lambda _lease: watch_outages(installation)),
        _Task("silence", _CLOSE_S, lambda _lease: record_silence(installation)),
        _Task("duty", intervals.probe_s, lambda _lease: record_past_unmanned(installation)),
        _Task("lateness", _LATENESS_S, lambda _lease: record_lateness(installation)),
        _Task("seal", intervals.seal_s, lambda _lease: _nothing(seal_all(installation))),
    ]
    if intervals.close_days:
        tasks.append(_Task("close", _CLOSE_S, lambda _lease: close_past_days(installation)))
    _run_tasks(serving, tasks)
    with contextlib.suppress(YunqiError):  # it was not to be: the next one seals it
        seal_all(installation)


def run_messenger(serving: Serving) -> None:
    """Events told to whoever wants to know of them; incidents told to whom the contract names."""
    installation = serving.installation
    tasks = [
        _Task("webhooks", _TELL_S, lambda lease: deliver_due(installation, lease)),
        _Task("notices", _TELL_S, lambda lease: deliver_due_notices(installation, lease)),
        _Task("escalation", _ESCALATE_S, lambda _lease: plan_notices(installation)),
    ]
    _run_tasks(serving, tasks)


def run_prober(serving: Serving) -> None:
    """Keeps a probe process alive while it is our turn: apart, so that what it watches can't take it along."""
    require_own_engine(serving.installation)
    child: subprocess.Popen[bytes] | None = None
    turn = _turn(serving, "probe", 1.0)
    targets_at = 0.0
    try:
        while not serving.stop.is_set():
            try:
                ours = turn.take() is not None
                if ours and time.monotonic() >= targets_at:
                    write_targets(serving.installation)
                    targets_at = time.monotonic() + min(serving.intervals.probe_s, _TARGETS_S)
            except YunqiError as error:
                serving.log(f"probe: {render_error(error)} [{error.code}]")
                ours = child is not None  # what runs goes on: it keeps what it sees until the database is back
            if child is not None and child.poll() is not None:
                serving.log(_("探测进程退出（{code}），重新启动", code=child.returncode))
                child = None
            if ours and child is None:
                child = _start_prober(serving)
            elif not ours and child is not None:
                _end(child)
                child = None
            serving.stop.wait(1.0)
    finally:
        if child is not None:
            _end(child)
        with contextlib.suppress(YunqiError):
            turn.release()


PARTS: Mapping[str, Part] = {
    "reconcile": run_reconciler,
    "sample": run_sampler,
    "probe": run_prober,
    "evidence": run_evidence,
    "webhooks": run_messenger,
}


def choose_parts(only: tuple[str, ...], more: Mapping[str, Part]) -> dict[str, Part]:
    """The parts of these names, all of them where none is named; raises `Problem` server.part.

    `more` are parts that the layers above have.
    """
    known = {**PARTS, **more}
    for name in only:
        if name not in known:
            raise Problem(
                "server.part",
                "服务没有「{value}」这一部分",
                field="only",
                value=name[:40],
                parts="、".join(known),
                way_out="可选：{parts}",
            )
    return {name: part for name, part in known.items() if not only or name in only}


def require_own_engine(installation: Installation) -> None:
    """Raises `Problem` site.other when the database is the record of another site's engine.

    Two homes have two site ids unless told otherwise: a second would find its engine empty and build all of it anew.
    """
    own = installation.settings.site_id
    with installation.database.write() as connection:
        kept = agree_on(connection, SITE_AGREEMENT, own)
    if kept != own:
        raise Problem(
            "site.other",
            "本数据库记录的是站点 {kept} 的引擎，而本安装目录的站点是 {own}",
            field="site_id",
            kept=kept,
            own=own,
            way_out="请在 site.toml 中写明 site_id 与 engine_dir，指向同一引擎；或只运行不用引擎的部分（--only）",
        )


@dataclass
class _Task:
    name: str
    interval_s: float
    work: Callable[[Lease], tuple[str, ...]]
    turn: Turn | None = None
    due_s: float = 0.0


def _run_tasks(serving: Serving, tasks: list[_Task]) -> None:
    for task in tasks:
        task.turn = _turn(serving, task.name, task.interval_s)
    while not serving.stop.is_set():
        now = time.monotonic()
        for task in tasks:
            if task.due_s <= now and task.turn is not None:
                task.due_s = now + task.interval_s
                try:
                    lease = task.turn.take()
                    for line in () if lease is None else task.work(lease):
                        serving.log(line)
                except YunqiError as error:
                    serving.log(f"{task.name}: {render_error(error)} [{error.code}]")
        serving.stop.wait(max(0.05, min(task.due_s for task in tasks) - time.monotonic()))
    for task in tasks:
        if task.turn is not None:
            with contextlib.suppress(YunqiError):
                task.turn.release()


def _turn(serving: Serving, name: str, interval_s: float) -> Turn:
    installation = serving.installation
    # It must outlast the pause between two turns, else another steps in each time.
    lease_s = max(installation.settings.lease_s, int(interval_s * 2) + 1)
    return Turn(installation.database, installation.clock, f"task:{name}", lease_s)


def _nothing(_count: int) -> tuple[str, ...]:
    """No line to log."""
    return ()


def _report(log: Say, report: RoundReport) -> None:
    for step, error in report.failed:
        log(f"{step.name} {step.key}: {render_error(error)} [{error.code}]")
    if report.ended_by is not None:
        log(render_error(report.ended_by))
    if report.done:
        log(_("调和：完成 {done} 步，用时 {seconds} 秒", done=report.done, seconds=f"{report.duration_s:.2f}"))


def _start_prober(serving: Serving) -> subprocess.Popen[bytes]:
    installation = serving.installation
    command = [sys.executable, "-m", "yunqi.probes.runner", "--until-eof"]
    command += ["--interval-s", str(serving.intervals.probe_s), "--targets", str(installation.settings.targets_path)]
    environment = {**os.environ, "YUNQI_DATABASE_URL": installation.database.url}
    # It reads the end of this pipe when we are gone, also by SIGKILL: else one would be left each time.
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=10)
    if child.poll() is None:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()
