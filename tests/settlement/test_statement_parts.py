from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from tests.settlement.sample import (
    MONTH,
    NO_HARM,
    READINGS,
    at,
    codes,
    contract,
    evidence,
    found,
    incident,
    inputs,
    level,
    outage,
)

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.settlement import (
    Adjudication,
    DrawFact,
    Payment,
    Reading,
    Statement,
    compute_statement,
)


def test_delivery_is_measured_by_time():
    draws = (
        DrawFact("d1", "compute.vcpu", Fraction(8), at(days=-10), None, 1),
        DrawFact("d2", "compute.vcpu", Fraction(4), at(days=14), at(days=21), 1),
        DrawFact("b1", "compute.vcpu", Fraction(28), at(), at(days=1)),
    )
    line = compute_statement(inputs(draws=draws)).delivery[0]
    assert (line.average, line.peak, line.at_end, line.burst_average) == ("9", "12", "8", "1")
    assert line.contracted == "3435"


def test_a_quantity_that_is_not_stated_or_not_metered_is_not_0():
    rule = contract()
    rule["price_lines"][1]["quantity"] = None
    rule["price_lines"][3]["quantity"] = "0"
    handed_in = (DrawFact("u1", "compute.vcpu", Fraction(8), at(), at(days=28), 1),)
    before = replace(inputs(contract=rule, draws=handed_in), metered_from=MONTH.span.end_at)
    first, second, third, bundled = compute_statement(before).delivery
    assert (first.average, first.peak, first.at_end) == ("8", "8", "8")
    assert (second.contracted, bundled.contracted, third.contracted) == (None, None, "1")
    assert {third.average, third.peak, third.at_end, third.burst_average} == {None}
    assert compute_statement(before).trace[third.node].value == "未计量"
    during = compute_statement(replace(before, metered_from=at(days=1))).delivery[2]
    assert (during.average, during.peak, during.at_end) == ("0", "0", "0")


def test_instalments_stand_as_of_the_month():
    given = inputs(payments=(Payment(1, date(2026, 2, 20), 121132088),), dates={"acceptance": date(2027, 1, 20)})
    states = [(one.no, one.due_on, one.state) for one in compute_statement(given).instalments]
    assert states == [(1, "2026-04-08", "paid"), (2, "2026-06-30", "later"), (3, None, "waiting")]


def test_a_payment_in_a_year_without_a_notice_waits_and_says_why():
    given = replace(
        inputs(dates={"acceptance": date(2026, 11, 30), "expiry": date(2026, 11, 30)}),
        month=Month(2026, 11),
        known_at=datetime(2026, 12, 2, tzinfo=UTC),
        objects=(),
    )
    last = compute_statement(given).instalments[-1]
    assert (last.due_on, last.state) == (None, "waiting")
    assert "2027" in last.notice


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"known_at": datetime(2026, 2, 20, tzinfo=UTC)}, "month.not_over"),
        ({"month": Month(2027, 1), "known_at": datetime(2027, 3, 1, tzinfo=UTC)}, "month.outside_term"),
        ({"month": Month(2025, 12)}, "month.outside_term"),
        ({"readings": (Reading("availability.window", "week", ""),)}, "reading.value"),
        ({"readings": (Reading("severity.重大影响", "yes", ""),)}, "reading.code"),
        ({"readings": (Reading("mood", "good", ""),)}, "reading.code"),
    ],
)
def test_what_cannot_be_settled_is_refused(change, code):
    with pytest.raises(Problem) as error:
        compute_statement(replace(inputs(), **change))
    assert error.value.code == code


def test_a_clock_without_a_start_asks_only_where_it_matters():
    rule = contract()
    rule["service_levels"] = [one for one in rule["service_levels"] if one["metric"] != "response"]
    rule["service_levels"].append(level("response", "<=", "15", "minute"))
    start = at(days=3)
    case = incident(
        "inc-1",
        start,
        {
            "reported": start + timedelta(minutes=10),
            "responded": start + timedelta(minutes=20),
            "located": start + timedelta(minutes=20),
        },
        type="degradation",
    )
    given = inputs(
        contract=rule,
        incidents=(replace(case, times={**case.times, "recovered": start + timedelta(minutes=21)}),),
        adjudications=found("inc-1", **NO_HARM),
    )
    statement = compute_statement(given)
    assert codes(statement) == ["clock_start.response"]
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (0, 12113209)


def test_every_figure_has_a_node_and_every_node_its_children():
    case, down = outage("inc-1", 45)
    statement = compute_statement(
        inputs(
            incidents=(case,), objects=(evidence("srv-1", down, sample=True),), adjudications=found("inc-1", **NO_HARM)
        )
    )
    parts = (*statement.delivery, *statement.levels, *statement.candidates, *statement.instalments)
    assert {one.node for one in parts} <= set(statement.trace)
    assert {child for node in statement.trace.values() for child in node.children} <= set(statement.trace)
    assert {"penalty", "offset", "levels", "delivery", "instalments"} <= set(statement.trace)
    reached = {"penalty"}
    while new := {child for name in reached for child in statement.trace[name].children} - reached:
        reached |= new
    assert {"incident.inc-1", "total"} <= reached
    assert any(statement.trace[name].facts for name in reached)
    assert all(one.source for one in statement.candidates)


