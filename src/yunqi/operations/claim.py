"""A server's claim on its home: a locked file that holds its number. The lock ends with the process, however it ends.

A home may have several servers, each by a name of its own: `server` where none is given.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yunqi.kernel.errors import Problem, Trouble
from yunqi.operations.settings import SERVER, Settings

_STOP_S = 90
_CLAIM_S = 1.0
"""For so long a claim is tried again: somebody who only looks holds the lock for an instant too."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@contextmanager
def claim_home(settings: Settings, name: str = SERVER) -> Iterator[None]:
    """Makes this process the server of that name until the block ends; raises `Problem` server.running, server.name."""
    if not _NAME.fullmatch(name):
        raise Problem(
            "server.name",
            "服务名称「{value}」不可用",
            field="name",
            value=name[:40],
            way_out="请用小写字母、数字和连字符，至多 31 个字符",
        )
    path = settings.claim_path(name)
    descriptor = _lock(path)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        path.unlink(missing_ok=True)  # before the lock is let go: whoever opened it meanwhile finds it gone
        os.close(descriptor)


def running_pid(settings: Settings, name: str = SERVER) -> int | None:
    """The number of the server process of that name in this home, or None."""
    return _read_holder(settings.claim_path(name))


def list_running(settings: Settings) -> dict[str, int]:
    """The servers of this home: their numbers by name."""
    found = {}
    for path in sorted(settings.home.glob(f"{SERVER}*.pid")):
        name = SERVER if path.stem == SERVER else path.stem.removeprefix(f"{SERVER}-")
        pid = running_pid(settings, name)
        if pid is not None:
            found[name] = pid
    return found


def stop_server(settings: Settings, name: str | None = None) -> bool:
    """Stops the server of that name (None: every server of this home) and waits for its end; False when none runs.

    Raises `Trouble` server.stuck.
    """
    found = {one: pid for one, pid in list_running(settings).items() if name in {None, one}}
    for pid in found.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + _STOP_S
    for one, pid in found.items():
        while running_pid(settings, one) == pid:
            if time.monotonic() > until:
                raise Trouble(
                    "server.stuck",
                    "服务（进程 {pid}）在 {seconds} 秒内没有停止",
                    pid=pid,
                    seconds=_STOP_S,
                    way_out="请查看日志",
                )
            time.sleep(0.1)
    return bool(found)


def _lock(path: Path) -> int:
    """The descriptor of the file, locked; raises `Problem` server.running."""
    until = time.monotonic() + _CLAIM_S
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            if _is_at(descriptor, path):
                return descriptor
            os.close(descriptor)  # its server ended and took the file away: the claim is another file now
        pid = _read_holder(path)
        if time.monotonic() > until:
            raise Problem(
                "server.running",
                "服务已在运行，进程 {pid}",
                field="home",
                pid=pid or "?",
                way_out="请先停止：yunqi stop；或以另一名称启动：yunqi serve --name",
            )
        time.sleep(0.02)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _read_holder(path: Path) -> int | None:
    """Who holds the lock on the file; a file that nobody holds names nobody, whatever it says."""
    try:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                content = file.read()
            else:
                return None
    except FileNotFoundError:
        return None
    return int(content) if content.isdigit() else None
