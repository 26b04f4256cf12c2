"""A month within which an agreement begins: by both texts, open where they differ, settled by the reading agreed."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.settlement.sample import NO_HARM, codes, contract, found, inputs, slow_response

from yunqi.settlement import Reading, compute_statement

MINOR_FEN = 12113209
"""What a response after 20 minutes costs where 15 are allowed."""


def dearer() -> dict:
    """The contract before an agreement that halved a coefficient."""
    changed = copy.deepcopy(contract())
    (row,) = [one for one in changed["penalties"]["coefficients"] if (one["table"], one["no"]) == ("minor", 8)]
    row["coefficient"] = str(Fraction(row["coefficient"]) * 2)
    return changed


def amended(**changes):
    late = inputs(incidents=(slow_response(20),), adjudications=found("inc-1", **NO_HARM))
    return replace(late, **{"before": dearer(), **changes})


def test_two_texts_that_differ_are_left_open_with_the_cost_of_each():
    statement = compute_statement(amended())
    assert (statement.provisional, statement.penalty_fen) == (True, None)
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (MINOR_FEN, 2 * MINOR_FEN)
    assert "amendment.month" in codes(statement)
    (point,) = [one for one in statement.open_points if one.code == "amendment.month"]
    assert {one["choice"]: one["amount_fen"] for one in point.choices} == {
        "before": str(2 * MINOR_FEN),
        "after": str(MINOR_FEN),
    }


@pytest.mark.parametrize(("choice", "fen"), [("before", 2 * MINOR_FEN), ("after", MINOR_FEN)])
def test_what_was_agreed_settles_it(choice, fen):
    agreed = (*inputs().readings, Reading("amendment.month", choice, "补充协议1", "rdg-1"))
    statement = compute_statement(amended(readings=agreed))
    assert statement.penalty_fen == fen
    assert not [one for one in statement.open_points if one.code == "amendment.month"]


def test_a_change_that_changes_nothing_of_the_month_asks_nothing():
    same = copy.deepcopy(contract())
    same["force_majeure"] = None
    assert compute_statement(amended(before=same)) == compute_statement(amended(before=None))


def test_a_text_that_had_ended_says_nothing_of_the_month():
    ended = dearer()
    ended["term"] = {**ended["term"], "end_on": "2000-01-01"}
    assert compute_statement(amended(before=ended)) == compute_statement(amended(before=None))
