"""Months of every sort come to the same, worked out by Yunqi and by the independent program."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.rederived import compare
from tests.settlement.sample import (
    MONTH,
    NO_HARM,
    START,
    at,
    contract,
    evidence,
    found,
    incident,
    inputs,
    outage,
    slow_response,
    with_reading,
    without,
)

from yunqi.kernel.period import Month, Span
from yunqi.metering import Exclusion, Observation, Verdict
from yunqi.settlement import Inputs, ObjectEvidence, compute_statement
from yunqi.settlement.inputs import DrawFact, Occurrence, Payment

END = MONTH.span.end_at


def same(given: Inputs) -> Any:
    """The statement, once both programs agree in every figure of it."""
    statement = compute_statement(given)
    made = compare(given, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    assert not made.unchecked
    return statement


def hole(start: datetime, end: datetime, name: str = "ex-1") -> Exclusion:
    return Exclusion(name, Span(start, end), "第十五条 2", "某甲")


def answered(*names: str, **more: str) -> tuple[Any, ...]:
    return tuple(one for name in names for one in found(name, **(NO_HARM | more)))


def test_outages_on_the_edges_of_the_month() -> None:
    first, last = (START, START + timedelta(minutes=150)), (END - timedelta(minutes=125), END)
    cases = [
        incident(name, down[0], {"occurred": down[0], "reported": down[0], "responded": down[0]}, object="srv-1")
        for name, down in (("inc-1", first), ("inc-2", last))
    ]
    made = same(
        inputs(
            incidents=tuple(cases), objects=(evidence("srv-1", first, last),), adjudications=answered("inc-1", "inc-2")
        )
    )
    assert made.penalty_high_fen
    assert {one.outage_minutes for one in made.incidents} == {"150", "2045"}


def test_an_outage_that_reaches_back_over_the_edge() -> None:
    before = START - timedelta(minutes=90)
    observations = (
        Observation(Span(before, START), Verdict.DOWN),
        Observation(Span(START, START + timedelta(minutes=40)), Verdict.DOWN),
        Observation(Span(START + timedelta(minutes=40), END), Verdict.UP),
    )
    one = incident("inc-1", START + timedelta(minutes=5), {"reported": at(minutes=5), "responded": at(minutes=6)})
    seen = (ObjectEvidence("srv-1", "srv-1", observations, "resource", "sys-1"),)
    made = same(inputs(incidents=(replace(one, object="srv-1"),), objects=seen, adjudications=answered("inc-1")))
    assert made.incidents[0].outage_minutes == "130"


@pytest.mark.parametrize("unknown", ["excluded", "up", "down"])
def test_unknown_time_and_excluded_time(unknown: str) -> None:
    case, down = outage("inc-1", 150)
    seen = [
        Observation(Span(START, down[0]), Verdict.UP),
        Observation(Span(*down), Verdict.DOWN),
        Observation(Span(down[1] + timedelta(hours=3), END), Verdict.UP),
    ]
    approved = hole(down[0] + timedelta(minutes=20), down[0] + timedelta(minutes=60))
    objects = (ObjectEvidence("srv-1", "srv-1", tuple(seen), "resource", "sys-1"),)
    made = same(
        inputs(
            incidents=(case,),
            objects=objects,
            exclusions=(("srv-1", approved),),
            readings=with_reading("availability.unknown_time", unknown),
            adjudications=answered("inc-1"),
        )
    )
    assert made.incidents[0].outage_minutes == "90"


def test_what_is_excluded_is_no_outage_because_somebody_reported_it() -> None:
    case, down = outage("inc-1", 150)
    case = replace(case, times={"occurred": down[0], **case.times})
    objects = (evidence("srv-1", down),)
    whole, part = hole(*down), hole(down[0], down[1] - timedelta(minutes=30))
    assert same(inputs(incidents=(case,), objects=objects)).incidents[0].outage_minutes == "150"
    made = same(inputs(incidents=(case,), objects=objects, exclusions=(("srv-1", whole),)))
    assert made.incidents[0].outage_minutes is None
    assert made.penalty_low_fen == 0
    unseen = inputs(incidents=(case,), objects=(), exclusions=(("*", part),), adjudications=answered("inc-1"))
    assert same(unseen).incidents[0].outage_minutes == "30"


@pytest.mark.parametrize("rounding", ["monthly_fee_first", "exact"])
@pytest.mark.parametrize("total", [484528352, 100000001, 7, 1])
def test_rounding(rounding: str, total: int) -> None:
    case, down = outage("inc-1", 150)
    rule = contract(total_fen=total)
    readings = with_reading("penalty.rounding", rounding) if rounding != "exact" else without()
    same(
        inputs(
            contract=rule,
            readings=readings,
            incidents=(case,),
            objects=(evidence("srv-1", down),),
            adjudications=answered("inc-1", loss="yes"),
        )
    )


@pytest.mark.parametrize(("year", "days"), [(2028, 29), (2027, 28), (2100, 28)])
def test_the_leap_day_counts_where_there_is_one(year: int, days: int) -> None:
    month = Month(year, 2)
    start, end = month.span.start_at, month.span.end_at
    down = (end - timedelta(hours=3), end)
    seen = (Observation(Span(start, down[0]), Verdict.UP), Observation(Span(*down), Verdict.DOWN))
    term = {"start_on": f"{year}-01-01", "end_on": f"{year}-12-31", "months": 12, "from": "date"}
    made = same(
        inputs(
            contract=contract(term=term, signed_on=f"{year - 1}-11-25"),
            month=month,
            known_at=end + timedelta(days=2),
            objects=(ObjectEvidence("srv-1", "srv-1", seen, "resource", "sys-1"),),
            draws=(DrawFact("drw-1", "compute.vcpu", Fraction(8), end - timedelta(days=1), None, 1),),
        )
    )
    assert made.delivery[0].average == str(Fraction(8, days))


def test_criticals_joint_breaches_other_penalties_and_money() -> None:
    first, down = outage("inc-1", 150)
    second, other = outage("inc-2", 200, day=9)
    third, late = outage("inc-3", 190, day=12)
    rule = contract()
    rule["penalties"]["other"] = [
        {"kind": "daily", "rate": "0.001", "amount_fen": None, "duty": "late_performance", "cap_share": "0.002",
         "of": "contract_total", "source": None},
        {"kind": "per_case", "rate": None, "amount_fen": 12345, "duty": "report", "source": None},
    ]  # fmt: skip
    rule["penalties"]["offset"] = ["bond", "last_instalment", "pay"]
    cases = (first, second, third)
    answers = answered("inc-1", "inc-2", "inc-3", impact="yes")
    answers += tuple(one for name in ("inc-2", "inc-3") for one in found(name, people_affected="20000"))
    made = same(
        inputs(
            contract=rule,
            incidents=tuple(replace(one, root_cause="电源") if one.id != "inc-1" else one for one in cases),
            objects=(evidence("srv-1", down, other, late),),
            adjudications=answers,
            occurrences=(
                Occurrence("occ-1", "other:1", at(days=4), Fraction(5, 2), other_clause=0),
                Occurrence("occ-2", "other:2", at(days=4), None, other_clause=1),
                Occurrence("occ-3", "other:1", at(days=5), Fraction(0), other_clause=0),
                Occurrence("occ-4", "complaint_count", at(days=5), Fraction(3)),
            ),
            payments=(Payment(1, date(2026, 2, 3), 121132088), Payment(2, date(2026, 2, 27), 5)),
            dates={"acceptance": date(2026, 2, 28)},
            bond_held_fen=24226418,
            taken_fen={"instalment:3": 777, "bond": 1000},
        )
    )
    assert made.penalty_high_fen > 484528352


def test_open_points_are_bounded_by_what_each_answer_would_cost() -> None:
    case, down = outage("inc-1", 150)
    made = same(
        inputs(
            incidents=(case, slow_response(20, "inc-2")),
            objects=(evidence("srv-1", down),),
            readings=without("fee_base", "availability.object", "average.population"),
        )
    )
    assert made.provisional
    assert made.penalty_low_fen < made.penalty_high_fen


MOMENT = st.integers(0, 28 * 1440 * 2 - 400).map(lambda half: START + timedelta(seconds=30 * half))
YES_NO = st.sampled_from(["yes", "no"])


@settings(max_examples=25)
@given(
    st.lists(st.tuples(MOMENT, st.integers(1, 600), st.integers(0, 90), YES_NO, YES_NO, YES_NO), max_size=4),
    st.lists(st.tuples(MOMENT, st.integers(1, 3000)), max_size=2),
    st.sampled_from(["platform", "average", "system", "resource"]),
    st.sampled_from(["excluded", "up", "down"]),
    st.sampled_from(["contract", "system_share"]),
    st.sampled_from(["joined", "separate"]),
)
def test_any_month_comes_to_the_same(
    downs: Any, holes: Any, chosen: str, unknown: str, base: str, overlap: str
) -> None:
    cases, stretches, answers = [], [], []
    for number, (start, length, wait, loss, impact, responsible) in enumerate(downs):
        name, end = f"inc-{number}", min(END, start + timedelta(minutes=length))
        times = {"occurred": start, "reported": start, "responded": start + timedelta(minutes=wait), "recovered": end}
        cases.append(incident(name, start, times, object="srv-1", root_cause="电源" if number % 2 else None))
        stretches.append((start, end))
        said = NO_HARM | {"loss": loss, "impact": impact, "responsible": responsible}
        answers += [*found(name, **said), *found(name, people_affected="1", loss_fen="1")]
    for event in (f"average.response:{MONTH}", f"average.recovery:{MONTH}", f"outages.sys-1:{MONTH}",
                  *(f"availability.{name}:{MONTH}" for name in ("platform", "average", "sys-1", "srv-1"))):  # fmt: skip
        answers += found(event, **NO_HARM)
    seen = [Observation(Span(START, END - timedelta(hours=5)), Verdict.UP)]
    seen += [Observation(Span(*one), Verdict.DOWN) for one in stretches if one[0] < one[1]]
    readings = {"availability.object": chosen, "availability.unknown_time": unknown, "fee_base": base,
                "penalty.overlap": overlap, "fee_base.shared": "contract"}  # fmt: skip
    given_readings = without()
    for code, value in readings.items():
        given_readings = (*(one for one in given_readings if one.code != code), *with_reading(code, value)[-1:])
    excluded = tuple(
        ("srv-1", hole(start, start + timedelta(minutes=length), f"ex-{place}"))
        for place, (start, length) in enumerate(holes)
    )
    same(
        inputs(
            incidents=tuple(cases),
            objects=(
                ObjectEvidence("srv-1", "srv-1", tuple(seen), "resource", "sys-1"),
                ObjectEvidence("platform", "platform", tuple(seen[:2]), "platform", None),
            ),
            exclusions=excluded,
            readings=given_readings,
            adjudications=tuple(answers),
            known_at=datetime(2026, 3, 5, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize(
    ("run", "agreed", "priced"),
    [
        (2, None, False),
        (3, None, True),
        (4, "again", True),
        (4, "anew", False),
        (5, "anew", False),
        (6, "anew", True),
    ],
)
def test_assessments_failed_in_a_row(run: int, agreed: str | None, priced: bool) -> None:
    name = f"assessments:{MONTH}"
    given = inputs(
        occurrences=(Occurrence(name, "assessment_failures", at(days=20), Fraction(run)),),
        adjudications=found(name, unrectified="yes"),
    )
    if agreed is not None:
        given = replace(given, readings=with_reading("assessment.run", agreed))
    made = same(given)
    assert not made.provisional
    assert bool(made.penalty_fen) is priced
    assert same(replace(given, adjudications=found(name, unrectified="no"))).penalty_fen == 0


def test_a_fourth_failed_assessment_is_open_until_it_is_agreed_what_it_is() -> None:
    name = f"assessments:{MONTH}"
    made = same(inputs(occurrences=(Occurrence(name, "assessment_failures", at(days=20), Fraction(4)),)))
    assert {one.code for one in made.open_points} >= {f"unrectified@{name}", "assessment.run"}
    assert made.penalty_low_fen == 0 < made.penalty_high_fen
