"""Candidates -> which one of each root cause counts (择其重者), what it costs, and what the open points can make of it.

Amounts are exact until each penalty is rounded once to the fen. Bounds are exact where the open codes can be played
through, else
they are outer bounds: never too narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from itertools import product
from math import prod

from yunqi.contract.conditions import ALWAYS, assignments, codes_of, resolve
from yunqi.kernel.money import round_fen
from yunqi.settlement.capped import CAP_OVER, OVERS, Caps, Key, Limits
from yunqi.settlement.case import put_held
from yunqi.settlement.drafts import Book, Draft, Sum
from yunqi.settlement.gravest import Bounds, Placed, Table, choose, combine
from yunqi.settlement.inputs import SystemFacts
from yunqi.settlement.law import CONTRACT, LINE, SYSTEM_SHARE, Law

FEE_BASE, OVERLAP = "fee_base", "penalty.overlap"
FEE_SHARED = "fee_base.shared"
"""The fee of a breach that concerns no single system, or no price line."""
SHARED = ("contract", "largest")
FEE_BASES = (CONTRACT, SYSTEM_SHARE, LINE)
OVERLAPS = ("joined", "separate")
_OUTER_LIMIT = 512
_NO_CAPS = Caps()
HeldAt = Callable[[datetime | None], Mapping[str, str | None]]


class Prices:
    """What a draft costs under each meaning of the fee."""

    def __init__(
        self, law: Law, systems: Iterable[SystemFacts], shared: str | None = None, held_at: HeldAt | None = None
    ) -> None:
        self._law = law
        self._held_at = held_at
        self._shared = shared
        self._systems = {one.id: one for one in systems}
        self._lines = {int(line["no"]): line for line in law.lines if line.get("no") is not None}

    def fee(self, draft: Draft, base: str) -> Fraction | None:
        """The fee in fen that the formula starts from; None where the share or the line is not known."""
        total = self._law.total_fen
        if total is None:
            return None
        if base == CONTRACT:
            return Fraction(total)
        if self.is_shared(draft, base):
            return None if self._shared not in SHARED else self._shared_fee(base, self._shared, total)
        if base == SYSTEM_SHARE:
            system = self._systems.get(draft.system or "")
            return None if system is None or system.fee_share is None else system.fee_share * total
        return self._law.lines_fee(draft.line_nos)

    def lacking(self, draft: Draft, base: str) -> list[str]:
        """The systems whose share of the price would have to be registered; none where it is agreed that lacks."""
        if base != SYSTEM_SHARE or (draft.system is None and self._shared not in SHARED):
            return []
        if draft.system is not None:
            return [draft.system]
        return [name for name, one in self._systems.items() if one.fee_share is None]

    def is_shared(self, draft: Draft, base: str) -> bool:
        """Whether the breach concerns no single part of what the base divides the price into."""
        return (
            draft.system is None
            if base == SYSTEM_SHARE
            else base == LINE and self._law.lines_fee(draft.line_nos) is None
        )

    def _shared_fee(self, base: str, choice: str, total: int) -> Fraction | None:
        if choice == CONTRACT:
            return Fraction(total)
        if base == SYSTEM_SHARE:
            shares = [one.fee_share for one in self._systems.values()]
            known = [share for share in shares if share is not None]
            return max(known) * total if known and len(known) == len(shares) else None
        totals = [int(line["total_fen"]) for line in self._lines.values() if line.get("total_fen") is not None]
        return Fraction(max(totals)) if totals else None

    def exact(self, draft: Draft, base: str) -> Fraction | None:
        """The penalty, not yet rounded; None where it can't be computed. What earlier months have cost is taken off."""
        return self._exact(draft, self.fee(draft, self.base_of(draft, base)) if _has_fee(draft) else None)

    def _exact(self, draft: Draft, fee: Fraction | None) -> Fraction | None:
        monthly = self._law.monthly_fee(fee)
        exact = Sum(draft.coefficient, draft.fixed, draft.limit).fen(monthly)
        if exact is None or not draft.before:
            return exact
        before = [one.fen(monthly) for one in draft.before]
        charged = [round_fen(one) for one in before if one is not None]
        return None if len(charged) < len(before) else Fraction(max(0, round_fen(exact) - max(charged)))

    def limits(self, drafts: Iterable[Draft], base: str, caps: Caps) -> Limits:
        """The caps on the sums of clauses under a meaning of the fee; a draft whose cap is not known has none."""
        found: dict[str, tuple[Key, Fraction]] = {}
        for draft in drafts:
            pool = draft.pool
            if pool is None:
                continue
            fee = None if pool.share is None else self._law.monthly_fee(self.fee(draft, self.base_of(draft, base)))
            share = None if fee is None or pool.share is None else fee * pool.share
            known = [one for one in (pool.fen, share) if one is not None]
            if known:
                found[draft.id] = (pool.name, fee), min(known)
        return Limits(caps, found)

    def base_of(self, draft: Draft, base: str) -> str:
        """The base that the table's own formula names, else the given one."""
        return self._said_base(draft) or base

    def _said_base(self, draft: Draft) -> str | None:
        """What the table says, else what was agreed when it happened where that changed within the month."""
        said = self._law.table_base(draft.table)
        if said is None and self._held_at is not None:
            said = self._held_at(draft.at).get(FEE_BASE)
        return said if said in FEE_BASES else None

    def depends(self, draft: Draft) -> bool:
        """Whether the draft's amount hangs on what the fee means."""
        return _has_fee(draft) and self._said_base(draft) is None

    def bounds(self, draft: Draft, base: str) -> Bounds:
        """The penalty in fen; where the fee is not known, from nothing to what the whole contract's fee would make."""
        exact = self.exact(draft, base)
        if exact is not None:
            return (fen := round_fen(exact)), fen
        # A limit may hold earlier months down under a greater fee: nothing is taken off the most.
        total = self._law.total_fen
        whole = self._exact(replace(draft, before=()), None if total is None else Fraction(total))
        return self._least(draft, base), (0 if whole is None else round_fen(whole))

    def _least(self, draft: Draft, base: str) -> int:
        # Whatever is agreed on a shared fee, it is no less than the largest part.
        own, total = self.base_of(draft, base), self._law.total_fen
        if total is None or draft.coefficient is None or self._shared in SHARED or not self.is_shared(draft, own):
            return 0
        exact = Sum(draft.coefficient, None, draft.limit).fen(
            self._law.monthly_fee(self._shared_fee(own, "largest", total))
        )
        return 0 if exact is None or draft.before else round_fen(exact)


