"""What the ledger knows to be late becomes a fact, once; a month is settled by it, provisional until it is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.kits.desk import People, ask

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.lateness import ENDED, FOUND, KINDS, list_late, read_late, record_lateness, record_lateness_of
from yunqi.operations.months import close_month, recompute
from yunqi.settlement.inputs import LateDuty
from yunqi.store.contracts import require_contract
from yunqi.store.facts import list_facts
from yunqi.store.tables import contract

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def late_of(site: Installation, name: str, **known: Any) -> tuple[LateDuty, ...]:
    now = site.clock.now()
    with site.database.read() as connection:
        found = require_contract(connection, name)
        return read_late(connection, found.id, end_at=now, known_at=known.get("known_at", now))


def by_ledger(site: Installation, name: str) -> tuple[LateDuty, ...]:
    with site.database.read() as connection:
        return list_late(connection, site, require_contract(connection, name), site.clock.now())


def facts(site: Installation, name: str) -> list[str]:
    with site.database.read() as connection:
        found = require_contract(connection, name)
        return [one.kind for one in list_facts(connection, found.id, kind=KINDS)]


@pytest.fixture
def priced(site: Installation, people: People) -> str:
    """The sample as if its articles asked for a report each month and priced every late performance."""
    site.clock = FixedClock(site.clock.now() + 70 * DAY)
    name = people.cast.first.contract
    with site.database.write() as connection:
        found = require_contract(connection, name)
        every = {"kind": "daily", "rate": "0.0001", "of": "contract_total", "duty": "late_performance",
                 "party": "provider", "source": {"article": "十一"}}  # fmt: skip
        penalties = {**found.data["penalties"], "other": [*found.data["penalties"]["other"], every]}
        monthly = {"name": "运维月报", "party": "provider", "frequency": "monthly",
                   "deadline": {"count": 5, "unit": "day"}, "source": {"article": "附件"}}  # fmt: skip
        data = {**found.data, "penalties": penalties, "deliverables": [monthly]}
        connection.execute(update(contract).where(contract.c.id == found.id).values(data=data))
    return name


def test_what_is_late_is_recorded_once_and_only_where_a_clause_prices_it(
    site: Installation, people: People, priced: str
) -> None:
    other = people.cast.second.contract
    assert by_ledger(site, priced)
    told = record_lateness(site)
    assert record_lateness(site) == ()
    assert len(told) == len(facts(site, priced)) + len(facts(site, other))
    assert [one.key for one in late_of(site, priced)] == sorted({one.key for one in by_ledger(site, priced)})


def test_a_clause_on_the_bond_prices_no_late_report(site: Installation, people: People, priced: str) -> None:
    every = by_ledger(site, priced)
    with site.database.write() as connection:
        found = require_contract(connection, priced)
        others = [one for one in found.data["penalties"]["other"] if one["duty"] == "bond_renewal"]
        data = {**found.data, "penalties": {**found.data["penalties"], "other": others}}
        connection.execute(update(contract).where(contract.c.id == found.id).values(data=data))
    record_lateness(site)
    assert {one.kind for one in every} == {"deliverable", "bond"}
    (never,) = late_of(site, people.cast.first.contract)
    assert (never.kind, never.done_at) == ("bond", None)
    on = date_of(site.clock.now() - DAY)
    handed = {"contract": priced, "amount": "242264.18", "on": on, "form": "银行保函", "guarantee": "BH-1"}
    ask(site, people.clerk, "bond.record", **handed, expires_on=on + 400 * DAY, _second=people.approver)
    record_lateness(site)
    (one,) = late_of(site, people.cast.first.contract)
    assert (one.kind, one.due_at, one.done_at) == ("bond", never.due_at, day_start(on))


def test_a_bond_that_nobody_recorded_is_open_until_it_is_found_or_recorded_with_its_day(
    site: Installation, people: People, priced: str
) -> None:
    record_lateness(site)
    (bond,) = [one for one in late_of(site, priced) if one.kind == "bond"]
    month = f"{bond.due_at + 8 * HOUR:%Y-%m}"
    first = close_month(site, priced, month)
    events = [one["event"] for one in first.data["candidates"] if one["event"] == "late:bond"]
    assert events
    assert first.provisional
    on = date_of(bond.due_at - DAY)
    handed = {"contract": priced, "amount": "242264.18", "on": on, "form": "银行保函", "guarantee": "BH-1"}
    ask(site, people.clerk, "bond.record", **handed, expires_on=on + 400 * DAY, _second=people.approver)
    site.clock = FixedClock(site.clock.now() + HOUR)
    again = close_month(site, priced, month)
    assert [one["event"] for one in again.data["candidates"] if one["event"] == "late:bond"] == []
    assert [one.kind for one in late_of(site, priced) if one.kind == "bond"] == []


def test_a_report_that_comes_late_ends_its_lateness(site: Installation, people: People, priced: str) -> None:
    record_lateness_of(site, priced)
    before = late_of(site, priced)
    key = next(one.key for one in before if one.kind == "deliverable" and one.done_at is None)
    upload = ask(site, people.operator, "file.upload", name="月报.txt", content=b"report").value.id
    made = ask(site, people.operator, "report.number", contract=priced, line=key, file=upload).value
    ask(site, people.lead, "report.approve", id=made.id)
    sent = ask(site, people.operator, "report.deliver", id=made.id, way="platform").value
    known_at = site.clock.now()
    site.clock = FixedClock(known_at + HOUR)
    assert len(record_lateness_of(site, priced)) == 1
    assert record_lateness_of(site, priced) == ()
    one = next(each for each in late_of(site, priced) if each.key == key)
    assert (one.done_at, len(one.facts)) == (sent.delivered_at, 2)
    assert next(each for each in late_of(site, priced, known_at=known_at) if each.key == key).done_at is None
    assert facts(site, priced).count(ENDED) == 1
    ask(site, people.clerk, "report.receipt", id=made.id, received_by="张", way="platform")
    site.clock = FixedClock(site.clock.now() + HOUR)
    record_lateness_of(site, priced)
    last = next(each for each in late_of(site, priced) if each.key == key)
    assert last.done_at is not None
    assert last.done_at >= sent.delivered_at  # the receipt is the later word


def test_what_the_provider_records_moves_no_money_until_the_using_unit_confirms_it(
    site: Installation, people: People, priced: str
) -> None:
    def late() -> set[str]:
        return {one.key for one in by_ledger(site, priced) if one.key.startswith("deliverable:1:")}

    before = late()
    key = min(before)
    on = date_of(site.clock.now()) - 60 * DAY
    said = {"contract": priced, "line": key, "on": on, "words": "纸质月报"}
    made = ask(site, people.lead, "obligation.record", **said).value
    assert late() == before
    ask(site, people.clerk, "obligation.answer", id=made.records[0].id, answer="confirm")
    done = [one for one in by_ledger(site, priced) if one.key == key]
    assert all(one.done_at == day_start(on) for one in done)
    assert not [one for one in done if one.done_at is None]
    ask(site, people.clerk, "obligation.answer", id=made.records[0].id, answer="contest", reason="没有收到")
    assert late() == before


def test_a_month_with_a_late_duty_is_provisional_until_both_parties_have_found_it(
    site: Installation, people: People, priced: str
) -> None:
    duty = next(one for one in by_ledger(site, priced) if one.kind == "deliverable")
    month, name = f"{duty.due_at + 8 * HOUR:%Y-%m}", f"late@late:{duty.key}"
    first = close_month(site, priced, month)
    assert FOUND in facts(site, priced)
    assert name in [one["code"] for one in first.data["open_points"]]
    said = {"contract": priced, "event": f"late:{duty.key}", "question": "late", "answer": "no", "evidence": "纸质件"}
    opened = ask(site, people.operator, "adjudication.open", **said).value
    for person in (people.lead, people.approver):
        ask(site, person, "adjudication.confirm", id=opened.id)
    site.clock = FixedClock(site.clock.now() + HOUR)
    again = close_month(site, priced, month)
    assert name not in [one["code"] for one in again.data["open_points"]]
    assert recompute(site, again).model_dump(mode="json") == again.data
