"""The heaviest of some groups of which no two share a root cause: what joint breaches and single ones come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from .answers import TooManyOpenError

Best = tuple[int, frozenset[int]]
_Chain = tuple[int, Any] | None
_STATES = 2_000
"""So many states are kept on a walk; groups that hang together more closely are searched."""
_STEPS, _WIDEST = 100_000, 300
"""So many steps are searched, among so many groups that hang together; beyond, the month counts as not worked out."""
_SWEEPS = 3
"""The rounds in which prices are lowered."""


def heaviest(roots: Sequence[frozenset[str]], fens: Sequence[int]) -> tuple[int, list[int]]:
    """The greatest sum of fens over places that share no root, and those places. Every fen is more than 0.

    Of several that come to the same, the one that leaves out the widest group wherever it can, then the next. Raises
    `TooManyOpenError` where they are entangled beyond what can be searched.

    >>> heaviest([frozenset("a"), frozenset("b"), frozenset("ab")], [5, 4, 8])
    (9, [0, 1])
    """
    size = len(fens)
    order = sorted(range(size), key=lambda one: (-len(roots[one]), one))
    # Below each fen stands a little less for the wide ones, so that exactly one choice is the best.
    weights = {place: (fens[place] << size) - (1 << (size - 1 - rank)) for rank, place in enumerate(order)}
    having: dict[str, set[int]] = {}
    for place, mine in enumerate(roots):
        for root in mine:
            having.setdefault(root, set()).add(place)
    near = {place: frozenset().union(*(having[root] for root in mine)) - {place} for place, mine in enumerate(roots)}
    search = _Search(roots, weights, near)
    taken = frozenset[int]()
    for part in search.parts(frozenset(range(size))):
        best = _walk(roots, weights, part)
        if best is None and len(part) > _WIDEST:
            raise TooManyOpenError
        taken |= (best or search.best(part) or (0, frozenset()))[1]
    return sum(fens[one] for one in taken), sorted(taken)


def _walk(roots: Sequence[frozenset[str]], weights: Mapping[int, int], part: frozenset[int]) -> Best | None:
    """The best choice, group by group: what was taken matters only by the roots that later groups have. None where
    these are too many to keep.
    """
    order = _order(roots, part)
    later = [frozenset().union(*(roots[one] for one in order[place + 1 :])) for place in range(len(order))]
    states: dict[frozenset[str], tuple[int, _Chain]] = {frozenset(): (0, None)}
    for place, alive in zip(order, later, strict=True):
        after: dict[frozenset[str], tuple[int, _Chain]] = {}
        for used, (sum_, chain) in states.items():
            ways = [(used & alive, sum_, chain)]
            if not used & roots[place]:
                ways.append(((used | roots[place]) & alive, sum_ + weights[place], (place, chain)))
            for key, more, longer in ways:
                if key not in after or after[key][0] < more:
                    after[key] = (more, longer)
        if len(after) > _STATES:
            return None
        states = after
    sum_, chain = states[frozenset()]
    taken = set[int]()
    while chain is not None:
        place, chain = chain
        taken.add(place)
    return sum_, frozenset(taken)


def _order(roots: Sequence[frozenset[str]], part: frozenset[int]) -> list[int]:
    """The groups in such an order that few roots are in use at a time: next comes what opens the fewest new ones."""
    left, seen, order = set(part), set[str](), list[int]()
    while left:
        place = min(left, key=lambda one: (len(roots[one] - seen), one))
        left.remove(place)
        seen |= roots[place]
        order.append(place)
    return order


class _Search:
    """A search that takes apart what does not hang together, keeps what it has worked out, and leaves out a branch that
    cannot come to more.
    """

    def __init__(
        self, roots: Sequence[frozenset[str]], weights: Mapping[int, int], near: Mapping[int, frozenset[int]]
    ) -> None:
        self._roots, self._weights, self._near = roots, weights, near
        self._known: dict[frozenset[int], Best] = {}
        self._beyond: dict[frozenset[int], int] = {}
        self._left = _STEPS

    def best(self, places: frozenset[int], floor: int = -1) -> Best | None:
        """The best choice among some places, if it comes to more than `floor`; else None."""
        parts = self.parts(places)
        ends = [self._most(part) for part in parts]
        left, sum_, taken = sum(ends), 0, frozenset[int]()
        for part, most in sorted(zip(parts, ends, strict=True), key=lambda pair: len(pair[0])):
            left -= most
            found = self._connected(part, floor - sum_ - left, most)
            if found is None:
                return None
            sum_, taken = sum_ + found[0], taken | found[1]
        return (sum_, taken) if sum_ > floor else None

    def _connected(self, part: frozenset[int], floor: int, most: int) -> Best | None:
        if part in self._known:
            return self._known[part] if self._known[part][0] > floor else None
        if min(most, self._beyond.get(part, most)) <= floor:
            return None
        self._left -= 1
        if self._left < 0:
            raise TooManyOpenError
        place = max(part, key=lambda one: self._weights[one])
        touched = self._near[place] & part
        weight, made, least = self._weights[place], None, floor
        rest = self.best(part - touched - {place}, least - weight)
        if rest is not None:
            made = weight + rest[0], rest[1] | {place}
            least = made[0]
        without = self.best(part - {place}, least) if touched else None
        made = made if without is None else without
        if made is None:
            self._beyond[part] = floor
        else:
            self._known[part] = made
        return made

    def _most(self, places: frozenset[int]) -> int:
        """No choice comes to more. Each root is given a price, such that no group weighs more than its roots cost: what
        is taken apart pays for different roots, so all of it weighs no more than all roots cost.
        """
        prices: dict[str, int] = {}
        having: dict[str, list[int]] = {}
        for one in places:
            for root in self._roots[one]:
                having.setdefault(root, []).append(one)
                prices[root] = max(prices.get(root, 0), -(-self._weights[one] // len(self._roots[one])))
        for _sweep in range(_SWEEPS):
            for root, users in having.items():
                lacking = (
                    self._weights[one] - sum(prices[each] for each in self._roots[one] if each != root) for one in users
                )
                prices[root] = max(0, min(prices[root], max(lacking)))
        return sum(prices.values())

    def parts(self, places: frozenset[int]) -> list[frozenset[int]]:
        """Places that hang together, each such set by itself."""
        left, parts = set(places), list[frozenset[int]]()
        while left:
            edge = {left.pop()}
            part = set(edge)
            for _round in count():
                edge = {other for one in edge for other in self._near[one]} & left
                if not edge:
                    break
                left -= edge
                part |= edge
            parts.append(frozenset(part))
        return parts
