"""Unmanned time at the edges of its bands: 大于 and 小于 leave the very hours out; each reading has its figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import NO_HARM, at, found, inputs, readings

from yunqi.kernel.units import minutes_of
from yunqi.settlement import Inputs, Occurrence, Reading, Statement, compute_statement

THIRTY, FIFTY, FULL, DOUBLE = 12113209, 20188681, 40377363, 80754725
"""30 %, 50 %, 100 % and 200 % of a month's fee, in fen."""
MOMENT = timedelta(microseconds=1)
HARM = {**NO_HARM, "accident": "yes", "impact": "yes"}


def unmanned(length: timedelta, answers: dict[str, str]) -> Inputs:
    one = Occurrence("ua-1", "unattended", at(days=6), minutes_of(length))
    return inputs(occurrences=(one,), adjudications=found("ua-1", **answers))


def settle(given: Inputs) -> Statement:
    made = compute_statement(given)
    compared = compare(given, made)
    assert [(one.name, one.here, one.stated) for one in compared.wrong] == []
    assert not compared.unchecked
    return made


@pytest.mark.parametrize(
    ("length", "answers", "row", "fen"),
    [
        (timedelta(hours=1), NO_HARM, None, 0),  # no more than an hour: no row says anything
        (timedelta(hours=1), HARM, None, 0),
        (timedelta(hours=1) + MOMENT, NO_HARM, "minor#12", THIRTY),
        (timedelta(hours=1) + MOMENT, HARM, "severe#11", FULL),
        (timedelta(hours=2) - MOMENT, NO_HARM, "minor#12", THIRTY),
        (timedelta(hours=2) - MOMENT, HARM, "severe#11", FULL),
        (timedelta(hours=2) + MOMENT, NO_HARM, "minor#13", FIFTY),
        (timedelta(hours=2) + MOMENT, HARM, "severe#12", DOUBLE),
        (timedelta(hours=4) - MOMENT, NO_HARM, "minor#13", FIFTY),
        (timedelta(hours=4) - MOMENT, HARM, "severe#12", DOUBLE),
    ],
)
def test_within_a_band_its_row_counts(length: timedelta, answers: dict[str, str], row: str | None, fen: int) -> None:
    made = settle(unmanned(length, answers))
    assert (made.provisional, made.penalty_fen) == (False, fen)
    assert [(one.id, one.amount_fen, one.state) for one in made.candidates] == (
        [] if row is None else [(f"ua-1/{row}", fen, "chosen")]
    )


@pytest.mark.parametrize(
    ("length", "answers", "code", "costs"),
    [
        (timedelta(hours=2), NO_HARM, "gap.minor#12", {"none": 0, "minor#12": THIRTY, "minor#13": FIFTY}),
        (timedelta(hours=2), HARM, "gap.severe#11", {"none": 0, "severe#11": FULL, "severe#12": DOUBLE}),
        (timedelta(hours=4), NO_HARM, "gap.minor#13", {"none": 0, "minor#13": FIFTY}),
        (timedelta(hours=4), HARM, "gap.severe#12", {"none": 0, "severe#12": DOUBLE}),
        (timedelta(hours=4) + MOMENT, HARM, "gap.severe#12", {"none": 0, "severe#12": DOUBLE}),
        (timedelta(hours=30), NO_HARM, "gap.minor#13", {"none": 0, "minor#13": FIFTY}),
    ],
)
def test_what_falls_in_no_band_is_asked_with_the_figure_of_each_reading(
    length: timedelta, answers: dict[str, str], code: str, costs: dict[str, int]
) -> None:
    given = unmanned(length, answers)
    made = settle(given)
    (point,) = made.open_points
    assert (made.provisional, made.penalty_fen, point.code) == (True, None, code)
    assert {one["choice"]: int(one["amount_fen"]) for one in point.choices} == costs
    assert (made.penalty_low_fen, made.penalty_high_fen) == (0, max(costs.values()))
    for choice, fen in costs.items():
        agreed = settle(replace(given, readings=(*readings(), Reading(code, choice, "补充协议3"))))
        assert (agreed.provisional, agreed.penalty_fen) == (False, fen)
        chosen = [one.id for one in agreed.candidates if one.state == "chosen"]
        assert chosen == ([] if choice == "none" else [f"ua-1/{choice}"])


def test_impact_without_an_accident_is_in_neither_table() -> None:
    made = settle(unmanned(timedelta(minutes=90), {**NO_HARM, "impact": "yes"}))
    (point,) = made.open_points
    assert {one["choice"]: int(one["amount_fen"]) for one in point.choices} == {
        "none": 0,
        "severe": FULL,
        "minor": THIRTY,
    }
