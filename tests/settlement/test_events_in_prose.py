"""Rows that prose makes: a time that is one alternative, a share of systems, several rows of one kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import NO_HARM, at, contract, critical, found, incident, inputs, with_reading

from yunqi.contract.clauses.critical_breach.rule import match_critical
from yunqi.contract.conditions import ALWAYS, NEVER, resolve
from yunqi.settlement import compute_statement
from yunqi.settlement.inputs import Adjudication, Inputs, Reading

PEOPLE = {"people": {"operator": ">=", "value": 50000}}


def row(lasts: str | None, **conditions: Any) -> dict[str, Any]:
    made = critical("A", "interruption", 1, None, None, None)
    span = {"lasts": {"operator": ">", "count": lasts, "unit": "hour"}} if lasts else {}
    return made | {
        "joined": "or",
        "conditions": {**span, **conditions},
        "source": {"article": "第三条", "text": "made"},
    }


@pytest.mark.parametrize(
    ("minutes", "people", "state"),
    [
        ("361", None, ALWAYS),
        ("360", "49999", NEVER),  # more than six hours: six are not
        ("360", "50000", ALWAYS),
        ("1", "50000", ALWAYS),  # the time is one alternative, no limit of the other
        ("360", None, None),
    ],
)
def test_a_time_among_alternatives(minutes: str, people: str | None, state: object) -> None:
    facts = {"type": "interruption", "minutes": minutes, "people": people}
    left = resolve(match_critical(row("6", **PEOPLE), facts)[0], {"responsible": "yes"})
    assert left == state if state is not None else left not in (ALWAYS, NEVER)


def test_a_share_that_nothing_counts_stays_a_question() -> None:
    share = row(None, **PEOPLE, systems_share={"operator": ">", "value": "0.3"})
    left = resolve(match_critical(share, {"type": "interruption", "people": "1"})[0], {"responsible": "yes"})
    assert left not in (ALWAYS, NEVER)


def month(rows: list[dict[str, Any]], minutes: int, **answers: str) -> Inputs:
    rule = contract()
    rule["penalties"]["critical"] = rows
    when = at(days=3)
    end = when + timedelta(minutes=minutes)
    times = {"reported": when, "responded": when, "located": when, "recovered": end}
    fault = incident("inc-1", when, times, type="interruption", data={"duration_minutes": minutes})
    given = [Adjudication("inc-1", code, answer) for code, answer in answers.items()]
    readings = (*with_reading("availability.window", "year"), Reading("words.data_lost", "none", "补充协议3"))
    findings = (*found("inc-1", **NO_HARM), *given)
    return inputs(contract=rule, incidents=(fault,), adjudications=findings, readings=readings)


@pytest.mark.parametrize(
    ("minutes", "answers", "breached"),
    [
        (721, {}, True),
        (60, {"loss_fen": "300000000"}, True),
        (60, {"loss_fen": "299999999", "people_affected": "1"}, False),
        (721, {"loss_fen": "300000000"}, True),
    ],
)
def test_an_event_that_two_rows_describe_is_one_candidate(
    minutes: int, answers: dict[str, str], breached: bool
) -> None:
    loss = {"loss_fen": {"operator": ">=", "value": 300000000}}
    given = month([row("12", **PEOPLE), row(None, **PEOPLE, **loss)], minutes, **answers)
    statement = compute_statement(given)
    assert [(one.name, one.here, one.stated) for one in compare(given, statement).wrong] == []
    made = [one.state for one in statement.candidates if one.id == "inc-1/critical.A.interruption"]
    assert made == (["chosen"] if breached else [])
