"""Who holds a lease: a process, named so that another on the same machine can tell whether it still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_PROC = Path("/proc")
_PARTS = 5


def name_holder() -> str:
    """The present process: host, boot, process namespace, number and start; no later process has the same name."""
    pid = os.getpid()
    return f"{_name_machine()}/{pid}/{_read_start(pid)}"


def is_dead(holder: str) -> bool:
    """Whether the holder ran here, in this boot and namespace, and runs no more. Of others nothing is known: False.

    A wrong answer would do no harm: the taker's higher token keeps the older one out of engine and database.
    """
    parts = holder.split("/")
    if len(parts) != _PARTS or "/".join(parts[:3]) != _name_machine():
        return False
    return _read_start(int(parts[3])) != parts[4]


def _name_machine() -> str:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    namespace = (_PROC / "self/ns/pid").readlink().name.strip("pid:[]")
    return f"{socket.gethostname()[:40].replace('/', '-')}/{boot[:13]}/{namespace}"


def _read_start(pid: int) -> str:
    """When the process began, in clock ticks since boot; empty when there is none, or only its dead shell."""
    try:
        line = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = line.rsplit(")", maxsplit=1)[1].split()
    return "" if fields[0] in "ZX" else fields[19]
