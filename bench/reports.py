"""The documents of a month of a contract with 360 machines: made from its statement, all of the package in turn."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

from bench.figures import Figure, time_of
from bench.world import temporary_installation
from bench.year import LAST_DAY, MONTH, Days, make_template, write_evidence
from yunqi.operations.documents import list_statement_reports, name_documents, read_days, render_document
from yunqi.operations.months import close_month
from yunqi.store.statements import StatementRow

MACHINES = 360
MONTH_DAYS = Days(date(LAST_DAY.year, LAST_DAY.month, 1), LAST_DAY)


def measure() -> Iterable[Figure]:
    """Each document of the package, and all of them together with the closing of the month before."""
    with temporary_installation(engine="fake") as installation:
        template, servers = make_template(installation)
        path = Path(installation.settings.home) / "yunqi.db"
        with sqlite3.connect(path) as bare:
            machines = add_machines(bare, servers)
            write_evidence(bare, template.contract_id, machines, 0, MONTH_DAYS)
        bare.close()
        kept: list[StatementRow] = []
        closing_s = time_of(lambda: kept.append(close_month(installation, template.contract_id, MONTH)))
        reports, name = list_statement_reports(), name_documents(installation, kept[0])
        begun = time.perf_counter()
        days = read_days(installation, kept[0])
        closing_s += time.perf_counter() - begun  # read once for all documents
        # The first time, libraries and fonts are loaded: once for the process, not for each month.
        first_s = closing_s + sum(time_of(partial(render_document, report, kept[0], name, days)) for report in reports)
        together_s = closing_s
        for report in reports:
            one_s = time_of(partial(render_document, report, kept[0], name, days))
            together_s += one_s
            yield Figure(f"reports: {report.name} of {MACHINES} machines", one_s, "s", "-", None, "-")
        against = f"closing the month and reading its days alone, {closing_s:.2f} s"
        ratio = together_s / closing_s
        yield Figure(f"reports: package of {MACHINES} machines", together_s, "s", against, ratio, "≤ 10 s")
        ratio = first_s / together_s
        yield Figure("reports: the first package of a process", first_s, "s", "a later one", ratio, "≤ 10 s")


def add_machines(bare: sqlite3.Connection, servers: list[str]) -> list[str]:
    """Copies of the ordered servers, with their draws, up to the number of machines; returns the ids of all."""
    marks = [f"{number:03d}" for number in range(1, -(-MACHINES // len(servers)))]
    changes = {
        "resource": {"id": "id || :mark", "name": "name || '-' || :mark"},
        "draw": {"id": "id || :mark", "resource_id": "resource_id || :mark"},
    }
    bare.execute("PRAGMA foreign_keys=OFF")
    for table, changed in changes.items():
        names = [row[1] for row in bare.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(changed.get(name, name) for name in names)
        key = "id" if table == "resource" else "resource_id"
        copy = f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE {key} = :server"
        bare.executemany(copy, [{"mark": mark, "server": server} for mark in marks for server in servers])
    return [*servers, *(f"{server}{mark}" for mark in marks for server in servers)][:MACHINES]
