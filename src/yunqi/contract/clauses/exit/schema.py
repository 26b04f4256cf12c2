"""The form of exit."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term


class Exit(Term):
    """How the contract is left: notice before the end, moving out on demand, switching over at the end.

    `refund_within`: the time, from the termination on, within which the provider gives back what is to be given back.
    """

    notice: Duration | None = None
    notice_before: str | None = None
    migration: Duration | None = None
    migration_from: str | None = None
    switch_over: Duration | None = None
    free_of_charge: bool | None = None
    erase: bool | None = None
    extendable: bool | None = None
    refund_within: Duration | None = None
    refund_source: Source | None = None
    source: Source | None = None
    sources: list[Source] = []
