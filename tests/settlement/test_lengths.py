"""Penalties by the length of an outage or of a response, and by the fee of what was affected."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.settlement.sample import (
    START,
    at,
    codes,
    contract,
    evidence,
    found,
    inputs,
    outage,
    slow_response,
    with_reading,
)
from tests.settlement.test_lateness import TOTAL, band, clause, rule, settle

from yunqi.kernel.money import round_fen
from yunqi.kernel.period import day_start
from yunqi.settlement import Statement
from yunqi.settlement.inputs import DrawFact

DAILY = clause(rate="0.0001", duty="interruption", begun=True)
LONG = clause("percentage", rate="0.2", duty="interruption", band=band("24", None, metric="outage_single", unit="hour"))


def down(minutes: float, law: dict[str, Any], **more: Any) -> Statement:
    incident, span = outage("inc-1", minutes)
    objects = (evidence("srv-1", span), evidence("srv-2"))
    told = {"incidents": (incident,), "objects": objects, "adjudications": found("inc-1", responsible="yes")}
    return settle(inputs(contract=law, **(told | more)))


@pytest.mark.parametrize(
    ("minutes", "fen"),
    [
        (1, round_fen(Fraction(TOTAL, 10_000))),
        (1440, round_fen(Fraction(TOTAL, 10_000))),
        (1441, round_fen(Fraction(TOTAL * 2, 10))),
    ],
    ids=["a minute", "exactly a day", "a minute more"],
)
def test_an_outage_costs_by_the_day_until_it_is_longer_than_one(minutes: int, fen: int) -> None:
    statement = down(minutes, rule(DAILY, LONG), readings=with_reading("outage_days.other.0", "span"))
    assert statement.penalty_fen == fen


def test_a_day_of_an_outage_is_24_hours_or_a_day_of_the_calendar() -> None:
    incident, _span = outage("inc-1", 60)
    start = day_start(date(2026, 2, 5)) - timedelta(minutes=30)
    span = (start, start + timedelta(minutes=60))
    law = rule(DAILY)
    moved = type(incident)(**{
        **{name: getattr(incident, name) for name in incident.__dataclass_fields__},
        "opened_at": start, "times": {"occurred": start, "reported": start, "responded": start, "recovered": span[1]},
    })  # fmt: skip
    more = {"incidents": (moved,), "objects": (evidence("srv-1", span), evidence("srv-2"))}
    assert "outage_days.other.0" in codes(down(60, law, **more))
    for choice, days in (("span", 1), ("calendar", 2)):
        final = down(60, law, **more, readings=with_reading("outage_days.other.0", choice))
        assert final.penalty_fen == round_fen(Fraction(TOTAL * days, 10_000))


@pytest.mark.parametrize(("minutes", "start", "edge"), [(121, 5, 1), (180, 6, 2), (181, 7, 3)])
def test_half_hours_of_an_outage_past_its_band(minutes: int, start: int, edge: int) -> None:
    per = {"count": 30, "unit": "minute"}
    other = clause("per_period", per=per, begun=True, duty="interruption",
                   band=band("2", None, metric="outage_single", unit="hour"))  # fmt: skip
    for choice, times in (("start", start), ("edge", edge)):
        final = down(minutes, rule(other), readings=with_reading("counted_from.other.0", choice))
        assert final.penalty_fen == round_fen(Fraction(TOTAL * times, 1000))
    assert down(120, rule(other)).penalty_fen == 0


def test_half_hours_of_a_late_response() -> None:
    other = clause("per_period", rate=None, amount_fen=10_000, per={"count": 30, "unit": "minute"}, duty="breach",
                   of=None, band=band("30", None, metric="response", unit="minute"))  # fmt: skip
    law = rule(other, service_levels=contract()["service_levels"])
    given_ = inputs(contract=law, incidents=(slow_response(75),))
    assert {"begun.other.0", "counted_from.other.0"} <= set(codes(settle(given_)))


def test_the_fee_of_what_was_affected_is_that_of_the_lines_that_the_resource_draws() -> None:
    law = rule(clause("percentage", rate="0.1", of="affected_fee", duty="interruption", amount_fen=None,
                      band=band("30", None, metric="outage_single", unit="minute")))  # fmt: skip
    draws = (
        DrawFact("drw-1", "compute.vcpu", Fraction(8), START, None, 1, resource="srv-1"),
        DrawFact("drw-2", "compute.memory", Fraction(8), START, at(days=1), 2, resource="srv-1"),
        DrawFact("drw-3", "crypto.identity", Fraction(1), START, None, 24, resource="srv-2"),
    )
    final = down(60, law, draws=draws, readings=with_reading("penalty_fee.other.0", "lines"))
    assert final.penalty_fen == round_fen(Fraction(41220000, 10))
    assert "penalty_fee.other.0" in codes(down(60, law, draws=draws))


def test_the_formulas_fee_by_line_is_found_in_the_draws_where_nobody_named_the_lines() -> None:
    incident, span = outage("inc-1", 150)
    incident.data.pop("line_nos", None)
    draws = (DrawFact("drw-1", "compute.vcpu", Fraction(8), START, None, 1, resource="srv-1"),)
    given_ = inputs(
        incidents=(incident,), objects=(evidence("srv-1", span),), draws=draws,
        readings=with_reading("fee_base", "line"), adjudications=found("inc-1", responsible="yes"),
    )  # fmt: skip
    statement = settle(given_)
    row = next(one for one in statement.candidates if one.id == "inc-1/minor#5")
    assert row.amount_fen == round_fen(Fraction(41220000 * 3, 120))
