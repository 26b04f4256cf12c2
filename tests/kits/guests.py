"""A client outside the engine: asks guests over the wire from a network namespace, as curl and plain sockets do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_BULK = """
import socket, sys, time
ip, port, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
link = socket.create_connection((ip, port), 10)
start, done, block = time.monotonic(), 0, bytes(65536)
if port == 19:
    while done < size:
        done += len(link.recv(65536))
else:
    while done < size:
        link.sendall(block)
        done += len(block)
    link.shutdown(socket.SHUT_WR)
    done = int(link.recv(100))
print(done * 8 / (time.monotonic() - start))
"""


def run_in(place: Path, *args: str, deadline_s: float = 60) -> subprocess.CompletedProcess[str]:
    """Runs a command inside the namespace."""
    line = ["ip", "netns", "exec", place.name, *args]
    return subprocess.run(line, capture_output=True, text=True, timeout=deadline_s, check=False)


def answers_ping(place: Path, ip: str) -> bool:
    """Whether the address answers one of two pings."""
    return run_in(place, "ping", "-c", "2", "-W", "1", ip).returncode == 0


def ask_page(place: Path, ip: str, path: str = "/") -> str:
    """The page, or "" when nothing answers within the time that a page may take."""
    return run_in(place, "curl", "-s", "--connect-timeout", "2", "-m", "30", f"http://{ip}{path}").stdout


def ask_json(place: Path, ip: str, path: str) -> Any:
    """The object that the guest's page answers."""
    return json.loads(ask_page(place, ip, path) or "{}")


def wait_for_page(place: Path, ip: str, deadline_s: float = 60) -> str:
    """The guest's first page, as soon as it speaks; "" when it does not."""
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        if page := ask_page(place, ip):
            return page
        time.sleep(0.3)
    return ""


def measure_mbit(place: Path, ip: str, *, to_guest: bool, size_bytes: int) -> float:
    """Goodput of one connection, in Mbit/s."""
    port = "9" if to_guest else "19"
    done = run_in(place, sys.executable, "-c", _BULK, ip, port, str(size_bytes), deadline_s=120)
    assert done.returncode == 0, done.stderr
    return float(done.stdout) / 1e6
