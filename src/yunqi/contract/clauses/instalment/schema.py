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


class AmountConflict(Term):
    """An amount whose 大写 and digits differ, or whose 大写 can't be read (`daxie_fen` null then)."""

    digits: str
    daxie: str
    digits_fen: int
    daxie_fen: int | None = None
    source: Source


class Instalment(Term):
    """A part payment. `share_stated` is false where the share follows from the amounts alone. `every` is the period
    (month, quarter, half_year, year) of a payment that comes again, each with its own number.
    """

    no: int
    amount_fen: int | None = None
    share: str | None = None
    share_stated: bool = False
    triggers: list[str] = []
    within: Duration | None = None
    by_on: date | None = None
    requires: list[str] = []
    every: str | None = None
    source: Source
