"""The form of the term."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from yunqi.contract.clauses.base import Source, Term
from yunqi.kernel.period import whole_months


class ServiceTerm(Term):
    """When the service runs: first and last day; `from` says what sets the first day."""

    start_on: date | None = None
    end_on: date | None = None
    months: int | None = None
    starts_from: Literal["date", "signature", "activation"] | None = Field(default=None, alias="from")
    source: Source | None = None

    @property
    def whole_months(self) -> int | None:
        """The months stated, else those between the two days where they are whole."""
        if self.months is not None or self.start_on is None or self.end_on is None:
            return self.months
        return whole_months(self.start_on, self.end_on)
