"""A dispute freezes one line of a month's penalties; the others are charged as ever."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import NO_HARM, chosen, evidence, found, inputs, outage, slow_response, with_reading

from yunqi.cases.adjudication import line_of
from yunqi.settlement import Inputs, Statement, compute_statement
from yunqi.settlement.inputs import Adjudication


def settle(given: Inputs) -> Statement:
    statement = compute_statement(given)
    made = compare(given, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    return statement


@pytest.fixture
def month() -> Inputs:
    """A month with two penalties: two servers that were down, each for a cause of its own."""
    first, down = outage("inc-1", 25, 5)
    second, other = outage("inc-2", 45, 9, "srv-2")
    return inputs(
        incidents=(first, second),
        objects=(evidence("srv-1", down), evidence("srv-2", other)),
        adjudications=(*found("inc-1", **NO_HARM), *found("inc-2", **NO_HARM)),
    )


def lines(statement: Statement) -> dict[str, Any]:
    return {one.id: (one.state, one.amount_fen) for one in statement.candidates if one.state in {"chosen", "frozen"}}


def test_a_frozen_line_is_computed_and_not_charged(month: Inputs) -> None:
    plain = settle(month)
    assert plain.penalty_fen
    assert plain.frozen_fen == 0
    for line, (_state, fen) in lines(plain).items():
        frozen = settle(replace(month, frozen=frozenset({line_of("2026-02", line)})))
        assert frozen.penalty_fen == plain.penalty_fen
        assert frozen.frozen_fen == fen
        assert not frozen.provisional
        assert lines(frozen) == {**lines(plain), line: ("frozen", fen)}
        assert sum(one["amount_fen"] for one in frozen.offset) == plain.penalty_fen - fen


def test_a_dispute_about_another_month_or_line_freezes_nothing(month: Inputs) -> None:
    plain = settle(month)
    (line, *_rest) = lines(plain)
    for other in (line_of("2026-01", line), line_of("2026-02", "inc-9/minor#1")):
        assert settle(replace(month, frozen=frozenset({other}))).frozen_fen == 0


def test_what_is_found_not_owed_falls_away_and_a_lesser_of_its_cause_comes_up(month: Inputs) -> None:
    plain = settle(month)
    both = tuple(Adjudication(line_of("2026-02", line), "disputed", "yes") for line in chosen(plain))
    assert len(both) == 2
    one = settle(replace(month, adjudications=(*month.adjudications, both[0])))
    assert chosen(one) == chosen(plain)[1:]
    none = settle(replace(month, adjudications=(*month.adjudications, *both)))
    assert chosen(none) == ["average.recovery:2026-02/minor#10"]
    assert 0 < (none.penalty_fen or 0) < (one.penalty_fen or 0) < (plain.penalty_fen or 0)
    owed = tuple(replace(each, answer="no") for each in both)
    assert settle(replace(month, adjudications=(*month.adjudications, *owed))).penalty_fen == plain.penalty_fen


def test_a_breach_without_a_row_may_be_disputed_as_well() -> None:
    given = inputs(incidents=(slow_response(20, "inc-2"),), adjudications=found("inc-2", **NO_HARM))
    rule = dict(given.contract)
    rule["penalties"] = {**rule["penalties"], "coefficients": []}
    readings = (*with_reading("unpriced.response", "damages"),)
    loss = (*given.adjudications, Adjudication("inc-2", "loss_fen", "5000"))
    month = replace(given, contract=rule, readings=readings, adjudications=loss)
    code = next(one.id for one in settle(month).candidates if one.id.startswith("unpriced.response"))
    assert settle(month).penalty_fen == 5000
    assert settle(replace(month, frozen=frozenset({line_of("2026-02", code)}))).frozen_fen == 5000
    not_owed = Adjudication(line_of("2026-02", code), "disputed", "yes")
    assert settle(replace(month, adjudications=(*loss, not_owed))).penalty_fen == 0
