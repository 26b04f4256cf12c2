"""Bounds of a month with much in doubt: no way to answer goes beyond them, each way being worked out by itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.doubtful import CHANGES, bounds_of_ways, changed_month, doubtful_month, settled_ways
from tests.kits.rederived import compare

from yunqi.settlement import bounds, compute_statement
from yunqi.settlement.amended import bound_by_texts
from yunqi.settlement.bounds import bound_penalty
from yunqi.settlement.inputs import Inputs, Reading
from yunqi.settlement.model import Statement
from yunqi.settlement.spread import Share, list_values, reach_of_mean
from yunqi.settlement.statement import compute_by_one_text

SEEDS = st.integers(0, 2**32)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_no_way_to_decide_on_force_majeure_goes_beyond_the_bounds(seed: int, count: int) -> None:
    month = doubtful_month(Random(seed), count)
    low, high = bound_by_texts(replace(month, suspensions=()), month.suspensions)
    least, most = bounds_of_ways(month)
    assert low <= least
    assert most <= high


@pytest.mark.parametrize(("seed", "count"), [(1, 6), (2, 7), (4, 8)])
def test_with_many_the_statement_says_what_its_bounds_are_and_none_goes_beyond(seed: int, count: int) -> None:
    month = doubtful_month(Random(seed), count)
    made = compute_statement(month)
    least, most = bounds_of_ways(month)
    assert made.penalty_low_fen <= least
    assert most <= made.penalty_high_fen
    said = made.open_points[0].question
    assert ("准确" in said) != ("外界" in said)
    if "准确" in said:
        assert (made.penalty_low_fen, made.penalty_high_fen) == (least, most)
    assert [one.name for one in compare(month, made).wrong] == []


def readings_of(month: Inputs) -> dict[str, list[str]]:
    return {code: [one.value or "" for one in month.changed if one.code == code] for code in CHANGES}


def every_reading(month: Inputs, step: int = 1) -> list[Statement]:
    """The month by each way to read a figure of the whole month, or by each `step`-th."""
    choices = {code: values for code, values in readings_of(month).items() if values}
    made = []
    for way in islice(product(*choices.values()), None, None, step):
        said = tuple(Reading(code, value, "") for code, value in zip(choices, way, strict=True))
        kept = tuple(one for one in month.readings if one.code not in choices)
        made.append(compute_by_one_text(replace(month, readings=(*kept, *said))))
    return made


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_no_way_to_read_a_month_goes_beyond_the_statement(seed: int, count: int) -> None:
    month = changed_month(Random(seed), count)
    made, ways = compute_statement(month), every_reading(month)
    assert made.penalty_low_fen == min(one.penalty_low_fen for one in ways)
    assert made.penalty_high_fen == max(one.penalty_high_fen for one in ways)


@pytest.mark.parametrize("most", [1, 64])
@pytest.mark.parametrize("seed", range(6))
def test_readings_left_open_together_bound_every_way_to_read_them(
    seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`most`: so many ways are worked out by themselves where it hangs on the reading who has a share in a breach."""
    monkeypatch.setattr(bounds, "_WAYS", most)
    month = changed_month(Random(seed), 5)
    ways = every_reading(month)
    opened = {code: tuple(values) for code, values in readings_of(month).items() if values}
    low, high = bound_penalty(month, opened)
    assert low <= min(one.penalty_low_fen for one in ways)
    assert max(one.penalty_high_fen for one in ways) <= high


@pytest.mark.parametrize(("seed", "word"), [(47, "准确"), (48, "外界")])
def test_many_readings_that_change_at_once_are_bounded_and_each_is_asked(seed: int, word: str) -> None:
    month = changed_month(Random(seed), 9)
    made = compute_statement(month)
    ways = every_reading(month, 11)
    assert made.provisional
    assert made.penalty_low_fen <= min(one.penalty_low_fen for one in ways)
    assert max(one.penalty_high_fen for one in ways) <= made.penalty_high_fen
    asked = [one for one in made.open_points if "自月初起登记" in one.question]
    assert len(asked) > 4
    assert all(word in one.question for one in asked)
    for point in asked:
        assert [one["choice"] for one in point.choices] == readings_of(month)[point.code]
    compared = compare(month, made)
    assert ([one.name for one in compared.wrong], compared.unchecked, bool(compared.sampled)) == ([], [], True)


def test_the_ways_to_decide_are_all_of_them() -> None:
    month = doubtful_month(Random(0), 3)
    assert len(list(settled_ways(month))) == 8


SHARES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9), st.booleans()), min_size=1, max_size=6)


@given(SHARES)
def test_the_mean_reaches_as_far_as_any_choice_of_what_is_unsure(
    given_shares: list[tuple[int, int, bool]],
) -> None:
    shares = [Share(Fraction(low), Fraction(low + more), sure) for low, more, sure in given_shares]
    means: tuple[list[Fraction], list[Fraction]] = ([], [])
    for kept in product((True, False), repeat=len(shares)):
        chosen = [one for one, keep in zip(shares, kept, strict=True) if keep or one.sure]
        if chosen:
            means[0].append(sum((one.least for one in chosen), Fraction(0)) / len(chosen))
            means[1].append(sum((one.most for one in chosen), Fraction(0)) / len(chosen))
    assert reach_of_mean(shares) == (min(means[0]), max(means[1]))


@given(st.lists(st.integers(0, 9), max_size=4), st.fractions(0, 9), st.fractions(0, 9), st.fractions(0, 9))
def test_every_value_of_a_reach_lies_between_the_same_edges_as_one_that_is_listed(
    edges: list[int], one: Fraction, other: Fraction, value: Fraction
) -> None:
    least, most = sorted((one, other))
    if least <= value <= most:
        listed = list_values((least, most), [Fraction(edge) for edge in edges])
        place = [(value > edge, value == edge) for edge in edges]
        assert place in [[(each > edge, each == edge) for edge in edges] for each in listed]