def _has_fee(draft: Draft) -> bool:
    return draft.coefficient is not None or any(one.coefficient is not None for one in draft.before)


@dataclass(slots=True)
class Verdicts:
    """What the penalties come to. `winner` holds the chosen drafts, `open_codes` what still matters, `costs` by code
    and choice.
    """

    groups: list[list[Placed]]
    winners: dict[str, Placed]
    irrelevant: set[str]
    low: int
    high: int
    open_codes: list[str]
    costs: dict[tuple[str, str], Bounds]
    bases: tuple[str, ...]
    unpriced_fees: list[Placed] = field(default_factory=list)


def decide(
    book: Book,
    law: Law,
    systems: Iterable[SystemFacts],
    known: Mapping[str, str],
    caps: Caps = _NO_CAPS,
    held_at: HeldAt | None = None,
) -> Verdicts:
    """The decision over all drafts of a month; `known` holds what is answered, `caps` what limits sums, `held_at`
    what was agreed at the instant of a fact, where that is not the same over the month.
    """
    prices = Prices(law, systems, known.get(FEE_SHARED), held_at)
    # An answer that is none of the choices settles nothing: the point stays open.
    known = book.answers(known)
    live = []
    for draft in book.drafts:
        of_then = known if held_at is None else book.answers(put_held(known, held_at(draft.at)))
        condition = resolve(draft.condition, of_then)
        if condition:
            live.append((draft, condition))
    hangs = any(prices.depends(draft) for draft, _ in live)
    bases = (known[FEE_BASE],) if FEE_BASE in known else book.choices.get(FEE_BASE, FEE_BASES) if hangs else (CONTRACT,)
    placed = [
        Placed(draft, condition, {base: prices.bounds(draft, base) for base in bases}) for draft, condition in live
    ]
    groups = _by_roots(placed)
    overlapping = _overlap(groups)
    names = (known[OVERLAP],) if OVERLAP in known else OVERLAPS if overlapping else ("separate",)
    drafts = [one.draft for one in placed]
    asked = [f"{CAP_OVER}{name}" for name in caps.asked(drafts)]
    results: dict[tuple[str, ...], Verdicts] = {}
    for name, *overs in product(names, *(OVERS for _code in asked)):
        said = caps.read(dict(zip(asked, overs, strict=True)))
        limits = {base: prices.limits(drafts, base, said) for base in bases}
        results[name, *overs] = _settle_capped(groups, book.choices, bases, limits, joined=name == "joined")
    first = next(one for (name, *_overs), one in results.items() if name == names[-1])
    winners, irrelevant = dict(first.winners), set(first.irrelevant)
    for other in results.values():
        winners = {key: one for key, one in winners.items() if key in other.winners}
        irrelevant &= other.irrelevant
    costs: dict[tuple[str, str], Bounds] = {}
    for result in results.values():
        for key, (low, high) in result.costs.items():
            costs[key] = _widen(costs.get(key), low, high)
    codes = sorted({code for result in results.values() for code in result.open_codes})
    if len(bases) > 1:
        codes.append(FEE_BASE)
    for place, (code, choices) in enumerate([(OVERLAP, names), *((one, OVERS) for one in asked)]):
        sides = {choice: _widest(one for key, one in results.items() if key[place] == choice) for choice in choices}
        if len(set(sides.values())) > 1:
            codes.append(code)
            costs |= {(code, choice): bounds for choice, bounds in sides.items()}
            if code != OVERLAP:
                pooled = _pooled(drafts, code)
                book.ask(code, OVERS, pooled.event, pooled.source)
    unsure = [one for one in placed if one.draft.id not in irrelevant and len(bases) == 1]
    return replace(
        first,
        winners=winners,
        irrelevant=irrelevant,
        low=min(result.low for result in results.values()),
        high=max(result.high for result in results.values()),
        open_codes=codes,
        costs=costs,
        unpriced_fees=[one for one in unsure if any(low != high for low, high in one.bounds.values())],
    )


