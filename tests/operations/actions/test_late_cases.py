"""Exits, orders for more capacity and agreements that move a day: what the ledger makes of them, and takes back."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.kits.desk import People, act_as, ask, refusal
from tests.operations.actions.test_lateness import DAY, HOUR, facts, late_of
from tools.rederive.month_case import late_of as late_again

from yunqi.contract.deadlines import compute_due
from yunqi.kernel.clock import FixedClock, render_instant
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import add_months, date_of, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.lateness import ENDED, KINDS, PRESSED, WITHDRAWN, record_lateness_of
from yunqi.operations.months import close_month, recompute
from yunqi.store.contracts import require_contract
from yunqi.store.facts import list_facts
from yunqi.store.tables import amendment, contract, contract_version, document

EXIT = {"migration": {"count": 5, "unit": "day"}, "switch_over": {"count": 3, "unit": "day"}, "erase": True,
        "source": {"article": "十三"}}  # fmt: skip
SECRET = {"return_within": {"count": 5, "unit": "day"}, "annex_return": "immediately", "source": {"article": "十五"}}


def change(site: Installation, name: str, **parts: Any) -> None:
    with site.database.write() as connection:
        found = require_contract(connection, name)
        connection.execute(update(contract).where(contract.c.id == found.id).values(data={**found.data, **parts}))


def pass_days(site: Installation, days: float) -> None:
    site.clock = FixedClock(site.clock.now() + days * DAY)


def check_the_other_program(site: Installation, name: str) -> None:
    """The independent program has the same late duties from the same facts."""
    now = site.clock.now()
    with site.database.read() as connection:
        found = list_facts(connection, require_contract(connection, name).id, kind=KINDS)
    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "at": render_instant(one.at),
            "recorded_at": render_instant(one.recorded_at),
            "payload": one.payload,
        }
        for one in found
    ]
    there = late_again(SimpleNamespace(facts=rows), render_instant(now), now)  # type: ignore[arg-type]
    fields = ("key", "kind", "due_at", "done_at", "reading", "choice", "since", "pressed_at", "system")
    here = late_of(site, name)
    assert sorted(str([getattr(one, field) for field in fields]) for one in there) == sorted(
        str([getattr(one, field) for field in fields]) for one in here
    )


@pytest.fixture
def priced(site: Installation, people: People) -> str:
    """The sample as if it priced every late performance and had days for an exit."""
    name = people.cast.first.contract
    every = {"kind": "daily", "rate": "0.0001", "of": "contract_total", "duty": "late_performance",
             "party": "provider", "source": {"article": "十一"}}  # fmt: skip
    with site.database.read() as connection:
        penalties = require_contract(connection, name).data["penalties"]
    change(
        site,
        name,
        penalties={**penalties, "other": [every]},
        deliverables=[],
        obligations=[],
        exit=EXIT,
        confidentiality=SECRET,
        bond=None,
    )
    return name


def kinds(site: Installation, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in late_of(site, name):
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def test_the_steps_of_an_exit_are_late_by_the_ledger(site: Installation, people: People, priced: str) -> None:
    made = ask(site, people.approver, "exit.open", contract=priced, cause="using_unit", evidence="函").value

    def go(caller: Any, event: str, **more: Any) -> None:
        ask(site, caller, "exit.advance", id=made.id, event=event, **more)

    go(people.approver, "confidential_asked", evidence="通知")
    go(people.operator, "cut_over_begin")
    record_lateness_of(site, priced)
    assert kinds(site, priced) == {}
    pass_days(site, 15)
    assert record_lateness_of(site, priced)
    assert record_lateness_of(site, priced) == ()
    found = {(one.kind, one.reading, one.choice): one for one in late_of(site, priced)}
    # From the end of the term the cut-over is not late yet; the other day stands beside it.
    assert sorted(found) == [
        ("exit_confidential", "exit.return_due", "annex"),
        ("exit_confidential", "exit.return_due", "body"),
        ("exit_cut_over", "exit.switch_over_from", "begin"),
        ("exit_erasure", "exit.erase_due", "migration"),
        ("exit_migration", "", ""),
    ]
    go(people.approver, "migrated", evidence="确认单")
    go(people.operator, "confidential_back", evidence="清单")
    go(people.approver, "confidential_received", evidence="签收单")
    site.clock = FixedClock(site.clock.now() + HOUR)
    record_lateness_of(site, priced)
    done = {one.kind: one.done_at for one in late_of(site, priced)}
    today = day_start(date_of(site.clock.now()))
    assert done == {
        "exit_confidential": today, "exit_cut_over": None, "exit_erasure": None, "exit_migration": today,
    }  # fmt: skip


def test_an_exit_that_is_withdrawn_was_not_late_and_no_month_counts_it(
    site: Installation, people: People, priced: str
) -> None:
    made = ask(site, people.approver, "exit.open", contract=priced, cause="using_unit", evidence="函").value
    pass_days(site, 60)
    record_lateness_of(site, priced)
    (one, other) = late_of(site, priced)
    month = f"{one.due_at + 8 * HOUR:%Y-%m}"
    known_at = site.clock.now()
    site.clock = FixedClock(known_at + HOUR)
    first = close_month(site, priced, month)
    assert [each["id"] for each in first.data["candidates"] if each["event"].startswith("late:")]
    ask(site, people.approver, "exit.advance", id=made.id, event="withdraw", reason="不再迁出")
    site.clock = FixedClock(known_at + 2 * HOUR)
    again = close_month(site, priced, month)
    assert facts(site, priced).count(WITHDRAWN) == 2
    check_the_other_program(site, priced)
    assert [each["id"] for each in again.data["candidates"] if each["event"].startswith("late:")] == []
    assert late_of(site, priced, known_at=known_at) == (one, other)
    for row in (first, again):
        assert recompute(site, row).model_dump(mode="json") == row.data


@pytest.fixture
def scaling(site: Installation, people: People, priced: str) -> str:
    """Seven days for more capacity, and a row that wants the administration's notice too."""
    level = {"metric": "scale_out", "operator": "<=", "threshold": "7", "unit": "day", "source": {"article": "三"}}
    with site.database.read() as connection:
        found = require_contract(connection, priced)
    change(site, priced, service_levels=[*found.data["service_levels"], level])
    return priced


