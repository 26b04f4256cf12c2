"""Levels and rows that no probe measures: what nobody hands in is never met, and never free, in silence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import (
    BELOW,
    LOSS,
    NO_LOSS,
    at,
    chosen,
    codes,
    contract,
    found,
    inputs,
    row,
    with_reading,
    without,
)

from yunqi.settlement import Reading, Statement, compute_statement
from yunqi.settlement.inputs import Adjudication, Inputs, Occurrence

METRICS = ("durability", "data_availability")
OPEN = tuple(f"unmeasured.{metric}" for metric in METRICS)


def settle(given: Inputs) -> Statement:
    statement = compute_statement(given)
    made = compare(given, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    assert not made.unchecked
    return statement


def handed_in(metric: str, value: str | None, name: str = "occ-1") -> Occurrence:
    return Occurrence(name, metric, at(days=4), None if value is None else Fraction(value))


def state(statement: Statement, metric: str) -> tuple[str | None, str]:
    return next((one.measured, one.state) for one in statement.levels if one.metric == metric)


def rows_with_data() -> dict[str, Any]:
    rule, below = contract(), {"min": None, "min_operator": None, "max": "0.9999", "max_operator": "<", "unit": "share"}
    bands = [{"metric": name, **below} for name in ("availability", "data_availability")]
    rule["penalties"]["coefficients"] = [
        row(table, 1, coefficient, "availability", BELOW, requires=harm, bands=bands, joined="or")
        for table, coefficient, harm in (("severe", "2", LOSS), ("minor", "0.5", NO_LOSS))
    ]
    return rule


def test_what_nobody_measured_is_open_until_it_is_agreed() -> None:
    asked = settle(inputs(contract=rows_with_data(), readings=without(*OPEN)))
    assert asked.provisional
    assert set(OPEN) <= set(codes(asked))
    assert state(asked, "durability") == (None, "unknown")
    assert asked.penalty_high_fen > 0
    agreed = settle(inputs(contract=rows_with_data()))
    assert (agreed.provisional, agreed.penalty_fen) == (False, 0)
    assert state(agreed, "durability") == (None, "met")


def test_where_evidence_is_agreed_it_must_come_in() -> None:
    given = inputs(readings=with_reading("unmeasured.durability", "evidence"))
    assert codes(settle(given)) == ["evidence.level:durability"]


@pytest.mark.parametrize(("value", "expected"), [("1", "met"), ("0.999999", "met"), ("0.99999", "breached")])
def test_what_was_handed_in_is_judged(value: str, expected: str) -> None:
    readings = (*without("unmeasured.durability"), Reading("unpriced.durability", "none", "补充协议3"))
    made = settle(inputs(readings=readings, occurrences=(handed_in("durability", value),)))
    assert state(made, "durability") == (str(Fraction(value)), expected)
    assert not made.provisional


def test_the_lowest_of_several_counts() -> None:
    several = (handed_in("durability", "1"), handed_in("durability", "0.99999", "occ-2"))
    readings = (*without("unmeasured.durability"), Reading("unpriced.durability", "none", "补充协议3"))
    assert state(settle(inputs(readings=readings, occurrences=several)), "durability") == ("99999/100000", "breached")


def test_a_breach_without_a_row_is_asked_for() -> None:
    made = settle(inputs(occurrences=(handed_in("durability", "0.5"),)))
    assert codes(made) == ["unpriced.durability"]


def harm(event: str) -> tuple[Adjudication, ...]:
    return found(event, accident="no", impact="no", loss="no")


@pytest.mark.parametrize(("value", "chosen_row"), [("0.9999", None), ("0.9998", "minor#1"), ("0.99", "minor#1")])
def test_a_row_that_names_data_besides_is_priced_by_what_was_handed_in(value: str, chosen_row: str | None) -> None:
    given = inputs(
        contract=rows_with_data(),
        readings=without("unmeasured.data_availability"),
        occurrences=(handed_in("data_availability", value),),
        adjudications=harm("occ-1"),
    )
    made = settle(given)
    assert chosen(made) == ([] if chosen_row is None else [f"occ-1/{chosen_row}"])
    assert made.penalty_fen == (0 if chosen_row is None else 20188681)


def test_a_month_without_figures_hangs_on_the_finding() -> None:
    event = "data_availability:2026-02"
    rule, readings = rows_with_data(), with_reading("unmeasured.data_availability", "evidence")
    asked = settle(inputs(contract=rule, readings=readings))
    rows = sorted(code for code in codes(asked) if code.startswith("row."))
    assert rows
    assert all(code.endswith(event) for code in rows)
    denied = tuple(Adjudication(event, code.partition("@")[0], "no") for code in rows)
    final = settle(inputs(contract=rule, readings=readings, adjudications=denied))
    assert (final.provisional, final.penalty_fen) == (False, 0)
    held = tuple(Adjudication(event, code.partition("@")[0], "yes") for code in rows)
    priced = settle(inputs(contract=rule, readings=readings, adjudications=(*held, *harm(event))))
    assert (priced.penalty_fen or 0) > 0
