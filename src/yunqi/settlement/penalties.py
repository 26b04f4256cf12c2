"""Candidates -> which one of each root cause counts (择其重者), what it costs, and what the open points can make of it.

Amounts are exact until each penalty is rounded once to the fen. Bounds are exact where the open codes can be played
through, else
they are outer bounds: never too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod

from yunqi.contract.conditions import ALWAYS, Condition, assignments, codes_of, resolve
from yunqi.kernel.money import round_fen
from yunqi.settlement.drafts import Book, Draft
from yunqi.settlement.inputs import SystemFacts
from yunqi.settlement.law import CONTRACT, CRITICAL, LINE, SYSTEM_SHARE, Law

FEE_BASE, OVERLAP = "fee_base", "penalty.overlap"
FEE_BASES = (CONTRACT, SYSTEM_SHARE, LINE)
OVERLAPS = ("joined", "separate")
_GROUP_LIMIT = 1024
_OUTER_LIMIT = 128

Bounds = tuple[int, int]


class Prices:
    """What a draft costs under each meaning of the fee."""

    def __init__(self, law: Law, systems: Iterable[SystemFacts]) -> None:
        self._law = law
        self._systems = {one.id: one for one in systems}
        self._lines = {int(line["no"]): line for line in law.lines if line.get("no") is not None}

    def fee(self, draft: Draft, base: str) -> Fraction | None:
        """The fee in fen that the formula starts from; None where the share or the line is not known."""
        total = self._law.total_fen
        if total is None:
            return None
        if base == CONTRACT:
            return Fraction(total)
        if base == SYSTEM_SHARE:
            system = self._systems.get(draft.system or "")
            return None if system is None or system.fee_share is None else system.fee_share * total
        totals = [self._lines.get(no, {}).get("total_fen") for no in draft.line_nos]
        known = [int(one) for one in totals if one is not None]
        return Fraction(sum(known)) if totals and len(known) == len(totals) else None

    def exact(self, draft: Draft, base: str) -> Fraction | None:
        """The penalty, not yet rounded; None where it can't be computed."""
        if draft.coefficient is None:
            return draft.fixed
        monthly = self._law.monthly_fee(self.fee(draft, self.base_of(draft, base)))
        return None if monthly is None else monthly * draft.coefficient

    def base_of(self, draft: Draft, base: str) -> str:
        """The base that the table's own formula names, else the given one."""
        return self._law.table_base(draft.table) or base

    def depends(self, draft: Draft) -> bool:
        """Whether the draft's amount hangs on what the fee means."""
        return draft.coefficient is not None and self._law.table_base(draft.table) is None

    def bounds(self, draft: Draft, base: str) -> Bounds:
        """The penalty in fen; where the fee is not known, from nothing to what the whole contract's fee would make."""
        exact = self.exact(draft, base)
        if exact is not None:
            return (fen := round_fen(exact)), fen
        whole = self.exact(draft, CONTRACT)
        return 0, (0 if whole is None else round_fen(whole))


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft with what its condition still hangs on, and its bounds by fee base."""

    draft: Draft
    condition: Condition
    bounds: Mapping[str, Bounds]

    @property
    def certain(self) -> bool:
        """Whether it applies whatever else is answered."""
        return self.condition == ALWAYS


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
    undecided_overlap: bool
    unpriced_fees: list[Placed] = field(default_factory=list)


def decide(book: Book, law: Law, systems: Iterable[SystemFacts], known: Mapping[str, str]) -> Verdicts:
    """The decision over all drafts of a month; `known` holds what is answered."""
    prices = Prices(law, systems)
    live = [(draft, condition) for draft in book.drafts if (condition := resolve(draft.condition, known))]
    hangs = any(prices.depends(draft) for draft, _ in live)
    bases = (known[FEE_BASE],) if FEE_BASE in known else FEE_BASES if hangs else (CONTRACT,)
    placed = [
        Placed(draft, condition, {base: prices.bounds(draft, base) for base in bases}) for draft, condition in live
    ]
    partitions = {name: _partition(placed, joined=name == "joined") for name in OVERLAPS}
    same = _keys(partitions["joined"]) == _keys(partitions["separate"])
    names = (known[OVERLAP],) if OVERLAP in known else ("separate",) if same else OVERLAPS
    results = {name: _settle(partitions[name], book.choices, bases) for name in names}
    first = results[names[-1]]
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
    if len(names) > 1 and len({(result.low, result.high) for result in results.values()}) > 1:
        codes.append(OVERLAP)
        costs |= {(OVERLAP, name): (result.low, result.high) for name, result in results.items()}
    return replace(
        first,
        winners=winners,
        irrelevant=irrelevant,
        low=min(result.low for result in results.values()),
        high=max(result.high for result in results.values()),
        open_codes=codes,
        costs=costs,
        undecided_overlap=OVERLAP in codes,
        unpriced_fees=[
            one
            for one in placed
            if one.draft.id not in irrelevant
            and any(low != high for low, high in one.bounds.values())
            and len(bases) == 1
        ],
    )


def _partition(placed: Sequence[Placed], *, joined: bool) -> list[list[Placed]]:
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    groups: dict[str, list[Placed]] = {}
    if joined:
        for one in placed:
            first = find(one.draft.roots[0])
            for root in one.draft.roots[1:]:
                parent[find(root)] = first
    for one in placed:
        key = find(one.draft.roots[0]) if joined else "\n".join(one.draft.roots)
        groups.setdefault(key, []).append(one)
    return [groups[key] for key in sorted(groups)]


def _keys(groups: Sequence[Sequence[Placed]]) -> set[frozenset[str]]:
    return {frozenset(one.draft.id for one in group) for group in groups}


def _rank(one: Placed, base: str) -> tuple[int, tuple[int, int], str]:
    return (-one.bounds[base][0], one.draft.order, one.draft.id)


def _settle(groups: list[list[Placed]], choices: Mapping[str, tuple[str, ...]], bases: tuple[str, ...]) -> Verdicts:
    winners: dict[str, Placed] = {}
    irrelevant: set[str] = set()
    tables: list[_Table] = []
    for group in groups:
        winner = _winner(group, bases)
        alive = group
        if winner is not None:
            alive = [
                one for one in group if one is winner or any(one.bounds[b][1] > winner.bounds[b][0] for b in bases)
            ]
            irrelevant |= {one.draft.id for one in group} - {one.draft.id for one in alive}
            if len(alive) == 1:
                winners[winner.draft.id] = winner
        tables.append(_Table(alive, choices, bases))
    _keep_one_critical(winners, irrelevant)
    return _cap(_sum(groups, tables, winners, irrelevant, choices, bases), tables)


def _keep_one_critical(winners: dict[str, Placed], irrelevant: set[str]) -> None:
    # The critical breach ends the contract and costs its price once, however many events make it.
    critical = sorted(name for name, one in winners.items() if one.draft.severity == CRITICAL)
    for name in critical[1:]:
        del winners[name]
        irrelevant.add(name)


def _cap(verdicts: Verdicts, tables: Sequence[_Table]) -> Verdicts:
    critical = [
        bounds[1]
        for table in tables
        for one in table.group
        if one.draft.severity == CRITICAL
        for bounds in one.bounds.values()
    ]
    if len(critical) <= 1:
        return verdicts
    limit = max(critical) + sum(table.ordinary(verdicts.bases) for table in tables if not _is_critical_for_sure(table))
    return replace(
        verdicts,
        low=min(verdicts.low, limit),
        high=min(verdicts.high, limit),
        costs={key: (min(low, limit), min(high, limit)) for key, (low, high) in verdicts.costs.items()},
    )


def _is_critical_for_sure(table: _Table) -> bool:
    return any(one.certain and one.draft.severity == CRITICAL for one in table.group)


def _winner(group: Sequence[Placed], bases: tuple[str, ...]) -> Placed | None:
    # The gravest of those that certainly apply, where it is the same under every meaning of the fee.
    certain = [one for one in group if one.certain]
    found = {min((_rank(one, base), one.draft.id) for one in certain)[1] for base in bases if certain}
    return next(one for one in certain if one.draft.id in found) if len(found) == 1 else None


class _Table:
    """A group's outcome for every way to answer its open codes."""

    def __init__(self, group: Sequence[Placed], choices: Mapping[str, tuple[str, ...]], bases: tuple[str, ...]) -> None:
        self.group = group
        self.codes = tuple(sorted({code for one in group for code in codes_of(one.condition)}))
        self.small = prod(len(choices[code]) for code in self.codes) <= _GROUP_LIMIT
        self._rows: dict[str, list[tuple[tuple[str, ...], int, int]]] = {base: [] for base in bases}
        self._cache: dict[tuple[object, ...], Bounds] = {}
        if not self.small:
            return
        for answers in assignments(self.codes, choices):
            holding = [one.bounds for one in group if one.certain or resolve(one.condition, answers)]
            values = tuple(answers.values())
            for base in bases:
                low = max((one[base][0] for one in holding), default=0)
                high = max((one[base][1] for one in holding), default=0)
                self._rows[base].append((values, low, high))

    def bounds(self, base: str, fixed: Mapping[str, str]) -> Bounds:
        """The least and the greatest that the gravest candidate costs, with some codes fixed."""
        mine = tuple((place, fixed[code]) for place, code in enumerate(self.codes) if code in fixed)
        key = (base, mine)
        if key not in self._cache:
            self._cache[key] = self._compute(base, mine)
        return self._cache[key]

    def _compute(self, base: str, fixed: tuple[tuple[int, str], ...]) -> Bounds:
        if not self.small:
            sure = [one.bounds[base][0] for one in self.group if one.certain]
            return max(sure, default=0), max((one.bounds[base][1] for one in self.group), default=0)
        rows = self._rows[base]
        for place, value in fixed:
            rows = [row for row in rows if row[0][place] == value]
        return min((row[1] for row in rows), default=0), max((row[2] for row in rows), default=0)

    def ordinary(self, bases: tuple[str, ...]) -> int:
        """The greatest that a candidate other than a critical breach costs."""
        return max(
            (one.bounds[base][1] for one in self.group for base in bases if one.draft.severity != CRITICAL), default=0
        )


