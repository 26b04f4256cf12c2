from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.kits.evidence import AFTER, DAY, NOON, build_evidence, fill
from tests.kits.world import build_world

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.store.audit import verify_database
from yunqi.store.chain import close_day, count_unsealed, list_day_roots, seal_all, seal_contract
from yunqi.store.database import Database
from yunqi.store.facts import NewFact, list_facts, record_fact
from yunqi.store.signing import SigningKey
from yunqi.store.tables import chain
from yunqi.store.verdicts import ProbeResult, list_verdicts, record_probe_results

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_evidence.py"


@pytest.fixture
def filled(database: Database, signing_key: SigningKey) -> tuple[Database, str]:
    """A database with evidence, and the contract's id."""
    return database, build_evidence(database, signing_key)


def test_a_fact_is_recorded_once(database: Database) -> None:
    contract = build_world(database).contract
    new = NewFact(contract, "outage", "platform", NOON, {"a": 1}, key="k")
    with database.write() as connection:
        first = record_fact(connection, new, now=NOON)
        assert record_fact(connection, new, now=AFTER) == first
        with pytest.raises(Problem) as caught:
            record_fact(connection, NewFact(contract, "outage", "platform", NOON, {"a": 2}, key="k"), now=AFTER)
        assert caught.value.code == "fact.key_reused"
        assert len(list_facts(connection, contract, kind="outage")) == 1


def test_a_fact_of_a_transaction_that_fails_is_no_fact(database: Database) -> None:
    contract = build_world(database).contract

    def fail() -> None:
        with database.write() as connection:
            record_fact(connection, NewFact(contract, "outage", "platform", NOON, {}), now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert list_facts(connection, contract, kind="outage") == ()


def test_the_tail_is_visible_until_it_is_sealed(database: Database) -> None:
    contract = build_world(database).contract
    seal_all(database, now=NOON)
    fill(database, contract)
    with database.read() as connection:
        assert count_unsealed(connection, contract) == 6
    assert seal_all(database, now=NOON) == 6
    with database.read() as connection:
        assert count_unsealed(connection, contract) == 0
        positions = list(connection.scalars(select(chain.c.position).order_by(chain.c.position)))
    assert positions == list(range(1, len(positions) + 1))


def test_two_sealers_make_one_chain(database: Database) -> None:
    contract = build_world(database).contract
    stop = threading.Event()

    def seal() -> None:
        while not stop.is_set():
            seal_contract(database, contract, now=NOON)

    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in sealers:
        thread.start()
    for offset in range(8):
        fill(database, contract, DAY + timedelta(days=offset), 3)
    stop.set()
    for thread in sealers:
        thread.join()
    seal_contract(database, contract, now=NOON)
    report = verify_database(database, contract)
    assert (report.findings, report.unsealed) == ([], 0)
    with database.read() as connection:
        assert report.facts == len(list_facts(connection, contract))


def test_closing_a_day_signs_it_once(filled: tuple[Database, str], signing_key: SigningKey) -> None:
    database, contract = filled
    with database.read() as connection:
        roots = list_day_roots(connection, contract)
    assert [root.day for root in roots] == [DAY, DAY + timedelta(days=1)]
    assert roots[1].first_position == roots[0].last_position + 1
    assert [root.verdict_count for root in roots] == [1, 1]
    assert close_day(database, contract, DAY, key=signing_key, now=AFTER) == roots[0]


def test_days_are_closed_in_order_and_when_they_are_over(filled: tuple[Database, str], signing_key: SigningKey) -> None:
    database, contract = filled
    for day, code in (
        (DAY - timedelta(days=1), "evidence.day_order"),
        (DAY + timedelta(days=9), "evidence.day_not_over"),
    ):
        with pytest.raises(Problem) as caught:
            close_day(database, contract, day, key=signing_key, now=AFTER)
        assert caught.value.code == code


def test_what_comes_late_is_sealed_with_the_next_day(filled: tuple[Database, str], signing_key: SigningKey) -> None:
    database, contract = filled
    at = day_start(DAY) + timedelta(hours=5)
    late = ProbeResult(contract, "platform", "http", at, at + timedelta(minutes=1), "up")
    other = ProbeResult(
        contract, "platform", "http", at, at + timedelta(days=2), "up", origin="import:别家", sample=True
    )
    with database.write() as connection:
        recorded = record_probe_results(connection, [late, other], now=AFTER)
    assert recorded.late == (late,)
    assert recorded.written == 3  # one for each day it touches
    close_day(database, contract, DAY + timedelta(days=2), key=signing_key, now=AFTER + timedelta(days=2))
    with database.read() as connection:
        streams = list_verdicts(
            connection, contract, start_at=day_start(DAY), end_at=day_start(DAY) + timedelta(days=9)
        )
    assert [(one.origin, one.sample, one.closed) for one in streams] == [
        ("import:别家", True, True),
        ("measured", False, False),
    ]
    (span,) = streams[0].spans
    assert (span.start_at, span.end_at, span.probes) == (at, at + timedelta(days=2), 3)
    assert verify_database(database, contract).findings == []


def test_verdicts_are_the_same_before_and_after_their_day_is_closed(
    database: Database, signing_key: SigningKey
) -> None:
    contract = build_world(database).contract
    fill(database, contract)
    window = {"start_at": day_start(DAY) + timedelta(seconds=30), "end_at": day_start(DAY) + timedelta(hours=1)}
    with database.read() as connection:
        before = list_verdicts(connection, contract, **window)
    close_day(database, contract, DAY, key=signing_key, now=AFTER)
    with database.read() as connection:
        after = list_verdicts(connection, contract, **window)
        then = list_verdicts(connection, contract, **window, known_at=NOON)
        never = list_verdicts(connection, contract, **window, known_at=NOON - timedelta(days=1))
    assert before[0].spans == after[0].spans == then[0].spans
    assert [(span.verdict, span.probes) for span in after[0].spans] == [("up", 5), ("down", 2), ("up", 13)]
    assert (before[0].closed, after[0].closed, never) == (False, True, ())
