"""The form of an information system."""

from __future__ import annotations

from yunqi.contract.clauses.base import Source, Term


class InformationSystem(Term):
    """A system by name; grade and flags only where the contract states them."""

    no: int | None = None
    name: str
    grade: int | None = None
    important: bool | None = None
    internet_facing: bool | None = None
    source: Source
