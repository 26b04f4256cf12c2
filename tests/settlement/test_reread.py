"""A reading that is replaced within a month holds for the facts of its span; what cannot be split stays open.

The month's fee is 1,200,000.00 元 ÷ 12 = 100,000.00 元; the one system has a quarter of it. Figures by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import MONTH, at, contract, evidence, found, inputs, outage, source, with_reading

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span
from yunqi.metering import Observation, Verdict
from yunqi.settlement import Statement, compute_statement
from yunqi.settlement.inputs import AgreedSpan, Inputs

YUAN = 100
MID = at(days=14)
BEGUN = "begun.other.0"


def span(code: str, value: str | None, start: datetime = MONTH.span.start_at, end: datetime = MONTH.span.end_at) -> Any:
    return AgreedSpan(code, value, start, end, "补充协议1" if start < MID else "补充协议2", f"rdg-{start:%d}")


def changed(code: str, before: str | None, after: str | None, when: datetime = MID) -> tuple[AgreedSpan, ...]:
    return (span(code, before, end=when), span(code, after, start=when))


def half_hours() -> dict[str, Any]:
    """100.00 元 for each half hour of an outage of more than 30 minutes; what a begun one is, is not said."""
    made = contract(total_fen=1_200_000 * YUAN, price_lines=[], service_levels=[])
    band = {"metric": "outage_single", "min": "30", "min_operator": ">", "max": None, "max_operator": None}
    clause = {
        "kind": "per_period",
        "amount_fen": 100 * YUAN,
        "per": {"count": 30, "unit": "minute"},
        "duty": "interruption",
        "party": "provider",
        "band": {**band, "unit": "minute"},
        "source": source("十.2"),
    }
    made["penalties"] |= {"coefficients": [], "critical": [], "other": [clause]}
    return made


def long_outages() -> dict[str, Any]:
    """30% of the month's fee for an outage of two hours and more; whose fee, is not said."""
    made = half_hours()
    rows = contract()["penalties"]["coefficients"]
    kept = [one for one in rows if (one["table"], one["no"]) == ("minor", 5)]
    made["penalties"] |= {"coefficients": kept, "other": []}
    return made


def month(law: dict[str, Any], minutes: float, *days: float, **more: Any) -> Inputs:
    cases, downs = zip(*(outage(f"inc-{number}", minutes, day) for number, day in enumerate(days)), strict=True)
    answers = tuple(one for case in cases for one in found(case.id, responsible="yes"))
    objects = (evidence("srv-1", *downs), evidence("srv-2"))
    edge = with_reading("counted_from.other.0", "start")
    asked = {"contract": law, "incidents": cases, "objects": objects, "adjudications": answers, "readings": edge}
    return inputs(**asked | more)