def order(site: Installation, people: People, name: str) -> Any:
    asked = {"contract": name, "kind": "scale_out", "title": "扩充内存", "system": people.cast.first.systems[0]}
    return ask(site, people.clerk, "work_order.open", **asked).value


def step(site: Installation, caller: Any, made: Any, event: str, **more: Any) -> Any:
    return ask(site, caller, "work_order.advance", id=made.id, event=event, **more).value


def test_more_capacity_is_late_after_its_days_and_pressed_once_the_notice_has_run_out(
    site: Installation, people: People, scaling: str
) -> None:
    officer = act_as(people.officer, "operator")
    made = order(site, people, scaling)
    asked_on = date_of(site.clock.now())
    step(site, officer, made, "file", filing_number="备-9")
    step(site, people.operator, made, "approve")
    pass_days(site, 20)
    record_lateness_of(site, scaling)
    (one,) = [each for each in late_of(site, scaling) if each.kind == "scale_out"]
    assert one.due_at >= day_start(asked_on + 8 * DAY)
    assert (one.done_at, one.pressed_at, one.reading) == (None, None, "")
    assert (one.since, one.system) == (made.opened_at, made.system_id)
    today = date_of(site.clock.now())
    refusal("work_order.until_on", site, officer, "work_order.advance", id=made.id, event="press",
            until_on=today - DAY, evidence="函")  # fmt: skip
    refusal("case.role", site, people.approver, "work_order.advance", id=made.id, event="press",
            until_on=today, evidence="函")  # fmt: skip
    step(site, officer, made, "press", until_on=today + 2 * DAY, evidence="京云函 9 号")
    pass_days(site, 2)
    record_lateness_of(site, scaling)
    assert next(each for each in late_of(site, scaling) if each.kind == "scale_out").pressed_at is None
    pass_days(site, 1)
    record_lateness_of(site, scaling)
    pressed = next(each for each in late_of(site, scaling) if each.kind == "scale_out")
    assert pressed.pressed_at == day_start(today + 3 * DAY)
    step(site, people.operator, made, "carry_out")
    done_at = site.clock.now()
    site.clock = FixedClock(done_at + HOUR)
    record_lateness_of(site, scaling)
    assert record_lateness_of(site, scaling) == ()
    last = next(each for each in late_of(site, scaling) if each.kind == "scale_out")
    assert (last.done_at, last.pressed_at, len(last.facts)) == (done_at, pressed.pressed_at, 3)
    assert [facts(site, scaling).count(kind) for kind in (PRESSED, ENDED)] == [1, 1]
    check_the_other_program(site, scaling)


def test_what_is_filed_later_has_two_days_until_the_parties_say_which(
    site: Installation, people: People, scaling: str
) -> None:
    officer = act_as(people.officer, "operator")
    made = order(site, people, scaling)
    pass_days(site, 20)
    record_lateness_of(site, scaling)
    assert [one.choice for one in late_of(site, scaling) if one.kind == "scale_out"] == [""]
    step(site, officer, made, "file", filing_number="备-9")
    pass_days(site, 20)
    record_lateness_of(site, scaling)
    found = [one for one in late_of(site, scaling) if one.kind == "scale_out"]
    assert [(one.reading, one.choice) for one in found] == [("scale_out.from", "request"), ("scale_out.from", "file")]
    check_the_other_program(site, scaling)


