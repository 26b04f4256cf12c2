"""Unit prices of one item across contracts, each as yuan a unit and month, or said why it can't be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.terms import number

Basis = Literal["month", "year", "term", "unstated"]
"""What the price is for; `unstated`: the text names no period, it is taken as the whole term."""
Why = Literal["no_price", "bundle", "run", "once", "no_term", "no_item", "period"]
"""Why a price can't be compared: quantity only, a price for several lines, by run, once only, no term known, no item
of the catalogue, an unknown period.
"""
_MONTHS_A_YEAR = 12
_KILO = 1024
_UNITS: Mapping[str, tuple[str, int]] = {
    "g": ("GB", 1),
    "gb": ("GB", 1),
    "t": ("GB", _KILO),
    "tb": ("GB", _KILO),
    "vcpu": ("核", 1),
    "核": ("核", 1),
    "个核": ("核", 1),
    "mbps": ("Mbps", 1),
    "gbps": ("Mbps", 1000),
}


@dataclass(frozen=True, slots=True)
class NormalPrice:
    """A price as yuan a `unit` and month, exact; None with `why` where it can't be told."""

    unit: str
    monthly_yuan: Fraction | None
    basis: Basis | None
    why: Why | None


def normalise_price(line: Mapping[str, Any], months: Fraction | None, covering: Collection[int]) -> NormalPrice:
    """The price of a line; `months` of its term, `covering`: the lines of its contract whose price covers others.

    >>> normalise_price({"no": 1, "item": "storage.normal", "unit": "TB", "unit_price": "1024",
    ...                  "quantity": "2", "periods": {"count": 1, "unit": "year"}}, None, ())
    NormalPrice(unit='GB', monthly_yuan=Fraction(1, 12), basis='year', why=None)
    """
    catalogue = load_catalogue()
    item = str(line.get("item") or "")
    known = catalogue.item(item) if item in catalogue else None
    word = str(line.get("unit") or (known.unit if known else "") or "")
    unit, factor = _UNITS.get(word.strip().lower(), (word, 1))
    price = number(line.get("unit_price"))
    basis, divisor, why = _divide(line, months)
    if known is None:
        why = "no_item"
    elif line.get("bundle") is not None or line.get("no") in covering:
        why = "bundle"
    elif price is None:
        why = "no_price"
    elif why is None and known.draw != "span":
        why = "once"
    if why is not None or price is None or divisor is None:
        return NormalPrice(unit, None, basis, why)
    return NormalPrice(unit, price / divisor / factor, basis, None)


def _divide(line: Mapping[str, Any], months: Fraction | None) -> tuple[Basis | None, Fraction | None, Why | None]:
    """What the unit price is for, and by how many months it is divided."""
    periods = line.get("periods") or {}
    unit = periods.get("unit")
    if unit == "month":
        return "month", Fraction(1), None
    if unit == "year":
        return "year", Fraction(_MONTHS_A_YEAR), None
    if unit == "run":
        return None, None, "run"
    if unit not in (None, "term"):
        return None, None, "period"
    basis: Basis = "term" if unit == "term" else "unstated"
    return (basis, months, None) if months else (basis, None, "no_term")
