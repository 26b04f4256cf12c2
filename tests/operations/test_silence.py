"""Silence that accepts, recorded by the system itself: once, with its ground, and undone where an answer had come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import Session

from yunqi.kernel.period import date_of, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.silence import record_silence
from yunqi.store.cases import list_case_events
from yunqi.store.contracts import require_contract
from yunqi.store.facts import list_facts
from yunqi.store.tables import contract

CLAUSE = {
    "deadline": {"count": 2, "unit": "working_day"},
    "silence_accepts": True,
    "source": {"article": "七.2", "text": "逾期未提出异议的视为合格"},
}


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    with signed.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


def change_law(site: Installation, people: People, **changes: Any) -> None:
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        connection.execute(contract.update().where(contract.c.id == found.id).values(data={**found.data, **changes}))


def advance(site: Installation, to: datetime) -> None:
    site.clock.advance(to - site.clock.now())  # type: ignore[attr-defined]


def request(site: Installation, people: People) -> Any:
    given = {"contract": people.cast.first.contract, "title": "终验"}
    return ask(site, people.operator, "acceptance.request", **given).value


def asked(site: Installation, people: People) -> Any:
    """A request of a contract whose silence accepts, and the clock just past its last day."""
    change_law(site, people, acceptance=CLAUSE)
    made = request(site, people)
    assert made.due_on is not None
    advance(site, day_start(made.due_on + timedelta(days=1)) - timedelta(microseconds=1))
    assert record_silence(site) == ()  # the last day counts whole
    advance(site, day_start(made.due_on + timedelta(days=1)))
    return made


def read(site: Installation, people: People, made: Any) -> Any:
    return ask(site, people.clerk, "acceptance.read", id=made.id).value


def happened(site: Installation, people: People) -> dict[str, Any]:
    money = ask(site, people.clerk, "payment.list", contract=people.cast.first.contract).value
    return dict(money.instalments[2].happened)


def proof(site: Installation, people: People, made: Any, answer: str, **more: Any) -> dict[str, Any]:
    kept = ask(site, people.clerk, "file.upload", name="签收回执.txt", content="已收到".encode()).value
    given = {"id": made.id, "event": "prove", "answer": answer, "file": kept.id}
    return {**given, "received_at": day_start(made.due_on) + timedelta(hours=15, minutes=59), **more}


def test_it_is_recorded_once_by_how_many_processes_ever(site: Installation, people: People) -> None:
    made = asked(site, people)
    said: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: said.append(record_silence(site))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(len(one) for one in said) == [0, 0, 0, 1]
    assert record_silence(site) == ()
    after = read(site, people, made)
    assert (after.state, after.accepted_on) == ("deemed", made.due_on)
    assert happened(site, people) == {"acceptance": made.due_on}
    with site.database.read() as connection:
        (event,) = list_case_events(connection, made.id)
        triggers = list_facts(connection, made.contract_id, kind="payment.trigger")
    assert (event.event, event.person_id, event.data["clause"]) == ("deem", None, "七.2")
    assert [(one.payload["on"], one.payload["person"]) for one in triggers] == [(made.due_on.isoformat(), None)]
    kinds = [one.kind_name for one in ask(site, people.clerk, "evidence.list", contract=made.contract_id).value.items]
    assert "验收：逾期未答复，视为合格" in kinds


@pytest.mark.parametrize("clause", [{**CLAUSE, "silence_accepts": False}, {"silence_accepts": True}, None])
def test_nothing_is_recorded_where_the_contract_does_not_say_so_and_the_clock_is_late(
    site: Installation, people: People, clause: dict[str, Any] | None
) -> None:
    change_law(site, people, acceptance=clause)
    made = request(site, people)
    site.clock.advance(timedelta(days=30))  # type: ignore[attr-defined]
    assert record_silence(site) == ()
    (row,) = ask(site, people.clerk, "acceptance.list").value.items
    late = clause is not None and "deadline" in clause
    assert (row.state, row.clock_state) == ("requested", "overdue" if late else "no_deadline")
    assert ((row.days_left or 0) < 0) is late
    assert made.id == row.id


def test_an_answer_after_the_last_day_comes_too_late_whether_recorded_or_not(
    site: Installation, people: People
) -> None:
    made = asked(site, people)
    late = {"id": made.id, "dossier": made.dossier, "event": "fail", "reason": "不符"}
    refusal("acceptance.silent", site, people.approver, "acceptance.answer", **late)
    record_silence(site)
    refusal("case.not_allowed", site, people.approver, "acceptance.answer", **late)


@pytest.mark.parametrize("event", ["pass", "rework", "fail"])
def test_an_answer_that_had_come_in_time_takes_the_place_of_silence(
    site: Installation, people: People, event: str
) -> None:
    made = asked(site, people)
    record_silence(site)
    given = proof(site, people, made, event, reason="缺服务总结报告")
    disputed = ask(site, people.clerk, "acceptance.advance", **given).value
    assert (disputed.state, disputed.accepted_on) == ("disputed", made.due_on)
    assert happened(site, people) == {"acceptance": made.due_on}  # nothing changes before it is settled
    refusal("case.role", site, people.operator, "acceptance.advance", id=made.id, event="uphold", reason="没有")
    settled = ask(site, people.operator, "acceptance.advance", id=made.id, event="admit").value
    received_on = date_of(given["received_at"])
    if event == "pass":
        assert (settled.state, settled.accepted_on) == ("passed", received_on)
        assert happened(site, people) == {"acceptance": received_on}
        return
    assert (settled.state, settled.accepted_on) == ("rework" if event == "rework" else "failed", None)
    assert happened(site, people) == {}
    records = ask(site, people.clerk, "payment.list", contract=made.contract_id).value.records
    assert records[-1].kind == "payment.trigger_taken_back"
    assert record_silence(site) == ()
    assert request_again(site, people) == (event == "fail")


def request_again(site: Installation, people: People) -> bool:
    try:
        return bool(request(site, people).instalments == (3,))
    except Exception as error:  # noqa: BLE001  # what is asked again while rework is due is refused
        assert getattr(error, "code", "") == "acceptance.under_way"  # noqa: PT017
        return False


def test_the_administration_may_uphold_that_silence_accepted(site: Installation, people: People) -> None:
    made = asked(site, people)
    record_silence(site)
    ask(site, people.clerk, "acceptance.advance", **proof(site, people, made, "pass"))
    refusal("case.data", site, people.officer, "acceptance.advance", id=made.id, event="uphold")
    upheld = ask(site, people.officer, "acceptance.advance", id=made.id, event="uphold", reason="回执无签收日期").value
    assert (upheld.state, upheld.accepted_on) == ("deemed", made.due_on)
    assert happened(site, people) == {"acceptance": made.due_on}


def test_what_does_not_prove_an_answer(site: Installation, people: People) -> None:
    made = asked(site, people)
    record_silence(site)
    act, caller = "acceptance.advance", people.clerk
    late = day_start(made.due_on + timedelta(days=1))
    refusal("acceptance.proof_late", site, caller, act, **proof(site, people, made, "pass", received_at=late))
    early = day_start(made.asked_on) - timedelta(microseconds=1)
    refusal("acceptance.proof_late", site, caller, act, **proof(site, people, made, "pass", received_at=early))
    refusal("acceptance.proof_file", site, caller, act, **proof(site, people, made, "pass", file=None))
    refusal("acceptance.proof_reason", site, caller, act, **proof(site, people, made, "fail"))
    refusal("acceptance.proof_answer", site, caller, act, **proof(site, people, made, "pass", received_at=None))
    ask(site, people.approver, "acceptance.sign", id=made.id, dossier=made.dossier)
    refusal("acceptance.own_signature", site, caller, act, **proof(site, people, made, "pass"))
