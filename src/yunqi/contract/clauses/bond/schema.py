"""The form of the performance bond."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from yunqi.contract.clauses.base import Duration, Source, Term


class Due(Duration):
    """When the bond is due: a duration from an event; `inclusive` where the clause counts its own last day."""

    starts_from: str | None = Field(default=None, alias="from")
    inclusive: bool | None = None


class Bond(Term):
    """The bond; `share` of the contract price."""

    share: str | None = None
    amount_fen: int | None = None
    amount_source: Source | None = None
    due: Due | None = None
    until_on: date | None = None
    forms: list[str] = []
    refund_within: Duration | None = None
    renewal: Duration | None = None
    deductions: list[Source] = []
    sources: list[Source] = []
    source: Source
