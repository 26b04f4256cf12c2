"""The form of a price line."""

from __future__ import annotations

from typing import Any

from yunqi.contract.clauses.base import Source, Term


class Periods(Term):
    """How often the unit price is due: months, runs, or the whole term."""

    count: int
    unit: str


class PriceLine(Term):
    """A priced item; unit price in yuan and quantity as decimal text. `bundle`: the line whose price covers it."""

    no: int
    item: str | None = None
    name: str
    group: str | None = None
    unit: str | None = None
    unit_price: str | None = None
    quantity: str | None = None
    periods: Periods | None = None
    total_fen: int | None = None
    parameters: dict[str, Any] = {}
    bundle: int | None = None
    source: Source