def test_other_work_orders_can_not_be_pressed_and_what_is_withdrawn_in_time_is_not_late(
    site: Installation, people: People, scaling: str
) -> None:
    officer = act_as(people.officer, "operator")
    side = people.cast.first
    other = ask(site, people.clerk, "work_order.open", contract=side.contract, kind="change", title="变更").value
    filed = step(site, officer, other, "file", filing_number="备-8")
    assert "press" not in [one.event for one in filed.next]
    refusal("work_order.not_scale_out", site, officer, "work_order.advance", id=other.id, event="press",
            until_on=date_of(site.clock.now()), evidence="函")  # fmt: skip
    made = order(site, people, scaling)
    step(site, people.clerk, made, "withdraw", reason="不再需要")
    pass_days(site, 30)
    record_lateness_of(site, scaling)
    assert kinds(site, scaling) == {}


def monthly(days: int) -> dict[str, Any]:
    return {"name": "运维月报", "party": "provider", "frequency": "monthly",
            "deadline": {"count": days, "unit": "day"}, "source": {"article": "附件"}}  # fmt: skip


def agree(site: Installation, name: str, on: date, **parts: Any) -> None:
    """A supplementary agreement in force from a day on, which changes parts of the contract."""
    now = site.clock.now()
    with site.database.write() as connection:
        found = require_contract(connection, name)
        paper = connection.execute(select(document.c.id)).scalars().first()
        made = {"id": make_id("amd"), "contract_id": found.id, "title": "补充协议", "document_id": paper, "data": {},
                "state": "signed", "effective_on": on.isoformat(), "recorded_at": now}  # fmt: skip
        connection.execute(insert(amendment).values(**made))
        connection.execute(
            insert(contract_version).values(
                id=make_id("ver"),
                contract_id=found.id,
                amendment_id=made["id"],
                data={**found.data, **parts},
                valid_from=day_start(on),
                recorded_at=now,
            )
        )


def first_report(site: Installation, name: str) -> tuple[date, date]:
    """The first day after a report's first month, and its last day by five days."""
    with site.database.read() as connection:
        start_on = require_contract(connection, name).start_on
    assert start_on is not None
    after = add_months(start_on.replace(day=1), 1)
    due_on = compute_due(after - DAY, {"count": 5, "unit": "day"}, site.calendar).on
    assert due_on is not None
    return after, due_on


@pytest.mark.parametrize(
    ("effective", "days", "moved"),
    [(-1, 20, True), (0, 20, True), (1, 20, False), (5, 20, False), (-1, 1, True), (0, 1, False)],
    ids=["before", "on the last day", "the day after", "later", "to an earlier day", "to a day that was over"],
)
def test_an_agreement_moves_only_days_that_have_not_passed(
    site: Installation, people: People, priced: str, effective: int, days: int, moved: bool
) -> None:
    change(site, priced, deliverables=[monthly(5)])
    after, old = first_report(site, priced)
    agree(site, priced, old + effective * DAY, deliverables=[monthly(days)])
    new = compute_due(after - DAY, {"count": days, "unit": "day"}, site.calendar).on
    assert new is not None
    if days == 1 and effective == -1:
        new = old if new < old - DAY else new  # it was over when the agreement came
    site.clock = FixedClock(day_start(after + 70 * DAY))
    record_lateness_of(site, priced)
    one = next(each for each in late_of(site, priced) if each.due_at < day_start(after + 28 * DAY))
    assert one.due_at == day_start((new if moved else old) + DAY)


def test_an_agreement_that_reaches_back_takes_back_what_was_found(
    site: Installation, people: People, priced: str
) -> None:
    change(site, priced, deliverables=[monthly(5)])
    _after, old = first_report(site, priced)
    site.clock = FixedClock(day_start(old + 3 * DAY))
    record_lateness_of(site, priced)
    assert [one.due_at for one in late_of(site, priced)] == [day_start(old + DAY)]
    agree(site, priced, old - 2 * DAY, deliverables=[monthly(20)])
    site.clock = FixedClock(site.clock.now() + HOUR)
    record_lateness_of(site, priced)
    assert (late_of(site, priced), facts(site, priced).count(WITHDRAWN)) == ((), 1)


def test_a_duty_that_an_agreement_does_away_with_before_its_day_is_owed_no_more(
    site: Installation, people: People, priced: str
) -> None:
    change(site, priced, deliverables=[monthly(5)])
    after, old = first_report(site, priced)
    agree(site, priced, old - 2 * DAY, deliverables=[])
    site.clock = FixedClock(day_start(after + 70 * DAY))
    record_lateness_of(site, priced)
    assert late_of(site, priced) == ()
