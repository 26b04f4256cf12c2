"""The band of a month's score takes its part of the fee; a score that nobody handed in is asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.settlement.sample import at, codes, inputs, readings, source
from tests.settlement.test_banded import rule, settle

from yunqi.settlement import Reading
from yunqi.settlement.inputs import Occurrence


def band(low: str | None, high: str | None, share: str | None) -> dict[str, Any]:
    return {
        "min": low,
        "min_operator": low and ">=",
        "max": high,
        "max_operator": high and "<",
        "share": share,
        "source": source(f"附件6 {low}"),
    }


BANDS = [band("90", None, "1"), band("80", "90", "0.95"), band("60", "80", "0.8")]
LAW = rule(score_bands=BANDS)
TOTAL = "penalty_fee.score"


def agreed(**more: str) -> tuple[Reading, ...]:
    return (*readings(), *(Reading(code.replace("__", "."), value, "补充协议") for code, value in more.items()))


def score(value: str) -> tuple[Occurrence, ...]:
    return (Occurrence("occ-1", "score", at(days=20), Fraction(value)),)


@pytest.mark.parametrize(
    ("value", "taken"), [("100", "0"), ("90", "0"), ("89.9", "0.05"), ("80", "0.05"), ("79", "0.2"), ("60", "0.2")]
)
def test_a_score_takes_what_its_band_does_not_pay(value: str, taken: str) -> None:
    statement = settle(inputs(contract=LAW, occurrences=score(value), readings=agreed(penalty_fee__score="month")))
    assert not [code for code in codes(statement) if "score" in code]
    months = Fraction(str(LAW["term"]["months"]))
    exact = Fraction(taken) * LAW["total_fen"] / months
    assert abs(statement.penalty_low_fen - exact) <= Fraction(1, 2)


def test_of_which_fee_is_asked_with_what_each_choice_costs() -> None:
    statement = settle(inputs(contract=LAW, occurrences=score("79")))
    point = next(one for one in statement.open_points if one.code == TOTAL)
    costs = {one["choice"]: int(one["amount_fen"]) for one in point.choices}
    assert costs["contract_total"] > costs["month"] > 0


def test_a_score_that_nobody_handed_in_is_asked_for() -> None:
    asked = settle(inputs(contract=LAW))
    assert asked.provisional
    assert {"unmeasured.score", "evidence.score"} <= set(codes(asked))
    assert asked.penalty_low_fen == 0 < asked.penalty_high_fen
    met = settle(inputs(contract=LAW, readings=agreed(unmeasured__score="met")))
    assert not [code for code in codes(met) if "score" in code]
    waiting = settle(inputs(contract=LAW, readings=agreed(unmeasured__score="evidence")))
    assert waiting.provisional
    assert "evidence.score" in codes(waiting)


def test_a_score_in_no_band_is_for_the_parties_to_place() -> None:
    given = inputs(contract=LAW, occurrences=score("40"), readings=agreed(penalty_fee__score="month"))
    assert "score_band.occ-1" in codes(settle(given))


def test_a_band_without_a_stated_share_stays_open() -> None:
    law = rule(score_bands=[band(None, "60", None)])
    assert "evidence.score_share" in codes(settle(inputs(contract=law, occurrences=score("40"))))


def test_a_contract_without_bands_asks_for_no_score() -> None:
    assert not [code for code in codes(settle(inputs(contract=rule()))) if "score" in code]
