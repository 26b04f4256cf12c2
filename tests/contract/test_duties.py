"""What must be done by when: dates that the text gives, none that it does not."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.contract.duties import Duty, plan_duties
from yunqi.contract.workdays import load_work_calendar

START, END, SIGNED = date(2025, 7, 1), date(2026, 6, 30), date(2025, 6, 25)


def plan(contract: dict[str, Any], **more: Any) -> tuple[Duty, ...]:
    given_: dict[str, Any] = {"start_on": START, "end_on": END, "signed_on": SIGNED, **more}
    return plan_duties(contract, calendar=load_work_calendar(), **given_)


@pytest.mark.parametrize(
    ("frequency", "count", "first", "last"),
    [
        ("weekly", 53, (date(2025, 7, 1), date(2025, 7, 6)), (date(2026, 6, 29), date(2026, 6, 30))),
        ("monthly", 12, (date(2025, 7, 1), date(2025, 7, 31)), (date(2026, 6, 1), date(2026, 6, 30))),
        ("quarterly", 4, (date(2025, 7, 1), date(2025, 9, 30)), (date(2026, 4, 1), date(2026, 6, 30))),
        ("yearly", 1, (START, END), (START, END)),
    ],
)
def test_what_recurs_has_one_instance_a_period(
    frequency: str, count: int, first: tuple[date, date], last: tuple[date, date]
) -> None:
    duties = plan({"deliverables": [{"name": "周报", "frequency": frequency, "party": "provider"}]})
    mine = [one for one in duties if one.kind == "deliverable"]
    assert len(mine) == count
    assert mine[0].period == first
    assert mine[-1].period == last
    assert all(one.due_on is None for one in mine)  # the text names no day
    assert len({one.key for one in mine}) == count


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(0, 1000))
def test_periods_cover_the_term_without_gap_or_overlap(start: date, days: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    for frequency in ("weekly", "monthly", "quarterly", "yearly"):
        spans = [
            one.period
            for one in plan({"deliverables": [{"name": "x", "frequency": frequency}]}, start_on=start, end_on=end)
            if one.period
        ]
        assert spans[0][0] == start
        assert spans[-1][1] == end
        for before, after in itertools.pairwise(spans):
            assert after[0].toordinal() == before[1].toordinal() + 1


def test_milestones_of_a_contract() -> None:
    contract = {
        "bond": {"due": {"count": 5, "unit": "day", "from": "signature"}, "until_on": "2026-07-30"},
        "acceptance": {"deadline": {"count": 20, "unit": "working_day"}},
        "exit": {"notice": {"count": 6, "unit": "month"}},
    }
    found = {one.kind: one.due_on for one in plan(contract)}
    assert found["bond"] == date(2025, 6, 30)
    assert found["bond_end"] == date(2026, 7, 30)
    assert found["term_end"] == END
    assert found["exit_notice"] == date(2025, 12, 30)
    assert found["acceptance"] == date(2026, 7, 28)


def test_what_the_text_does_not_say_is_not_there() -> None:
    contract = {
        "bond": {"due": {"count": 5, "unit": "day", "from": "notice"}},
        "acceptance": {"deadline": None},
        "obligations": [
            {"party": "provider", "text": "验收不合格的，3日内返工", "deadline": {"count": 3, "unit": "day"}},
            {"party": "provider", "text": "应当保密", "deadline": None, "frequency": None},
        ],
        "deliverables": [{"name": "总结", "frequency": None, "due_by": "acceptance"}],
    }
    found = plan(contract, end_on=None, signed_on=None)
    assert [one.due_on for one in found] == [None] * len(found)
    assert sorted(one.kind for one in found) == ["bond", "deliverable", "obligation"]
    # A year whose working days nobody has published gives no date.
    far = plan({"acceptance": {"deadline": {"count": 20, "unit": "working_day"}}}, end_on=date(2040, 1, 1))
    assert [one.due_on for one in far if one.kind == "acceptance"] == [None]
