"""The form of a coefficient row."""

from __future__ import annotations

from yunqi.contract.clauses.base import Source, Term


class Band(Term):
    """An interval with open or closed ends; an end that the text leaves open is null."""

    metric: str
    min: str | None = None
    min_operator: str | None = None
    max: str | None = None
    max_operator: str | None = None
    unit: str


class Requirement(Term):
    """A severity word that an adjudication must find, or must not find."""

    word: str
    negated: bool = False


class Coefficient(Term):
    """A row of a penalty table: what it measures, between which limits, and the multiple of the monthly fee.

    The multiple is null while it stands in `uncertain`.
    """

    table: str | None
    no: int
    text: str
    coefficient: str | None
    measures: str | None = None
    band: Band | None = None
    bands: list[Band] = []
    joined: str | None = None
    requires: Requirement | None = None
    source: Source

    @property
    def multiple(self) -> str:
        """The multiple of a row whose number was read; raises ValueError for another."""
        if self.coefficient is None:
            raise ValueError
        return self.coefficient


class Formula(Term):
    """How a table's penalty is computed: base / divisor × coefficient."""

    table: str | None = None
    text: str
    base: str | None = None
    divisor: str | None = None
    coefficient: str | None = None
    source: Source
