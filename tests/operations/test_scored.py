"""What is assessed once counts in its month: an acceptance's score, and monthly assessments failed in a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import Session
from tools.rederive.chain import Ledger
from tools.rederive.events import events_of

from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import day_start
from yunqi.operations.installation import Installation
from yunqi.operations.payments import read_occurrences, record_occurrence, recordable_measures
from yunqi.settlement.inputs import Occurrence
from yunqi.store.contracts import require_contract
from yunqi.store.facts import list_facts
from yunqi.store.tables import contract

SHEET = {
    "deductions": [{"no": 1, "text": "周报迟交", "points": "2.5", "source": {"article": "附件6", "text": "…"}}],
    "score_bands": [
        {"min": "90", "min_operator": ">=", "max": None, "share": "1", "source": {"article": "附件6", "text": "…"}}
    ],
}


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    with signed.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


def scored_contract(site: Installation, people: People, end_on: date | None = None) -> None:
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        values: dict[str, Any] = {"data": {**found.data, "penalties": {**found.data["penalties"], **SHEET}}}
        if end_on is not None:
            values["end_on"] = end_on.isoformat()
            values["data"]["term"] = {**found.data["term"], "end_on": end_on.isoformat()}
        connection.execute(contract.update().where(contract.c.id == found.id).values(**values))


def counted(site: Installation, people: People, end_at: datetime | None = None) -> dict[str, Occurrence]:
    """What counts, read here and, from the same facts, by the independent program."""
    now = site.clock.now()
    until = end_at or now + timedelta(seconds=1)
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        here = read_occurrences(connection, found.id, end_at=until, known_at=now)
        facts = list_facts(connection, found.id)
    ledger = Ledger(
        facts=[
            {
                "id": one.id,
                "kind": one.kind,
                "subject": one.subject,
                "at": render_instant(one.at),
                "recorded_at": render_instant(one.recorded_at),
                "payload": one.payload,
            }
            for one in facts
        ]
    )
    there = events_of(ledger, render_instant(now), until, found.end_on)
    names = ("id", "measures", "at", "value", "system")
    assert sorted([[str(getattr(one, name)) for name in names] for one in there]) == sorted(
        [[str(getattr(one, name)) for name in names] for one in here]
    )
    return {one.id: one for one in here}


def answer(site: Installation, people: People, event: str, count: int, **more: Any) -> Any:
    made = ask(site, people.operator, "acceptance.request", contract=people.cast.first.contract, title="终验").value
    given = {"id": made.id, "dossier": made.dossier, "full": "100", "score": [{"no": 1, "count": count}]}
    return ask(site, people.approver, "acceptance.answer", **given, event=event, **more).value


def occurrence(site: Installation, people: People, measures: str, at: datetime, value: str) -> None:
    record_occurrence(
        site, people.cast.first.contract, measures, at=at, actor=people.operator.person_id or "", value=value
    )


def test_the_score_of_an_acceptance_counts_in_the_month_of_its_answer(site: Installation, people: People) -> None:
    scored_contract(site, people)
    occurrence(site, people, "score", site.clock.now() - timedelta(minutes=5), "70")
    assert [one.value for one in counted(site, people).values()] == [70]
    answer(site, people, "pass", 3)
    (one,) = counted(site, people).values()  # not the one entered by hand besides
    assert (one.measures, one.value) == ("score", Fraction(185, 2))
    given = {"contract": people.cast.first.contract, "measures": "score", "at": site.clock.now(), "value": "80"}
    refusal("occurrence.found", site, people.operator, "occurrence.record", **given)


@pytest.mark.parametrize("event", ["rework", "fail"])
def test_what_must_be_done_again_has_no_score_yet(site: Installation, people: People, event: str) -> None:
    scored_contract(site, people)
    answer(site, people, event, 8, reason="缺报告")
    assert [one.value for one in counted(site, people).values()] == ([] if event == "rework" else [80])


def test_a_score_given_after_the_term_counts_in_its_last_month(site: Installation, people: People) -> None:
    end_on = date(2026, 10, 31)
    scored_contract(site, people, end_on)
    answer(site, people, "pass", 0)
    after = day_start(end_on + timedelta(days=1))
    (one,) = counted(site, people, after).values()
    assert one.at == after - timedelta(microseconds=1)
    assert counted(site, people, day_start(end_on)) == {}


def test_assessments_failed_in_a_row_are_counted(site: Installation, people: People) -> None:
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
    assert "assessment" in recordable_measures(found)
    months = [datetime.fromisoformat(f"2026-{month:02}-20T02:00:00+00:00") for month in range(6, 11)]
    for at, value in zip(months, ("0", "1", "0", "0", "0"), strict=True):
        occurrence(site, people, "assessment", at, value)
    occurrence(site, people, "assessment_failures", months[0] - timedelta(days=40), "3")
    runs = {one.id: one.value for one in counted(site, people).values() if one.id.startswith("assessments:")}
    assert runs == {
        f"assessments:2026-{month:02}": run for month, run in zip(range(6, 11), (1, 0, 1, 2, 3), strict=True)
    }
    occurrence(site, people, "assessment", months[3] + timedelta(hours=1), "1")  # corrected: the last word counts
    runs = {one.id: one.value for one in counted(site, people).values() if one.id.startswith("assessments:")}
    assert (runs["assessments:2026-09"], runs["assessments:2026-10"]) == (0, 1)
    assert [one.value for one in counted(site, people).values() if not one.id.startswith("assessments:")] == [3]


@pytest.mark.parametrize(
    ("measures", "value", "code"),
    [("assessment", "2", "occurrence.assessment"), ("assessment_failures", "1", "occurrence.found")],
)
def test_what_is_no_assessment(site: Installation, people: People, measures: str, value: str, code: str) -> None:
    at = site.clock.now() - timedelta(minutes=1)
    occurrence(site, people, "assessment", at, "0")
    given = {"contract": people.cast.first.contract, "measures": measures, "at": at, "value": value}
    refusal(code, site, people.operator, "occurrence.record", **given)
