"""The form of acceptance."""

from __future__ import annotations

from pydantic import Field

from yunqi.contract.clauses.base import Duration, Source, Term


class Deadline(Duration):
    """A duration from an event."""

    starts_from: str | None = Field(default=None, alias="from")


class Part(Term):
    """A phase of the contract and what is handed in for its acceptance."""

    phase: str
    deliverables: list[str] = []


class Acceptance(Term):
    """By when the using unit must accept, what its silence means, and how long rework may take."""

    deadline: Deadline | None = None
    silence_accepts: bool = False
    silence_after: Duration | None = None
    rework: Duration | None = None
    by_third_party: bool | None = None
    parts: list[Part] = []
    source: Source | None = None
    sources: list[Source] = []
