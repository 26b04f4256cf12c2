"""Time: UTC instants; a clock that can be given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone without summer time; a contract's dates are dates of this zone."""


class Clock(Protocol):
    """Where a program takes the present from."""

    def now(self) -> datetime:
        """The present, as a UTC instant."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, as a UTC instant."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved; for tests and for replaying evidence."""

    def __init__(self, at: datetime) -> None:
        self.at = require_utc(at)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Moves the clock on."""
        self.at += by


def require_utc(at: datetime) -> datetime:
    """The same instant in UTC; raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {at!r}")
    return at.astimezone(UTC)


@lru_cache(maxsize=1_024)  # one "now" stands in thousands of rows
def render_instant(at: datetime) -> str:
    """The one text form of an instant in evidence: UTC, microseconds, Z.

    >>> render_instant(datetime(2025, 7, 1, tzinfo=UTC))
    '2025-07-01T00:00:00.000000Z'
    """
    return require_utc(at).isoformat(timespec="microseconds")[:-6] + "Z"  # faster than strftime, and asked most


@lru_cache(maxsize=8_192)  # days begin and end at the same instants for everything that is watched
def parse_instant(text: str) -> datetime:
    """A UTC instant from ISO 8601 with a zone; raises ValueError without one.

    >>> parse_instant("2025-07-01T08:00:00+08:00") == parse_instant("2025-07-01T00:00:00Z")
    True
    """
    return require_utc(datetime.fromisoformat(text))


def parse_local(text: str) -> datetime:
    """An instant as people write it: in Beijing time, or ISO 8601 with a zone; raises ValueError.

    >>> render_instant(parse_local("2025-07-01 08:00"))
    '2025-07-01T00:00:00.000000Z'
    """
    at = datetime.fromisoformat(text.strip())
    try:
        return require_utc(at if at.tzinfo else at.replace(tzinfo=BEIJING))
    except OverflowError as error:  # year 1 in Beijing is no year in UTC
        raise ValueError(text) from error


def render_local(at: datetime) -> str:
    """An instant as people in Beijing read it, to the second.

    >>> render_local(datetime(2025, 7, 1, tzinfo=UTC))
    '2025-07-01 08:00:00'
    """
    return require_utc(at).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
