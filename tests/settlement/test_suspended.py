"""Force majeure in a month: left out while proof may come, gone without it, open where the contract is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import (
    MONTH,
    NO_HARM,
    at,
    codes,
    evidence,
    found,
    incident,
    inputs,
    outage,
    readings,
    with_reading,
)

from yunqi.kernel.period import Span
from yunqi.settlement import Inputs, Occurrence, Reading, Statement, Suspension, compute_statement
from yunqi.settlement.suspended import judge_suspension

KNOWN = inputs().known_at
DAY = timedelta(days=1)
BEGAN = at(days=4)
DUE = BEGAN + timedelta(days=15)


def suspension(name: str = "fm-1", **more: Any) -> Suspension:
    given: dict[str, Any] = {
        "id": name,
        "number": name.upper(),
        "span": Span(BEGAN, at(days=8)),
        "system": None,
        "clause": "第十四条",
        "approved_by": "某甲",
        "proof_due_at": DUE,
    }
    return Suspension(**(given | more))


def month(*suspensions: Suspension, **more: Any) -> Inputs:
    """A month with an outage of 150 minutes on day 5, which costs 50 % where it is not excused."""
    case, down = outage("inc-1", 150)
    answers = found("inc-1", **NO_HARM, critical_A_interruption="no", critical_B_interruption="no")
    answers += found(f"availability.srv-1:{MONTH}", **NO_HARM) + found(f"average.recovery:{MONTH}", **NO_HARM)
    given = inputs(
        incidents=(case,), objects=(evidence("srv-1", down),), adjudications=answers, suspensions=suspensions
    )
    return replace(given, **more)


def settle(given: Inputs) -> Statement:
    """The statement, once the independent program agrees."""
    made = compute_statement(given)
    compared = compare(given, made)
    assert [(one.name, one.here, one.stated) for one in compared.wrong] == []
    assert not compared.unchecked
    return made


FULL = compute_statement(month()).penalty_fen


@pytest.mark.parametrize(
    ("proof", "known_at", "standing"),
    [
        ({"proof_due_at": None}, KNOWN, "stands"),
        ({"proved_at": DUE - timedelta(microseconds=1)}, KNOWN, "stands"),
        ({"proved_at": DUE}, KNOWN, "open"),
        ({"proved_at": DUE, "needs_proof": True}, KNOWN, "falls"),
        ({"unanswered_at": DUE - timedelta(microseconds=1)}, KNOWN, "waits"),
        ({"unanswered_at": DUE - timedelta(microseconds=1), "needs_proof": True}, KNOWN, "waits"),
        ({"unanswered_at": DUE}, KNOWN, "open"),
        ({}, DUE - timedelta(microseconds=1), "waits"),
        ({}, DUE, "open"),
        ({"needs_proof": True}, DUE - timedelta(microseconds=1), "waits"),
        ({"needs_proof": True}, DUE, "falls"),
        ({"needs_proof": False}, DUE, "open"),
    ],
    ids=lambda one: "-".join(one) or "nothing" if isinstance(one, dict) else None if isinstance(one, str) else "at",
)
def test_whether_a_suspension_excuses(proof: dict[str, Any], known_at: datetime, standing: str) -> None:
    assert judge_suspension(suspension(**proof), known_at) == standing


def test_proved_in_time_its_time_is_left_out() -> None:
    assert FULL == 20188681
    made = settle(month(suspension(proved_at=DUE - timedelta(days=1))))
    assert (made.provisional, made.penalty_fen) == (False, 0)


def test_without_proof_that_the_contract_needs_it_falls_away() -> None:
    made = settle(month(suspension(needs_proof=True)))
    assert (made.provisional, made.penalty_fen) == (False, FULL)


def test_while_proof_may_come_the_month_is_provisional_with_the_cost_of_each_answer() -> None:
    late = Span(at(days=4), at(days=20))
    made = settle(month(suspension(span=late, proof_due_at=KNOWN + timedelta(days=1))))
    assert (made.provisional, made.penalty_low_fen, made.penalty_high_fen) == (True, 0, FULL)
    (point,) = made.open_points
    assert (point.code, point.kind, point.subjects) == ("evidence.proof:FM-1", "evidence", ("FM-1",))
    assert "FM-1" in point.question
    assert {one["choice"]: one["amount_fen"] for one in point.choices} == {"relief": "0", "none": str(FULL)}


@pytest.mark.parametrize(("value", "fen"), [("relief", 0), ("none", FULL)])
def test_where_the_contract_does_not_say_what_late_proof_does_it_is_agreed(value: str, fen: int) -> None:
    made = settle(month(suspension()))
    assert codes(made) == ["force_majeure.late_proof"]
    assert (made.penalty_low_fen, made.penalty_high_fen) == (0, FULL)
    agreed = settle(month(suspension(), readings=with_reading("force_majeure.late_proof", value)))
    assert (agreed.provisional, agreed.penalty_fen) == (False, fen)


def test_a_suspension_that_changes_nothing_asks_nothing() -> None:
    away = Span(at(days=-5), at(days=-4))
    made = settle(month(suspension(span=away, proof_due_at=KNOWN + timedelta(days=1)), suspension("fm-2", span=away)))
    assert (made.provisional, made.penalty_fen) == (False, FULL)


@pytest.mark.parametrize(("system", "fen"), [("sys-1", 0), ("sys-2", FULL)])
def test_one_system_is_excused_and_no_other(system: str, fen: int) -> None:
    made = settle(month(suspension(system=system, proof_due_at=None)))
    assert made.penalty_fen == fen


def test_what_began_before_is_left_in_part() -> None:
    inside = Span(at(days=5, minutes=60), at(days=8))
    made = settle(month(suspension(span=inside, proof_due_at=None)))
    assert made.incidents[0].outage_minutes == "60"


def test_what_was_only_stated_of_an_outage_is_left_in_part_too() -> None:
    start = at(days=5)
    case = incident("inc-1", start, {"occurred": start, "reported": start, "responded": start,
                                     "recovered": at(days=5, minutes=150)})  # fmt: skip
    inside = suspension(span=Span(at(days=5, minutes=60), at(days=8)), system="sys-1", proof_due_at=None)
    assert settle(month(inside, incidents=(case,), objects=())).incidents[0].outage_minutes == "60"


def test_what_began_in_it_is_left_out_and_the_trace_says_so() -> None:
    alone = Occurrence("ua-1", "unattended", at(days=6), Fraction(90))
    later = Occurrence("ua-2", "unattended", at(days=9), Fraction(90))
    answers = found("ua-1", **NO_HARM) + found("ua-2", **NO_HARM)
    made = settle(month(suspension(proof_due_at=None), occurrences=(alone, later), adjudications=answers))
    assert (made.incidents, [one.event for one in made.candidates]) == ((), ["ua-2"])
    node = made.trace["suspension.fm-1"]
    assert "INC-1" in node.formula
    assert node.id in made.trace["penalty"].children


def pending(count: int) -> Inputs:
    """So many undecided times of force majeure, a day each, with an outage of 130 minutes in each."""
    proofs, cases, downs, answers = [], [], [], found(f"availability.srv-1:{MONTH}", **NO_HARM)
    answers += found(f"average.recovery:{MONTH}", **NO_HARM)
    for number in range(count):
        day = 2 + 3 * number
        span = Span(at(days=day), at(days=day + 1))
        proofs.append(suspension(f"fm-{number}", span=span, proof_due_at=KNOWN + timedelta(days=1)))
        case, down = outage(f"inc-{number}", 130, day=day)
        cases.append(case)
        downs.append(down)
        no_level = {"critical_A_interruption": "no", "critical_B_interruption": "no"}
        answers += found(f"inc-{number}", **NO_HARM, **no_level)
    return month(
        *proofs, incidents=tuple(cases), objects=(evidence("srv-1", *downs),), adjudications=answers,
        readings=(*readings(), Reading("gap.minor#11", "none", "补充协议3")),
    )  # fmt: skip


def every_way(given: Inputs) -> list[int]:
    """The penalty for each way to answer them all, worked out one by one."""
    found = []
    for kept in product((True, False), repeat=len(given.suspensions)):
        settled = tuple(
            replace(one, proof_due_at=None)
            if relief
            else replace(one, proof_due_at=one.span.start_at, needs_proof=True)
            for one, relief in zip(given.suspensions, kept, strict=True)
        )
        made = compute_statement(replace(given, suspensions=settled))
        assert made.penalty_fen is not None
        found.append(made.penalty_fen)
    return found


@pytest.mark.parametrize("count", [4, 5])
def test_several_that_wait_are_worked_out_in_every_way(count: int) -> None:
    given = pending(count)
    made = settle(given)
    fens = every_way(given)
    assert (made.provisional, made.penalty_low_fen, made.penalty_high_fen) == (True, min(fens), max(fens))
    assert 0 == min(fens) < max(fens)


def test_with_more_than_can_be_worked_out_the_month_closes_and_says_so() -> None:
    given = pending(7)
    made = compute_statement(given)
    many, *points = made.open_points
    assert (made.provisional, made.penalty_fen, many.code, many.choices) == (True, None, "evidence.proofs", ())
    assert many.subjects == tuple(f"FM-{number}" for number in range(7))
    assert [one.code for one in points] == [f"evidence.proof:FM-{number}" for number in range(7)]
    assert "外界" in many.question
    for number, point in enumerate(points):
        left = tuple(
            replace(one, proof_due_at=one.span.start_at, needs_proof=True) if place == number
            else replace(one, proof_due_at=None)
            for place, one in enumerate(given.suspensions)
        )  # fmt: skip
        alone = compute_statement(replace(given, suspensions=left))
        costs = {one["choice"]: int(one["amount_fen"]) for one in point.choices}
        assert costs == {"relief": 0, "none": alone.penalty_fen}
        assert alone.penalty_fen
    none = compute_statement(replace(given, suspensions=())).penalty_fen
    assert none is not None
    assert (made.penalty_low_fen, made.penalty_high_fen >= none) == (0, True)
    compared = compare(given, made)
    assert ([(one.name, one.here, one.stated) for one in compared.wrong], compared.unchecked) == ([], [])
    assert compared.sampled >= 2 + 2 * 7  # all granted, none, and each by itself the other way
    asked = [one.name for one in compared.lines if one.name.startswith("point.")]
    assert asked == [f"point.{one.code}" for one in points]


def test_bounds_that_are_too_narrow_are_found_by_the_independent_program() -> None:
    given = pending(6)
    made = compute_statement(given)
    none = compute_statement(replace(given, suspensions=())).penalty_fen
    (first, *others), choices = made.open_points[1:], made.open_points[1].choices
    low = [one | {"amount_fen": "1"} if one["choice"] == "none" else one for one in choices]
    told = made.model_copy(
        update={
            "penalty_high_fen": (none or 0) - 1,
            "open_points": (made.open_points[0], first.model_copy(update={"choices": tuple(low)}), *others),
        }
    )
    assert {one.name for one in compare(given, told).wrong} == {"penalty.high", f"point.{first.code}"}


def test_where_only_what_began_in_them_is_in_doubt_the_bounds_are_exact() -> None:
    """Unmanned time is excused whole or not at all, each by itself."""
    proofs, events, answers = [], [], found("average.recovery", **NO_HARM)
    for number in range(8):
        start = at(days=2 + 3 * number)
        proofs.append(suspension(f"fm-{number}", span=Span(start, at(days=3 + 3 * number)), proof_due_at=KNOWN + DAY))
        events.append(Occurrence(f"ua-{number}", "unattended", start, Fraction(90)))
        answers += found(f"ua-{number}", **NO_HARM)
    made = compute_statement(inputs(suspensions=tuple(proofs), occurrences=tuple(events), adjudications=answers))
    each = 12113209  # 30 % of a month's fee
    assert (made.penalty_low_fen, made.penalty_high_fen) == (0, 8 * each)
    assert "准确" in made.open_points[0].question
