"""The form of notices, disputes, changes and the burst."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term


class Notices(Term):
    """How notices are given."""

    written: bool | None = None
    change_within: Duration | None = None
    sources: list[Source] = []


class Disputes(Term):
    """Where a dispute goes: court or arbitration, and which."""

    forum: str | None = None
    place: str | None = None
    negotiate_within: Duration | None = None
    sources: list[Source] = []


class AmendmentRules(Term):
    """How the contract is changed."""

    form: str | None = None
    prevails: bool | None = None
    sources: list[Source] = []


class Burst(Term):
    """The agreed free use beyond what was bought."""

    free: bool | None = None
    by_agreement: bool | None = None
    duration: str | None = None
    longer_use: str | None = None
    source: Source
