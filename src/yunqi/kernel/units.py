"""Units of time as contracts count them, exact; the only place where sixty stands."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_SECOND = 1_000_000
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def microseconds(length: timedelta) -> int:
    """A length in whole microseconds, exact.

    >>> microseconds(timedelta(seconds=1))
    1000000
    """
    return length // MICROSECOND


def minutes_of(length: timedelta) -> Fraction:
    """A length in minutes, exact.

    >>> minutes_of(timedelta(seconds=901))
    Fraction(901, 60)
    """
    return Fraction(microseconds(length), _MICROSECONDS_PER_SECOND * _SECONDS["minute"])


def to_minutes(count: Fraction, unit: str) -> Fraction:
    """A count of minutes, hours or days as minutes; raises `Problem` unit.not_exact for units without a fixed length.

    >>> to_minutes(Fraction(2), "hour")
    Fraction(120, 1)
    """
    if unit not in _SECONDS:
        raise Problem(
            "unit.not_exact",
            "单位「{unit}」没有固定长度，不能换算为分钟",
            field="unit",
            unit=unit,
            way_out="请使用分钟、小时或自然日",
        )
    return count * _SECONDS[unit] / _SECONDS["minute"]


def render_decimal(exact: Fraction, places: int = 4) -> str:
    """A number as a decimal with grouping, cut after `places` decimals with a sign that it goes on; never rounded.

    >>> render_decimal(Fraction(10263, 31)), render_decimal(Fraction(5, 2)), render_decimal(Fraction(-1, 3))
    ('331.0645…', '2.5', '-0.3333…')
    """
    scaled = abs(exact) * 10**places
    whole, rest = divmod(scaled.numerator // scaled.denominator, 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0") if scaled.denominator == 1 else f"{rest:0{places}d}"
    text = f"{whole:,}" + (f".{decimals}" if decimals else "") + ("" if scaled.denominator == 1 else "…")
    return f"-{text}" if exact < 0 else text


def render_length(length: timedelta) -> str:
    """A length in days, hours, minutes and seconds, leaving out what is nothing; parts of a second are cut.

    >>> render_length(timedelta(days=31)), render_length(timedelta(hours=1, seconds=5)), render_length(timedelta())
    ('31 天', '1 小时 5 秒', '0 分钟')
    """
    rest = microseconds(length) // _MICROSECONDS_PER_SECOND
    parts = []
    for unit, word in (("day", _("天")), ("hour", _("小时")), ("minute", _("分钟")), ("second", _("秒"))):
        count, rest = divmod(rest, _SECONDS[unit])
        if count:
            parts.append(f"{count} {word}")
    return " ".join(parts) or f"0 {_('分钟')}"


def render_minutes(minutes: Fraction) -> str:
    """A number of minutes as people read a length.

    >>> render_minutes(Fraction(901, 60)), render_minutes(Fraction(120))
    ('15 分钟 1 秒', '2 小时')
    """
    return render_length(length_of(minutes, "minute"))


def is_exact_unit(unit: str | None) -> bool:
    """Whether the unit has a fixed length (second, minute, hour, day)."""
    return unit in _SECONDS


def length_of(count: Fraction, unit: str) -> timedelta:
    """A count of minutes, hours or days as a length, cut to whole microseconds."""
    exact = to_minutes(count, unit) * _SECONDS["minute"] * _MICROSECONDS_PER_SECOND
    return timedelta(microseconds=exact.numerator // exact.denominator)
