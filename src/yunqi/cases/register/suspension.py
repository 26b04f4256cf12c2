"""How many days a suspension by force majeure extends a term by, under each meaning that the contract's words may have.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from yunqi.kernel.period import Span, date_of

DAYS = "force_majeure.days"
"""The reading of how a suspension is counted in days."""
_MOMENT = timedelta(microseconds=1)


def _calendar_days(span: Span) -> int:
    """The midnights in Beijing that the span goes over; one that ends at midnight has not begun the next day."""
    return (date_of(span.end_at - _MOMENT) - date_of(span.start_at)).days


_COUNTS: Mapping[str, Callable[[Span], int]] = {
    "begun": lambda span: _calendar_days(span) + 1,
    "whole": lambda span: span.length // timedelta(days=1),
    "next_day": _calendar_days,
}
RULES = tuple(_COUNTS)


def compute_days(start_at: datetime, end_at: datetime, rule: str) -> int:
    """Days of a suspension: `begun` each day that it touches, `whole` full 24 hours, `next_day` from the day after its
    first; 0 for one that has no length.

    Source: 民法典 第201条 (the first day is not counted), where the parties agreed on `next_day`.
    """
    return 0 if end_at <= start_at else _COUNTS[rule](Span(start_at, end_at))
