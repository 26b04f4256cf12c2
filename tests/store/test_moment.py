"""Within one reading transaction a question is asked once; where one writes, each time anew."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta

from tests.kits.seed import Seed

from yunqi.store.cases import foresee_cases, list_cases, open_case
from yunqi.store.database import Database
from yunqi.store.facts import NewFact, foresee_facts, list_facts, record_facts
from yunqi.store.moment import keep_answer, once

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = ("one.opened", "two.opened", "three.opened")


def test_a_question_is_asked_once_in_a_moment_and_anew_in_the_next(database: Database) -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    for expected in (1, 2):
        with database.read() as connection:
            assert [once(connection, "q", ask) for _ in range(3)] == [expected] * 3
    with database.write() as connection:
        assert [once(connection, "q", ask) for _ in range(2)] == [3, 4]
    with database.read() as connection:
        assert once(connection, "other", ask) == 5


def test_the_oldest_answer_gives_way() -> None:
    kept: dict[Hashable, object] = {}
    for number in range(100):
        keep_answer(kept, number, number)
    assert (35 in kept, 36 in kept) == (False, True)
    assert len(kept) == 64


def test_facts_that_were_foreseen_are_those_that_would_have_been_read(database: Database) -> None:
    contract_id = Seed(database).contract
    with database.write() as connection:
        for late in range(3):
            new = [
                NewFact(contract_id, kind, f"s{at % 2}", NOW + HOUR * (9 - at), {"n": at}, "reported")
                for at, kind in enumerate((*KINDS, *KINDS))
            ]
            record_facts(connection, new, now=NOW + HOUR * late)
    wishes = [
        {"kind": "one.opened"},
        {"kind": KINDS, "known_at": NOW + HOUR},
        {"kind": KINDS[:2], "start_at": NOW + HOUR * 5, "end_at": NOW + HOUR * 9},
        {"kind": KINDS, "subject": "s1", "known_at": NOW},
        {"kind": "four.opened"},
        {"subject": "s0"},
    ]
    with database.read() as connection:
        plain = [list_facts(connection, contract_id, **wish) for wish in wishes]  # type: ignore[arg-type]
    with database.read() as connection:
        foresee_facts(connection, contract_id, (*KINDS, "five.opened"))
        assert [list_facts(connection, contract_id, **wish) for wish in wishes] == plain  # type: ignore[arg-type]
        assert list_facts(connection, "con-other", kind="one.opened") == ()
    assert [len(one) for one in plain] == [6, 12, 9, 3, 0, 9]


def test_whoever_writes_reads_what_it_has_just_written(database: Database) -> None:
    contract_id = Seed(database).contract
    with database.write() as connection:
        foresee_facts(connection, contract_id, KINDS)
        before = list_facts(connection, contract_id, kind=KINDS)
        record_facts(connection, [NewFact(contract_id, "one.opened", "s", NOW, {}, "reported")], now=NOW)
        assert (len(before), len(list_facts(connection, contract_id, kind=KINDS))) == (0, 1)


def test_cases_that_were_foreseen_are_those_that_would_have_been_read(database: Database) -> None:
    contract_id = Seed(database).contract
    with database.write() as connection:
        for late, kind in enumerate(("exit", "incident", "exit", "incident")):
            open_case(
                connection,
                kind=kind,
                contract_id=contract_id,
                title=kind,
                state="open",
                data={"n": late},
                opened_at=NOW - HOUR * late,
                now=NOW + HOUR * late,
            )
    wishes = [{"kind": "exit"}, {"kind": "incident", "known_at": NOW + HOUR}, {"kind": "disposal"}, {}]
    with database.read() as connection:
        plain = [list_cases(connection, contract_id, **wish) for wish in wishes]  # type: ignore[arg-type]
    with database.read() as connection:
        foresee_cases(connection, contract_id, ("incident", "exit", "adjudication"))
        assert [list_cases(connection, contract_id, **wish) for wish in wishes] == plain  # type: ignore[arg-type]
        assert list_cases(connection, contract_id, kind="adjudication") == ()
    assert [[one.data["n"] for one in some] for some in plain[:3]] == [[2, 0], [1], []]
