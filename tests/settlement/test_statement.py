from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from tests.settlement.sample import (
    NO_HARM,
    SYSTEMS,
    at,
    chosen,
    codes,
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

from yunqi.kernel.period import Span
from yunqi.metering import Exclusion, Observation, Verdict
from yunqi.settlement import (
    Adjudication,
    ObjectEvidence,
    Occurrence,
    Reading,
    compute_statement,
)


def test_a_quiet_month_costs_nothing_and_is_final():
    statement = compute_statement(inputs())
    assert (statement.provisional, statement.penalty_fen, statement.candidates) == (False, 0, ())
    assert {one.metric: one.state for one in statement.levels}["availability"] == "met"


@pytest.mark.parametrize(
    ("minutes", "answers", "row", "fen"),
    [
        (15, NO_HARM, None, 0),
        (15 + 1 / 60, NO_HARM, "minor#8", 12113209),
        (20, NO_HARM, "minor#8", 12113209),
        (20, {"accident": "yes", "impact": "yes"}, "severe#7", 80754725),
        (45, NO_HARM, "minor#9", 20188681),
    ],
)
def test_response_by_minutes_and_findings(minutes, answers, row, fen):
    statement = compute_statement(inputs(incidents=(slow_response(minutes),), adjudications=found("inc-1", **answers)))
    assert (statement.provisional, statement.penalty_fen) == (False, fen)
    assert [name.split("/")[1] for name in chosen(statement)] == ([row] if row else [])


@pytest.mark.parametrize(
    ("minutes", "answers", "code", "low", "high"),
    [
        (30, NO_HARM, "gap.minor#8", 0, 20188681),
        (60, NO_HARM, "gap.minor#9", 0, 20188681),
        (90, {"accident": "yes", "impact": "yes"}, "gap.severe#8", 0, 80754725),
        (20, {"accident": "no", "impact": "yes"}, "words.response_average", 0, 80754725),
    ],
)
def test_what_falls_in_no_row_is_provisional_and_shows_its_cost(minutes, answers, code, low, high):
    statement = compute_statement(inputs(incidents=(slow_response(minutes),), adjudications=found("inc-1", **answers)))
    assert statement.provisional
    assert codes(statement) == [code]
    assert (statement.penalty_fen, statement.penalty_low_fen, statement.penalty_high_fen) == (None, low, high)


@pytest.mark.parametrize(("answer", "fen"), [("none", 0), ("minor#8", 12113209), ("minor#9", 20188681)])
def test_a_reading_closes_the_gap(answer, fen):
    given = inputs(
        incidents=(slow_response(30),),
        adjudications=found("inc-1", **NO_HARM),
        readings=with_reading("gap.minor#8", answer),
    )
    statement = compute_statement(given)
    assert (statement.provisional, statement.penalty_fen) == (False, fen)


def test_each_choice_of_an_open_point_says_what_it_costs():
    statement = compute_statement(inputs(incidents=(slow_response(30),), adjudications=found("inc-1", **NO_HARM)))
    (point,) = statement.open_points
    assert {one["choice"]: one["amount_fen"] for one in point.choices} == {
        "none": "0",
        "minor#8": "12113209",
        "minor#9": "20188681",
    }


@pytest.mark.parametrize(("minutes", "fen"), [(119, 20188681), (Fraction(7199, 60), 20188681)])
def test_below_two_hours_the_recovery_row_counts(minutes, fen):
    case, down = outage("inc-1", float(minutes))
    given = inputs(
        incidents=(case,),
        objects=(evidence("srv-1", down),),
        adjudications=found("inc-1", **NO_HARM),
        readings=with_reading("availability.window", "year"),
    )
    assert compute_statement(given).penalty_fen == fen


def test_at_two_hours_exactly_the_band_ends_and_the_outage_row_begins():
    case, down = outage("inc-1", 120)
    answers = {**NO_HARM, "critical_A_interruption": "no", "critical_B_interruption": "no"}
    given = inputs(
        incidents=(case,),
        objects=(evidence("srv-1", down),),
        adjudications=found("inc-1", **answers),
        readings=with_reading("availability.window", "year"),
    )
    statement = compute_statement(given)
    # 30 % for the outage is certain; whether the recovery row above still applies is open: the known inversion.
    assert codes(statement) == ["gap.minor#11"]
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (12113209, 20188681)
    closed = compute_statement(replace(given, readings=(*given.readings, Reading("gap.minor#11", "none", "补充协议3"))))
    assert (closed.penalty_fen, [name.split("/")[1] for name in chosen(closed)]) == (12113209, ["minor#5"])


def test_thirty_minutes_break_the_month_but_not_the_year():
    case, down = outage("inc-1", 30)
    given = inputs(incidents=(case,), objects=(evidence("srv-1", down),), adjudications=found("inc-1", **NO_HARM))
    month = compute_statement(given)
    assert (month.provisional, month.penalty_fen) == (False, 20188681)
    year = compute_statement(replace(given, readings=with_reading("availability.window", "year")))
    assert (year.provisional, year.penalty_fen) == (False, 0)
    openly = compute_statement(replace(given, readings=without("availability.window")))
    assert codes(openly) == ["availability.window"]
    assert {one["choice"]: one["amount_fen"] for one in openly.open_points[0].choices} == {
        "month": "20188681",
        "year": "0",
        "term": "0",
    }
    assert next(one for one in openly.levels if one.metric == "availability").state == "open"


def test_availability_at_the_limit_exactly_is_met():
    # February has 40,320 minutes: 4.032 of them are the budget of 99.99 %.
    start = at(days=5)
    for seconds, state in ((241, "met"), (242, "breached")):
        objects = (evidence("srv-1", (start, start + timedelta(seconds=seconds))),)
        statement = compute_statement(inputs(objects=objects))
        assert next(one for one in statement.levels if one.metric == "availability").state == state
    exact = (evidence("srv-1", (start, start + timedelta(seconds=241, milliseconds=920))),)
    found_level = next(one for one in compute_statement(inputs(objects=exact)).levels if one.metric == "availability")
    assert (found_level.state, Fraction(found_level.measured)) == ("met", Fraction(9999, 10000))


def test_missing_evidence_is_neither_up_nor_down():
    half = ObjectEvidence("srv-1", "srv-1", (Observation(Span(at(), at(days=14)), Verdict.UP),), "resource", "sys-1")
    statement = compute_statement(inputs(objects=(half,), readings=without("availability.unknown_time")))
    assert next(one for one in statement.levels if one.metric == "availability").state == "unknown"
    assert [code.partition("@")[0] for code in codes(statement)] == ["availability.unknown_time", "severity.重大损失"]
    nothing = compute_statement(inputs(objects=()))
    assert next(one for one in nothing.levels if one.metric == "availability").state == "unknown"
    assert codes(nothing) == ["evidence.availability"]


def test_an_exclusion_takes_time_out_and_is_named():
    case, down = outage("inc-1", 30)
    approved = Exclusion("ex-1", Span(*down), "第十五条 2", "某甲")
    given = inputs(incidents=(case,), objects=(evidence("srv-1", down),), exclusions=(("srv-1", approved),))
    statement = compute_statement(given)
    assert next(one for one in statement.levels if one.metric == "availability").state == "met"
    assert "30" in statement.trace["object.srv-1"].formula


def test_six_hundred_percent_take_the_whole_last_instalment():
    case = incident(
        "inc-1", at(days=3), {"reported": at(days=3), "responded": at(days=3), "located": at(days=3)}, type="intrusion"
    )
    answers = {"impact": "yes", "responsible": "yes"}
    rule = contract()
    rule["penalties"]["coefficients"] = [
        one for one in rule["penalties"]["coefficients"] if "average" not in one["measures"]
    ]
    statement = compute_statement(inputs(contract=rule, incidents=(case,), adjudications=found("inc-1", **answers)))
    assert statement.penalty_fen == 242264176
    assert statement.offset == ({"from": "last_instalment", "amount_fen": 242264176, "note": "#3"},)


def test_what_the_last_instalment_cannot_bear_is_paid():
    case = incident(
        "inc-1", at(days=3), {"reported": at(days=3), "responded": at(days=3), "located": at(days=3)}, type="intrusion"
    )
    rule = contract()
    rule["penalties"]["coefficients"] = [
        one for one in rule["penalties"]["coefficients"] if "average" not in one["measures"]
    ]
    given = inputs(
        contract=rule,
        incidents=(case,),
        adjudications=found("inc-1", impact="yes", responsible="yes"),
        taken_fen={"instalment:3": 242264176 - 100},
    )
    plan = compute_statement(given).offset
    assert [(one["from"], one["amount_fen"]) for one in plan] == [("last_instalment", 100), ("pay", 242264076)]


def test_sixty_percent_are_the_bond():
    rule = contract()
    rule["penalties"]["offset"] = ["bond", "pay"]
    cases, downs = zip(*(outage(f"inc-{day}", 160, day) for day in (3, 8, 13)), strict=True)
    answers = NO_HARM | {"critical_A_interruption": "no", "critical_B_interruption": "no"}
    cases = tuple(replace(one, root_cause="存储") for one in cases)
    given = inputs(
        contract=rule,
        incidents=cases,
        objects=(evidence("srv-1", *downs),),
        adjudications=tuple(one for case in cases for one in found(case.id, **answers)),
        readings=(*with_reading("availability.window", "year"), Reading("gap.minor#11", "none", "补充协议3")),
        bond_held_fen=24226418,
    )
    statement = compute_statement(given)
    assert [name.split("/")[1] for name in chosen(statement)] == ["minor#6"]
    assert statement.offset == ({"from": "bond", "amount_fen": 24226418, "note": ""},)


def b_event(name: str, day: int, **answers: str):
    case, down = outage(name, 120, day)
    return case, down, found(name, **{"responsible": "yes", "critical_A_interruption": "no", **answers})


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [(("yes", "yes"), 484528352, 484528352), (("yes", "no"), 0, 40377363), (("yes", None), 0, 484528352)],
)
def test_two_b_events_make_the_breach_one_does_not(answers, low, high):
    parts = []
    for number, answer in enumerate(answers):
        more = {} if answer is None else {"critical_B_interruption": answer}
        parts.append(b_event(f"inc-{number}", 5 + number * 3, accident="no", impact="no", loss="no", **more))
    given = inputs(
        incidents=tuple(one[0] for one in parts),
        objects=(evidence("srv-1", *(one[1] for one in parts)),),
        adjudications=tuple(finding for one in parts for finding in one[2]),
        readings=(*with_reading("availability.window", "year"), Reading("gap.minor#11", "none", "补充协议3")),
    )
    statement = compute_statement(given)
    critical = [one for one in statement.candidates if one.severity == "critical"]
    assert bool(critical) == (answers[1] != "no")
    assert low <= statement.penalty_low_fen <= statement.penalty_high_fen <= high + 2 * 12113209
    if answers == ("yes", "yes"):
        assert critical[0].state == "chosen"
    if answers[1] is None:
        assert critical[0].needs == ("critical.B.interruption@inc-1",)


