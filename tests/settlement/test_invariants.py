"""What must hold of every month, and a month worked out a second time by a program of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.settlement.sample import at, contract, evidence, incident, inputs, readings

from yunqi.settlement import Adjudication, Occurrence, Reading, compute_statement

QUESTIONS = ("severity.重大事故", "severity.重大影响", "severity.重大损失", "responsible")
CRITICAL = ("critical.A.interruption", "critical.B.interruption")
CAUSES = ("交换机", "存储", None)
MEASURES = (
    "unattended",
    "complaint_count",
    "assessment_failures",
    "scale_out_late",
    "rectification_ignored",
    "mutual_backup",
)

faults = st.lists(
    st.tuples(
        st.integers(0, 60),  # minutes from the report to the response
        st.integers(1, 150),  # minutes of outage
        st.sampled_from(CAUSES),
        st.tuples(*(st.sampled_from(("yes", "no", None)) for _ in QUESTIONS)),
    ),
    max_size=5,
)
others = st.lists(
    st.tuples(st.sampled_from(MEASURES), st.integers(0, 300), st.sampled_from(("yes", "no", None))), max_size=4
)
agreed = st.sets(st.sampled_from([one.code for one in readings()]))


def build(fault_list, other_list, missing=frozenset(), *, settled=False):
    cases, downs, findings = [], {}, []
    for number, (response, minutes, cause, answers) in enumerate(fault_list):
        name, start, host = f"inc-{number}", at(days=2 + number * 4), f"srv-{number % 2}"
        end = start + timedelta(minutes=minutes)
        times = {
            "reported": start,
            "responded": start + timedelta(minutes=response),
            "located": start + timedelta(minutes=response),
            "recovered": end,
        }
        cases.append(incident(name, start, times, object=host, root_cause=cause))
        downs.setdefault(host, []).append((start, end))
        for question, answer in zip(QUESTIONS, answers, strict=True):
            final = answer or ("no" if settled else None)
            if final:
                findings.append(Adjudication(name, question, final))
        findings += [Adjudication(name, question, "no") for question in CRITICAL]
    occurrences = []
    for number, (measures, value, answer) in enumerate(other_list):
        figure = None if measures in {"scale_out_late", "rectification_ignored", "mutual_backup"} else Fraction(value)
        occurrences.append(Occurrence(f"occ-{number}", measures, at(days=1), figure))
        for question in QUESTIONS[:3]:
            final = answer or ("no" if settled else None)
            if final:
                findings.append(Adjudication(f"occ-{number}", question, final))
    return inputs(
        incidents=tuple(cases),
        objects=tuple(evidence(host, *downs.get(host, ())) for host in ("srv-0", "srv-1")),
        occurrences=tuple(occurrences),
        adjudications=tuple(findings),
        readings=tuple(one for one in readings() if one.code not in missing),
    )


@settings(max_examples=60, deadline=None)
@given(faults, others, agreed)
def test_bounds_are_sound_and_the_sum_of_the_chosen_is_the_penalty(fault_list, other_list, missing):
    statement = compute_statement(build(fault_list, other_list, missing))
    assert 0 <= statement.penalty_low_fen <= statement.penalty_high_fen
    assert statement.provisional == bool(statement.open_points)
    chosen = [one for one in statement.candidates if one.state == "chosen"]
    groups = [one.root_cause for one in chosen]
    assert len(groups) == len(set(groups))
    if not statement.provisional:
        assert statement.penalty_fen == statement.penalty_low_fen == statement.penalty_high_fen
        assert sum(one.amount_fen for one in chosen) == statement.penalty_fen
        assert set(groups) <= {one.root_cause for one in statement.candidates}
        assert sum(one["amount_fen"] for one in statement.offset) == statement.penalty_fen
    else:
        assert statement.penalty_fen is None


@settings(max_examples=30, deadline=None)
@given(faults, others, agreed)
def test_the_same_inputs_give_the_same_statement(fault_list, other_list, missing):
    given_inputs = build(fault_list, other_list, missing)
    turned = replace(
        given_inputs,
        incidents=given_inputs.incidents[::-1],
        occurrences=given_inputs.occurrences[::-1],
        adjudications=given_inputs.adjudications[::-1],
        readings=given_inputs.readings[::-1],
    )
    first, second, other = (compute_statement(one) for one in (given_inputs, given_inputs, turned))
    assert first.model_dump_json() == second.model_dump_json()
    assert first.model_dump(
        include={"penalty_fen", "penalty_low_fen", "penalty_high_fen", "provisional"}
    ) == other.model_dump(include={"penalty_fen", "penalty_low_fen", "penalty_high_fen", "provisional"})


@settings(max_examples=40, deadline=None)
@given(faults, others, agreed, st.sampled_from(("mutual_backup", "scale_out_late")))
def test_another_event_of_another_cause_never_lowers_it(fault_list, other_list, missing, measures):
    before = build(fault_list, other_list, missing)
    after = replace(before, occurrences=(*before.occurrences, Occurrence("occ-new", measures, at(days=1))))
    less, more = compute_statement(before), compute_statement(after)
    assert more.penalty_low_fen >= less.penalty_low_fen
    assert more.penalty_high_fen >= less.penalty_high_fen


@settings(max_examples=40, deadline=None)
@given(faults, others, agreed)
def test_answering_what_is_open_stays_within_the_bounds(fault_list, other_list, missing):
    given_inputs = build(fault_list, other_list, missing)
    before = compute_statement(given_inputs)
    for point in before.open_points[:3]:
        for choice in point.choices:
            if "@" in point.code:
                question, _, event = point.code.partition("@")
                after = replace(
                    given_inputs,
                    adjudications=(*given_inputs.adjudications, Adjudication(event, question, choice["choice"])),
                )
            elif point.kind == "reading" and choice["choice"] != "damages":
                after = replace(
                    given_inputs, readings=(*given_inputs.readings, Reading(point.code, choice["choice"], "x"))
                )
            else:
                continue
            statement = compute_statement(after)
            assert before.penalty_low_fen <= statement.penalty_low_fen, (point.code, choice)
            assert statement.penalty_high_fen <= before.penalty_high_fen, (point.code, choice)


# --- the second implementation: no bands, no conditions, no groups from the program above -----------------------------

RESPONSE = ((15, 30, 200, 30), (30, 60, 200, 50))
RECOVERY = ((30, 60, 100, 30), (60, 120, 200, 50))


def round_half_up(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def by_hand(fault_list, other_list) -> int | None:
    """The month's penalty in fen by the tables' words and the sample's readings; None where they are open."""
    monthly = Fraction(484528352, 12)
    percents: dict[tuple[str, ...], list[int]] = {}

    def add(roots, percent) -> None:
        percents.setdefault(tuple(sorted(set(roots))), []).append(percent)

    def heavy(values, floor) -> list[int]:
        return [number for number, value in enumerate(values) if value > floor]

    roots = [cause or f"inc-{number}" for number, (_, _, cause, _) in enumerate(fault_list)]
    said = [
        {question: (answer or "no") for question, answer in zip(QUESTIONS, answers, strict=True)}
        for _, _, _, answers in fault_list
    ]
    for values, bands, severe_word in (
        ([response for response, *_ in fault_list], RESPONSE, QUESTIONS[0]),
        ([minutes for _, minutes, *_ in fault_list], RECOVERY, QUESTIONS[1]),
    ):
        if not values:
            continue
        average = Fraction(sum(values), len(values))
        guilty = heavy(values, bands[0][0])
        gravest = any(said[one][severe_word] == "yes" for one in guilty)
        harmed = any(said[one][QUESTIONS[1]] == "yes" for one in guilty)
        if average <= bands[0][0]:
            continue
        band = next((one for one in bands if one[0] < average < one[1]), None)
        if band is None:
            return None
        if gravest:
            add([roots[one] for one in guilty], band[2])
        if not harmed:
            add([roots[one] for one in guilty], band[3])
        if harmed and not gravest:
            return None
    for host in (0, 1):
        mine = [number for number in range(len(fault_list)) if number % 2 == host]
        down = sum(fault_list[number][1] for number in mine)
        if Fraction(40320 - down, 40320) < Fraction(9999, 10000):
            lost = any(said[number][QUESTIONS[2]] == "yes" for number in mine)
            add([roots[number] for number in mine], 200 if lost else 50)
    guilty = [number for number in range(len(fault_list)) if said[number][QUESTIONS[3]] == "yes"]
    for number in guilty:
        if fault_list[number][1] >= 120:
            add([roots[number]], 30)
    if fault_list and (len(fault_list) >= 3 or sum(one[1] for one in fault_list) >= 480) and guilty:
        add(roots, 60)
    for number, (measures, value, answer) in enumerate(other_list):
        name = [f"occ-{number}"]
        accident = impact = answer or "no"
        if measures == "unattended":
            if value <= 60:
                continue
            if value == 120 or value >= 240:
                return None
            first = value < 120
            if accident == "yes":
                add(name, 100 if first else 200)
            else:
                add(name, 30 if first else 50)
        elif measures == "rectification_ignored":
            add(name, 200 if impact == "yes" else 50)
        elif measures == "mutual_backup":
            add(name, 200)
        elif measures == "scale_out_late" or value >= 3:
            add(name, 20)
    amounts = [(set(roots), round_half_up(monthly * Fraction(max(found), 100))) for roots, found in percents.items()]
    return greatest_without_sharing(amounts)


