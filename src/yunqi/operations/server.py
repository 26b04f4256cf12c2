"""The server: rounds of the reconciler in one thread; samples, outages, sealing and day closing in another; probes
in a process apart. It keeps no state: killed at any instant and started again, it goes on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.words import _, render_error
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.installation import Installation
from yunqi.operations.settings import Settings
from yunqi.operations.watch import close_past_days, record_usage, seal_all, watch_outages, write_targets
from yunqi.reconcile.loop import RoundReport

Say = Callable[[str], None]
_STOP_S = 90


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often each task is done, in seconds; `close_days`: whether days that are over are closed without a person."""

    reconcile_s: float
    probe_s: float
    sample_s: float
    seal_s: float
    close_days: bool = True


def serve_until_stopped(installation: Installation, intervals: Intervals, say: Say) -> None:
    """Works until SIGTERM or SIGINT; raises `Problem` server.running when one works on this home already."""
    settings = installation.settings
    _claim(settings)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)

    def log(line: str) -> None:
        say(f"{render_local(installation.clock.now())} {line}")

    tasks = [
        _Task("sample", intervals.sample_s, lambda: record_usage(installation)),
        _Task("targets", min(intervals.probe_s, 5.0), lambda: write_targets(installation)),
        _Task("watch", intervals.probe_s, lambda: _tell(log, watch_outages(installation))),
        _Task("seal", intervals.seal_s, lambda: seal_all(installation)),
    ]
    if intervals.close_days:
        tasks.append(_Task("close", 60.0, lambda: _tell(log, close_past_days(installation))))
    reconciler = make_reconciler(installation, on_round=lambda report: _report(log, report))
    failed: list[str] = []

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except Exception:  # noqa: BLE001  # a bug in one thread must not leave the rest running as if all were well
                failed.append(traceback.format_exc())
                stop.set()

        return run

    threads = [
        threading.Thread(target=guarded(lambda: reconciler.run_forever(stop, intervals.reconcile_s)), name="reconcile"),
        threading.Thread(target=guarded(lambda: _run_tasks(tasks, stop, log)), name="tasks"),
    ]
    log(_("服务已启动，进程 {pid}", pid=os.getpid()))
    for thread in threads:
        thread.start()
    try:
        _keep_probing(installation, intervals.probe_s, stop, log)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        seal_all(installation)
        settings.pid_path.unlink(missing_ok=True)
        for text in failed:
            log(text)
        log(_("服务已停止"))
    if failed:
        raise Trouble("server.failed", "服务因内部错误停止", way_out="请查看日志中的错误，修正后重新启动")


@dataclass
class _Task:
    name: str
    interval_s: float
    work: Callable[[], object]
    due_s: float = 0.0


def _run_tasks(tasks: list[_Task], stop: threading.Event, log: Say) -> None:
    while not stop.is_set():
        now = time.monotonic()
        for task in tasks:
            if task.due_s <= now:
                task.due_s = now + task.interval_s
                try:
                    task.work()
                except YunqiError as error:
                    log(f"{task.name}: {render_error(error)} [{error.code}]")
        stop.wait(max(0.05, min(task.due_s for task in tasks) - time.monotonic()))


def _tell(log: Say, lines: tuple[str, ...]) -> None:
    for line in lines:
        log(line)


def _report(log: Say, report: RoundReport) -> None:
    for step, error in report.failed:
        log(f"{step.name} {step.key}: {render_error(error)} [{error.code}]")
    if report.ended_by is not None:
        log(render_error(report.ended_by))
    if report.done:
        log(_("调和：完成 {done} 步，用时 {seconds} 秒", done=report.done, seconds=f"{report.duration_s:.2f}"))


def _keep_probing(installation: Installation, interval_s: float, stop: threading.Event, log: Say) -> None:
    """Keeps the probe process alive: it is apart, so that what it watches can't take it along."""
    command = [
        sys.executable,
        "-m",
        "yunqi.probes.runner",
        "--interval-s",
        str(interval_s),
        "--targets",
        str(installation.settings.targets_path),
    ]
    environment = {**os.environ, "YUNQI_DATABASE_URL": installation.database.url}
    write_targets(installation)
    child: subprocess.Popen[bytes] | None = None
    while not stop.is_set():
        if child is None or child.poll() is not None:
            if child is not None:
                log(_("探测进程退出（{code}），重新启动", code=child.returncode))
            child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        stop.wait(1.0)
    if child is not None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        if child.poll() is None:
            child.kill()
            child.wait()


def running_pid(settings: Settings) -> int | None:
    """The number of the server process of this home, or None."""
    try:
        pid = int(settings.pid_path.read_text("ascii"))
        command = (f"/proc/{pid}/cmdline",)
        with open(command[0], "rb") as file:  # noqa: PTH123
            words = file.read().split(b"\0")
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    # A number is given again: whoever has it now is stopped only if it is a server.
    return pid if b"serve" in words and any(b"yunqi" in word for word in words) else None


def _claim(settings: Settings) -> None:
    pid = running_pid(settings)
    if pid is not None and pid != os.getpid():
        raise Problem(
            "server.running",
            "服务已在运行，进程 {pid}",
            field="home",
            pid=pid,
            way_out="请先停止：yunqi stop",
        )
    settings.pid_path.write_text(str(os.getpid()), "ascii")


def stop_server(settings: Settings) -> bool:
    """Stops the server of this home and waits for its end; False when none runs. Raises `Trouble` server.stuck."""
    pid = running_pid(settings)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + _STOP_S
    while running_pid(settings) is not None:
        if time.monotonic() > until:
            raise Trouble(
                "server.stuck",
                "服务（进程 {pid}）在 {seconds} 秒内没有停止",
                pid=pid,
                seconds=_STOP_S,
                way_out="请查看日志",
            )
        time.sleep(0.1)
    return True