def test_sample_evidence_shows_everywhere():
    case, down = outage("inc-1", 45)
    statement = compute_statement(
        inputs(incidents=(case,), objects=(evidence("srv-1", down, sample=True), evidence("srv-2")))
    )
    assert statement.sample
    assert statement.sample_labels == ("样例",)
    assert all(one.sample for one in statement.incidents)
    assert all(one.sample for one in statement.candidates if one.id.startswith("availability.srv-1"))


def test_a_statement_is_plain_data_and_reads_back():
    case, down = outage("inc-1", 130)
    statement = compute_statement(inputs(incidents=(case,), objects=(evidence("srv-1", down),), readings=()))
    text = json.dumps(statement.model_dump(mode="json"), ensure_ascii=False)
    assert Statement.model_validate_json(text).model_dump(mode="json") == statement.model_dump(mode="json")


def test_readings_in_use_are_listed():
    listed = {one["code"]: one["choice"] for one in compute_statement(inputs()).readings}
    assert listed == READINGS
    assert Month(2026, 2) == MONTH


def test_levels_of_one_metric_are_asked_of_apart():
    start = at(days=4)
    times = {"reported": start, "responded": start, "located": start + timedelta(minutes=31)}
    case = incident("inc-1", start, times | {"recovered": start + timedelta(minutes=31)}, type="degradation")
    systems = (
        replace(inputs().systems[0], important=True),
        replace(inputs().systems[0], id="sys-9", name="乙", important=False),
    )
    open_ones = tuple(one for one in inputs().readings if not one.code.startswith("unpriced."))
    given = inputs(
        incidents=tuple(
            replace(case, id=f"inc-{number}", number=f"F-{number}", system=one.id)
            for number, one in enumerate(systems, 1)
        ),
        systems=systems,
        adjudications=(*found("inc-1", **NO_HARM), *found("inc-2", **NO_HARM)),
        readings=open_ones,
    )
    statement = compute_statement(given)
    assert [code for code in codes(statement) if code.startswith("unpriced.")] == [
        "unpriced.location",
        "unpriced.location.important_system",
    ]
    asked = {one.code: one.question for one in statement.open_points}
    assert "重要信息系统" in asked["unpriced.location.important_system"]
    nodes = [one.node for one in statement.candidates if one.id.startswith("unpriced.")]
    assert len(nodes) == len(set(nodes)) == 2
    agreed = tuple(
        Reading(code, "damages", "x") for code in ("unpriced.location", "unpriced.location.important_system")
    )
    losses = (Adjudication("inc-1", "loss_fen", "1234"), Adjudication("inc-2", "loss_fen", "1000"))
    paid = replace(given, readings=(*open_ones, *agreed), adjudications=(*given.adjudications, *losses))
    base = compute_statement(replace(paid, adjudications=given.adjudications))
    assert compute_statement(paid).penalty_low_fen == base.penalty_low_fen + 2234


def test_the_fee_of_a_breach_of_no_single_system_is_agreed():
    case, down = outage("inc-1", 45)
    given = inputs(
        incidents=(replace(case, system=None),),
        objects=(evidence("srv-1", down),),
        adjudications=found("inc-1", **NO_HARM),
        readings=tuple(
            replace(one, value="system_share") if one.code == "fee_base" else one for one in inputs().readings
        ),
    )
    openly = compute_statement(given)
    assert "fee_base.shared" in codes(openly)
    point = next(one for one in openly.open_points if one.code == "fee_base.shared")
    assert (point.kind, [one["choice"] for one in point.choices]) == ("reading", ["contract", "largest"])
    for choice in point.choices:
        agreed = (*given.readings, Reading("fee_base.shared", choice["choice"], "补充协议2"))
        final = compute_statement(replace(given, readings=agreed))
        assert not final.provisional
        assert str(final.penalty_fen) == choice["amount_fen"]
        assert openly.penalty_low_fen <= final.penalty_fen <= openly.penalty_high_fen


@pytest.mark.parametrize(
    ("days", "raised"),
    [
        ((-20, 3), ["inc-1/critical.B*2"]),
        ((-20, -18, 3), []),
        ((-20, -18, 3, 5), ["inc-3/critical.B*2"]),
    ],
)
def test_a_third_b_event_makes_the_breach_no_second_time(days, raised):
    answers = {"responsible": "yes", "critical.A.data_loss": "no", "critical.B.data_loss": "yes"}
    statement = compute_statement(
        inputs(
            incidents=tuple(
                incident(f"inc-{number}", at(days=day), {"occurred": at(days=day)}, type="data_loss")
                for number, day in enumerate(days)
            ),
            adjudications=tuple(
                Adjudication(f"inc-{number}", question, answer)
                for number in range(len(days))
                for question, answer in answers.items()
            ),
        )
    )
    assert [one.id for one in statement.candidates if one.severity == "critical"] == raised