def test_an_event_counts_once_with_its_gravest_row():
    case, down = outage("inc-1", 45)
    slow = replace(case, times={**case.times, "responded": case.opened_at + timedelta(minutes=20)})
    given = inputs(incidents=(slow,), objects=(evidence("srv-1", down),), adjudications=found("inc-1", **NO_HARM))
    statement = compute_statement(given)
    states = {one.id.split("/")[1]: one.state for one in statement.candidates if "/" in one.id}
    assert states == {"minor#1": "chosen", "minor#8": "not_gravest", "minor#10": "not_gravest"}
    assert statement.penalty_fen == 20188681


@pytest.mark.parametrize(("cause", "fen"), [("交换机", 20188681), (None, 2 * 20188681)])
def test_events_of_one_cause_count_once(cause, fen):
    first, down = outage("inc-1", 25, 5)
    second, other = outage("inc-2", 25, 9, "srv-2")
    cases = tuple(replace(one, root_cause=cause) for one in (first, second))
    given = inputs(
        incidents=cases,
        objects=(evidence("srv-1", down), evidence("srv-2", other)),
        adjudications=(*found("inc-1", **NO_HARM), *found("inc-2", **NO_HARM)),
    )
    assert compute_statement(given).penalty_fen == fen


def test_the_fee_hangs_on_its_reading():
    given = inputs(
        incidents=(slow_response(20),), adjudications=found("inc-1", **NO_HARM), readings=without("fee_base")
    )
    statement = compute_statement(given)
    assert codes(statement) == ["fee_base"]
    costs = {one["choice"]: one.get("amount_fen") for one in statement.open_points[0].choices}
    assert costs == {"contract": "12113209", "system_share": "3028302", "line": None}
    share = compute_statement(replace(given, readings=with_reading("fee_base", "system_share")))
    assert share.penalty_fen == 3028302
    unknown = replace(
        given, readings=with_reading("fee_base", "system_share"), systems=(replace(SYSTEMS[0], fee_share=None),)
    )
    assert codes(compute_statement(unknown)) == ["evidence.fee:sys-1"]


