"""The server: its parts, each in a thread. It keeps no state: killed at any instant and started again, it goes on."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from types import FrameType

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.kernel.words import _
from yunqi.operations.claim import claim_home
from yunqi.operations.installation import Installation
from yunqi.operations.parts import Intervals, Part, Say, Serving, choose_parts
from yunqi.operations.settings import SERVER


def serve_until_stopped(
    installation: Installation,
    intervals: Intervals,
    say: Say,
    *,
    name: str = SERVER,
    only: tuple[str, ...] = (),
    more: Mapping[str, Part] | None = None,
) -> None:
    """Works until SIGTERM or SIGINT: all parts, or those named in `only`; `more` are parts of the layers above.

    Raises `Problem` server.running when one of this name works on this home already, server.part, and what a part
    refuses to start with; `Trouble` server.failed after a bug in one of them.
    """
    parts = choose_parts(only, more or {})
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def log(line: str) -> None:
        say(f"{render_local(installation.clock.now())} {line}")

    refused: list[YunqiError] = []
    failed: list[str] = []

    def guarded(part: Part) -> Callable[[], None]:
        def run() -> None:
            try:
                part(Serving(installation, intervals, stop, log))
            except YunqiError as error:
                refused.append(error)
            except Exception:  # noqa: BLE001  # a bug in one thread must not leave the rest running as if all were well
                failed.append(traceback.format_exc())
            stop.set()

        return run

    with claim_home(installation.settings, name):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        threads = [threading.Thread(target=guarded(part), name=part_name) for part_name, part in parts.items()]
        log(_("服务已启动，进程 {pid}", pid=os.getpid()))
        for thread in threads:
            thread.start()
        stop.wait()
        for thread in threads:
            thread.join()
        for text in failed:
            log(text)
        log(_("服务已停止"))
    if refused:
        raise refused[0]
    if failed:
        raise Trouble("server.failed", "服务因内部错误停止", way_out="请查看日志中的错误，修正后重新启动")
