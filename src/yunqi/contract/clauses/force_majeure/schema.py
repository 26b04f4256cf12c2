"""The form of force majeure."""

from __future__ import annotations

from yunqi.contract.clauses.base import Duration, Source, Term


class ForceMajeure(Term):
    """What counts, when proof is due, and whether carrier faults and extension of the term are agreed.

    `needs_proof`: without proof in time nothing is excused.
    """

    events: list[str] = []
    carrier_fault: bool | None = None
    notice: str | None = None
    proof_within: Duration | None = None
    needs_proof: bool | None = None
    extends_term: bool | None = None
    source: Source | None = None
    sources: list[Source] = []
