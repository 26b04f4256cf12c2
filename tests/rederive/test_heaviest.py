"""The independent program's own choice among joint breaches and single ones: that of trying them all."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.rederive import heaviest as module
from tools.rederive.answers import TooManyOpenError
from tools.rederive.heaviest import heaviest

GROUPS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=4), st.integers(1, 5)),
    max_size=9,
    unique_by=lambda one: one[0],
)


def by_trial(roots: list[frozenset[str]], fens: list[int]) -> tuple[int, list[int]]:
    """Every choice tried; of the best, the one that leaves out the widest wherever it can."""
    order = sorted(range(len(roots)), key=lambda one: (-len(roots[one]), one))
    found = [
        (-sum(fens[one] for one in some), [one in some for one in order], list(some))
        for size in range(len(roots) + 1)
        for some in combinations(range(len(roots)), size)
        if sum(len(roots[one]) for one in some) == len(frozenset().union(*(roots[one] for one in some)))
    ]
    best = min(found)
    return -best[0], best[2]


@pytest.mark.parametrize("states", [2_000, 0])
@settings(max_examples=150, deadline=None)
@given(GROUPS)
def test_walked_or_searched_the_choice_is_that_of_trying_them_all(
    states: int, groups: list[tuple[frozenset[str], int]]
) -> None:
    roots, fens = [one for one, _fen in groups], [fen for _one, fen in groups]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_STATES", states)
        assert heaviest(roots, fens) == by_trial(roots, fens)


def test_a_long_chain_of_groups_is_weighed() -> None:
    count, reach, chance = 300, 8, random.Random(7)
    fens = [chance.randint(1, 1000) for _ in range(count)]
    roots = [frozenset(str(place + more) for more in range(reach + 1)) for place in range(count)]
    best = [0] * (count + reach + 1)
    for place in reversed(range(count)):
        best[place] = max(best[place + 1], fens[place] + best[place + reach + 1])
    assert heaviest(roots, fens)[0] == best[0]


def test_closely_entangled_groups_are_weighed_within_seconds() -> None:
    """Taken in and left out one by one, these take longer than there is."""
    chance = random.Random(1)
    roots = [frozenset(str(one) for one in chance.sample(range(50), 3)) for _ in range(60)]
    fens = [chance.randint(1, 1000) for _ in roots]
    total, taken = heaviest(roots, fens)
    assert total == sum(fens[one] for one in taken)
    assert all(not roots[one] & roots[other] for one, other in combinations(taken, 2))
    assert all(any(roots[one] & roots[other] for other in taken) for one in range(60))


@pytest.mark.parametrize("limit", ["_STEPS", "_WIDEST"])
def test_beyond_what_can_be_searched_it_says_so(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STATES", 0)
    monkeypatch.setattr(module, limit, 1)
    with pytest.raises(TooManyOpenError):
        heaviest([frozenset("ab"), frozenset("bc"), frozenset("cd"), frozenset("da")], [3, 2, 3, 2])
