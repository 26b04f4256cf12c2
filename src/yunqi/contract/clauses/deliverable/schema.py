"""The form of a deliverable."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term


class Deliverable(Term):
    """A document that a party must hand in."""

    name: str
    phase: str | None = None
    party: str = "provider"
    trigger: str | None = None
    deadline: Duration | None = None
    due_by: str | None = None
    frequency: str | None = None
    evidence: str
    note: str | None = None
    source: Source
