"""The greatest sum over sets that share no member, exactly: what joint breaches win over the single ones they join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_Places = int
"""A set of places, a bit each."""


_CHOICES = 200_000
"""So many choices are worked out one by one; beyond, the sets are searched."""
_SWEEPS = 3


@dataclass(frozen=True, slots=True)
class _Settled:
    """One place decided for every choice among those it still touched: whether it is taken, and what that comes to."""

    place: int
    near: _Places
    sums: dict[_Places, int]
    taken: frozenset[_Places]


def choose_apart(sets: Sequence[frozenset[str]], gains: Sequence[int]) -> tuple[int, set[int]]:
    """The greatest sum of gains over sets that are disjoint, and the places of the sets that make it.

    Of several that come to the same, the one that leaves out the first set wherever it can, then the second, and so on.
    No gain is negative. The sets are decided one by one, first those that touch the fewest: the work grows with how
    closely they are entangled, not with how many there are. Where they are too closely entangled for that, they are
    tried in turn, and what can't come to more than the best so far is left out: exact as well, and sooner done.

    >>> choose_apart([frozenset("ab"), frozenset("bc"), frozenset("cd")], [2, 3, 2])
    (4, {0, 2})
    """
    touching = _find_touching(sets)
    # Below every gain stands what each set costs by its place, so that exactly one choice is best.
    weights = [(gain << len(sets)) - (1 << (len(sets) - 1 - place)) for place, gain in enumerate(gains)]
    settled = _settle(touching, weights)
    chosen: _Places = 0
    for step in reversed(settled or ()):
        if chosen & step.near in step.taken:
            chosen |= 1 << step.place
    if settled is None:
        chosen = _Search(sets, weights, touching).find_best()
    found = set(_list_places(chosen))
    return sum(gains[place] for place in found), found


def _find_touching(sets: Sequence[frozenset[str]]) -> list[_Places]:
    """Of each set, the others that share a member with it."""
    having: dict[str, _Places] = {}
    for place, members in enumerate(sets):
        for member in members:
            having[member] = having.get(member, 0) | 1 << place
    touching = []
    for place, members in enumerate(sets):
        near: _Places = 0
        for member in members:
            near |= having[member]
        touching.append(near & ~(1 << place))
    return touching


def _settle(touching: Sequence[_Places], weights: Sequence[int]) -> list[_Settled] | None:
    """Every place in the order of its decision; each depends on those decided after it alone. None where that takes
    more than `_CHOICES` choices.
    """
    left = _CHOICES
    waiting = dict(enumerate(touching))  # what each still depends on
    open_: list[_Settled] = []
    settled: list[_Settled] = []
    while waiting:
        place = min(waiting, key=lambda one: (waiting[one].bit_count(), one))
        near, bit = waiting.pop(place), 1 << place
        mine = [step for step in open_ if step.near & bit]
        open_ = [step for step in open_ if not step.near & bit]
        sums: dict[_Places, int] = {}
        taken = set()
        for some in _list_apart(near, touching):
            best = sum(step.sums[some & step.near] for step in mine)
            if not some & touching[place]:
                more = weights[place] + sum(step.sums[(some | bit) & step.near] for step in mine)
                if more > best:
                    best = more
                    taken.add(some)
            sums[some] = best
            left -= 1
            if left < 0:
                return None
        step = _Settled(place, near, sums, frozenset(taken))
        open_.append(step)
        settled.append(step)
        for other in _list_places(near):
            waiting[other] = (waiting[other] | near) & ~bit & ~(1 << other)
    return settled


class _Search:
    """The best choice by trying each set taken and left, with a price of each member that bounds what is still to come.

    Prices are such that no set costs less than its weight: no choice of sets apart comes to more than all the prices.
    """

    def __init__(self, sets: Sequence[frozenset[str]], weights: Sequence[int], touching: Sequence[_Places]) -> None:
        numbers = {member: number for number, member in enumerate(sorted(frozenset().union(*sets)))}
        self._members = [tuple(sorted(numbers[member] for member in one)) for one in sets]
        self._having: list[list[int]] = [[] for _ in numbers]
        for place, members in enumerate(self._members):
            for member in members:
                self._having[member].append(place)
        self._weights, self._touching = weights, touching
        self._best: tuple[int, _Places] = (0, 0)

    def find_best(self) -> _Places:
        """The places of the sets that come to the most."""
        prices = [0] * len(self._having)
        for place, members in enumerate(self._members):
            for member in members:
                prices[member] = max(prices[member], -(-self._weights[place] // len(members)))
        waiting = [((1 << len(self._weights)) - 1, prices, 0, 0)]
        while waiting:
            free, given, sum_, taken = waiting.pop()
            if sum_ > self._best[0]:
                self._best = (sum_, taken)
            prices = self._lower(free, given)
            if not free or sum_ + sum(prices) <= self._best[0]:
                continue
            place = max(_list_places(free), key=lambda one: (self._weights[one], -one))
            bit = 1 << place
            waiting.append((free & ~bit, prices, sum_, taken))
            rest = free & ~(self._touching[place] | bit)
            waiting.append((rest, prices, sum_ + self._weights[place], taken | bit))
        return self._best[1]

    def _lower(self, free: _Places, prices: Sequence[int]) -> list[int]:
        """Prices as low as some rounds make them for the sets that are free, each still covered."""
        lowered = list(prices)
        for _sweep in range(_SWEEPS):
            before = list(lowered)
            for member, places in enumerate(self._having):
                if not lowered[member]:
                    continue
                lacking = [
                    self._weights[place] - sum(lowered[one] for one in self._members[place] if one != member)
                    for place in places
                    if free >> place & 1
                ]
                lowered[member] = min(lowered[member], max(0, *lacking)) if lacking else 0
            if lowered == before:
                break
        return lowered


def _list_apart(among: _Places, touching: Sequence[_Places]) -> Iterator[_Places]:
    """Every choice of places that do not touch one another."""
    if not among:
        yield 0
        return
    lowest = among & -among
    rest = among & ~lowest
    yield from _list_apart(rest, touching)
    for some in _list_apart(rest & ~touching[lowest.bit_length() - 1], touching):
        yield some | lowest


def _list_places(places: _Places) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places &= ~lowest
