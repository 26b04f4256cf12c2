"""What other monitoring systems hand out, in one form: series of values, each under labels of that system's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from yunqi.kernel.words import _
from yunqi.probes.foreign_rows import RowError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = 1_000_000
_LONGEST = 400
_LAST_S = 253_402_300_799  # the end of the year 9999


class Point(NamedTuple):
    """One value: of an instant (`number` None), or of the hour from it, with how many values that hour had.

    The values stand as that system wrote them; of an instant all three are the same.
    """

    at_us: int
    low: str
    high: str
    level: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """The values under one set of labels, in order of time. `row` is its place in the file, from 1."""

    row: int
    labels: Mapping[str, str]
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        """The labels as a mapping writes them."""
        return render_labels(self.labels)


def render_labels(labels: Mapping[str, str]) -> str:
    """Labels in the form in which a mapping names them.

    >>> render_labels({"job": "node", "instance": "10.0.0.1:9100"})
    'instance=10.0.0.1:9100; job=node'
    """
    return "; ".join(f"{name}={value}" for name, value in sorted(labels.items()))


def instant_of(at_us: int) -> datetime:
    """The instant of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at_us)


def read_number(text: str) -> Decimal | None:
    """The number in a value; None for NaN and the infinities, which say nothing. Raises ValueError for other text.

    >>> read_number("0.5"), read_number("NaN"), read_number("+Inf")
    (Decimal('0.5'), None, None)
    """
    try:
        number = Decimal(text) if len(text) <= _LONGEST else None
    except InvalidOperation:
        number = None
    if number is None or (number.is_finite() and abs(number.adjusted()) > _LONGEST):  # beyond what they count in
        raise ValueError(f"no number: {text[:40]!r}")
    return number if number.is_finite() else None


def read_seconds(value: Any, more_ns: int = 0) -> int:
    """Microseconds since 1970 from seconds as JSON or a text holds them; raises ValueError for what is no such time."""
    try:
        seconds = Decimal(str(value))  # a list, a boolean or null is no number as a text either
    except InvalidOperation as error:
        raise ValueError(f"no time: {value!r}"[:60]) from error
    if not seconds.is_finite() or not 0 <= seconds <= _LAST_S or not 0 <= more_ns < 1000 * _MICRO:
        raise ValueError(f"no time: {value!r}"[:60])
    return int(seconds * _MICRO) + more_ns // 1000


def in_order(row: int, points: list[Point], errors: list[RowError]) -> tuple[Point, ...]:
    """The points by time, each once; two of one instant that differ are an error."""
    points.sort()
    kept: list[Point] = []
    for point in points:
        if not kept or kept[-1].at_us != point.at_us:
            kept.append(point)
        elif kept[-1] != point:
            reason = _("同一时刻有两个不同的值（另一个为 {other}）", other=kept[-1].level)
            errors.append(RowError(row, render_time(point.at_us), point.level, reason))
    return tuple(kept)


def render_time(at_us: int) -> str:
    """An instant as a row's error names it."""
    return instant_of(at_us).isoformat(timespec="milliseconds").replace("+00:00", "Z")
