"""The form of the total, the tax and the instalments."""

from __future__ import annotations

from datetime import date

from yunqi.contract.clauses.base import Duration, Source, Term


class Tax(Term):
    """Tax within the total."""

    rate: str | None = None
    net_fen: int | None = None
    tax_fen: int | None = None
    source: Source


class Instalment(Term):
    """A part payment. `share_stated` is false where the share follows from the amounts alone."""

    no: int
    amount_fen: int | None = None
    share: str | None = None
    share_stated: bool = False
    triggers: list[str] = []
    within: Duration | None = None
    by_on: date | None = None
    requires: list[str] = []
    source: Source
