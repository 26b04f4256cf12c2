"""Penalties outside the tables: a rate a day, a percentage, a fixed sum, a sum a case; with a cap."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.money import round_fen


def compute_other_penalty(clause: Mapping[str, Any], base_fen: int | None, count: int) -> Fraction | None:
    """The exact amount in fen for `count` days, cases or periods of `per`, no more than the cap.

    None where base, rate or amount lacks.

    `base_fen` is what the rate is of; a begun day counts as one, so `count` is whole. For per_period `count` is that
    of its lengths `per`, begun ones as `begun` says.
    """
    kind, rate, fixed = clause.get("kind"), number(clause.get("rate")), number(clause.get("amount_fen"))
    times = Fraction(count) if kind in {"daily", "per_case", "per_period"} else Fraction(1 if count > 0 else 0)
    if rate is not None and base_fen is not None:
        exact = rate * base_fen * times
    elif fixed is not None:
        exact = fixed * times
    else:
        return None
    cap, share = number(clause.get("cap_fen", clause.get("cap"))), number(clause.get("cap_share"))
    capped = clause.get("cap_of") or "contract_total"
    if cap is None and share is not None and base_fen is not None and clause.get("of") == capped:
        cap = share * base_fen
    return exact if cap is None else min(exact, cap)


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A clause and `{base_fen, count}` -> the amount in fen, rounded once."""
    exact = compute_other_penalty(clause, facts.get("base_fen"), int(facts["count"]))
    return {"amount_fen": None if exact is None else round_fen(exact)}
