"""Penalties outside the tables: a share or a sum, once or by the day, case or length of time; with a cap."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import Band, duration_minutes, number
from yunqi.kernel.money import round_fen
from yunqi.kernel.units import is_exact_unit

TOTAL = "contract_total"
COUNTED = frozenset({"daily", "per_case", "per_period"})
"""Kinds that cost again for each day, case or length."""
LASTING = frozenset({"daily", "per_period"})
"""Kinds whose count is one of time."""
PER_CASE = "per_case"
CASE, MONTH, QUARTER, YEAR, TERM = "case", "month", "quarter", "year", "term"
_OVER = (CASE, MONTH, QUARTER, YEAR, TERM)
_DAY: Mapping[str, Any] = {"count": 1, "unit": "day"}
_BASES = frozenset({TOTAL, "contract", "total"})


def base_name(name: object) -> str:
    """What a share is of, under one name: the contract's price where nothing is said."""
    return TOTAL if name is None or name in _BASES else str(name)


def count_multiples(clause: Mapping[str, Any], count: int) -> int:
    """How many times the rate or the sum is due for `count` days, cases or lengths; once where nothing is counted."""
    return count if clause.get("kind") in COUNTED else int(count > 0)


def cap_over(clause: Mapping[str, Any]) -> str | None:
    """Over what a clause's cap limits the sum: each `case` by itself, or all of a `month`, `quarter`, `year`, `term`.

    A cap on cases that is a share of a period's fee is of that period. None where it counts cases and does not say:
    one case alone never comes to such a cap, so it is of several.
    """
    if all(clause.get(name) is None for name in ("cap_fen", "cap", "cap_share")):
        return CASE
    said = clause.get("cap_over")
    if said in _OVER:
        return str(said)
    if clause.get("kind") != PER_CASE:
        return CASE
    period = cap_window(clause) if clause.get("cap_share") is not None else None
    return str(period) if period in (MONTH, QUARTER, YEAR, TERM) else None


def cap_window(clause: Mapping[str, Any]) -> object:
    """The period whose service fee the cap is a share of: its own, else that of the rate."""
    own = clause.get("cap_window")
    return clause.get("window") if own is None else own


def is_capped_by_own_base(clause: Mapping[str, Any]) -> bool:
    """Whether the cap is a share of the very sum that the rate is of."""
    same = base_name(clause.get("cap_of")) == base_name(clause.get("of"))
    return same and cap_window(clause) == clause.get("window")


def compute_cap(clause: Mapping[str, Any], bases: Mapping[str, Fraction | int | None]) -> Fraction | None:
    """The most in fen that the clause comes to: a sum, a share of one of `bases` (fen by name), the lesser of both.

    None where it sets none, or only a share of a base that is not known.
    """
    cap, share = number(clause.get("cap_fen", clause.get("cap"))), number(clause.get("cap_share"))
    base = bases.get(base_name(clause.get("cap_of")))
    limits = [cap, None if share is None or base is None else share * base]
    return min((one for one in limits if one is not None), default=None)


def compute_other_penalty(
    clause: Mapping[str, Any],
    base_fen: Fraction | int | None,
    count: int,
    bases: Mapping[str, Fraction | int | None] | None = None,
) -> Fraction | None:
    """The exact amount in fen for `count` days, cases or periods of `per`, no more than the cap.

    None where base, rate or amount lacks.

    `base_fen` is what the rate is of; a begun day counts as one, so `count` is whole. For per_period `count` is that
    of its lengths `per`, begun ones as `begun` says. `bases` are what a cap may be a share of, besides that.
    """
    rate, fixed = number(clause.get("rate")), number(clause.get("amount_fen"))
    times = count_multiples(clause, count)
    if rate is not None and base_fen is not None:
        exact = rate * base_fen * times
    elif fixed is not None:
        exact = fixed * times
    else:
        return None
    own = {base_name(clause.get("of")): base_fen} if base_fen is not None and is_capped_by_own_base(clause) else {}
    cap = compute_cap(clause, {**(bases or {}), **own})
    return exact if cap is None else min(exact, cap)


def length_of_clause(clause: Mapping[str, Any]) -> Mapping[str, Any]:
    """The length that a lasting clause counts: `per`, else a day."""
    per = clause.get("per")
    return per if isinstance(per, Mapping) and per else _DAY


def count_lengths(measured: Fraction, length: Fraction, *, begun: bool) -> int:
    """How many lengths a measure has: one more for a begun one, or none for it.

    >>> [count_lengths(Fraction(75), Fraction(30), begun=begun) for begun in (True, False)]
    [3, 2]
    """
    whole, rest = divmod(measured, length)
    return int(whole) + int(begun and rest > 0)


def count_in_band(clause: Mapping[str, Any], measured: Fraction, *, begun: bool, beyond: bool) -> int:
    """How many lengths a measure has; `beyond`: only those past the lower edge of the clause's band.

    `measured` is in minutes, or in the clause's own unit where that has no fixed number of them (working days,
    months). An edge that is in the band counts from its own length on: "from the 3rd day" has one on the 3rd day.
    """
    length = length_of_clause(clause)
    size = duration_minutes(length)
    exact = size is not None
    step = size if size is not None else number(length.get("count"))
    if step is None or step <= 0:
        return 0
    said = clause.get("band") or {}
    band, past = Band.of(said), Fraction(0)
    if beyond and band is not None and band.low is not None and is_exact_unit(said.get("unit")) is exact:
        past = max(Fraction(0), band.low - step) if band.low_operator == ">=" else band.low
    return count_lengths(max(Fraction(0), measured - past), step, begun=begun)


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A clause and `{base_fen, count}` or `{base_fen, minutes, begun, beyond}` -> the amount in fen, rounded once.

    Outside of the clause's band nothing is due.
    """
    minutes = number(facts.get("minutes"))
    if minutes is None:
        count = int(facts["count"])
    else:
        band = Band.of(clause.get("band"))
        inside = band is None or band.contains(minutes)
        begun, beyond = bool(facts.get("begun", clause.get("begun"))), bool(facts.get("beyond"))
        lasting = count_in_band(clause, minutes, begun=begun, beyond=beyond) if clause.get("kind") in LASTING else 1
        count = lasting if inside else 0
    bases = facts.get("bases") or {}
    exact = compute_other_penalty(clause, facts.get("base_fen"), count, bases)
    return {"amount_fen": None if exact is None else round_fen(exact)}
