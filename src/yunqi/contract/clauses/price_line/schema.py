"""The form of a price line."""

from __future__ import annotations

from typing import Any

from yunqi.contract.clauses.base import Source, Term


class Periods(Term):
    """How often the unit price is due: months, runs, years, days, quarters, or the whole term."""

    count: int
    unit: str


class PriceLine(Term):
    """A priced item; unit price in yuan and quantity as decimal text. `bundle`: the line whose price covers it.

    `label` is the number as written where it is no plain number. `stated_total_fen` and `product_fen` stand where the
    two differ; the total is null then. `discount` is what price times quantity is multiplied by.
    """

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
    label: str | None = None
    discount: str | None = None
    free: bool | None = None
    tax_rate: str | None = None
    tax_fen: int | None = None
    net_total_fen: int | None = None
    stated_total_fen: int | None = None
    product_fen: int | None = None
    source: Source
