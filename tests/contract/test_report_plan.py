"""Which reports a contract expects and by when, and how each stands: days of the text, none that it does not give."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.contract.report_plan import Expected, compute_periods, plan_reports
from yunqi.contract.report_state import Filed, Line, compute_lines, count_late_days
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.period import day_start

START, END = date(2026, 1, 1), date(2026, 12, 31)
FIVE = {"count": 5, "unit": "working_day"}


def plan(
    *deliverables: dict[str, Any], obligations: tuple[dict[str, Any], ...] = (), end: date | None = END
) -> tuple[Expected, ...]:
    contract = {"deliverables": list(deliverables), "obligations": list(obligations)}
    return plan_reports(contract, start_on=START, end_on=end, calendar=load_work_calendar())


def paper(name: str, frequency: str | None, **more: Any) -> dict[str, Any]:
    return {"name": name, "frequency": frequency, "party": "provider", "evidence": name, **more}


@pytest.mark.parametrize(
    ("frequency", "said", "period", "due_on", "basis"),
    [
        ("monthly", {"deadline": FIVE}, date(2026, 1, 31), date(2026, 2, 6), "deadline"),
        # The new year's holiday moves the fifth working day; one that is worked instead of a day off counts.
        (
            "monthly",
            {"deadline": {"count": 10, "unit": "working_day"}},
            date(2026, 1, 31),
            date(2026, 2, 13),
            "deadline",
        ),
        ("monthly", {"deadline": {"count": 7, "unit": "day"}}, date(2026, 1, 31), date(2026, 2, 9), "deadline"),
        ("monthly", {"note": "每月5日前提交上月月报"}, date(2026, 1, 31), date(2026, 2, 5), "day"),
        ("monthly", {"note": "次月十日前"}, date(2026, 1, 31), date(2026, 2, 10), "day"),
        ("monthly", {"note": "每月25日前提交当月月报"}, date(2026, 1, 31), date(2026, 1, 25), "day"),
        ("monthly", {"note": "每月30日前报送"}, date(2026, 1, 31), date(2026, 2, 28), "day_assumed"),
        ("weekly", {"note": "每周一提交上周周报"}, date(2026, 1, 4), date(2026, 1, 5), "day"),
        ("weekly", {"note": "每周五前提交本周周报"}, date(2026, 1, 4), date(2026, 1, 2), "day"),
        ("weekly", {"note": "下周三前"}, date(2026, 1, 4), date(2026, 1, 7), "day"),
        ("monthly", {}, date(2026, 1, 31), None, "open"),
        ("monthly", {"deadline": {"count": 12, "unit": "hour"}}, date(2026, 1, 31), None, "open"),
        ("quarterly", {"deadline": FIVE}, date(2026, 3, 31), date(2026, 4, 8), "deadline"),
        ("daily", {}, date(2026, 1, 1), None, "open"),
    ],
)
def test_the_day_is_that_of_the_text(
    frequency: str, said: dict[str, Any], period: date, due_on: date | None, basis: str
) -> None:
    first = plan(paper("运行报告", frequency, **said))[0]
    assert first.period == (START, period)
    assert (first.due_on, first.basis) == (due_on, basis)


def test_a_year_without_published_working_days_has_no_day() -> None:
    lines = plan_reports(
        {"deliverables": [paper("月报", "monthly", deadline=FIVE)]},
        start_on=date(2040, 1, 1),
        end_on=date(2040, 2, 29),
        calendar=load_work_calendar(),
    )
    assert [(one.due_on, one.basis) for one in lines] == [(None, "no_notice")] * 2


def test_the_obligation_that_speaks_of_a_deliverable_gives_it_its_deadline() -> None:
    duty = {
        "party": "provider",
        "text": "服务方每月结束后5个工作日内报送运维月报",
        "frequency": "monthly",
        "deadline": FIVE,
        "evidence": "运维月报",
    }
    (first, *_rest) = plan(paper("政务云运维月报", "monthly"), obligations=(duty,))
    assert (first.key, first.due_on) == ("deliverable:1:2026-01-01", date(2026, 2, 6))
    assert len(plan(paper("政务云运维月报", "monthly"), obligations=(duty,))) == len("123456789012")
    # Of two that it may speak of, it gives none a day: both stand, and the duty beside them.
    two = plan(paper("甲网运维月报", "monthly"), paper("乙网运维月报", "monthly"), obligations=(duty,))
    assert {one.key.rsplit(":", 1)[0]: one.basis for one in two if one.period and one.period[0] == START} == {
        "deliverable:1": "open",
        "deliverable:2": "open",
        "obligation:1": "deadline",
    }


@pytest.mark.parametrize(
    "duty",
    [
        {"text": "服务方每日监测资源使用情况", "frequency": "daily", "evidence": None},
        {"text": "服务方不得每周提交审计报告", "frequency": "weekly", "evidence": "审计报告", "forbidden": True},
        {"text": "服务方应提交审计报告", "evidence": "审计报告"},
        {"text": "使用单位每月签署统一工单", "frequency": "monthly", "evidence": "统一工单"},
    ],
)
def test_a_duty_without_a_paper_or_a_time_is_no_report(duty: dict[str, Any]) -> None:
    assert plan(obligations=({"party": "provider", **duty},)) == ()


def test_without_the_term_nothing_is_dated() -> None:
    (only,) = plan(paper("月报", "monthly"), end=None)
    assert (only.period, only.due_on, only.basis) == (None, None, "no_term")


@given(
    st.sampled_from(["daily", "weekly", "monthly", "quarterly", "yearly"]),
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.integers(0, 1500),
)
def test_periods_cover_a_term_once(frequency: str, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    periods = list(compute_periods(frequency, start, end))
    assert periods[0][0] == start
    assert periods[-1][1] == end
    assert all(first <= last for first, last in periods)
    assert all(later[0] - before[1] == timedelta(days=1) for before, later in itertools.pairwise(periods))


NOON = datetime(2026, 2, 10, 4, tzinfo=UTC)
"""Noon in Beijing, two working days after the day of January's report."""


