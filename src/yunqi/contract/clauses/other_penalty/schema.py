"""The form of penalties outside the tables."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term
from yunqi.contract.clauses.coefficient.schema import Band


class OtherPenalty(Term):
    """A penalty in an article: `rate` of `of`, or a fixed sum; at most `cap` in fen, or `cap_share` of the price.

    `kind` per_period counts lengths of `per`; `begun` says whether a begun one counts whole (null: not said). `window`
    is the period whose service fee `of` means. `counted` is person_time where each person counts each time.
    `cap_of` is what `cap_share` is of, where that is not the price, `cap_window` the period of that fee where it is
    another than `window`. `cap_over` is over what the cap limits the sum: each case, the cases of a month, or of
    the term. `band` is the lateness or the measure that it is for. `terminates` is the lateness from which the
    other party may end the contract, and `terminates_source` where it stands, if not in the same sentence.
    """

    kind: str
    rate: str | None = None
    amount_fen: int | None = None
    of: str | None = None
    cap: int | None = None
    cap_share: str | None = None
    per: Duration | None = None
    begun: bool | None = None
    window: str | None = None
    counted: str | None = None
    cap_of: str | None = None
    cap_window: str | None = None
    cap_over: str | None = None
    band: Band | None = None
    terminates: Band | None = None
    terminates_source: Source | None = None
    duty: str
    party: str | None = None
    source: Source
