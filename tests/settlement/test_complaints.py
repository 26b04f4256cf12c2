"""Complaints in a month: their number over month or term, with the availability that the row asks for besides."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import (
    MONTH,
    NO_HARM,
    at,
    chosen,
    codes,
    contract,
    evidence,
    found,
    inputs,
    outage,
    with_reading,
    without,
)

from yunqi.settlement import Inputs, Occurrence, Statement, compute_statement

FIFTY, TWENTY = 20188681, 8075473


def joint() -> dict[str, Any]:
    """The contract whose row of complaints asks for missed availability of service or data as well."""
    changed = copy.deepcopy(contract())
    (row,) = [one for one in changed["penalties"]["coefficients"] if (one["table"], one["no"]) == ("minor", 2)]
    band = {"min": None, "min_operator": None, "max_operator": "<", "unit": "share"}
    row["bands"] = [
        {**band, "metric": "availability", "max": "0.9999"},
        {**band, "metric": "data_availability", "max": "0.999999"},
        {"metric": "complaint_count", "min": "3", "min_operator": ">=", "max": None, "max_operator": None,
         "unit": "time"},
    ]  # fmt: skip
    row["joined"] = "or_and"
    return changed


def complaints(count: int, name: str = "cp-1", day: int = 9) -> Occurrence:
    return Occurrence(name, "complaint_count", at(days=day), Fraction(count))


def month(minutes: int, *occurrences: Occurrence, **more: Any) -> Inputs:
    """A month with one outage of so many minutes (none: 0) that did no great harm."""
    case, down = outage("inc-1", minutes or 1)
    answers = found("inc-1", **NO_HARM) + found(f"availability.srv-1:{MONTH}", **NO_HARM)
    given = inputs(
        contract=joint(),
        incidents=(case,) if minutes else (),
        objects=(evidence("srv-1", *((down,) if minutes else ())),),
        adjudications=answers,
        occurrences=occurrences,
    )
    return replace(given, **more)


def settle(given: Inputs) -> Statement:
    made = compute_statement(given)
    compared = compare(given, made)
    assert [(one.name, one.here, one.stated) for one in compared.wrong] == []
    assert not compared.unchecked
    return made


def test_without_missed_availability_complaints_cost_nothing() -> None:
    made = settle(month(0, complaints(3)))
    assert (made.provisional, made.penalty_fen) == (False, 0)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_graver_row_wins_where_availability_was_missed_and_people_complained(count: int) -> None:
    made = settle(month(30, complaints(count)))
    assert (made.provisional, made.penalty_fen) == (False, FIFTY)
    named = [one.id for one in made.candidates if one.id.endswith("minor#2")]
    assert named == ([] if count < 3 else ["cp-1/minor#2"])
    assert not [one for one in chosen(made) if one.endswith("minor#2")]


def test_both_rows_count_where_the_parties_agreed_that_partly_common_causes_do() -> None:
    made = settle(month(30, complaints(3), readings=with_reading("penalty.overlap", "separate")))
    assert (made.provisional, made.penalty_fen) == (False, FIFTY + TWENTY)
    assert {"availability.srv-1:2026-02/minor#1", "cp-1/minor#2"} <= set(chosen(made))


def test_the_lighter_row_is_left_where_the_graver_does_not_apply() -> None:
    answers = found("inc-1", **(NO_HARM | {"loss": "yes"})) + found(f"availability.srv-1:{MONTH}", loss="yes")
    rule = joint()
    rows = rule["penalties"]["coefficients"]
    rule["penalties"]["coefficients"] = [one for one in rows if (one["table"], one["no"]) != ("severe", 1)]
    readings = with_reading("words.availability", "none")
    made = settle(month(30, complaints(3), contract=rule, adjudications=answers, readings=readings))
    assert (made.provisional, made.penalty_fen) == (False, TWENTY)


def test_how_long_complaints_are_counted_is_open_only_where_it_matters() -> None:
    early = Occurrence("cp-0", "complaint_count", at(days=-20), Fraction(2))
    open_ = settle(month(30, early, complaints(1), readings=without("complaint.window", "penalty.overlap")))
    assert codes(open_) == ["complaint.window", "penalty.overlap"]
    assert (open_.penalty_low_fen, open_.penalty_high_fen) == (FIFTY, FIFTY + TWENTY)
    term = settle(month(30, early, complaints(1), readings=with_reading("complaint.window", "term")))
    assert "cp-1/minor#2" in [one.id for one in term.candidates]
    monthly = settle(month(30, early, complaints(1)))
    assert "cp-1/minor#2" not in [one.id for one in monthly.candidates]


def test_data_that_was_missed_is_enough() -> None:
    lost = Occurrence("da-1", "data_availability", at(days=2), Fraction(99, 100))
    made = settle(month(0, complaints(3), lost))
    assert "cp-1/minor#2" in [one.id for one in made.candidates]


def test_what_nobody_measured_is_asked() -> None:
    made = settle(month(0, complaints(3), readings=without("unmeasured.data_availability")))
    assert "row.minor#2@cp-1" in codes(made)