def test_rounding_the_monthly_fee_first_is_another_sum():
    given = inputs(incidents=(slow_response(45),), adjudications=found("inc-1", **NO_HARM))
    assert compute_statement(given).penalty_fen == 20188681
    first = replace(given, readings=with_reading("penalty.rounding", "monthly_fee_first"))
    assert compute_statement(first).penalty_fen == 20188682


def test_a_breach_without_a_row_is_not_free_in_silence():
    start = at(days=4)
    times = {
        "reported": start,
        "responded": start,
        "located": start + timedelta(minutes=31),
        "recovered": start + timedelta(minutes=31),
    }
    case = incident("inc-1", start, times, type="degradation")
    given = inputs(incidents=(case,), adjudications=found("inc-1", **NO_HARM), readings=without("unpriced.location"))
    rule = contract()
    rule["penalties"]["coefficients"] = [
        one for one in rule["penalties"]["coefficients"] if "recovery" not in one["measures"]
    ]
    given = replace(given, contract=rule)
    statement = compute_statement(given)
    assert codes(statement) == ["unpriced.location"]
    agreed = compute_statement(replace(given, readings=with_reading("unpriced.location", "none")))
    assert (agreed.provisional, agreed.penalty_fen) == (False, 0)
    damages = replace(given, readings=with_reading("unpriced.location", "damages"))
    assert codes(compute_statement(damages)) == ["loss_fen"]
    paid = compute_statement(
        replace(damages, adjudications=(*given.adjudications, Adjudication("inc-1", "loss_fen", "1234")))
    )
    assert (paid.provisional, paid.penalty_fen) == (False, 1234)


