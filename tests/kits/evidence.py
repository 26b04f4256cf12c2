"""Evidence for tests: facts and probe results of some days, closed or open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.kits.world import build_world

from yunqi.kernel.period import day_start
from yunqi.store.chain import close_day, seal_contract
from yunqi.store.database import Database
from yunqi.store.facts import NewFact, record_facts
from yunqi.store.signing import SigningKey
from yunqi.store.verdicts import ProbeResult, record_probe_results

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
AFTER = datetime(2026, 3, 3, 1, tzinfo=UTC)


def fill(database: Database, contract_id: str, day: date = DAY, count: int = 6) -> None:
    """Facts and minute results (two of them down) of one day."""
    start = day_start(day)
    facts = [
        NewFact(
            contract_id,
            "outage",
            "platform",
            start + timedelta(minutes=n),
            {"分钟": n, "注": '"换行"\n'},
            key=f"{day}/{n}",
        )
        for n in range(count)
    ]
    results = [
        ProbeResult(
            contract_id,
            "platform",
            "http",
            start + timedelta(minutes=n),
            start + timedelta(minutes=n + 1),
            "down" if n in {5, 6} else "up",
            "200",
        )
        for n in range(20)
    ]
    with database.write() as connection:
        record_facts(connection, facts, now=NOON)
        record_probe_results(connection, results, now=NOON)


def build_evidence(database: Database, key: SigningKey) -> str:
    """Two closed days, a tail that is chained but not signed, and a fact that waits; returns the contract's id."""
    contract = build_world(database).contract
    for offset in range(2):
        day = DAY + timedelta(days=offset)
        fill(database, contract, day)
        close_day(database, contract, day, key=key, now=AFTER + timedelta(days=offset))
    fill(database, contract, DAY + timedelta(days=2), 2)
    seal_contract(database, contract, now=AFTER)
    fill(database, contract, DAY + timedelta(days=3), 1)
    return contract