def _sum(
    groups: list[list[Placed]],
    tables: Sequence[_Table],
    winners: dict[str, Placed],
    irrelevant: set[str],
    choices: Mapping[str, tuple[str, ...]],
    bases: tuple[str, ...],
) -> Verdicts:
    count: dict[str, int] = {}
    for table in tables:
        for code in table.codes:
            count[code] = count.get(code, 0) + 1
    shared = [code for code in sorted(count) if count[code] > 1]
    if prod(len(choices[code]) for code in shared) > _OUTER_LIMIT:
        shared = []
    costs: dict[tuple[str, str], Bounds] = {}
    low: int | None = None
    high = 0
    for base in bases:
        base_low: int | None = None
        base_high = 0
        for outer in assignments(shared, choices):
            parts = [table.bounds(base, outer) for table in tables]
            least, most = sum(part[0] for part in parts), sum(part[1] for part in parts)
            base_low, base_high = least if base_low is None else min(base_low, least), max(base_high, most)
            for code, value in outer.items():
                costs[code, value] = _widen(costs.get((code, value)), least, most)
            for table, part in zip(tables, parts, strict=True):
                for code in table.codes:
                    if code in outer:
                        continue
                    for value in choices[code]:
                        alone = table.bounds(base, {**outer, code: value})
                        costs[code, value] = _widen(
                            costs.get((code, value)), least - part[0] + alone[0], most - part[1] + alone[1]
                        )
        costs[FEE_BASE, base] = (base_low or 0, base_high)
        low = base_low if low is None else min(low, base_low or 0)
        high = max(high, base_high)
    return Verdicts(groups, winners, irrelevant, low or 0, high, sorted(count), costs, bases, undecided_overlap=False)


def _widen(known: Bounds | None, low: int, high: int) -> Bounds:
    return (low, high) if known is None else (min(known[0], low), max(known[1], high))
