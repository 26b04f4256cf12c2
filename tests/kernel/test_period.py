"""Spans, months and days: they partition, and Beijing decides the date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, Span, add_months, date_of, day_span, day_start, subtract, total_length, union

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: Span(at(min(pair)), at(max(pair)))), max_size=8
)


def covered(parts: tuple[Span, ...] | list[Span]) -> set[int]:
    return {minute for minute in range(60) if any(part.contains(at(minute)) for part in parts)}


@given(spans)
def test_a_union_covers_the_same_once(parts: list[Span]) -> None:
    merged = union(parts)
    assert covered(merged) == covered(parts)
    assert all(left.end_at < right.start_at for left, right in pairwise(merged))
    assert union(merged) == merged
    assert total_length(parts) == timedelta(minutes=len(covered(parts)))


@given(spans, spans)
def test_what_is_left_and_what_is_taken_partition_the_whole(parts: list[Span], holes: list[Span]) -> None:
    left = subtract(parts, holes)
    assert covered(left) == covered(parts) - covered(holes)
    assert total_length(left) == timedelta(minutes=len(covered(left)))


@given(spans, st.integers(0, 60))
def test_splitting_changes_nothing(parts: list[Span], minute: int) -> None:
    cut = at(minute)
    split = [
        piece
        for part in parts
        for piece in (
            (Span(part.start_at, cut), Span(cut, part.end_at)) if part.start_at < cut < part.end_at else (part,)
        )
    ]
    assert union(split) == union(parts)


def test_a_span_is_half_open_and_never_backward() -> None:
    span = Span(at(0), at(10))
    assert span.contains(at(0))
    assert not span.contains(at(10))
    assert span.intersect(Span(at(10), at(20))) is None
    with pytest.raises(ValueError, match="ends before it starts"):
        Span(at(1), at(0))
    with pytest.raises(ValueError, match="without a time zone"):
        Span(datetime(2026, 1, 1), at(0))  # noqa: DTZ001


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_of_beijing_is_24_hours_and_knows_its_date(on: date) -> None:
    span = day_span(on)
    assert span.length == timedelta(days=1)
    assert date_of(span.start_at) == on
    assert date_of(span.end_at - timedelta(microseconds=1)) == on
    assert day_start(on + timedelta(days=1)) == span.end_at


@given(st.integers(2000, 2098), st.integers(1, 12))
def test_months_join_without_gap(year: int, number: int) -> None:
    month = Month(year, number)
    following = Month.parse(str(add_months(month.start_on, 1))[:7])
    assert month.span.end_at == following.span.start_at
    assert month.span.length == timedelta(days=month.days)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "", "2026-01\n", "２０２６-01"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"month\.unreadable"):
        Month.parse(text)
