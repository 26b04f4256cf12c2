"""The breaches of a month -> the penalty in whole fen.

Of one root cause the gravest counts (择其重者); each penalty is rounded once; a critical breach is priced once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .answers import Answers, play_through
from .breach import Amount, Breach
from .breaches import Breaches
from .clauses import round_half_up
from .heaviest import heaviest
from .month_case import MonthCase
from .seen import Seen

FEE_BASES = ("contract", "system_share", "line")
SHARED = ("contract", "largest")
OVERLAPS = ("joined", "separate")
Group = tuple[frozenset[str], int, int]
"""Root causes, the gravest ordinary penalty in fen, the gravest critical one."""


@dataclass(frozen=True)
class Outcome:
    """What the penalty comes to under one set of answers, and which breaches make it."""

    fen: int
    chosen: tuple[str, ...]
    amounts: tuple[tuple[str, int], ...]


class Pricing:
    """What each breach costs, under the answers of one run."""

    def __init__(self, case: MonthCase, answers: Answers) -> None:
        self._case, self._answers, self._law = case, answers, case.clauses
        self._lines = {int(one["no"]): one for one in case.clauses.lines if one.get("no") is not None}

    def cost(self, breach: Breach) -> int:
        """Whole fen, rounded once; less what earlier months cost, each rounded too."""
        amounts = [(breach.coefficient, breach.fixed, breach.limit), *breach.before]
        fee = self.monthly(breach) if any(part is not None for part, _fixed, _most in amounts) else None
        now, *charged = (_fen(one, fee) for one in amounts)
        return max(0, now - max(charged)) if charged else now

    def monthly(self, breach: Breach) -> Fraction | None:
        """The monthly fee that the breach is priced by."""
        total = self._law.total_fen
        if total is None:
            return None
        base = (
            "contract"
            if self._law.fee_is_total(breach.table)
            else self._answers.of(breach.at).ask("fee_base", FEE_BASES)
        )
        self._answers.of(None)
        return self._law.monthly(self._fee(breach, base, total))

    def _fee(self, breach: Breach, base: str, total: int) -> Fraction:
        if base == "contract":
            return Fraction(total)
        if base == "line":
            stated = [self._lines.get(no, {}).get("total_fen") for no in breach.lines]
            known = [int(one) for one in stated if one is not None]
            if stated and len(known) == len(stated):
                return Fraction(sum(known))
            parts = [Fraction(one["total_fen"]) for one in self._lines.values() if one.get("total_fen") is not None]
            return self._shared(parts, total, base)
        shares = {one.id: one.fee_share for one in self._case.systems}
        if breach.system is None:
            fees = [share * total for share in shares.values() if share is not None]
            return self._shared(fees if len(fees) == len(shares) else [], total, base)
        share = shares.get(breach.system)
        return share * total if share is not None else self._unknown(f"evidence.fee:{breach.system}", total)

    def _shared(self, parts: Sequence[Fraction], total: int, base: str) -> Fraction:
        if self._answers.ask("fee_base.shared", SHARED) == "contract":
            return Fraction(total)
        return max(parts) if parts else self._unknown(f"evidence.fee:{base}", total)

    def _unknown(self, code: str, total: int) -> Fraction:
        # A share of the price that is not registered: from nothing to the whole.
        return Fraction(total) if self._answers.ask(code, ("none", "all")) == "all" else Fraction(0)


def _fen(amount: Amount, monthly: Fraction | None) -> int:
    part, fixed, most = amount
    if part is None:
        return round_half_up(fixed or Fraction(0))
    exact = (monthly or Fraction(0)) * part
    return round_half_up(exact if most is None else min(exact, most))


def price_month(case: MonthCase, seen: Seen) -> list[tuple[dict[str, str], Outcome]]:
    """The outcome of the tables and clauses for each way to answer what is open and matters."""
    return play_through(
        case.known, lambda answers: _price(Breaches(case, seen, answers).found, case, answers), case.changed
    )


def _price(found: Sequence[Breach], case: MonthCase, answers: Answers) -> Outcome:
    pricing = Pricing(case, answers)
    by_roots: dict[frozenset[str], list[tuple[int, Breach]]] = {}
    for one in found:
        by_roots.setdefault(one.roots, []).append((pricing.cost(one), one))
    ranked = {
        roots: sorted(group, key=lambda pair: (-pair[0], pair[1].order, pair[1].id))
        for roots, group in by_roots.items()
    }
    gravest = {roots: _first(group, answers) for roots, group in ranked.items()}
    several = sum(one is not None and one[1].critical for one in gravest.values()) > 1
    groups: list[Group] = []
    ordinary: dict[frozenset[str], str] = {}
    for roots, best in gravest.items():
        if best is None:
            continue
        fen, breach = best
        if not breach.critical:
            groups.append((roots, fen, 0))
            ordinary[roots] = breach.id
            continue
        second = _first([pair for pair in ranked[roots] if not pair[1].critical], answers) if several else None
        groups.append((roots, second[0] if second else 0, fen))
        ordinary[roots] = second[1].id if second else ""
    joined = _overlap(groups) and answers.ask("penalty.overlap", OVERLAPS) == "joined"
    total, taken = greatest_sum(groups, joined=joined)
    chosen = tuple(
        sorted(
            (gravest[groups[at][0]] or _NONE)[1].id if critical else ordinary[groups[at][0]] for at, critical in taken
        )
    )
    priced = {one.id: (fen, one) for group in ranked.values() for fen, one in group}
    left = _under_ceilings([priced[name] for name in chosen], case, pricing)
    amounts = tuple((name, left.get(name, fen)) for name, (fen, _one) in priced.items())
    cut = sum(priced[name][0] - fen for name, fen in left.items())
    return Outcome(total - cut, chosen, amounts)


def _under_ceilings(counted: Sequence[tuple[int, Breach]], case: MonthCase, pricing: Pricing) -> dict[str, int]:
    """What the ceilings of clauses leave of each breach that counts: the earliest first, the disputed last."""
    by_clause: dict[tuple[str, Fraction | None], list[tuple[int, Breach, Fraction]]] = {}
    for fen, one in counted:
        if one.ceiling is None:
            continue
        fee = pricing.monthly(one) if one.ceiling.part is not None else None
        part = None if fee is None or one.ceiling.part is None else fee * one.ceiling.part
        known = [each for each in (one.ceiling.fen, part) if each is not None]
        if known:
            by_clause.setdefault((one.ceiling.clause, fee), []).append((fen, one, min(known)))
    left: dict[str, int] = {}
    for members in by_clause.values():
        top = members[0][1].ceiling
        if top is None:
            continue
        room = max(round_half_up(most) for _fen, _one, most in members) - case.charged_in(top.clause, top.over)
        members.sort(
            key=lambda each: (f"{case.name}#{each[1].id}" in case.frozen, each[1].at or case.start_at, each[1].id)
        )
        for fen, one, _most in members:
            left[one.id] = min(fen, max(0, room))
            room -= left[one.id]
    return left


_NONE = (0, Breach("", "", frozenset(), (0, 0), lambda _answers: False))


def _first(group: Sequence[tuple[int, Breach]], answers: Answers) -> tuple[int, Breach] | None:
    found = next(((fen, one) for fen, one in group if fen and one.holds(answers.of(one.at))), None)
    answers.of(None)
    return found


def _overlap(groups: Sequence[Group]) -> bool:
    seen: set[str] = set()
    for roots, _ordinary, _critical in groups:
        if roots & seen:
            return True
        seen |= roots
    return False


def greatest_sum(groups: Sequence[Group], *, joined: bool) -> tuple[int, list[tuple[int, bool]]]:
    """The greatest sum in which at most one group counts as critical and, `joined`, no root cause counts twice.

    Returns the sum and the places that make it, each with whether it counts as critical.

    >>> one, two, both = frozenset("a"), frozenset("b"), frozenset("ab")
    >>> greatest_sum([(one, 5, 0), (two, 4, 0), (both, 8, 0)], joined=True)
    (9, [(0, False), (1, False)])
    >>> greatest_sum([(one, 5, 100), (two, 4, 100)], joined=True)
    (105, [(0, False), (1, True)])
    """
    places = list(range(len(groups)))
    best = _pack(groups, places, joined=joined)
    for place in places:
        if not groups[place][2]:
            continue
        rest = [one for one in places if one != place and not (joined and groups[one][0] & groups[place][0])]
        total, taken = _pack(groups, rest, joined=joined)
        if total + groups[place][2] > best[0] or (total + groups[place][2] == best[0] and not best[1]):
            best = (total + groups[place][2], sorted([*taken, (place, True)]))
    return best


def _pack(groups: Sequence[Group], places: Sequence[int], *, joined: bool) -> tuple[int, list[tuple[int, bool]]]:
    live = [one for one in places if groups[one][1]]
    if not joined:
        return sum(groups[one][1] for one in live), [(one, False) for one in live]
    total, taken = heaviest([groups[one][0] for one in live], [groups[one][1] for one in live])
    return total, [(live[one], False) for one in taken]
