from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span
from yunqi.metering import Exclusion, Observation, Verdict, compute_availability, compute_outages, compute_spans

START = datetime(2026, 2, 1, tzinfo=UTC)
WINDOW = Span(START, START + timedelta(minutes=60))


def span(first: int, last: int) -> Span:
    return Span(START + timedelta(minutes=first), START + timedelta(minutes=last))


def seen(first: int, last: int, verdict: Verdict, *, sample: bool = False) -> Observation:
    return Observation(span(first, last), verdict, sample)


spans = st.tuples(st.integers(-10, 70), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))
observations = st.lists(
    st.builds(
        lambda pair, verdict, sample: seen(*pair, verdict, sample=sample),
        spans,
        st.sampled_from(list(Verdict)),
        st.booleans(),
    ),
    max_size=12,
)
exclusions = st.lists(
    st.builds(lambda pair, name: Exclusion(name, span(*pair), "第十五条 2", "某甲"), spans, st.sampled_from("abc")),
    max_size=3,
)


def minute_by_minute(observed, excluded):
    result = []
    for minute in range(60):
        at = START + timedelta(minutes=minute)
        verdicts = {one.verdict for one in observed if one.span.contains(at)}
        if any(one.span.contains(at) for one in excluded):
            result.append(Verdict.EXCLUDED)
        elif Verdict.DOWN in verdicts:
            result.append(Verdict.DOWN)
        elif Verdict.UP in verdicts:
            result.append(Verdict.UP)
        else:
            result.append(Verdict.UNKNOWN)
    return result


@given(observations, exclusions)
def test_spans_partition_the_window(observed, excluded):
    found = compute_spans(observed, WINDOW, excluded)
    assert found[0].span.start_at == WINDOW.start_at
    assert found[-1].span.end_at == WINDOW.end_at
    for before, after in pairwise(found):
        assert before.span.end_at == after.span.start_at
        assert (before.verdict, before.sample, before.exclusion) != (after.verdict, after.sample, after.exclusion)


@given(observations, exclusions)
def test_every_minute_has_the_verdict_that_a_plain_walk_gives(observed, excluded):
    found = compute_spans(observed, WINDOW, excluded)
    expected = minute_by_minute(observed, excluded)
    for minute, verdict in enumerate(expected):
        at = START + timedelta(minutes=minute)
        assert next(one.verdict for one in found if one.span.contains(at)) is verdict
    share = compute_availability(found).share
    up, down = expected.count(Verdict.UP), expected.count(Verdict.DOWN)
    assert share == (Fraction(up, up + down) if up + down else None)


@given(observations, exclusions, st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(observed, excluded, random):
    shuffled, moved = observed[:], excluded[:]
    random.shuffle(shuffled)
    random.shuffle(moved)
    key = lambda found: [(one.span, one.verdict, one.sample) for one in found]  # noqa: E731
    merged = lambda found: [pair for pair in key(found)]  # noqa: E731, C416
    assert merged(compute_spans(shuffled, WINDOW, moved)) == merged(compute_spans(observed, WINDOW, excluded)) or (
        len({one.id for one in excluded}) < len(excluded)
    )


@given(observations, st.integers(1, 59))
def test_splitting_an_observation_changes_nothing(observed, cut):
    at = START + timedelta(minutes=cut)
    split = [
        Observation(part, one.verdict, one.sample)
        for one in observed
        for part in ((Span(one.span.start_at, at), Span(at, one.span.end_at)) if one.span.contains(at) else (one.span,))
    ]
    assert compute_spans(split, WINDOW) == compute_spans(observed, WINDOW)


@given(observations, exclusions)
def test_availability_lies_between_its_bounds(observed, excluded):
    found = compute_availability(compute_spans(observed, WINDOW, excluded))
    assert 0 <= found.unknown_share <= 1
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.high <= 1
        if found.share is not None:
            assert found.low <= found.share <= found.high


def test_nothing_observed_is_unknown_neither_up_nor_down():
    found = compute_availability(compute_spans([], WINDOW))
    assert found.share is None
    assert (found.low, found.high, found.unknown_share) == (0, 1, 1)


def test_a_gap_is_unknown_and_shown():
    found = compute_availability(
        compute_spans([seen(0, 30, Verdict.UP), seen(40, 50, Verdict.DOWN), seen(50, 60, Verdict.UP)], WINDOW)
    )
    assert (found.share, found.unknown_share) == (Fraction(4, 5), Fraction(1, 6))


def test_an_exclusion_needs_who_and_which_clause():
    for clause, approver in (("", "某甲"), ("第十五条", " ")):
        with pytest.raises(Problem) as error:
            Exclusion("x", span(0, 1), clause, approver)
        assert error.value.code == "exclusion.incomplete"


def test_outages_tell_what_is_certain():
    found = compute_outages(
        compute_spans(
            [
                seen(0, 10, Verdict.UP),
                seen(10, 20, Verdict.DOWN),
                seen(20, 30, Verdict.UP),
                seen(35, 40, Verdict.DOWN, sample=True),
                seen(40, 45, Verdict.DOWN),
                seen(45, 60, Verdict.UP),
            ],
            WINDOW,
        )
    )
    assert [(one.span, one.start_certain, one.end_certain, one.sample) for one in found] == [
        (span(10, 20), True, True, False),
        (span(35, 45), False, True, True),
    ]