def _widest(results: Iterable[Verdicts]) -> Bounds:
    found = list(results)
    return min(one.low for one in found), max(one.high for one in found)


def _pooled(drafts: Iterable[Draft], code: str) -> Draft:
    return next(one for one in drafts if one.pool is not None and f"{CAP_OVER}{one.pool.name}" == code)


def _by_roots(placed: Sequence[Placed]) -> list[list[Placed]]:
    groups: dict[tuple[str, ...], list[Placed]] = {}
    for one in placed:
        groups.setdefault(one.draft.roots, []).append(one)
    return [groups[key] for key in sorted(groups)]


def _overlap(groups: Sequence[Sequence[Placed]]) -> bool:
    seen: set[str] = set()
    for group in groups:
        roots = set(group[0].draft.roots)
        if roots & seen:
            return True
        seen |= roots
    return False


def _rank(one: Placed, base: str) -> tuple[int, tuple[int, int], str]:
    return (-one.bounds[base][0], one.draft.order, one.draft.id)


def _settle(
    groups: list[list[Placed]], choices: Mapping[str, tuple[str, ...]], bases: tuple[str, ...], *, joined: bool
) -> Verdicts:
    irrelevant: set[str] = set()
    tables: list[Table] = []
    settled: list[Placed | None] = []
    for group in groups:
        winner = _winner(group, bases)
        alive = group
        if winner is not None:
            alive = [
                one for one in group if one is winner or any(one.bounds[b][1] > winner.bounds[b][0] for b in bases)
            ]
            irrelevant |= {one.draft.id for one in group} - {one.draft.id for one in alive}
        settled.append(winner if len(alive) == 1 else None)
        tables.append(Table(alive, choices, bases))
    chosen = choose(tables, settled, bases, joined=joined)
    winners = {one.draft.id: one for one in chosen}
    if all(one is not None for one in settled):
        irrelevant |= {one.draft.id for one in settled if one is not None} - set(winners)
    return _sum(groups, tables, winners, irrelevant, choices, bases, joined=joined)


