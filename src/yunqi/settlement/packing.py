"""The greatest sum over sets that share no member, exactly: what joint breaches win over the single ones they join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_Places = int
"""A set of places, a bit each."""


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
    closely they are entangled, not with how many there are.

    >>> choose_apart([frozenset("ab"), frozenset("bc"), frozenset("cd")], [2, 3, 2])
    (4, {0, 2})
    """
    touching = _find_touching(sets)
    # Below every gain stands what each set costs by its place, so that exactly one choice is best.
    weights = [(gain << len(sets)) - (1 << (len(sets) - 1 - place)) for place, gain in enumerate(gains)]
    settled = _settle(touching, weights)
    chosen: _Places = 0
    for step in reversed(settled):
        if chosen & step.near in step.taken:
            chosen |= 1 << step.place
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


def _settle(touching: Sequence[_Places], weights: Sequence[int]) -> list[_Settled]:
    """Every place in the order of its decision; each depends on those decided after it alone."""
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
        step = _Settled(place, near, sums, frozenset(taken))
        open_.append(step)
        settled.append(step)
        for other in _list_places(near):
            waiting[other] = (waiting[other] | near) & ~bit & ~(1 << other)
    return settled


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
