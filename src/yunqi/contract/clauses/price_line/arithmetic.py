"""Which periods make unit price times quantity the stated total; what differs is said with both figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from yunqi.contract.clauses.price_line.schema import Periods
from yunqi.kernel.money import round_fen

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST_PERIODS = 120


@dataclass(frozen=True, slots=True)
class Settled:
    """The periods as they stand; `covers` where the price is for all of them; `product_fen` where the total differs;
    `candidates` where periods that no word states would explain the total.
    """

    periods: Periods | None
    covers: bool = False
    product_fen: int | None = None
    candidates: tuple[Periods, ...] = ()


def settle_periods(
    product: Fraction,
    total: Fraction | None,
    slack: Fraction,
    count: int | None,
    per: str,
    price_per: str,
    months: int | None,
) -> Settled:
    """The periods of a line from what its words say and its total proves.

    `product` is price times quantity in fen, `slack` half of the last place that the total is written in; `count` and
    `per` come from the period's cell, `price_per` is what the price is said to be for, `months` the contract's term.
    """

    def agrees(periods: Fraction) -> bool:
        exact = product * periods
        return total is not None and (round_fen(exact) == round_fen(total) or abs(exact - total) < slack)

    stated = _stated(count, per or price_per)
    if total is None or not product:
        differs = total is not None and total != 0
        return Settled(stated, product_fen=0 if differs else None)
    if count is not None:
        return _settle_stated(agrees, product, count, per, price_per, months)
    unit = per or price_per
    if agrees(Fraction(1)):
        return Settled(
            _stated(1, unit) if unit in {"year", "term", "run"} else None, covers=unit == "month" and bool(price_per)
        )
    times = total / product
    near = Fraction(round(times))
    if unit == "term" or near < 1 or near > _MOST_PERIODS or not agrees(near):
        whole = _whole_term(unit, months)
        return Settled(stated, product_fen=round_fen(product * (whole or 1)))
    found = Periods(count=int(near), unit=unit or "month")
    if unit:
        return Settled(found)
    return (
        Settled(None, candidates=(found,))
        if months is None or near == months
        else Settled(None, candidates=(found, Periods(count=int(near), unit="run")))
    )


def _settle_stated(
    check: Callable[[Fraction], bool], product: Fraction, count: int, per: str, price_per: str, months: int | None
) -> Settled:
    unit = per or price_per
    if per in _MONTHS and price_per in _MONTHS and per != price_per:
        converted = Fraction(count * _MONTHS[per], _MONTHS[price_per])
        if check(converted) and converted.denominator == 1:
            return Settled(Periods(count=int(converted), unit=price_per))
    if check(Fraction(count)):
        if unit:
            return Settled(Periods(count=count, unit=unit))
        if count == months:
            return Settled(Periods(count=count, unit="month"))
        return Settled(None, candidates=(Periods(count=count, unit="month"), Periods(count=count, unit="run")))
    stated = Periods(count=count, unit=unit) if unit else None
    if check(Fraction(1)):
        return Settled(stated, covers=stated is not None)
    if per == "year" and not price_per and check(Fraction(count * 12)):
        return Settled(None, candidates=(Periods(count=count * 12, unit="month"),))
    return Settled(stated, product_fen=round_fen(product * count))


def _stated(count: int | None, unit: str) -> Periods | None:
    return Periods(count=count, unit=unit) if count is not None and unit else None


def _whole_term(unit: str, months: int | None) -> int | None:
    if months is None or unit not in _MONTHS or months % _MONTHS[unit]:
        return None
    return months // _MONTHS[unit]
