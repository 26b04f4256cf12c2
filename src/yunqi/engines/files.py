"""Small files that survive a crash: whole or not there; and locks that die with their holder."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yunqi.kernel.errors import Trouble


def write_whole(path: Path, text: str) -> None:
    """Writes the text so that a reader, also after a crash, finds the old content or the new one, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes names that were made, renamed or removed in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_json(path: Path) -> dict[str, Any] | None:
    """The object in the file, or None when there is no such file; raises Trouble engine.damaged for anything else."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Trouble(
            "engine.damaged",
            "文件 {path} 已损坏:{reason}",
            path=path,
            reason=error,
            way_out="请从备份恢复该文件,系统不会自行覆盖",
        ) from error
    if not isinstance(body, dict):
        raise Trouble(
            "engine.damaged",
            "文件 {path} 已损坏:{reason}",
            path=path,
            reason="not an object",
            way_out="请从备份恢复该文件,系统不会自行覆盖",
        )
    return body


@contextmanager
def locked(path: Path, deadline_s: float = 60) -> Iterator[int]:
    """Holds the lock file and gives its descriptor; raises Trouble engine.busy when another holder keeps it past the
    deadline.

    The lock belongs to the open file: it ends with the process, and with any child that was given the descriptor, so
    that a command orphaned by a killed executor still keeps its successor out until it is done.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + deadline_s
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_at(descriptor, path):
                    break
                # Its holder took the file away with the thing it guarded: the lock is now another file.
                os.close(descriptor)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Trouble(
                        "engine.busy",
                        "{path} 被另一执行者占用超过 {seconds} 秒",
                        path=path,
                        seconds=deadline_s,
                        way_out="稍后自动重试",
                    ) from None
                time.sleep(0.01)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock file now."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def raise_fence(path: Path, token: int) -> int:
    """The highest token the installation has seen, after this one; kept in the file, never lowered."""
    body = load_json(path)
    kept = int(body["token"]) if body else -1
    if token > kept:
        write_whole(path, json.dumps({"token": token}))
    return max(kept, token)
