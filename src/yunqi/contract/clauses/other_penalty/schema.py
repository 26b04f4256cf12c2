"""The form of penalties outside the tables."""

from __future__ import annotations

from yunqi.contract.clauses.base import Source, Term


class OtherPenalty(Term):
    """A penalty in an article: `rate` of `of`, or a fixed sum; at most `cap` in fen, or `cap_share` of the price."""

    kind: str
    rate: str | None = None
    amount_fen: int | None = None
    of: str | None = None
    cap: int | None = None
    cap_share: str | None = None
    duty: str
    party: str | None = None
    source: Source
