"""Penalties for a band of a measure, and credits, are found in the month's own figures and never cost 0 in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import (
    chosen,
    codes,
    contract,
    evidence,
    found,
    inputs,
    outage,
    slow_response,
    source,
    with_reading,
    without,
)

from yunqi.settlement import Statement, compute_statement
from yunqi.settlement.inputs import Inputs, Occurrence


def settle(given: Inputs) -> Statement:
    statement = compute_statement(given)
    made = compare(given, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    assert not made.unchecked
    return statement


def penalty(metric: str, low: str | None, high: str | None, unit: str = "minute", **more: Any) -> dict[str, Any]:
    band = {"metric": metric, "min": low, "min_operator": low and ">", "max": high, "max_operator": high and "<="}
    return {
        "kind": "fixed",
        "duty": metric,
        "party": "provider",
        "band": {**band, "unit": unit},
        "source": source(f"十 {metric} {low}"),
    } | more


def rule(*others: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = contract()
    made["penalties"] |= {"coefficients": [], "critical": [], "other": list(others), **more}
    return made


def down(minutes: float, contract_: dict[str, Any], name: str = "inc-1", **more: Any) -> Inputs:
    incident, span = outage(name, minutes)
    answers = found(name, responsible="yes")
    given = {
        "incidents": (incident,),
        "objects": (evidence("srv-1", span), evidence("srv-2")),
        "adjudications": answers,
    }
    return inputs(contract=contract_, **(given | more))


def of(statement: Statement, id_: str) -> Any:
    return next(one for one in statement.candidates if one.id == id_)


@pytest.mark.parametrize(
    ("minutes", "name"), [(29, None), (30, None), (31, "other.0"), (60, "other.0"), (61, "other.1")]
)
def test_an_outage_costs_what_its_band_says(minutes: float, name: str | None) -> None:
    law = rule(
        penalty("outage_single", "30", "60", amount_fen=1_000_00),
        penalty("outage_single", "1", None, "hour", kind="per_case", amount_fen=5_000_00),
    )
    statement = settle(down(minutes, law))
    assert [one.id for one in statement.candidates if "/other." in one.id] == ([f"inc-1/{name}"] if name else [])
    worth = {"other.0": 1_000_00, "other.1": 5_000_00, None: 0}[name]
    assert statement.penalty_low_fen == worth


def test_who_caused_the_outage_is_asked_and_the_choices_have_their_cost() -> None:
    statement = settle(down(90, rule(penalty("outage_single", "30", None, amount_fen=1_000_00)), adjudications=()))
    assert of(statement, "inc-1/other.0").state == "needs_adjudication"
    point = next(one for one in statement.open_points if one.code == "responsible@inc-1")
    assert {one["choice"]: one["amount_fen"] for one in point.choices} == {"yes": "100000", "no": "0"}


def test_two_outages_of_one_cause_cost_the_graver_one_and_two_of_their_own_cost_both() -> None:
    law = rule(
        penalty("outage_single", "30", "60", amount_fen=1_000_00), penalty("outage_single", "60", None, amount_fen=3_00)
    )
    (first, one), (second, two) = outage("inc-1", 40), outage("inc-2", 50, day=9)
    answers = found("inc-1", responsible="yes") + found("inc-2", responsible="yes")
    objects = (evidence("srv-1", one, two),)
    both = settle(inputs(contract=law, incidents=(first, second), objects=objects, adjudications=answers))
    assert both.penalty_low_fen == 2 * 1_000_00
    joined = tuple(type(first)(**{**_fields(each), "root_cause": "switch"}) for each in (first, second))
    once = settle(inputs(contract=law, incidents=joined, objects=objects, adjudications=answers))
    assert once.penalty_low_fen == 1_000_00


def _fields(incident: Any) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in incident.__dataclass_fields__}


def test_a_share_of_the_price_is_exact_and_capped() -> None:
    statement = settle(
        down(90, rule(penalty("outage_single", "30", None, kind="percentage", rate="0.001", of="contract_total")))
    )
    total = statement.contract["total_fen"]
    assert statement.penalty_low_fen == round(total / 1000)
    capped = penalty("outage_single", "30", None, kind="percentage", rate="0.001", of="contract_total", cap=700)
    assert settle(down(90, rule(capped))).penalty_low_fen == 700


def test_a_share_of_the_months_fee_is_capped_too() -> None:
    fee = {"kind": "percentage", "rate": "0.05", "of": "service_fee", "window": "month"}
    whole = settle(down(90, rule(penalty("outage_single", "30", None, **fee)))).penalty_low_fen
    assert whole > 900
    assert settle(down(90, rule(penalty("outage_single", "30", None, **fee, cap=900)))).penalty_low_fen == 900


def test_a_fee_of_no_said_period_is_open_with_what_each_choice_costs() -> None:
    clause = penalty("outage_single", "30", None, kind="percentage", rate="0.05", of="service_fee")
    statement = settle(down(90, rule(clause)))
    assert statement.provisional
    point = next(one for one in statement.open_points if one.code == "penalty_fee.other.0")
    costs = {one["choice"]: int(one["amount_fen"]) for one in point.choices}
    assert costs["contract_total"] > costs["month"] > 0
    for choice, fen in costs.items():
        agreed = settle(down(90, rule(clause), readings=with_reading("penalty_fee.other.0", choice)))
        assert agreed.penalty_low_fen == fen


def test_a_response_in_its_band_is_priced_and_its_level_with_it() -> None:
    law = rule(penalty("response", "30", "60", amount_fen=800_00))
    slow = settle(inputs(contract=law, incidents=(slow_response(45),)))
    assert of(slow, "inc-1/other.0").amount_fen == 800_00
    assert "unpriced.response" not in codes(slow)
    beyond = settle(inputs(contract=law, incidents=(slow_response(20),)))
    assert "unpriced.response" in codes(beyond)


def test_where_the_clock_starts_is_asked_where_it_matters() -> None:
    law = rule(penalty("recovery", "30", None, amount_fen=800_00))
    given = down(45, law, readings=without("clock_start.recovery"))
    statement = settle(given)
    assert "inc-1/other.0" in [one.id for one in statement.candidates]


def test_what_people_handed_in_for_a_clause_stands_before() -> None:
    law = rule(penalty("outage_single", "30", None, kind="per_case", amount_fen=1_000_00))
    by_hand = Occurrence("occ-1", "other", outage("x", 1)[1][0] + timedelta(days=1), None, other_clause=0)
    statement = settle(down(90, law, occurrences=(by_hand,)))
    assert [one.id for one in statement.candidates if "/other." in one.id] == ["occ-1/other.0"]


def test_what_the_using_unit_pays_is_no_penalty_of_the_month() -> None:
    law = rule(penalty("outage_single", "30", None, amount_fen=1_000_00, party="using_unit"))
    assert settle(down(90, law)).penalty_low_fen == 0


def credit(no: int, low: str | None, high: str | None, share: str) -> dict[str, Any]:
    band = {"metric": "availability", "min": low, "min_operator": low and ">=", "max": high, "max_operator": "<"}
    return {
        "no": no,
        "coefficient": share,
        "measures": "availability",
        "band": {**band, "unit": "share"},
        "source": source(f"附件5 #{no}"),
    }


CREDITS = [credit(1, "0.99", "0.999", "0.1"), credit(2, None, "0.99", "0.3")]


@pytest.mark.parametrize(("minutes", "place"), [(10, None), (200, 0), (500, 1)])
def test_a_credit_is_a_share_of_the_months_fee(minutes: float, place: int | None) -> None:
    statement = settle(down(minutes, rule(credits=CREDITS)))
    made = [one for one in statement.candidates if "/credits." in one.id]
    assert [one.id for one in made] == ([] if place is None else [f"availability.srv-1:2026-02/credits.{place}"])
    if place is not None:
        assert chosen(statement) == [made[0].id]
        assert made[0].coefficient == ("1/10", "3/10")[place]
        assert "unpriced.availability" not in codes(statement)


def test_what_the_availability_is_of_stays_open_for_a_credit() -> None:
    readings = without("availability.object", "availability.window", "fee_base")
    statement = settle(down(200, rule(credits=CREDITS), readings=readings))
    assert {"availability.object", "fee_base"} <= set(codes(statement))
    assert statement.penalty_high_fen > 0