def _settle_capped(
    groups: list[list[Placed]],
    choices: Mapping[str, tuple[str, ...]],
    bases: tuple[str, ...],
    limits: Mapping[str, Limits],
    *,
    joined: bool,
) -> Verdicts:
    """The same less what caps on sums cut: by each way to answer what is open, or within outer bounds."""
    found = _settle(groups, choices, bases, joined=joined)
    if not any(limits[base].cut(groups, (), (), base)[1] for base in bases):
        return found
    codes = sorted({code for group in groups for one in group for code in codes_of(one.condition)})
    costs: dict[tuple[str, str], Bounds] = {}
    ends: list[Bounds] = []
    if prod(len(choices[code]) for code in codes) * len(groups) > _OUTER_LIMIT:
        cuts = [limits[base].cut(groups, found.winners, found.irrelevant, base) for base in bases]
        least, most = min(one[0] for one in cuts), max(one[1] for one in cuts)
        costs = {key: (max(0, low - most), high - least) for key, (low, high) in found.costs.items()}
        return replace(found, low=max(0, found.low - most), high=found.high - least, costs=costs)
    for base in bases:
        for answers in assignments(codes, choices):
            holding = [
                [replace(one, condition=ALWAYS) for one in group if one.certain or resolve(one.condition, answers)]
                for group in groups
            ]
            one = _settle([group for group in holding if group], choices, (base,), joined=joined)
            least, most = limits[base].cut(one.groups, one.winners, one.irrelevant, base)
            low, high = max(0, one.low - most), one.high - least
            ends.append((low, high))
            for key in [*answers.items(), (FEE_BASE, base)]:
                costs[key] = _widen(costs.get(key), low, high)
    return replace(found, low=min(low for low, _high in ends), high=max(high for _low, high in ends), costs=costs)


def _winner(group: Sequence[Placed], bases: tuple[str, ...]) -> Placed | None:
    # The gravest of those that certainly apply, where it is the same under every meaning of the fee.
    certain = [one for one in group if one.certain]
    found = {min((_rank(one, base), one.draft.id) for one in certain)[1] for base in bases if certain}
    return next(one for one in certain if one.draft.id in found) if len(found) == 1 else None


def _sum(
    groups: list[list[Placed]],
    tables: Sequence[Table],
    winners: dict[str, Placed],
    irrelevant: set[str],
    choices: Mapping[str, tuple[str, ...]],
    bases: tuple[str, ...],
    *,
    joined: bool,
) -> Verdicts:
    count: dict[str, int] = {}
    for table in tables:
        for code in table.codes:
            count[code] = count.get(code, 0) + 1
    shared = [code for code in sorted(count) if count[code] > 1]
    if prod(len(choices[code]) for code in shared) * len(tables) > _OUTER_LIMIT:
        shared = []
    costs: dict[tuple[str, str], Bounds] = {}
    low: int | None = None
    high = 0
    for base in bases:
        base_low: int | None = None
        base_high = 0
        for outer in assignments(shared, choices):
            parts = [table.bounds(base, outer) for table in tables]
            least, most = combine(tables, parts, joined=joined)
            base_low, base_high = least if base_low is None else min(base_low, least), max(base_high, most)
            for code, value in outer.items():
                costs[code, value] = _widen(costs.get((code, value)), least, most)
        # What one answer about one event would cost, the others left open: one sum for each, not for each combination.
        free = [table.bounds(base, {}) for table in tables]
        for place, table in enumerate(tables):
            for code in table.codes:
                for value in () if code in shared else choices[code]:
                    alone = [*free]
                    alone[place] = table.bounds(base, {code: value})
                    costs[code, value] = _widen(costs.get((code, value)), *combine(tables, alone, joined=joined))
        costs[FEE_BASE, base] = (base_low or 0, base_high)
        low = base_low if low is None else min(low, base_low or 0)
        high = max(high, base_high)
    return Verdicts(groups, winners, irrelevant, low or 0, high, sorted(count), costs, bases)


def _widen(known: Bounds | None, low: int, high: int) -> Bounds:
    return (low, high) if known is None else (min(known[0], low), max(known[1], high))
