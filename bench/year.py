"""A generator of contracts with a year of evidence: servers flap at a stated rate, each outage has its incident.

One contract is taken in, signed and ordered for through the product; the others are copies of its rows under other ids,
written in bulk by the bare driver, each with outages of its own. What is generated is not measured.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.world import SAMPLE, Agency, settle_in
from yunqi.contract import read_contract
from yunqi.kernel.clock import FixedClock, render_instant
from yunqi.kernel.period import day_start
from yunqi.operations.installation import Installation
from yunqi.operations.orders import place_order
from yunqi.operations.parties import deploy_system, flag_system
from yunqi.operations.readings import agree_reading
from yunqi.store.contracts import require_contract
from yunqi.store.parties import list_systems, require_organisation

DAYS = 365
FIRST_DAY = date.fromisoformat(str(read_contract(SAMPLE).term.start_on))
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
MONTH = f"{LAST_DAY:%Y-%m}"
FLAPS_PER_OBJECT_DAY = 0.01
LONGEST_MINUTES = 90
READINGS = {
    "availability.window": "month",
    "availability.object": "resource",
    "availability.unknown_time": "excluded",
    "fee_base": "contract",
    "average.population": "faults",
    "average.window": "month",
    "clock_start.recovery": "occurrence",
    "penalty.overlap": "joined",
    "outage.window": "month",
}
_HASH = "0" * 64  # closing a month does not verify the chain; `chain` measures that


@dataclass(frozen=True)
class Days:
    """The days that evidence is written for, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1))


YEAR = Days(FIRST_DAY, LAST_DAY)


@dataclass(frozen=True)
class Outage:
    """One server down over a span."""

    server: int
    start_at: datetime
    minutes: int


def make_template(installation: Installation) -> tuple[Agency, list[str]]:
    """The first contract, with one server for each of its systems, flagged, and what the parties agreed."""
    clock = FixedClock(day_start(FIRST_DAY) + timedelta(hours=1))
    installation.clock = clock
    agency = settle_in(installation)
    agency.order("network", "main")
    with installation.database.read() as connection:
        found = require_contract(connection, agency.contract_id)
        unit, provider = (require_organisation(connection, one) for one in (found.using_unit_id, found.provider_id))
        systems = list_systems(connection, found.using_unit_id, at=clock.now())
    servers = []
    for number, system in enumerate(systems):
        deploy_system(installation, unit.name, system.name, provider.name)
        flag_system(installation, unit.name, system.name, "important", "yes" if number < 3 else "no")
        flag_system(installation, unit.name, system.name, "fee_share", "10%")
        servers.append(
            place_order(
                installation,
                contract=agency.contract,
                kind="server",
                name=f"s{number}",
                fields={"vcpus": "2", "memory_gb": "4", "system_disk_gb": "50", "network": "main"},
                work_order=agency.work_order,
                person_id=agency.clerk,
                system=system.name,
            ).id
        )
    people: dict[str, Any] = {"using_unit_person": f"{unit.name}/经办", "provider_person": f"{provider.name}/主管"}
    for code, value in READINGS.items():
        agree_reading(installation, agency.contract, code, value, agreement="补充协议1", **people)
    clock.at = day_start(LAST_DAY) + timedelta(days=4)
    return agency, servers


def fill(path: Path, template: Agency, servers: list[str], count: int, days: Days = YEAR) -> int:
    """Writes the evidence of the template and `count - 1` copies with theirs; returns how many rows were written."""
    with sqlite3.connect(path) as bare:
        bare.execute("PRAGMA synchronous=OFF")
        bare.execute("PRAGMA foreign_keys=OFF")
        before = bare.total_changes
        write_evidence(bare, template.contract_id, servers, 0, days)
        for number in range(1, count):
            mark = f"{number:04d}"
            copy_contract(bare, template.contract_id, mark)
            write_evidence(bare, f"{template.contract_id}{mark}", [f"{one}{mark}" for one in servers], number, days)
        written = bare.total_changes - before
    bare.close()
    return written


