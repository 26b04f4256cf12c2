"""What one more day of a late duty costs: by the day, as the month turns, past a cap, in a band, when denied."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.settlement.sample import row
from tests.settlement.test_lateness import TOTAL, band, clause, late, rule

from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.money import round_fen
from yunqi.settlement.at_stake import Stake
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.late_stake import stake_of_lateness
from yunqi.settlement.law import Law

DAY_FEN = round_fen(Fraction(TOTAL, 1000))


def stake(law: dict[str, Any], duty: LateDuty, today: date, **known: str) -> Stake | None:
    named = {code.replace("__", "."): value for code, value in known.items()}
    return stake_of_lateness(Law(law, named), (), named, duty, today, load_work_calendar())


@pytest.mark.parametrize(
    "today",
    [date(2026, 2, 1), date(2026, 2, 5), date(2026, 2, 6), date(2026, 2, 17), date(2026, 2, 28), date(2026, 3, 1)],
    ids=["before", "last day", "first day late", "later", "at the month's end", "next month"],
)
def test_each_day_costs_the_same_under_a_daily_share(today: date) -> None:
    found = stake(rule(clause()), late(date(2026, 2, 5), None), today)
    assert found is not None
    assert found.low_fen == found.high_fen
    assert abs((found.high_fen or 0) - DAY_FEN) <= 1  # each day's share of the rounding
    assert found.source == clause()["source"]


def test_past_the_cap_a_day_costs_nothing_more() -> None:
    law, duty = rule(clause(rate="0.05", cap=24226418)), late(date(2026, 2, 5), None)
    costs = [stake(law, duty, date(2026, 2, day)) for day in (5, 6, 27)]
    assert [one.high_fen for one in costs if one is not None] == [24226418, 0, 0]


def test_the_day_on_which_a_band_is_entered_costs_what_it_adds() -> None:
    law = rule(
        clause("percentage", rate="0.01", band=band("1", "6", signs=">=<")),
        clause("percentage", rate="0.03", band=band("6", None, signs=">=<")),
    )
    duty = late(date(2026, 2, 5), None)
    costs = {day: stake(law, duty, date(2026, 2, day)) for day in (5, 7, 10, 11)}
    high = {day: one.high_fen for day, one in costs.items() if one is not None}
    assert high == {
        5: round_fen(Fraction(TOTAL, 100)),
        7: 0,
        10: round_fen(Fraction(TOTAL * 3, 100)) - round_fen(Fraction(TOTAL, 100)),
        11: 0,
    }


def test_what_is_denied_or_priced_by_nothing_is_no_stake() -> None:
    duty = late(date(2026, 2, 5), None)
    assert stake(rule(), duty, date(2026, 2, 9)) is None
    known = {f"late@late:{duty.key}": "no"}
    assert (
        stake_of_lateness(Law(rule(clause()), known), (), known, duty, date(2026, 2, 9), load_work_calendar()) is None
    )


def test_more_capacity_shows_what_the_notice_would_make_it_cost() -> None:
    law = rule()
    law["penalties"]["coefficients"] = [
        row("minor", 4, "0.2", "scale_out_late", ("7", ">", None, None, "day"), requires=[])
    ]
    duty = LateDuty("scale_out:1", "scale_out", "扩容", late(date(2026, 2, 8), None).due_at)
    found = stake(law, duty, date(2026, 2, 20), fee_base="contract")
    assert found is not None
    assert found.high_fen == round_fen(Fraction(TOTAL, 60))
