from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.settlement import packing
from yunqi.settlement.packing import choose_apart

SETS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=4), st.integers(0, 5)), max_size=9
)


def by_trial(sets: list[frozenset[str]], gains: list[int]) -> tuple[int, set[int]]:
    """Every choice tried; of the best, the one that leaves out the first wherever it can."""
    found = []
    for size in range(len(sets) + 1):
        for some in combinations(range(len(sets)), size):
            if sum(len(sets[place]) for place in some) == len(frozenset().union(*(sets[place] for place in some))):
                taken = tuple(place in some for place in range(len(sets)))
                found.append((-sum(gains[place] for place in some), taken, set(some)))
    best = min(found, key=lambda one: one[:2])
    return -best[0], best[2]


@settings(max_examples=150, deadline=None)
@given(SETS)
def test_the_choice_is_that_of_trying_them_all(given_sets: list[tuple[frozenset[str], int]]) -> None:
    sets, gains = [one for one, _gain in given_sets], [gain for _one, gain in given_sets]
    assert choose_apart(sets, gains) == by_trial(sets, gains)


@settings(max_examples=150, deadline=None)
@given(SETS)
def test_the_search_finds_the_same_choice(given_sets: list[tuple[frozenset[str], int]]) -> None:
    sets, gains = [one for one, _gain in given_sets], [gain for _one, gain in given_sets]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHOICES", 0)
        assert choose_apart(sets, gains) == by_trial(sets, gains)


@pytest.mark.parametrize("seed", range(5))
def test_the_search_agrees_with_the_choices_worked_out(seed: int) -> None:
    chance = random.Random(seed)
    sets = [frozenset(str(one) for one in chance.sample(range(30), 3)) for _ in range(35)]
    gains = [chance.randint(0, 1000) for _ in sets]
    worked_out = choose_apart(sets, gains)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHOICES", 0)
        assert choose_apart(sets, gains) == worked_out


def test_closely_entangled_sets_are_weighed_within_seconds() -> None:
    """Worked out choice by choice, these take hours."""
    chance = random.Random(1)
    sets = [frozenset(str(one) for one in chance.sample(range(60), 3)) for _ in range(80)]
    gains = [chance.randint(1, 1000) for _ in sets]
    total, chosen = choose_apart(sets, gains)
    assert total == sum(gains[place] for place in chosen)
    assert all(not sets[one] & sets[other] for one, other in combinations(sorted(chosen), 2))
    left = [place for place in range(80) if not any(sets[place] & sets[one] for one in chosen)]
    assert left == []  # nothing more would fit


@pytest.mark.parametrize("reach", [1, 3, 8])
def test_a_long_chain_of_sets_that_overlap_is_weighed(reach: int) -> None:
    """As outages that overlap in time make them: trying all would take longer than there is."""
    count, chance = 300, random.Random(7)
    gains = [chance.randint(1, 1000) for _ in range(count)]
    sets = [frozenset(str(place + more) for more in range(reach + 1)) for place in range(count)]
    best = [0] * (count + reach + 1)
    for place in reversed(range(count)):
        best[place] = max(best[place + 1], gains[place] + best[place + reach + 1])
    total, chosen = choose_apart(sets, gains)
    assert total == best[0] == sum(gains[place] for place in chosen)
    assert all(not sets[one] & sets[other] for one, other in combinations(sorted(chosen), 2))


def test_a_platform_that_fails_often_under_many_systems_is_weighed() -> None:
    """Each failure joins an event of every system, and each system joins its own events."""
    systems, failures = 30, 8
    sets = [frozenset(f"{one}-{number}" for number in range(failures)) for one in range(systems)]
    sets += [frozenset(f"{one}-{number}" for one in range(systems)) for number in range(failures)]
    assert choose_apart(sets, [3] * systems + [10] * failures) == (90, set(range(systems)))
    assert choose_apart(sets, [3] * systems + [12] * failures) == (96, set(range(systems, systems + failures)))
