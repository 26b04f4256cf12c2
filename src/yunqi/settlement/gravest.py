"""择其重者: of the candidates of one root cause the gravest counts; of a joint breach and the single ones, whichever is
graver.

No event is paid for twice and no further candidate lowers the sum: the greatest sum over candidates that share no
root cause. The
critical breach ends the contract and is priced once, however many events make it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from yunqi.contract.conditions import ALWAYS, Condition, assignments, codes_of, resolve
from yunqi.settlement.drafts import Draft
from yunqi.settlement.law import CRITICAL
from yunqi.settlement.packing import choose_apart

_GROUP_LIMIT = 1024

Bounds = tuple[int, int]


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


@dataclass(frozen=True, slots=True)
class Part:
    """What a group comes to, from least to greatest: at all, by its ordinary candidates, by its critical ones."""

    gravest: Bounds
    ordinary: Bounds
    critical: Bounds


class Table:
    """The candidates of one set of root causes, with the outcome for every way to answer their open codes."""

    def __init__(self, group: Sequence[Placed], choices: Mapping[str, tuple[str, ...]], bases: tuple[str, ...]) -> None:
        self.group = group
        self.roots = frozenset(group[0].draft.roots)
        self.codes = tuple(sorted({code for one in group for code in codes_of(one.condition)}))
        self.has_critical = any(one.draft.severity == CRITICAL for one in group)
        self._small = prod(len(choices[code]) for code in self.codes) <= _GROUP_LIMIT
        self._rows: dict[str, list[tuple[tuple[str, ...], Part]]] = {base: [] for base in bases}
        self._cache: dict[tuple[object, ...], Part] = {}
        for answers in assignments(self.codes, choices) if self._small else ():
            holding = [one for one in group if one.certain or resolve(one.condition, answers)]
            values = tuple(answers.values())
            for base in bases:
                self._rows[base].append((values, _part(holding, holding, base)))

    def bounds(self, base: str, fixed: Mapping[str, str]) -> Part:
        """The least and the greatest that the group comes to, with some codes fixed."""
        mine = tuple((place, fixed[code]) for place, code in enumerate(self.codes) if code in fixed)
        key = (base, mine)
        if key not in self._cache:
            self._cache[key] = self._compute(base, mine)
        return self._cache[key]

    def _compute(self, base: str, fixed: tuple[tuple[int, str], ...]) -> Part:
        if not self._small:
            # Too many codes to play through: what is certain, and all that is possible.
            return _part([one for one in self.group if one.certain], self.group, base)
        rows = self._rows[base]
        for place, value in fixed:
            rows = [row for row in rows if row[0][place] == value]
        parts = [part for _, part in rows]
        return Part(
            (min(part.gravest[0] for part in parts), max(part.gravest[1] for part in parts)),
            (min(part.ordinary[0] for part in parts), max(part.ordinary[1] for part in parts)),
            (min(part.critical[0] for part in parts), max(part.critical[1] for part in parts)),
        )


def _part(sure: Sequence[Placed], possible: Sequence[Placed], base: str) -> Part:
    def greatest(among: Sequence[Placed], side: int, *, critical: bool) -> int:
        return max((one.bounds[base][side] for one in among if (one.draft.severity == CRITICAL) is critical), default=0)

    ordinary = greatest(sure, 0, critical=False), greatest(possible, 1, critical=False)
    critical = greatest(sure, 0, critical=True), greatest(possible, 1, critical=True)
    return Part((max(ordinary[0], critical[0]), max(ordinary[1], critical[1])), ordinary, critical)


def combine(tables: Sequence[Table], parts: Sequence[Part], *, joined: bool) -> Bounds:
    """The least and the greatest sum over all groups."""
    roots = [table.roots for table in tables]
    several = sum(table.has_critical for table in tables) > 1
    return (
        _best(roots, [_values(part, 0, several=several) for part in parts], joined=joined)[0],
        _best(roots, [_values(part, 1, several=several) for part in parts], joined=joined)[0],
    )


def choose(
    tables: Sequence[Table], settled: Sequence[Placed | None], bases: tuple[str, ...], *, joined: bool
) -> list[Placed]:
    """The candidates that count for sure: those of the best choice where it is the same under every meaning of the fee.

    A group that touches an unsettled one, or a critical one while any is unsettled, is not decided yet.
    """
    unsettled = {root for table, one in zip(tables, settled, strict=True) if one is None for root in table.roots}
    critical_open = any(table.has_critical for table, one in zip(tables, settled, strict=True) if one is None)
    known = [
        (table, one)
        for table, one in zip(tables, settled, strict=True)
        if one is not None
        and not (joined and len(tables) > 1 and _touches(table, tables, unsettled))
        and not (critical_open and table.has_critical)
    ]
    roots = [table.roots for table, _ in known]
    picks = []
    for base in bases:
        values = [
            (0, one.bounds[base][0]) if one.draft.severity == CRITICAL else (one.bounds[base][0], 0) for _, one in known
        ]
        picks.append(_best(roots, values, joined=joined)[1])
    return [one for place, (_, one) in enumerate(known) if all(place in pick for pick in picks)]


def _touches(table: Table, tables: Sequence[Table], unsettled: set[str]) -> bool:
    # Through a joint breach an unsettled group may reach further than its own causes.
    reached = set(table.roots)
    while True:
        wider = reached.union(*(other.roots for other in tables if other.roots & reached))
        if wider == reached:
            return bool(reached & unsettled)
        reached = wider


def _values(part: Part, side: int, *, several: bool) -> tuple[int, int]:
    return (part.ordinary[side], part.critical[side]) if several else (part.gravest[side], 0)


def _best(roots: Sequence[frozenset[str]], values: Sequence[tuple[int, int]], *, joined: bool) -> tuple[int, set[int]]:
    """The greatest sum and which groups make it; at most one group counts with its critical value."""
    places = range(len(roots))
    ordinary = [one for one, _ in values]
    total, chosen = base, counted = _pack(roots, ordinary, places, joined=joined)
    # Where no joint breach wins, what a critical one leaves is the sum less what it displaces.
    plain = not joined or all(len(roots[place]) == 1 for place in counted)
    for place in places:
        critical = values[place][1]
        if critical <= 0:
            continue
        if plain:
            gone = {one for one in counted if one == place or (joined and roots[one] & roots[place])}
            more, others = base - sum(ordinary[one] for one in gone), counted - gone
        else:
            rest = [other for other in places if other != place and not (joined and roots[other] & roots[place])]
            more, others = _pack(roots, ordinary, rest, joined=joined)
        if critical + more > total:
            total, chosen = critical + more, {place, *others}
    return total, chosen


def _pack(
    roots: Sequence[frozenset[str]], values: Sequence[int], places: Sequence[int], *, joined: bool
) -> tuple[int, set[int]]:
    if not joined:
        return sum(values[place] for place in places), set(places)
    single = {next(iter(roots[place])): place for place in places if len(roots[place]) == 1}
    ordinary = sum(values[place] for place in single.values())
    joint, gains = [], []
    for place in places:
        gain = values[place] - sum(values[single[root]] for root in roots[place] if root in single)
        # A joint breach that costs no more than its single events together never wins over them.
        if len(roots[place]) > 1 and gain > 0:
            joint.append(place)
            gains.append(gain)
    more, chosen = choose_apart([roots[place] for place in joint], gains)
    winning = {joint[number] for number in chosen}
    displaced = {root for place in winning for root in roots[place]}
    return ordinary + more, winning | {place for root, place in single.items() if root not in displaced}