@pytest.mark.parametrize(
    ("measures", "value", "row", "fen"),
    [
        ("unattended", Fraction(90), "minor#12", 12113209),
        ("unattended", Fraction(121), "minor#13", 20188681),
        ("complaint_count", Fraction(3), "minor#2", 8075473),
        ("complaint_count", Fraction(2), None, 0),
        ("assessment_failures", Fraction(3), "minor#3", 8075473),
        ("scale_out_late", None, "minor#4", 8075473),
        ("rectification_ignored", None, "minor#7", 20188681),
        ("mutual_backup", None, "severe#2", 80754725),
    ],
)
def test_other_occurrences(measures, value, row, fen):
    occurrence = Occurrence("occ-1", measures, at(days=2), value)
    given = inputs(occurrences=(occurrence,), adjudications=found("occ-1", accident="no", impact="no"))
    statement = compute_statement(given)
    assert (statement.provisional, statement.penalty_fen) == (False, fen)
    assert chosen(statement) == ([f"occ-1/{row}"] if row else [])


def test_a_daily_penalty_outside_the_tables():
    rule = contract()
    rule["penalties"]["other"] = [
        {
            "kind": "daily",
            "rate": "0.001",
            "amount_fen": None,
            "of": "contract_total",
            "cap": None,
            "duty": "逾期",
            "party": "provider",
            "source": {"article": "第九条"},
        }
    ]
    late = Occurrence("occ-1", "late", at(days=2), Fraction(5, 2), other_clause=0)
    # A begun day is a day: 2.5 days are 3.
    assert compute_statement(inputs(contract=rule, occurrences=(late,))).penalty_fen == 1453585
