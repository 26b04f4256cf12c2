"""A home for the HTTP interface to be measured in: 10,000 resources of one using unit, and others' beside.

What stands is written in bulk by the bare driver; what is measured goes through the product.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.world import Agency, settle_in
from yunqi.kernel.clock import render_instant
from yunqi.kernel.ids import make_id
from yunqi.operations.identity.hashing import hashing_of
from yunqi.operations.identity.sessions import begin_session
from yunqi.operations.installation import Installation
from yunqi.store.accounts import add_account, set_password_hash
from yunqi.store.parties import add_person, set_role
from yunqi.store.undertakings import add_undertaking

RESOURCES = 10_000
PASSWORD = "雨后 the quiet harbour 7 lamps"  # noqa: S105 - of this bench alone
OTHERS = 9
"""Further contracts, of another using unit, with a tenth of the resources each."""
_STARTED = datetime(2025, 7, 1, tzinfo=UTC)


def fill_home(site: Installation) -> Agency:
    """The sample contract signed, with 10,000 servers; nine contracts of another using unit with 1,000 each."""
    agency = settle_in(site)
    agency.order("network", "main")
    with closing(sqlite3.connect(database_path(site), isolation_level=None)) as bare:
        bare.execute("PRAGMA synchronous=OFF")
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("UPDATE price_line SET quantity_micro = quantity_micro * 1000000 WHERE draw_kind = 'span'")
        _add_servers(bare, agency.contract_id, agency.tenant_id, RESOURCES)
        other = make_id("org")
        _copy(bare, "organisation", agency.using_unit_id, id=other, name="另一使用单位")
        tenant = make_id("ten")
        _copy(bare, "tenant", agency.tenant_id, id=tenant, organisation_id=other)
        for number in range(OTHERS):
            contract = make_id("con")
            _copy(bare, "contract", agency.contract_id, id=contract, number=f"B-{number}", using_unit_id=other)
            _add_servers(bare, contract, tenant, RESOURCES // 10)
        bare.execute("COMMIT")
    return agency


def sign_in_people(site: Installation, agency: Agency, count: int) -> list[str]:
    """People of the using unit who may read and order, each with an account and a session; the sessions' tokens.

    Their passwords are one (`PASSWORD`), hashed once, as `people-0` and so on.
    """
    hashed = hashing_of(site.settings).make(PASSWORD)
    now = site.clock.now()
    tokens = []
    with site.database.write() as connection:
        for number in range(count):
            person = add_person(connection, organisation_id=agency.using_unit_id, name=f"人员{number}", now=now)
            for role in ("reader", "operator"):
                set_role(connection, person_id=person, role=role, granted=True, valid_from=now, now=now)
            add_undertaking(
                connection, person_id=person, signed_on=now.date(), reference="1", recorded_by=None, now=now
            )
            account = add_account(connection, person_id=person, login=f"people-{number}", created_by=None, now=now)
            set_password_hash(connection, account.id, hashed, must_change=False, now=now)
            begun = begin_session(
                site, connection, person_id=person, method="password", address="127.0.0.1", user_agent="", now=now
            )
            tokens.append(begun.token.reveal())
    return tokens


def _copy(bare: sqlite3.Connection, table: str, key: str, **changed: str) -> None:
    names = [row[1] for row in bare.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(f":{name}" if name in changed else name for name in names)
    bare.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = :key",
        {**changed, "key": key},
    )


def _add_servers(bare: sqlite3.Connection, contract: str, tenant: str, count: int) -> None:
    (work_order,) = bare.execute('SELECT id FROM "case" LIMIT 1').fetchone()
    resources, statuses = [], []
    for number in range(count):
        key = make_id("srv")
        spec = {
            "grade": "normal",
            "image": "debian-12",
            "memory_gb": str(4 << number % 4),
            "network": "main",
            "system_disk_gb": 50,
            "vcpus": 2 << number % 3,
        }
        text = json.dumps(spec, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        created = render_instant(_STARTED + timedelta(seconds=number, microseconds=number % 7))
        ready = render_instant(_STARTED + timedelta(seconds=number + 90))
        name = f"{contract[-4:]}-s{number}"
        resources.append((key, "server", name, tenant, contract, work_order, text, 1, created))
        statuses.append((key, "ready", 1, "{}", ready, ready))
    bare.executemany(
        "INSERT INTO resource (id, kind, name, tenant_id, contract_id, work_order_id, spec, generation, created_at) "
        "VALUES (?,?,?,?,?,?,?,?,?)",
        resources,
    )
    bare.executemany(
        "INSERT INTO resource_status (resource_id, phase, observed_generation, detail, ready_at, updated_at) "
        "VALUES (?,?,?,?,?,?)",
        statuses,
    )


def database_path(site: Installation) -> Path:
    """The file of the installation's database."""
    return Path(str(site.database.engine.url.database))
