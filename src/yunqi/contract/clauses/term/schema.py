"""The form of the term."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from yunqi.contract.clauses.base import Source, Term


class ServiceTerm(Term):
    """When the service runs: first and last day; `from` says what sets the first day."""

    start_on: date | None = None
    end_on: date | None = None
    months: int | None = None
    starts_from: Literal["date", "signature", "activation"] | None = Field(default=None, alias="from")
    source: Source | None = None
