"""The server's highest resident memory while it watches over a few hundred settled resources."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bench.figures import Figure
from bench.world import make_home, settle_in, temporary_folder
from yunqi.bootstrap import open_site
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.settings import load_settings

SERVERS = 150
SECONDS = 20
_LIMIT_KIB = 250 * 1024
_DEADLINE_S = 120


def measure() -> Iterable[Figure]:
    """Peak of `yunqi serve` on the fake engine, and of the process that probes, each read from the kernel."""
    with temporary_folder() as folder:
        home = make_home(folder, engine="fake", reconcile_interval_s=1)
        count = order_and_settle(home)
        environment = {key: value for key, value in os.environ.items() if key != "YUNQI_DATABASE_URL"}
        command = [sys.executable, "-m", "yunqi", "--home", str(home), "serve", "--probe-interval", "1"]
        options = ["--sample-interval", "1", "--seal-interval", "1"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=environment)
        try:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                assert server.poll() is None, (folder / "log").read_text("utf-8")
                time.sleep(0.5)
            server_kib = read_peak_kib(server.pid)
            probe_kib = max((read_peak_kib(child) for child in read_children(server.pid)), default=0)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(_DEADLINE_S)
    against = f"the limit of 250 MiB, with {count} resources over {SECONDS} s"
    for name, kib in (("memory: server, peak resident", server_kib), ("memory: prober, peak resident", probe_kib)):
        yield Figure(name, kib / 1024, "MiB", against, kib / _LIMIT_KIB, "≤ 250 MiB")


def order_and_settle(home: Path) -> int:
    """Orders servers, each with a disk, through the product and settles them; returns how many resources stand."""
    installation = open_site(load_settings(home))
    try:
        agency = settle_in(installation)
        agency.order("network", "main")
        for number in range(SERVERS):
            agency.order("server", f"s{number}", vcpus="1", memory_gb="0.25", system_disk_gb="2", network="main")
            agency.order("disk", f"d{number}", size_gb="1", grade="normal", server=f"s{number}")
        reconciler = make_reconciler(installation)
        reconciler.run_until_settled(_DEADLINE_S)
        reconciler.release()
    finally:
        installation.close()
    return 1 + 2 * SERVERS


def read_peak_kib(pid: int) -> int:
    """The kernel's high-water mark of a process's resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def read_children(pid: int) -> list[int]:
    """The processes that this one started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text("ascii").split()]
