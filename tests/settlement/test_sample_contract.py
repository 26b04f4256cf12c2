"""The sample contract, read from its Word file, settles as the contract data of the tests does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.settlement.sample import at, evidence, incident, inputs, readings

from yunqi.contract import read_contract
from yunqi.contract.clauses.coefficient.rule import match_rows
from yunqi.contract.conditions import assignments, resolve
from yunqi.contract.terms import Band
from yunqi.settlement import Adjudication, Occurrence, Reading, Statement, compute_statement

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
    assert (statement.penalty_fen, statement.penalty_low_fen, statement.penalty_high_fen) == (None, 0, 2 * 80754725)
    assert statement.contract["number"] == contract["number"]


def test_a_late_bond_renewal_costs_no_more_than_its_cap(contract):
    from fractions import Fraction

    from yunqi.settlement import Occurrence

    late = Occurrence("occ-1", "bond_renewal", at(days=2), Fraction(3), other_clause=0)
    assert compute_statement(inputs(contract=contract, occurrences=(late,))).penalty_fen == 24226418


def test_twenty_incidents_on_thirty_objects_each_cost_their_own(contract):
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
    assert compute_statement(given).penalty_fen == 20 * 20188681


def figures_of(row):
    """A value in the row's band, on its edges and beyond; none where it measures a finding."""
    band = Band.of(row.get("band") or next(iter(row.get("bands") or ()), None))
    if band is None:
        return [None]
    low, high = band.low or Fraction(0), band.high if band.high is not None else (band.low or Fraction(0)) + 10
    return [(low + high) / 2, low, high, high + 1000]


def test_no_answer_to_a_row_s_words_costs_nothing_in_silence(contract):
    rows = contract["penalties"]["coefficients"]
    assert len(rows) == 25
    for measures, value in {(row["measures"], value) for row in rows for value in figures_of(row)}:
        hits = match_rows(rows, measures, value)
        if not hits:
            # Only a value that no band's edge has been passed for is no breach.
            bands = [Band.of(row.get("band")) for row in rows if row["measures"] == measures]
            assert all(band and not band.contains(value) and (band.low is None or value <= band.low) for band in bands)
            continue
        choices = {code: answers for hit in hits for code, answers in hit.choices.items()}
        for given in assignments(sorted(choices), choices):
            said = [given[code] for code in given if code.startswith(("gap.", "words."))]
            denied = [given[code] for code in given if code.startswith("row.")]
            applies = [hit.key for hit in hits if resolve(hit.condition, given)]
            assert applies or "none" in said or "no" in denied, (measures, value, given)


@pytest.mark.parametrize("measures", ["tampered", "data_lost", "intruded"])
def test_a_finding_without_grave_impact_is_asked_about(contract, measures):
    given = inputs(
        contract=contract,
        occurrences=(Occurrence("occ-1", measures, at(days=2)),),
        adjudications=(Adjudication("occ-1", "severity.重大影响", "no"),),
    )
    openly = compute_statement(given)
    assert [one.code for one in openly.open_points] == [f"words.{measures}"]
    costs = {one["choice"]: one["amount_fen"] for one in openly.open_points[0].choices}
    assert costs == {"none": "0", "severe": "242264176"}
    # An answer that names a table without such a row settles nothing.
    for value, fen in (("none", 0), ("severe", 242264176), ("minor", None)):
        agreed = replace(given, readings=(*readings(), Reading(f"words.{measures}", value, "补充协议")))
        assert compute_statement(agreed).penalty_fen == fen
