"""Closing a month of one contract, and of a thousand with a year of evidence: read, computed, traced and written."""

from __future__ import annotations

import json
import sqlite3
import statistics
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bench.figures import Figure, time_of
from bench.world import temporary_installation
from bench.year import DAYS, FLAPS_PER_OBJECT_DAY, MONTH, fill, make_template
from yunqi.kernel.period import Month
from yunqi.operations.months import close_month, read_inputs
from yunqi.settlement import compute_statement

CONTRACTS = 1_000
_SAMPLED = 20


def measure() -> Iterable[Figure]:
    """One month of one contract against its computation alone; of a thousand against the bare reading of their rows."""
    with temporary_installation(engine="fake") as installation:
        template, servers = make_template(installation)
        path = Path(installation.settings.home) / "yunqi.db"
        begun = time.perf_counter()
        rows = fill(path, template, servers, CONTRACTS)
        print(
            f"generated in {time.perf_counter() - begun:.0f} s: {CONTRACTS:,} contracts × {len(servers)} servers "
            f"× {DAYS} days, {FLAPS_PER_OBJECT_DAY:.0%} of server days with an outage of 1 to 90 min, an incident "
            f"each; {rows:,} rows",
        )
        ids = [template.contract_id, *(f"{template.contract_id}{number:04d}" for number in range(1, CONTRACTS))]
        now = installation.clock.now()
        inputs = [read_inputs(installation, one, Month.parse(MONTH), now) for one in ids[:_SAMPLED]]
        computing_s = statistics.median(time_of(partial(compute_statement, one)) for one in inputs)
        closing = [time_of(partial(close_month, installation, one, MONTH)) for one in ids[:_SAMPLED]]
        one_s = statistics.median(closing)
        against = f"compute_statement alone, {computing_s:.4f} s"
        yield Figure("month: one contract closed", one_s, "s", against, one_s / computing_s, "≤ 1 s")
        all_s = time_of(lambda: [close_month(installation, one, MONTH) for one in ids])
        bare_s = time_of(lambda: [read_barely(path, one) for one in ids])
        against = f"bare reading of their verdict days, {bare_s:.1f} s"
        yield Figure(f"month: {CONTRACTS:,} contracts closed", all_s, "s", against, all_s / bare_s, "≤ 120 s")
        yield Figure(
            "month: contracts closed a second", CONTRACTS / all_s, "contracts/s", against, bare_s / all_s, "≥ 8"
        )


def read_barely(path: Path, contract_id: str) -> int:
    """How many spans the contract's verdict days hold."""
    with sqlite3.connect(path) as bare:
        query = "SELECT spans FROM verdict_day WHERE contract_id = ?"
        count = sum(len(json.loads(spans)) for (spans,) in bare.execute(query, (contract_id,)))
    bare.close()
    return count