def january(*filed: Filed, now: datetime = NOON, **said: Any) -> Line:
    expected = plan(paper("运维月报", "monthly", **({"deadline": FIVE} | said)))
    return compute_lines(expected, filed, now=now, calendar=load_work_calendar())[0]


def entry(**more: Any) -> Filed:
    return Filed("r", "运维月报", "第1期", "delivered", period=(START, date(2026, 1, 31)), **more)


@pytest.mark.parametrize(
    ("line", "state", "late_days"),
    [
        (january, "late", 4),
        (lambda: january(now=day_start(date(2026, 2, 7)) - timedelta(seconds=1)), "due", 0),
        (lambda: january(now=day_start(date(2026, 2, 7))), "late", 1),  # the sixth is over
        (lambda: january(now=datetime(2025, 12, 1, tzinfo=UTC)), "later", 0),
        (lambda: january(entry()), "late", 4),  # written, not sent
        (lambda: january(entry(delivered_at=day_start(date(2026, 2, 6)))), "sent", 0),
        (lambda: january(entry(delivered_at=day_start(date(2026, 2, 8)))), "sent", 2),
        (
            lambda: january(entry(delivered_at=day_start(date(2026, 2, 6)), received_at=day_start(date(2026, 2, 9)))),
            "done",
            3,  # what counts is when it arrived
        ),
        (lambda: january(deadline=None), "lacking", None),
        (lambda: january(deadline=None, now=day_start(date(2026, 1, 31))), "due", None),
    ],
)
def test_how_a_report_stands(line: Any, state: str, late_days: int | None) -> None:
    found = line()
    assert (found.state, found.late_days) == (state, late_days)


def test_a_later_version_does_not_make_the_first_late() -> None:
    first = entry(delivered_at=day_start(date(2026, 2, 5)), received_at=day_start(date(2026, 2, 5)))
    second = entry(delivered_at=day_start(date(2026, 2, 9)), received_at=day_start(date(2026, 2, 9)))
    assert (january(second, first).late_days, january(second, first).filed) == (0, first)


def test_what_an_event_calls_for_is_counted_from_the_event() -> None:
    report = paper("故障报告", None, trigger="故障恢复后", deadline={"count": 24, "unit": "hour"})
    expected = plan(report)
    assert [one.basis for one in expected] == ["occasion"]
    (waiting,) = compute_lines(expected, (), now=NOON, calendar=load_work_calendar())
    assert (waiting.state, waiting.due_at) == ("waits", None)
    at = NOON - timedelta(days=3)
    filed = Filed("r", "故障报告", "第1期", "drafted", occasion_at=at)
    (line,) = compute_lines(expected, (filed,), now=NOON, calendar=load_work_calendar())
    assert (line.state, line.due_at, line.late_days) == ("late", at + timedelta(days=1), 3)


@given(st.integers(0, 10**7), st.integers(-(10**7), 10**7))
def test_days_late_begin_with_the_first_instant_and_never_fall(offset: int, seconds: int) -> None:
    due_at = NOON + timedelta(seconds=offset)
    at = due_at + timedelta(seconds=seconds)
    found = count_late_days(due_at, at)
    assert (found == 0) == (at < due_at)
    assert count_late_days(due_at, at + timedelta(days=1)) >= found


@given(st.dates(START, END), st.integers(0, 40), st.sampled_from([None, END]))
def test_between_two_days_are_those_of_the_whole_plan(first: date, days: int, end: date | None) -> None:
    contract = {
        "deliverables": [
            paper("月报", "monthly", note="次月十日前"),
            paper("周报", "weekly", note="每周五前提交本周周报"),
            paper("日报", "daily"),
            paper("季报", "quarterly", deadline=FIVE),
            paper("总结", "once"),
        ],
        "obligations": [],
    }
    last, calendar = first + timedelta(days=days), load_work_calendar()
    whole = plan_reports(contract, start_on=START, end_on=end, calendar=calendar)
    some = plan_reports(contract, start_on=START, end_on=end, calendar=calendar, between=(first, last))
    dated = [(one.due_on or (one.period[1] if one.period else None), one) for one in whole]
    assert list(some) == [one for day, one in dated if day is not None and first <= day <= last]
    assert bool(some) == (end is not None)
