"""Comparing contracts, and prices across contracts, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, Request
from yunqi.wire.contracts import Named, OfContract


class CompareContracts(OfContract):
    """Compares a contract (before) with another, or with itself at another day (`other` left out).

    `on` and `other_on` choose the version in force on a day; without a day that is the text as it was signed, and with
    `other` left out, the version in force today.
    """

    other: Named | None = None
    on: date | None = None
    other_on: date | None = None


class DifferenceRow(Answer):
    """One thing that differs. `what`: added, removed, changed; `effect_fen`: what it costs more over the term, rounded,
    None where that can't be told. `part_name`, `label`, `before` and `after` are as a person reads them; the values
    themselves stand in `before_value` and `after_value`.
    """

    part: str
    part_name: str
    what: Literal["added", "removed", "changed"]
    label: str
    before: str
    after: str
    effect_fen: int | None
    before_value: Any = None
    after_value: Any = None
    path_before: str | None
    path_after: str | None
    source_before: dict[str, Any] | None
    source_after: dict[str, Any] | None


class MonthFeeRow(Answer):
    """The fee of a calendar month before and after, rounded to the fen; None where no amount or term is known."""

    month: str
    before_fen: int | None
    after_fen: int | None
    effect_fen: int | None


class ContractComparison(Answer):
    """All differences by clause, the fee by month, the totals; `effect_fen`: the sum of the months, rounded."""

    contract_id: str
    other_id: str
    before_title: str
    after_title: str
    items: tuple[DifferenceRow, ...]
    months: tuple[MonthFeeRow, ...]
    total_before_fen: int | None
    total_after_fen: int | None
    effect_fen: int | None


class MonthFeeList(Answer):
    """The fee of each calendar month before and after."""

    contract_id: str
    other_id: str
    items: tuple[MonthFeeRow, ...]


class ListPrices(Request):
    """Unit prices of items across contracts, at an instant, now unless one is named."""

    item: Annotated[str | None, Field(max_length=60)] = None
    provider: Annotated[str | None, Field(max_length=200)] = None
    using_unit: Annotated[str | None, Field(max_length=200)] = None
    at: Instant | None = None


class PriceRow(Answer):
    """A price line's unit price as stated, and as yuan a `normal_unit` and month (decimal text, eight places at most).

    `basis`: what the stated price is for (month, year, term; unstated: the text names no period, taken as the term).
    `reason`: why it can't be compared, None where it can. `above_share`: by how much it is above the lowest of the
    item, as a share.
    """

    item: str | None
    item_name: str
    no: int
    name: str
    unit: str | None
    unit_price: str | None
    normal_unit: str
    normal_price: str | None
    above_share: str | None
    basis: str | None
    reason: str | None
    reason_text: str
    quantity: str | None
    contract_id: str
    contract_number: str | None
    using_unit: str
    provider: str
    start_on: date | None
    end_on: date | None


class PriceList(Answer):
    """Prices by item, the lowest first; those that can't be compared stand after those of their item."""

    at: datetime
    items: tuple[PriceRow, ...]
