"""The form of deductions from a score, of the bands of a score, and of credits."""

from __future__ import annotations

from yunqi.contract.clauses.base import Source, Term
from yunqi.contract.clauses.coefficient.schema import Band


class Deduction(Term):
    """Points that a breach costs, each time (`per` case) or each day; null where the text does not say how often."""

    no: int
    text: str
    points: str | None = None
    per: str | None = None
    source: Source


class ScoreBand(Term):
    """Between which scores which part of the fee is paid; an end that is left open is null, so is a doubtful share."""

    min: str | None = None
    min_operator: str | None = None
    max: str | None = None
    max_operator: str | None = None
    share: str | None
    source: Source


class Credit(Term):
    """The part of the month's fee that is given back while a measure stands within the band."""

    no: int
    coefficient: str | None
    measures: str
    band: Band
    source: Source