def copy_contract(bare: sqlite3.Connection, contract_id: str, mark: str) -> None:
    """The contract with its lines, signatures, readings, resources and draws under ids that end in the mark.

    Parties, systems, people, the work order and the file's bytes are shared.
    """
    changes = {
        "contract": {"id": "id || :mark", "number": "number || '-' || :mark"},
        "contract_signature": {"id": "id || :mark", "contract_id": "contract_id || :mark"},
        "price_line": {"id": "id || :mark", "contract_id": "contract_id || :mark"},
        "reading": {"id": "id || :mark", "contract_id": "contract_id || :mark"},
        "resource": {"id": "id || :mark", "contract_id": "contract_id || :mark", "name": "name || '-' || :mark"},
        "draw": {
            "id": "id || :mark",
            "contract_id": "contract_id || :mark",
            "price_line_id": "price_line_id || :mark",
            "resource_id": "resource_id || :mark",
        },
    }
    for table, changed in changes.items():
        names = [row[1] for row in bare.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(changed.get(name, name) for name in names)
        key = "id" if table == "contract" else "contract_id"
        order = f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE {key} = :contract"
        bare.execute(order, {"mark": mark, "contract": contract_id})


def write_evidence(bare: sqlite3.Connection, contract_id: str, servers: list[str], seed: int, days: Days) -> None:
    """A verdict day for each server and day, a case with its events and facts for each outage."""
    outages = list(draw_outages(len(servers), seed, days))
    by_day: dict[tuple[int, date], list[Outage]] = {}
    for one in outages:
        by_day.setdefault((one.server, (one.start_at + timedelta(hours=8)).date()), []).append(one)

    def rows() -> Iterator[tuple[Any, ...]]:
        for day in days:
            closed_at = render_instant(day_start(day + timedelta(days=1)) + timedelta(minutes=5))
            quiet = render_spans(day, [])
            for number, server in enumerate(servers):
                found = by_day.get((number, day))
                spans = quiet if found is None else render_spans(day, found)
                name = day.isoformat()
                yield contract_id, name, server, "icmp", "measured", spans, 1440, _HASH, 0, _HASH, name, closed_at

    bare.executemany(
        "INSERT INTO verdict_day (contract_id, day, object, probe, origin, spans, probes, raw_sm3, sample, sm3, "
        "sealed_on, closed_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        rows(),
    )
    for number, one in enumerate(outages):
        write_incident(bare, contract_id, servers[one.server], f"{contract_id[4:]}{number:04d}", one)


def draw_outages(servers: int, seed: int, days: Days) -> Iterator[Outage]:
    """Each server goes down with the stated rate, for 1 to 90 whole minutes within one day, evenly."""
    dice = random.Random(seed)
    for day in days:
        for server in range(servers):
            if dice.random() < FLAPS_PER_OBJECT_DAY:
                minutes = dice.randint(1, LONGEST_MINUTES)
                start = day_start(day) + timedelta(minutes=dice.randint(1, 1439 - minutes))
                yield Outage(server, start, minutes)


def render_spans(day: date, outages: list[Outage]) -> str:
    """The spans of a day as its record keeps them."""
    at, end = day_start(day), day_start(day + timedelta(days=1))
    spans: list[list[Any]] = []
    for one in sorted(outages, key=lambda outage: outage.start_at):
        until = one.start_at + timedelta(minutes=one.minutes)
        spans.append(
            [render_instant(at), render_instant(one.start_at), "up", (one.start_at - at) // timedelta(minutes=1)]
        )
        spans.append([render_instant(one.start_at), render_instant(until), "down", one.minutes])
        at = until
    spans.append([render_instant(at), render_instant(end), "up", (end - at) // timedelta(minutes=1)])
    return json.dumps(spans, separators=(",", ":"))


def write_incident(bare: sqlite3.Connection, contract_id: str, server: str, key: str, one: Outage) -> None:
    """A closed case: reported after 2 minutes, responded to 6 later, located, recovered when the outage ended."""
    ended = one.start_at + timedelta(minutes=one.minutes)
    events = [
        ("reported", one.start_at + timedelta(minutes=2), {"channel": "电话"}),
        ("responded", one.start_at + timedelta(minutes=8), {}),
        ("located", one.start_at + timedelta(minutes=20), {"root_cause": f"rc-{key}"}),
        ("recovered", ended, {}),
        ("closed", ended + timedelta(hours=2), {}),
    ]
    case_id, at = f"cas-{key}", render_instant(one.start_at)
    data = json.dumps(
        {"kind": "fault", "object": server, "outage_start": at, "type": "interruption"}, separators=(",", ":")
    )
    bare.execute(
        'INSERT INTO "case" (id, kind, contract_id, tenant_id, system_id, number, title, state, data, opened_at, '
        "recorded_at) VALUES (?, 'incident', ?, NULL, (SELECT system_id FROM resource WHERE id = ?), ?, '无应答', "
        "'closed', ?, ?, ?)",
        (case_id, contract_id, server, f"INC-{key}", data, at, at),
    )
    bare.executemany(
        "INSERT INTO case_event (id, case_id, no, event, at, person_id, data, recorded_at) VALUES (?,?,?,?,?,NULL,?,?)",
        [
            (f"evt-{key}{no}", case_id, no, name, render_instant(when), json.dumps(more), render_instant(when))
            for no, (name, when, more) in enumerate(events, 1)
        ],
    )
    bare.executemany(
        "INSERT INTO fact (id, contract_id, kind, subject, at, payload, origin, sample, key, recorded_at) "
        "VALUES (?,?,?,?,?,?,'measured',0,NULL,?)",
        [
            (
                f"fct-{key}{name}",
                contract_id,
                f"incident.{name}",
                case_id,
                render_instant(when),
                data,
                render_instant(when),
            )
            for name, when, _more in [("opened", one.start_at, {}), *events]
        ],
    )
