"""Delivered against contracted by day: exact averages, and what is not known is not nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.period import Month, day_span, day_start
from yunqi.metering import DrawSpan, compute_entitlement_use
from yunqi.settlement.delivered import LineDays, compute_line_days
from yunqi.settlement.inputs import DrawFact

MONTH = Month.parse("2024-02")
LATER = datetime(2030, 1, 1, tzinfo=UTC)
LINE: dict[str, Any] = {"no": 1, "item": "compute.vcpu", "name": "vCPU", "unit": "核", "quantity": "8"}


def days(*draws: DrawFact, lines: Any = None, metered: datetime | None = None, known: datetime = LATER) -> LineDays:
    """The one line over the leap February."""
    versions = {MONTH.start_on + timedelta(days=at): lines or [LINE] for at in range(MONTH.days)}
    return compute_line_days(versions, draws, MONTH, metered_from=metered, known_at=known)[0]


def draw(start: str, end: str | None, quantity: int = 8, kind: str = "span") -> DrawFact:
    """A draw between two hours of the clock of Beijing."""
    at = [None if text is None else datetime.fromisoformat(f"{text}+08:00").astimezone(UTC) for text in (start, end)]
    assert at[0] is not None
    return DrawFact("d", "compute.vcpu", Fraction(quantity), at[0], at[1], 1, kind)


def test_a_leap_month_has_its_days_and_a_half_day_is_half() -> None:
    found = days(draw("2024-02-10T12:00", "2024-02-12T00:00"))
    assert len(found.days) == 29
    use = {one.day.day: (one.average, one.peak, one.short) for one in found.days}
    assert use[9] == (0, 0, 8)
    assert use[10] == (4, 8, 4)
    assert use[11] == (8, 8, 0)
    assert use[12] == (0, 0, 8)


def test_more_than_contracted_is_told() -> None:
    found = days(draw("2024-02-01T00:00", None), draw("2024-02-05T06:00", "2024-02-05T12:00", 4))
    day = found.days[4]
    assert (day.average, day.peak, day.short, day.over) == (9, 12, 0, 4)


def test_days_to_come_and_days_before_metering_are_not_known() -> None:
    metered = day_start(date(2024, 2, 10)) + timedelta(hours=1)
    found = days(draw("2024-02-10T01:00", None), metered=metered, known=day_start(date(2024, 2, 20)))
    known = [one.day.day for one in found.days if one.average is not None]
    assert known == list(range(11, 20))
    handed_in = days(draw("2024-02-01T00:00", "2024-02-05T00:00"), metered=metered)
    assert [one.day.day for one in handed_in.days if one.average is not None] == [1, 2, 3, 4, *range(11, 30)]


def test_runs_are_counted_on_their_day() -> None:
    found = days(draw("2024-02-03T09:00", None, 2, "run"), draw("2024-02-03T10:00", None, 1, "run"))
    assert not found.timed
    assert [one.average for one in found.days][:4] == [0, 0, 3, 0]
    assert found.days[2].short is None


def test_a_quantity_that_changes_within_the_month_and_one_not_stated() -> None:
    versions = {
        MONTH.start_on + timedelta(days=at): [{**LINE, "quantity": "8" if at < 14 else "16"}] for at in range(29)
    }
    found = compute_line_days(versions, [draw("2024-02-01T00:00", None)], MONTH, metered_from=None, known_at=LATER)[0]
    assert [one.short for one in found.days] == [0] * 14 + [8] * 15
    nothing = days(lines=[{**LINE, "quantity": None}])
    assert {(one.contracted, one.short) for one in nothing.days} == {(None, None)}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-100, 900), st.integers(1, 900), st.integers(1, 9)), max_size=6))
def test_the_days_average_to_the_month(spans: list[tuple[int, int, int]]) -> None:
    begin = MONTH.span.start_at
    draws = [
        DrawFact(
            "d", "compute.vcpu", Fraction(much), begin + timedelta(hours=at), begin + timedelta(hours=at + long), 1
        )
        for at, long, much in spans
    ]
    found = days(*draws)
    whole = compute_entitlement_use([DrawSpan(one.quantity, one.start_at, one.end_at) for one in draws], MONTH.span)
    assert sum(one.average or 0 for one in found.days) == whole.average * MONTH.days
    assert max(one.peak or 0 for one in found.days) == whole.peak
    spans_of = [DrawSpan(one.quantity, one.start_at, one.end_at) for one in draws]
    for one in found.days:  # and each is what the month's own computation says of that day alone
        alone = compute_entitlement_use(spans_of, day_span(one.day))
        assert (one.average, one.peak) == (alone.average, alone.peak)