def greatest_without_sharing(amounts) -> int:
    """No event is paid for twice: the greatest sum over breaches that share no cause, by trying all."""
    best = 0
    for picked in product((False, True), repeat=len(amounts)):
        kept = [one for one, keep in zip(amounts, picked, strict=True) if keep]
        if sum(len(roots) for roots, _ in kept) == len(set().union(*(roots for roots, _ in kept))):
            best = max(best, sum(amount for _, amount in kept))
    return best


@settings(max_examples=150, deadline=None)
@given(faults, others)
def test_a_month_worked_out_a_second_time_agrees_to_the_fen(fault_list, other_list):
    expected = by_hand(fault_list, other_list)
    statement = compute_statement(build(fault_list, other_list, settled=True))
    if expected is not None and not statement.provisional:
        assert statement.penalty_fen == expected
    if expected is not None and statement.provisional:
        assert all(one.code.startswith("unpriced.") for one in statement.open_points)


def test_a_month_with_everything_agrees_to_the_fen():
    fault_list = [
        (20, 25, "交换机", ("no", "no", "no", "yes")),
        (22, 100, None, ("no", "no", "yes", "yes")),
        (16, 130, "存储", ("no", "no", "no", "yes")),
    ]
    other_list = [("unattended", 90, "no"), ("mutual_backup", 0, None), ("complaint_count", 4, None)]
    statement = compute_statement(build(fault_list, other_list, settled=True))
    assert not statement.provisional
    assert statement.penalty_fen == by_hand(fault_list, other_list) > 0
    assert json.loads(statement.model_dump_json())["penalty_fen"] == statement.penalty_fen
    assert contract()["total_fen"] == 484528352
