"""What an early end gives back: by hand, over leap days, year ends, first and last days, and changed prices."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.settlement.leaving import Refund, Text, compute_refund

YUAN = 100


def text(start: str, end: str, yuan: int, months: int | None = None) -> dict[str, Any]:
    return {"total_fen": yuan * YUAN, "term": {"start_on": start, "end_on": end, "months": months}}


def leave(contract: dict[str, Any], left: str, paid: int, reading: str | None = "days", **more: Any) -> Refund:
    on = date.fromisoformat(left)
    return compute_refund(contract, on, paid_fen=paid * YUAN, reading=reading, signed_on=None, **more)


LEAP = text("2024-01-01", "2024-12-31", 366_000)
"""1,000.00 元 a day: 2024 has 366 days."""
OVER = text("2025-07-01", "2026-06-30", 365_000)
"""1,000.00 元 a day, over a year's end."""


@pytest.mark.parametrize(
    ("contract", "left", "paid", "yuan"),
    [
        (LEAP, "2023-12-31", 366_000, 366_000),  # before its first day: nothing was served
        (LEAP, "2024-01-01", 366_000, 365_000),  # the first day alone
        (LEAP, "2024-02-28", 366_000, 307_000),  # 31 + 28 = 59 days served
        (LEAP, "2024-02-29", 366_000, 306_000),  # the leap day is a day
        (LEAP, "2024-03-01", 366_000, 305_000),
        (LEAP, "2024-12-30", 366_000, 1_000),
        (LEAP, "2024-12-31", 366_000, 0),  # on the last day nothing is left
        (OVER, "2025-12-31", 365_000, 181_000),  # 184 days to the year's end
        (OVER, "2026-01-01", 365_000, 180_000),
        (OVER, "2026-02-28", 365_000, 122_000),  # 243 days; 2026 has no 29 February
        (OVER, "2025-12-31", 100_000, -84_000),  # 184,000 served, 100,000 paid: the rest is to be paid
        (OVER, "2025-12-31", 184_000, 0),  # paid to the day
        (OVER, "2025-12-31", 400_000, 216_000),  # more paid than the whole price
        (OVER, "2026-06-30", 400_000, 35_000),  # overpaid is given back on the last day as well
        (OVER, "2025-12-31", 0, -184_000),
    ],
)
def test_by_the_day(contract: dict[str, Any], left: str, paid: int, yuan: int) -> None:
    assert leave(contract, left, paid).amount_fen == yuan * YUAN


@pytest.mark.parametrize(
    ("left", "months", "begun"),
    [
        ("2024-02-28", 306_051_72, 305_000_00),  # 10 months and 1 of 29 days: 366,000 × (10 + 1/29) ÷ 12 = 306,051.724…
        ("2024-02-29", 305_000_00, 305_000_00),
        ("2024-01-31", 335_500_00, 335_500_00),
    ],
)
def test_by_the_month(left: str, months: int, begun: int) -> None:
    leap = {**LEAP, "term": {**LEAP["term"], "months": 12}}
    found = {one.way: one.refund_fen for one in leave(leap, left, 366_000, None).ways}
    assert (found["months"], found["begun_months"]) == (months, begun)


def test_several_instalments_are_one_sum_and_what_was_set_off_is_paid() -> None:
    # 91,250 + 91,250 paid, 10,000 of the third set off against a penalty; 184,000 served: 8,500 are given back.
    found = leave(OVER, "2025-12-31", 91_250 + 91_250, offset_fen=10_000 * YUAN)
    assert (found.paid_fen, found.offset_fen, found.amount_fen) == (192_500 * YUAN, 10_000 * YUAN, 8_500 * YUAN)
    everything = leave(OVER, "2025-12-31", 182_500, "everything", offset_fen=10_000 * YUAN)
    assert everything.amount_fen == 192_500 * YUAN


DEARER = text("2025-07-01", "2026-06-30", 730_000)
"""The price doubled by an agreement: 2,000.00 元 a day."""
LONGER = text("2025-07-01", "2026-12-31", 549_000)
"""The term prolonged to 549 days, 1,000.00 元 a day."""


@pytest.mark.parametrize(
    ("later", "from_", "left", "days", "texts"),
    [
        # 184 days to the year's end at 1,000; 59 at 2,000 to 28 February: 302,000 served of 730,000 paid.
        (DEARER, "2026-01-01", "2026-02-28", 730_000 - 243 * 2_000, 730_000 - 302_000),
        (DEARER, "2026-02-28", "2026-02-28", 730_000 - 243 * 2_000, 730_000 - 242_000 - 2_000),  # its first day
        (DEARER, "2025-07-01", "2026-02-28", 730_000 - 243 * 2_000, 730_000 - 243 * 2_000),  # from the beginning
        (LONGER, "2026-06-01", "2026-08-31", 730_000 - 427_000, 730_000 - 427_000),  # the same a day
    ],
)
def test_a_price_that_an_agreement_changed(later: dict[str, Any], from_: str, left: str, days: int, texts: int) -> None:
    earlier = (Text(None, OVER), Text(date.fromisoformat(from_), later))
    found = leave(later, left, 730_000, None, earlier=earlier)
    ways = {one.way: one.refund_fen for one in found.ways}
    assert (ways["days"], ways["texts"]) == (days * YUAN, texts * YUAN)
    assert leave(later, left, 730_000, "texts", earlier=earlier).amount_fen == texts * YUAN


def test_two_texts_of_one_day_the_last_one_stands() -> None:
    on = date(2026, 1, 1)
    earlier = (Text(None, OVER), Text(on, LONGER), Text(on, DEARER))
    found = leave(DEARER, "2026-02-28", 730_000, "texts", earlier=earlier)
    assert found.amount_fen == (730_000 - 302_000) * YUAN


def test_an_agreement_that_changes_neither_price_nor_term_is_no_way_of_its_own() -> None:
    earlier = (Text(None, OVER), Text(date(2026, 1, 1), {**OVER, "title": "补充"}))
    assert "texts" not in [one.way for one in leave(OVER, "2026-02-28", 1, None, earlier=earlier).ways]
    assert leave(OVER, "2026-02-28", 365_000, "texts", earlier=earlier).amount_fen == 122_000 * YUAN


@settings(max_examples=80)
@given(st.integers(0, 547), st.integers(1, 10**9), st.integers(0, 10**9), st.integers(1, 500))
def test_paid_less_earned_less_refunded_is_nothing_and_a_later_day_never_gives_back_more(
    day: int, total: int, paid: int, change: int
) -> None:
    start = date(2023, 12, 31)
    contract = {"total_fen": total, "term": {"start_on": "2023-12-31", "end_on": "2025-06-30"}}
    first = {**contract, "total_fen": total // 2}
    earlier = (Text(None, first), Text(start + timedelta(days=change), contract))
    found = [
        compute_refund(
            contract, start + timedelta(days=each), paid_fen=paid, reading=None, signed_on=None, earlier=earlier
        )
        for each in (day - 1, day)
    ]
    before, after = ({one.way: one for one in each.ways} for each in found)
    for way, one in after.items():
        earned = total - one.rest_fen
        assert abs(paid - earned - one.refund_fen) <= Fraction(1, 2)
        assert one.refund_fen <= before[way].refund_fen
        assert one.part == one.rest_fen / total
