"""The form of confidentiality."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term


class Confidentiality(Term):
    """Return of what is confidential, and for how long it must be kept secret; an annex may say otherwise."""

    return_within: Duration | None = None
    return_from: str | None = None
    term: str | None = None
    term_length: Duration | None = None
    annex_return: str | None = None
    annex_term_length: Duration | None = None
    source: Source | None = None
    sources: list[Source] = []
    annex_sources: list[Source] = []
