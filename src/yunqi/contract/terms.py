"""What rules of all clause kinds share: numbers of contract data, operators, bands.

Source: 民法典 第1259条 (以上、以下、以内、届满 include the number; 不满、超过、以外 do not).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.units import is_exact_unit, to_minutes

OPERATORS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt}


_parse = lru_cache(maxsize=8_192)(Fraction)
"""The same few hundred texts are read again and again: prices, limits, shares."""


def number(value: object) -> Fraction | None:
    """A number of contract data (int or decimal string) as an exact fraction; None stays None.

    Raises `Problem` contract.number for anything else.

    >>> number("0.9999"), number(15), number(None)
    (Fraction(9999, 10000), Fraction(15, 1), None)
    """
    if value is None:
        return None
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    try:
        return _parse(str(value).strip())
    except (ValueError, ZeroDivisionError) as error:
        raise Problem(
            "contract.number", "合同数据「{value}」不是数字", value=str(value), way_out="请核对合同数据中的该项数值"
        ) from error


def compare(operator: str, measured: Fraction, limit: Fraction) -> bool:
    """Whether `measured operator limit` holds; raises `Problem` contract.operator for an unknown operator.

    >>> compare("<=", Fraction(15), Fraction(15)), compare("<", Fraction(15), Fraction(15))
    (True, False)
    """
    if operator not in OPERATORS:
        raise Problem(
            "contract.operator", "比较符「{operator}」无法识别", operator=operator, way_out="比较符应为 >=、>、<= 或 <"
        )
    return OPERATORS[operator](measured, limit)


@dataclass(frozen=True, slots=True)
class Band:
    """The values that a row covers. `low` None: no lower edge. Times are in minutes."""

    low: Fraction | None
    low_operator: str
    high: Fraction | None
    high_operator: str

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> Band | None:
        """The band of `{min, min_operator, max, max_operator, unit}`; None where no edge is given."""
        if not data:
            return None
        low, high = number(data.get("min")), number(data.get("max"))
        if low is None and high is None:
            return None
        unit = data.get("unit")
        if is_exact_unit(unit):
            low = None if low is None else to_minutes(low, str(unit))
            high = None if high is None else to_minutes(high, str(unit))
        return cls(low, data.get("min_operator") or ">=", high, data.get("max_operator") or "<=")

    def contains(self, value: Fraction) -> bool:
        """Whether the value falls in."""
        return (self.low is None or compare(self.low_operator, value, self.low)) and (
            self.high is None or compare(self.high_operator, value, self.high)
        )

    def is_below(self, value: Fraction) -> bool:
        """Whether the whole band lies below the value."""
        return self.high is not None and not self.contains(value) and value >= self.high

    def is_above(self, value: Fraction) -> bool:
        """Whether the whole band lies above the value."""
        return self.low is not None and not self.contains(value) and value <= self.low


def duration_minutes(duration: Mapping[str, Any] | None) -> Fraction | None:
    """`{count, unit}` or `{value, unit}` in minutes; None without a count or for a unit that is no fixed length."""
    if not duration:
        return None
    count, unit = number(duration.get("count", duration.get("value"))), duration.get("unit")
    if count is None or not is_exact_unit(unit):
        return None
    return to_minutes(count, str(unit))


def article_of(one: Mapping[str, Any] | None) -> str:
    """The article of a source, or of a clause with one; "" where none is stated."""
    source = (one or {}).get("source") or one or {}
    return str(source.get("article") or "")
