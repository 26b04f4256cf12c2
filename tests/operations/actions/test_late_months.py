"""Months with late duties: found at once or one by one, tried otherwise, and what they cost from tomorrow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.operations.actions.test_late_cases import change, first_report, monthly, pass_days, priced
from tests.operations.actions.test_lateness import DAY, HOUR, late_of

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.money import round_fen
from yunqi.kernel.period import add_months, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.kept import Kept
from yunqi.operations.lateness import record_lateness_of
from yunqi.operations.months import close_month, recompute
from yunqi.operations.overview import terms
from yunqi.store.contracts import require_contract

__all__ = ["priced"]


def test_several_late_reports_are_found_at_once_and_one_by_itself_stands(
    site: Installation, people: People, priced: str
) -> None:
    change(site, priced, deliverables=[{**monthly(5), "name": name} for name in ("月报", "巡检报告", "安全报告")])
    _after, old = first_report(site, priced)
    site.clock = FixedClock(day_start(old.replace(day=28) + 10 * DAY))
    month = f"{old:%Y-%m}"
    first = close_month(site, priced, month)
    site.clock = FixedClock(site.clock.now() + HOUR)
    (point,) = [one for one in first.data["open_points"] if one["code"].startswith("late@")]
    group, events = point["code"].partition("@")[2], [one["event"] for one in point["items"]]
    assert len(events) == 3
    assert all("附件" in one["title"] and old.isoformat() in one["title"] for one in point["items"])
    base = {"contract": priced, "question": "late", "evidence": "台账"}

    def find(event: str, answer: str) -> Any:
        made = ask(site, people.operator, "adjudication.open", event=event, answer=answer, **base).value
        for person in (people.lead, people.approver):
            ask(site, person, "adjudication.confirm", id=made.id)
        return ask(site, people.clerk, "adjudication.read", id=made.id).value

    alone = find(events[1], "no")
    assert "最后期限" in alone.event_name
    assert alone.items == ()
    both = find(group, "yes")
    assert (len(both.items), both.event_name) == (3, f"{month} 逾期的 3 项义务")
    site.clock = FixedClock(site.clock.now() + HOUR)
    again = close_month(site, priced, month)
    assert [one["code"] for one in again.data["open_points"] if one["code"].startswith("late@")] == []
    counted = {one["event"] for one in again.data["candidates"] if one["state"] == "chosen"}
    assert counted & set(events) == {events[0], events[2]}
    refusal("adjudication.no_items", site, people.operator, "adjudication.open", event=group, answer="yes", **base)
    known = (first, again)
    assert all(recompute(site, row).model_dump(mode="json") == row.data for row in known)


def test_a_month_is_tried_with_a_report_that_came_late_though_it_did_not(
    site: Installation, people: People, priced: str
) -> None:
    change(site, priced, deliverables=[monthly(5)])
    after, old = first_report(site, priced)
    site.clock = FixedClock(day_start(after + 40 * DAY))
    close_month(site, priced, f"{old:%Y-%m}")
    (one,) = [each for each in late_of(site, priced) if each.due_at == day_start(old + DAY)]

    def high(*lines: str) -> int:
        asked = {"contract": priced, "month": f"{old:%Y-%m}", "assume": lines}
        found: int = ask(site, people.clerk, "month.what_if", **asked).value.assumed_high_fen
        return found

    with site.database.read() as connection:
        total = require_contract(connection, priced).total_fen
    assert total is not None
    days = (add_months(old.replace(day=1), 1) - old - DAY).days
    none = high(f"late:{one.key}=in_time")
    for value, count in ((old + 3 * DAY, 3), ("never", days)):
        assert high(f"late:{one.key}={value}") - none == round_fen(Fraction(total * count, 10_000))


def test_what_costs_money_from_tomorrow_is_in_the_providers_ranking_by_the_day(
    site: Installation, people: People, priced: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kept in ("_terms", "_laws", "_stakes", "_duties"):  # the data of this contract were changed under its id
        monkeypatch.setattr(terms, kept, Kept(10))
    change(site, priced, deliverables=[monthly(5)])
    _after, old = first_report(site, priced)
    site.clock = FixedClock(day_start(old) + 10 * HOUR)
    with site.database.read() as connection:
        total = require_contract(connection, priced).total_fen
    assert total is not None
    day = round_fen(Fraction(total, 10_000))

    def reports() -> list[Any]:
        due = ask(site, people.operator, "overview.read").value.due
        return [one for one in due if one.title.startswith("运维月报") and one.due_at == day_start(old + DAY)]

    (before,) = reports()
    assert (before.late, before.stake.high_fen, before.minutes_left) == (False, day, 14 * 60)
    pass_days(site, 3)
    record_lateness_of(site, priced)
    (after,) = reports()
    assert (after.late, after.note) == (True, "已逾期 3 日，所示为再逾期一日的违约金")
    assert abs(after.stake.high_fen - day) <= 1
    assert after.clause == "附件"