def settle(given: Inputs) -> Statement:
    statement = compute_statement(given)
    made = compare(given, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    assert not made.unchecked
    return statement


@pytest.mark.parametrize(
    ("before", "after", "days", "yuan"),
    [
        ("counts", "left_out", (3, 20), 300),  # 40 minutes: two half hours, then one
        ("left_out", "counts", (3, 20), 300),
        ("counts", "left_out", (3, 4), 400),
        ("counts", "left_out", (20, 21), 200),
        ("counts", "left_out", (13.9999, 14), 300),  # a moment before the change, and at it
    ],
)
def test_each_event_goes_by_the_reading_of_its_instant(
    before: str, after: str, days: tuple[float, ...], yuan: int
) -> None:
    given = month(half_hours(), 40, *days, changed=changed(BEGUN, before, after))
    statement = settle(inputs(**_given(given) | {"readings": (*given.readings, *with_reading(BEGUN, after)[-1:])}))
    assert not statement.provisional
    assert statement.penalty_fen == yuan * YUAN


def test_both_readings_stand_in_the_statement_with_their_spans() -> None:
    statement = settle(month(half_hours(), 40, 3, 20, changed=changed(BEGUN, "counts", "left_out")))
    mine = [one for one in statement.readings if one["code"] == BEGUN]
    assert [(one["choice"], one["start"], one["end"], one["agreement"]) for one in mine] == [
        ("counts", "2026-02-01 00:00:00", "2026-02-15 00:00:00", "补充协议1"),
        ("left_out", "2026-02-15 00:00:00", "2026-03-01 00:00:00", "补充协议2"),
    ]


@pytest.mark.parametrize(("days", "open_", "low", "high"), [((3, 20), True, 200, 300), ((20, 21), False, 200, 200)])
def test_before_the_first_reading_nothing_is_agreed(days: tuple[int, ...], open_: bool, low: int, high: int) -> None:
    statement = settle(month(half_hours(), 40, *days, changed=changed(BEGUN, None, "left_out")))
    assert statement.provisional is open_
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (low * YUAN, high * YUAN)
    assert (BEGUN in [one.code for one in statement.open_points]) is open_


def test_what_was_taken_back_still_holds_for_what_happened_before() -> None:
    taken_back = changed(BEGUN, "counts", None)
    assert settle(month(half_hours(), 40, 3, 4, changed=taken_back)).penalty_fen == 400 * YUAN
    assert settle(month(half_hours(), 40, 3, 20, changed=taken_back)).provisional


def test_three_readings_of_a_month() -> None:
    spans = (
        span(BEGUN, "counts", end=at(days=9)),
        span(BEGUN, "left_out", start=at(days=9), end=at(days=19)),
        span(BEGUN, "counts", start=at(days=19)),
    )
    assert settle(month(half_hours(), 40, 5, 15, 25, changed=spans)).penalty_fen == (200 + 100 + 200) * YUAN


@pytest.mark.parametrize(
    ("before", "after", "yuan"),
    [("contract", "system_share", 30_000 + 7_500), ("system_share", "contract", 7_500 + 30_000)],
)
def test_whose_fee_it_is_goes_by_the_instant_too(before: str, after: str, yuan: int) -> None:
    given = month(long_outages(), 130, 3, 20, changed=changed("fee_base", before, after))
    statement = settle(inputs(**_given(given) | {"readings": with_reading("fee_base", after)}))
    assert statement.penalty_fen == yuan * YUAN


def _given(given: Inputs) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.__dataclass_fields__}


def test_a_figure_of_the_whole_month_stays_open_between_both_with_what_each_costs() -> None:
    law = long_outages()
    rows = contract()["penalties"]["coefficients"]
    law["penalties"]["coefficients"] = [one for one in rows if (one["table"], one["no"]) == ("minor", 6)]
    earlier, down = outage("inc-9", 60, -10)
    given = month(law, 60, 3, 20, changed=changed("outage.window", "month", "term"))
    seen = given.objects[0]
    before = (Observation(Span(*down), Verdict.DOWN), Observation(Span(down[1], MONTH.span.start_at), Verdict.UP))
    asked = _given(given) | {
        "incidents": (earlier, *given.incidents),
        "objects": (replace(seen, observations=(*before, *seen.observations)), evidence("srv-2")),
        "readings": with_reading("outage.window", "term"),
    }
    statement = settle(inputs(**asked))
    assert statement.provisional
    (point,) = statement.open_points
    assert point.code == "outage.window"
    assert "自月初起登记" in point.question
    # 60% of 100,000.00 where the one of January counts with both of February; nothing where only the month's do
    assert {one["choice"]: one["amount_fen"] for one in point.choices} == {"month": "0", "term": "6000000"}
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (0, 60_000 * YUAN)
    agreed = settle(inputs(**asked | {"changed": (), "readings": with_reading("outage.window", "month")}))
    assert agreed.penalty_fen == 0


def test_a_change_that_changes_nothing_asks_nothing() -> None:
    given = month(half_hours(), 40, 3, changed=changed("outage.window", "month", "term"))
    readings = (*given.readings, *with_reading(BEGUN, "counts")[-1:])
    assert not settle(inputs(**_given(given) | {"readings": readings})).provisional


def test_an_unknown_value_of_an_earlier_part_is_refused() -> None:
    with pytest.raises(Problem) as error:
        compute_statement(month(half_hours(), 40, 3, changed=changed(BEGUN, "sometimes", "counts")))
    assert error.value.code == "reading.value"


def test_whose_fee_is_not_agreed_of_what_several_share_is_bounded_by_the_whole_price() -> None:
    """The lines that an outage touched are not known, so the price of a line is that of the whole or of the largest."""
    given = month(long_outages(), 130, 3, changed=changed("fee_base", "line", "system_share"))
    statement = settle(inputs(**_given(given) | {"readings": with_reading("fee_base", "system_share")}))
    assert (statement.provisional, statement.penalty_high_fen) == (True, 30_000 * YUAN)
