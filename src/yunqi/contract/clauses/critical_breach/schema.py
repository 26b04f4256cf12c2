"""The form of a critical breach."""

from __future__ import annotations

from typing import Any

from yunqi.contract.clauses.base import Duration, Source, Term


class LastsFor(Duration):
    """How long an event must last: the operator tells whether the limit itself counts."""

    operator: str


class EventCount(Term):
    """How many events, within which window; a null window is one that the contract leaves open."""

    count: int
    operator: str = ">="
    window: str | None = None


class CriticalBreach(Term):
    """An event of level A or B, the count that has consequences, and these."""

    level: str | None = None
    type: str | None = None
    object: str | None = None
    conditions: dict[str, Any] = {}
    joined: str | None = None
    duration: LastsFor | None = None
    count: EventCount | None = None
    remedy: list[str] = []
    provider_responsible: bool | None = None
    text: str
    source: Source
    remedy_source: Source | None = None
