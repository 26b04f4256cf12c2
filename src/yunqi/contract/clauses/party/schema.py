"""The form of parties."""

from __future__ import annotations

from yunqi.contract.clauses.base import Source, Term


class Role(Term):
    """A role as the contract defines it; `name` is null where it only describes who it is."""

    role: str
    title: str
    name: str | None = None
    source: Source


class Parties(Term):
    """The two parties, and the others by role."""

    using_unit: str | None = None
    provider: str | None = None
    administration: str | None = None
    supervisor: str | None = None
    integrator: str | None = None
    roles: list[Role] = []
    using_unit_address: str | None = None
    provider_address: str | None = None
    source: Source | None = None


class Ranked(Term):
    """A document in the order of precedence; the first wins."""

    name: str
    source: Source
