"""Entries of registers: who says what, proof that is answered by the other party, and days of a suspension."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.cases.machine import Case, Event
from yunqi.cases.register import REGISTERS, Clock, apply, may_say, open_entry
from yunqi.cases.register.suspension import RULES, compute_days
from yunqi.contract.deadlines import compute_due
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.clock import parse_local
from yunqi.kernel.errors import Problem

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
PROOF = {"evidence": "证明"}


def majeure(invoker: str = "provider") -> Case:
    return open_entry("force_majeure", {"invoked_by": invoker, "entered_by": invoker})


def play(case: Case, *steps: tuple[str, str, dict[str, Any]]) -> Case:
    for number, (event, role, data) in enumerate(steps, 1):
        case = apply(case, Event(event, AT + timedelta(hours=number), role, "p", data))
    return case


def refused(code: str, case: Case, event: str, role: str, **data: Any) -> None:
    with pytest.raises(Problem) as caught:
        apply(case, Event(event, AT + timedelta(days=1), role, "p", data))
    assert caught.value.code == code


@pytest.mark.parametrize(("invoker", "other"), [("provider", "using_unit"), ("using_unit", "provider")])
def test_proof_is_the_invokers_and_its_worth_is_the_others(invoker: str, other: str) -> None:
    fresh = majeure(invoker)
    refused("register.not_invoker", fresh, "prove", other, **PROOF)
    refused("register.not_invoker", fresh, "notify", other)
    refused("register.no_proof", fresh, "accept_proof", other)
    handed_in = play(fresh, ("prove", invoker, PROOF))
    assert handed_in.data["proof"] == "handed_in"
    refused("register.proof_stands", handed_in, "prove", invoker, **PROOF)
    refused("register.not_other", handed_in, "accept_proof", invoker)
    refused("register.not_other", handed_in, "refuse_proof", invoker, reason="x")
    refused("case.data", handed_in, "refuse_proof", other)
    declined = play(handed_in, ("refuse_proof", other, {"reason": "不足"}))
    assert declined.data["proof"] == "refused"
    accepted = play(declined, ("prove", invoker, PROOF), ("accept_proof", other, {}))
    assert accepted.data["proof"] == "accepted"
    refused("register.proof_stands", accepted, "prove", invoker, **PROOF)


@pytest.mark.parametrize(
    ("kind", "data", "owner"),
    [
        ("complaint", {"entered_by": "using_unit"}, "using_unit"),
        ("complaint", {"entered_by": "provider"}, "provider"),
        ("force_majeure", {"invoked_by": "provider"}, "provider"),
        ("unattended", {}, "using_unit"),
    ],
)
def test_only_who_entered_it_takes_it_back(kind: str, data: dict[str, Any], owner: str) -> None:
    other = "provider" if owner == "using_unit" else "using_unit"
    entry = open_entry(kind, data)
    refused("register.not_entered", entry, "withdraw", other, reason="误登")
    assert play(entry, ("withdraw", owner, {"reason": "误登"})).state == "withdrawn"


def cut() -> Case:
    return play(open_entry("cut_off", {}), ("carry_out", "provider", {}), ("restore", "provider", {}))


@pytest.mark.parametrize("finding", ["justified", "wrongful"])
def test_a_cut_off_is_confirmed_with_one_finding_of_both(finding: str) -> None:
    refused("case.data", cut(), "confirm", "provider")
    refused("register.finding", cut(), "confirm", "provider", finding="其他")
    half = play(cut(), ("confirm", "provider", {"finding": finding}))
    other = "wrongful" if finding == "justified" else "justified"
    refused("register.finding_differs", half, "confirm", "using_unit", finding=other)
    both = play(half, ("confirm", "using_unit", {"finding": finding}))
    assert (both.state, both.data["finding"]) == ("confirmed", finding)
    argued = play(half, ("contest", "using_unit", {"reason": "断错"}))
    again = play(argued, ("confirm", "using_unit", {"finding": other}), ("confirm", "provider", {"finding": other}))
    assert again.data["finding"] == other


def test_it_is_restored_after_its_cause_was_removed() -> None:
    gone = play(open_entry("cut_off", {}), ("carry_out", "provider", {}), ("remove_cause", "using_unit", {}))
    with pytest.raises(Problem) as caught:
        apply(gone, Event("restore", AT + timedelta(minutes=90), "provider"))
    assert caught.value.code == "case.time"
    assert apply(gone, Event("restore", AT + timedelta(hours=3), "provider")).state == "restored"


@pytest.mark.parametrize("kind", REGISTERS)
def test_nobody_confirms_twice(kind: str) -> None:
    entry = open_entry(kind, {"confirmed_by": "provider", "invoked_by": "provider"})
    assert not may_say(entry, "confirm", "provider")
    assert may_say(entry, "confirm", "using_unit")


@pytest.mark.parametrize(
    ("start", "end", "begun", "whole", "next_day"),
    [
        ("2026-03-02 10:00", "2026-03-02 10:00", 0, 0, 0),
        ("2026-03-02 10:00", "2026-03-02 11:00", 1, 0, 0),
        ("2026-03-02 00:00", "2026-03-03 00:00", 1, 1, 0),
        ("2026-03-02 00:00", "2026-03-03 00:01", 2, 1, 1),
        ("2026-03-02 23:59", "2026-03-03 00:01", 2, 0, 1),
        ("2026-03-02 10:00", "2026-03-05 10:00", 4, 3, 3),
        ("2026-03-02 10:00", "2026-03-05 09:59", 4, 2, 3),
        ("2028-02-28 12:00", "2028-03-01 12:00", 3, 2, 2),
        ("2027-02-28 12:00", "2027-03-01 12:00", 2, 1, 1),
        ("2026-12-31 18:00", "2027-01-02 00:00", 2, 1, 1),
        ("2026-12-31 00:00", "2027-01-01 00:00", 1, 1, 0),
    ],
)
def test_the_days_of_a_suspension_under_each_meaning(
    start: str, end: str, begun: int, whole: int, next_day: int
) -> None:
    found = [compute_days(parse_local(start), parse_local(end), rule) for rule in RULES]
    assert dict(zip(RULES, found, strict=True)) == {"begun": begun, "whole": whole, "next_day": next_day}


MINUTES = st.integers(0, 3 * 366 * 1440)


@given(MINUTES, st.integers(1, 60 * 1440))
def test_the_meanings_differ_by_a_day_at_most(start: int, length: int) -> None:
    at = AT + timedelta(minutes=start)
    begun, whole, following = (compute_days(at, at + timedelta(minutes=length), rule) for rule in RULES)
    assert begun == following + 1
    assert following <= whole + 1
    assert whole <= begun


@pytest.mark.parametrize(
    ("unit", "count", "done", "standing"),
    [
        ("hour", 1, timedelta(hours=1), "kept"),
        ("hour", 1, timedelta(hours=1, microseconds=1), "late"),
        ("minute", 15, timedelta(minutes=15), "kept"),
        # From noon in China: the next day ends 36 hours later, and what is done at its very end is of the day after.
        ("day", 1, timedelta(hours=36) - timedelta(microseconds=1), "kept"),
        ("day", 1, timedelta(hours=36), "late"),
    ],
)
def test_within_a_time_is_also_at_its_end_and_a_day_ends_before_the_next(
    unit: str, count: int, done: timedelta, standing: str
) -> None:
    due = compute_due(AT, {"count": count, "unit": unit}, load_work_calendar())
    assert Clock("answer", AT, due, AT + done).standing(AT + done) == standing
    assert Clock("answer", AT, due, None).standing(AT + done) == {"kept": "running", "late": "overdue"}[standing]
