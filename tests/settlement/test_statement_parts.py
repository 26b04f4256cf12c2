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
