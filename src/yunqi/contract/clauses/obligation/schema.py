"""The form of an obligation."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term


class Obligation(Term):
    """What a party must do or must not do, by when or how often, and the document that shows it."""

    party: str
    text: str
    forbidden: bool = False
    trigger: str | None = None
    deadline: Duration | None = None
    frequency: str | None = None
    evidence: str | None = None
    source: Source
