"""Several writers in one instant, each in a connection of its own: one fact, one number, one name, no late result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.kits.world import DRAW_KINDS, NOW, World, build_world, make_data, make_work_order, need

from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.period import date_of, day_span
from yunqi.store.audit import verify_evidence
from yunqi.store.cases import open_case
from yunqi.store.chain import close_day
from yunqi.store.contracts import import_contract, sign_contract
from yunqi.store.database import Database, open_database
from yunqi.store.facts import NewFact, record_fact
from yunqi.store.orders import approve_erase, ask_delete, place_order
from yunqi.store.parties import add_organisation
from yunqi.store.signing import SigningKey
from yunqi.store.tables import case, fact, organisation
from yunqi.store.verdicts import ProbeResult, record_probe_results

MINUTE = timedelta(minutes=1)


def at_once(database: Database, *works: Callable[[Database], Any]) -> list[Any]:
    """Each work in a thread with a database handle of its own, as another process has; what it gave or raised."""
    gate = threading.Barrier(len(works))
    ended: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[Database], Any]) -> None:
        mine = open_database(database.url)
        try:
            gate.wait()
            ended[number] = work(mine)
        except YunqiError as error:
            ended[number] = error
        finally:
            mine.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.fixture
def world(database: Database) -> World:
    return build_world(database)


def _second_contract(database: Database, world: World) -> str:
    with database.write() as connection:
        made = import_contract(
            connection, data=make_data("SX-2"), file_name="b.docx", content=b"b", draw_kinds=DRAW_KINDS, now=NOW
        )
        for person in (world.buyer, world.seller):
            sign_contract(connection, made.id, person_id=person, now=NOW)
    return made.id


def test_one_fact_of_a_key(database: Database, world: World) -> None:
    def record(mine: Database) -> list[str]:
        ids = []
        for number in range(5):
            with mine.write() as connection:
                new = NewFact(world.contract, "outage.started", "srv", NOW, {"n": number}, key=f"outage:{number}")
                ids.append(record_fact(connection, new, now=NOW))
        return ids

    ended = at_once(database, *[record] * 6)
    assert all(ids == ended[0] for ids in ended)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).where(fact.c.kind == "outage.started")) == 5


def test_no_number_twice_over_contracts(database: Database, world: World) -> None:
    second = _second_contract(database, world)

    def opens(contract: str) -> Callable[[Database], None]:
        def run(mine: Database) -> None:
            for _ in range(5):
                with mine.write() as connection:
                    open_case(
                        connection,
                        kind="incident",
                        contract_id=contract,
                        title="中断",
                        state="open",
                        data={},
                        opened_at=NOW,
                        now=NOW,
                    )

        return run

    assert at_once(database, *[opens(world.contract), opens(second)] * 3) == [None] * 6
    with database.read() as connection:
        numbers = list(connection.scalars(select(case.c.number).where(case.c.kind == "incident")))
    assert sorted(numbers) == [f"INC-2026-{number:04d}" for number in range(1, 31)]


def test_a_result_is_in_its_day_or_late(database: Database, world: World, signing_key: SigningKey) -> None:
    """One that slips in while its day is closed would be in no verdict day, and the raw results would not verify."""
    day = date_of(NOW)
    start = day_span(day).start_at

    def probe(first: int) -> Callable[[Database], int]:
        def run(mine: Database) -> int:
            late = 0
            for number in range(first, first + 200, 2):
                at = start + MINUTE * number
                row = ProbeResult(world.contract, "srv", "icmp", at, at + MINUTE, "up")
                with mine.write() as connection:
                    late += len(record_probe_results(connection, [row], now=NOW).late)
            return late

        return run

    def close(mine: Database) -> int:
        with mine.write() as connection:  # the stream has a day to close from the start
            row = ProbeResult(world.contract, "srv", "icmp", start + MINUTE * 900, start + MINUTE * 901, "up")
            record_probe_results(connection, [row], now=NOW)
        return close_day(mine, world.contract, day, key=signing_key, now=day_span(day).end_at).verdict_count

    ended = at_once(database, probe(0), probe(1), close)
    assert all(isinstance(one, int) for one in ended), ended
    (report,) = verify_evidence(database, world.contract)
    assert report.findings == []


def test_one_root_of_a_day(database: Database, world: World, signing_key: SigningKey) -> None:
    day = date_of(NOW)

    def close(mine: Database) -> str:
        return close_day(mine, world.contract, day, key=signing_key, now=day_span(day).end_at).sm3

    assert len(set(at_once(database, *[close] * 4))) == 1


def test_one_name_in_a_tenant_under_two_contracts(database: Database, world: World) -> None:
    second = _second_contract(database, world)
    with database.write() as connection:
        other = make_work_order(connection, second, world.tenant)

    def order(contract: str, work_order: str) -> Callable[[Database], str]:
        def run(mine: Database) -> str:
            asked = replace(world.order("web", need("compute.vcpu", 1)), contract_id=contract)
            with mine.write() as connection:
                return place_order(connection, asked, work_order=work_order, person_id=world.buyer, now=NOW).id

        return run

    ended = at_once(database, *[order(world.contract, world.work_order), order(second, other)] * 2)
    won = [one for one in ended if isinstance(one, str)]
    assert len(won) == 1
    assert {one.code for one in ended if isinstance(one, Problem)} == {"order.name_taken"}


def test_one_approval_of_an_erasure(database: Database, world: World) -> None:
    with database.write() as connection:
        asked = world.order("web", need("compute.vcpu", 1))
        made = place_order(connection, asked, work_order=world.work_order, person_id=world.buyer, now=NOW)
        ask_delete(connection, made.id, person_id=world.buyer, now=NOW)

    def approve(mine: Database) -> None:
        with mine.write() as connection:
            approve_erase(connection, made.id, person_id=world.buyer, now=NOW)

    assert at_once(database, *[approve] * 4) == [None] * 4
    with database.read() as connection:
        assert connection.scalar(select(func.count()).where(fact.c.kind == "resource.erase_approved")) == 1


def test_one_import_of_a_text(database: Database) -> None:
    def take(mine: Database) -> str:
        with mine.write() as connection:
            return import_contract(
                connection, data=make_data(), file_name="a.docx", content=b"a", draw_kinds=DRAW_KINDS, now=NOW
            ).id

    ended = at_once(database, *[take] * 4)
    assert sum(isinstance(one, str) for one in ended) == 1
    assert {one.code for one in ended if isinstance(one, Problem)} == {"contract.already_imported"}


def test_who_is_overtaken_is_told_to_try_again(database: Database) -> None:
    """Where nothing was locked, the unique key stands: a retry, never a doubled row or a bug."""

    def add(mine: Database) -> str:
        with mine.write() as connection:
            return add_organisation(connection, name="云州市数据局", role="administration", now=NOW)

    ended = at_once(database, *[add] * 6)
    assert sum(isinstance(one, str) for one in ended) == 1
    codes = {one.code for one in ended if isinstance(one, YunqiError)}
    assert codes <= {"party.exists", "database.overtaken"}
    assert all(isinstance(one, str | Problem | Trouble) for one in ended)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(organisation)) == 1
