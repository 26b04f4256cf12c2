"""A city's month: every contract closed, with its reading, tracing and writing, on all cores."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from bench.figures import Figure, time_of
from bench.peer import rate_with_cloudkitty
from bench.world import Agency, temporary_installation
from bench.year import FIRST_DAY, FLAPS_PER_OBJECT_DAY, LAST_DAY, LONGEST_MINUTES, MONTH, Days, fill, make_template
from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import Month, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.many_months import close_months
from yunqi.operations.months import close_month, read_inputs
from yunqi.operations.orders import place_order
from yunqi.settlement import compute_statement

CONTRACTS = 2_000
DISKS = 9
COMPUTED = 50
MONTH_DAYS = Days(date(LAST_DAY.year, LAST_DAY.month, 1), LAST_DAY)


def make_city_template(installation: Installation) -> tuple[Agency, list[str]]:
    """The first contract with ten servers and nine disks for each: a hundred resources that draw on its lines."""
    agency, servers = make_template(installation)
    clock = installation.clock
    assert isinstance(clock, FixedClock)
    closing, clock.at = clock.at, day_start(FIRST_DAY) + timedelta(hours=2)
    for number in range(len(servers)):
        for disk in range(DISKS):
            place_order(
                installation,
                contract=agency.contract,
                kind="disk",
                name=f"d{number}-{disk}",
                fields={"size_gb": "100", "server": f"s{number}"},
                work_order=agency.work_order,
                person_id=agency.clerk,
            )
    clock.at = closing
    return agency, servers


def measure() -> Iterable[Figure]:
    """All contracts closed through `close_months` against the bare scan and sum of the same rows; one closed again."""
    with temporary_installation(engine="fake") as installation:
        template, servers = make_city_template(installation)
        path = Path(installation.settings.home) / "yunqi.db"
        begun = time.perf_counter()
        rows = fill(path, template, servers, CONTRACTS, MONTH_DAYS)
        machines = CONTRACTS * len(servers)
        print(
            f"generated in {time.perf_counter() - begun:.0f} s: {CONTRACTS:,} contracts, {machines:,} machines, "
            f"{machines * (1 + DISKS):,} resources, every minute of {MONTH}; {FLAPS_PER_OBJECT_DAY:.0%} of machine "
            f"days with an outage of 1 to {LONGEST_MINUTES} min, an incident each; {rows:,} rows",
        )
        contracts = [(template.contract_id, None)]
        contracts += [(f"{template.contract_id}{number:04d}", None) for number in range(1, CONTRACTS)]
        peaks: list[int] = []
        with watch_memory(peaks):
            begun = time.perf_counter()
            closed = close_months(installation, contracts, MONTH)
            city_s = time.perf_counter() - begun
        if closed.closed != CONTRACTS or closed.refused:
            raise RuntimeError(f"{closed.closed} of {CONTRACTS} closed: {closed.refused[:3]}")
        bare_s = time_of(lambda: scan_barely(path))
        against = f"bare scan and sum of the same rows, {bare_s:.1f} s"
        yield Figure(f"city: month of {CONTRACTS:,} contracts", city_s, "s", against, city_s / bare_s, "≤ 30 s")
        yield from compare_with_peer(installation, [one for one, _number in contracts], city_s)
        yield Figure("city: memory of all processes", max(peaks) / 2**20, "MiB", "-", None, "≤ 1024")
        again = [time_of(partial(close_month, installation, one, MONTH)) for one, _number in contracts[:20]]
        one_s = statistics.median(again)
        yield Figure("city: one contract closed again", one_s * 1000, "ms", "100 ms", one_s / 0.1, "≤ 100 ms")


def compare_with_peer(installation: Installation, contracts: list[str], city_s: float) -> Iterable[Figure]:
    """A city's month, evidence, penalties and statements included, against CloudKitty's rating of its rows.

    What computes alone is held against the peer's worker in seconds of one processor, which the load of others does
    not lengthen.
    """
    rated = rate_with_cloudkitty(Path(installation.settings.home) / "yunqi.db")
    print(
        f"CloudKitty: {rated.rows:,} rows, rating alone {rated.rows / rated.rate_s:,.0f} rows/s, its worker's path "
        f"{rated.rows / rated.path_s:,.0f} rows/s; off by {float(rated.total - rated.exact):.3g} yuan "
        f"of {float(rated.exact):,.2f}",
    )
    alone = f"CloudKitty, hashmap rating of the same {rated.rows:,} rows, {rated.rate_s:.1f} s"
    yield Figure("city: month against a peer's rating alone", city_s, "s", alone, city_s / rated.rate_s, "-")
    whole = f"CloudKitty, the same rows rated, checked and made plain, stored nowhere, {rated.path_s:.1f} s"
    yield Figure("city: month against a peer's worker", city_s, "s", whole, city_s / rated.path_s, "-")
    computing_s = time_computing(installation, contracts)
    peer = f"CloudKitty's worker over the same rows, {rated.path_cpu_s:.1f} s of one processor"
    ratio = computing_s / rated.path_cpu_s
    yield Figure("city: statements computed, traces included", computing_s, "CPU s", peer, ratio, "-")


def time_computing(installation: Installation, contracts: list[str]) -> float:
    """Processor seconds that computing all statements takes, from those of some contracts; reading is left out."""
    month, now = Month.parse(MONTH), installation.clock.now()
    some = [read_inputs(installation, one, month, now) for one in contracts[:COMPUTED]]
    begun = time.process_time()
    for inputs in some:
        compute_statement(inputs)
    return (time.process_time() - begun) * len(contracts) / len(some)


def scan_barely(path: Path) -> tuple[int, int]:
    """Every verdict day and draw read by the bare driver: minutes of downtime, and the sum of what was drawn."""
    down = drawn = 0
    with sqlite3.connect(path) as bare:
        for (spans,) in bare.execute("SELECT spans FROM verdict_day"):
            down += sum(span[3] for span in json.loads(spans) if span[2] == "down")
        for (quantity,) in bare.execute("SELECT quantity_micro FROM draw"):
            drawn += quantity
    bare.close()
    return down, drawn


@contextmanager
def watch_memory(peaks: list[int]) -> Iterator[None]:
    """Notes, every 0.2 s, the resident bytes of this process and all its children, shared pages counted once each."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            peaks.append(resident_bytes())

    peaks.append(resident_bytes())
    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def resident_bytes() -> int:
    """Proportional resident memory of this process and its children."""
    total = 0
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8").split()
    for one in (str(os.getpid()), *children):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text("utf-8")
        except OSError:  # it has just ended
            continue
        total += sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))
    return total
