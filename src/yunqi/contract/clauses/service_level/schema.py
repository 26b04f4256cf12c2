"""The form of service levels and key figures."""

from __future__ import annotations

from yunqi.contract.clauses.base import Source, Term


class ServiceLevel(Term):
    """A limit: metric, operator, threshold as decimal text in `unit` (share for percentages).

    The threshold is null while it stands in `uncertain`.
    """

    metric: str
    operator: str
    threshold: str | None
    unit: str
    statistic: str | None = None
    object: str | None = None
    condition: str | None = None
    window: str | None = None
    clock_start: str | None = None
    window_source: Source | None = None
    clock_source: Source | None = None
    source: Source

    @property
    def limit(self) -> str:
        """The threshold of a level whose number was read; raises ValueError for another."""
        if self.threshold is None:
            raise ValueError
        return self.threshold


class KeyFigure(Term):
    """A line of the table of key figures (绩效指标); a value in words has no operator."""

    no: int
    name: str
    operator: str | None = None
    value: str | None = None
    unit: str | None = None
    source: Source
