"""The sample contract, read from its Word file, settles as the contract data of the tests does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from tests.settlement.sample import at, evidence, incident, inputs, readings

from yunqi.contract import read_contract
from yunqi.settlement import Adjudication, Reading, Statement, compute_statement

SAMPLE = Path(__file__).parents[2] / "examples" / "contract-sample.docx"


@pytest.fixture(scope="module")
def contract():
    data = read_contract(SAMPLE).model_dump(mode="json", by_alias=True)
    # The month of these tests is February 2026: the same clauses, half a year earlier.
    data["signed_on"] = "2025-11-25"
    data["term"] |= {"start_on": "2026-01-01", "end_on": "2026-12-31"}
    data["instalments"][1]["by_on"] = "2026-06-30"
    return data


def case_47_minutes():
    start = at(days=3)
    times = {
        "reported": start + timedelta(minutes=10),
        "responded": start + timedelta(minutes=32),
        "located": start + timedelta(minutes=45),
        "recovered": start + timedelta(minutes=47),
    }
    return incident("inc-1", start, times, object="srv-1"), (start, start + timedelta(minutes=47))


def answers(**given):
    return tuple(Adjudication("inc-1", question, answer) for question, answer in given.items())


def test_a_quiet_month_is_final(contract):
    statement = compute_statement(inputs(contract=contract))
    assert (statement.provisional, statement.penalty_fen) == (False, 0)
    assert len(statement.delivery) == 30
    assert [one.due_on for one in statement.instalments] == ["2026-04-08", "2026-06-30", None]


def test_an_outage_under_the_contract_s_own_clauses(contract):
    case, down = case_47_minutes()
    given = inputs(contract=contract, incidents=(case,), objects=(evidence("srv-1", down), evidence("srv-2")))
    openly = compute_statement(given)
    assert openly.provisional
    assert {one.kind for one in openly.open_points} == {"adjudication", "reading"}
    assert (openly.penalty_low_fen, openly.penalty_high_fen) == (20188681, 80754725)
    response = next(one for one in openly.levels if one.metric == "response")
    assert (response.state, response.measured) == ("breached", "22")
    harmless = answers(
        **{"severity.重大事故": "no", "severity.重大影响": "no", "severity.重大损失": "no", "responsible": "yes"}
    )
    final = compute_statement(replace(given, adjudications=harmless))
    assert (final.provisional, final.penalty_fen) == (False, 20188681)
    chosen = next(one for one in final.candidates if one.state == "chosen")
    assert chosen.source["article"].startswith("附件3")
    assert final.offset[0] == {"from": "last_instalment", "amount_fen": 20188681, "note": "#3"}
    Statement.model_validate(final.model_dump())


def test_without_any_reading_the_month_is_provisional_and_bounded(contract):
    case, down = case_47_minutes()
    given = inputs(contract=contract, incidents=(case,), objects=(evidence("srv-1", down),), readings=())
    statement = compute_statement(given)
    assert {"availability.window", "availability.object", "fee_base"} <= {one.code for one in statement.open_points}
    assert (statement.penalty_fen, statement.penalty_low_fen, statement.penalty_high_fen) == (None, 0, 80754725)
    assert statement.contract["number"] == contract["number"]


def test_a_late_bond_renewal_costs_no_more_than_its_cap(contract):
    from fractions import Fraction

    from yunqi.settlement import Occurrence

    late = Occurrence("occ-1", "bond_renewal", at(days=2), Fraction(3), other_clause=0)
    assert compute_statement(inputs(contract=contract, occurrences=(late,))).penalty_fen == 24226418


def test_a_month_of_thirty_objects_and_twenty_incidents_is_quick(contract):
    """Aim: 20 ms on an idle core; the test allows a busy one."""
    cases, downs = [], {}
    for number in range(20):
        start, host = at(days=1 + number), f"srv-{number}"
        times = {
            "reported": start,
            "responded": start + timedelta(minutes=5),
            "recovered": start + timedelta(minutes=25),
        }
        cases.append(incident(f"inc-{number}", start, times, object=host))
        downs[host] = [(start, start + timedelta(minutes=25))]
    given = inputs(
        contract=contract,
        incidents=tuple(cases),
        objects=tuple(evidence(f"srv-{number}", *downs.get(f"srv-{number}", ())) for number in range(30)),
        readings=(*readings(), Reading("gap.minor#10", "none", "补充协议3")),
        adjudications=tuple(
            Adjudication(one.id, question, "no") for one in cases for question in ("severity.重大损失", "responsible")
        ),
    )
    spent = []
    for _ in range(5):
        start_s = perf_counter()
        statement = compute_statement(given)
        spent.append(perf_counter() - start_s)
    assert statement.penalty_fen == 20 * 20188681
    assert median(spent) < 0.2
