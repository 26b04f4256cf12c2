"""What a request for acceptance waits for, and until when: an answer, the end of silence, rework. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from yunqi.contract.clauses.acceptance.rule import AcceptanceState, judge_acceptance
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

Basis = Literal["request", "expiry", "rework", ""]


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a request stands by the contract's own clocks.

    `due_on` is the last day of what is waited for, counted from `from_on`; None where the contract does not say, or
    where `notice` says what lacks. `days_left` is below zero once it is late.
    """

    state: AcceptanceState
    due_on: date | None
    from_on: date | None
    basis: Basis
    days_left: int | None
    silence_accepts: bool
    notice: str = ""


def judge_request(
    acceptance: Mapping[str, Any] | None,
    *,
    asked_on: date,
    expiry_on: date | None,
    answered: tuple[date, bool] | None,
    today: date,
    calendar: WorkCalendar,
) -> Clock:
    """A request for acceptance by the contract's deadlines; `answered` is the last answer and whether it accepts.

    A deadline counted from the end of the term never begins before the material was handed in: silence can only answer
    what was asked. Where the contract says how long silence may last, that length decides; else the deadline's.
    """
    clause = dict(acceptance or {})
    deadline = clause.get("deadline") or {}
    silence_accepts = bool(clause.get("silence_accepts"))
    if silence_accepts and clause.get("silence_after"):
        deadline = {**deadline, **clause["silence_after"]}
    after_expiry = deadline.get("from") in ("expiry", "term_end") and expiry_on is not None
    from_on = max(asked_on, expiry_on) if after_expiry and expiry_on is not None else asked_on
    basis: Basis = "expiry" if from_on != asked_on else "request"
    if answered is not None:
        basis, from_on = "rework", answered[0]
    clause["deadline"] = deadline if deadline.get("count") is not None else None
    try:
        state, on = judge_acceptance(clause, from_on, answered, today, calendar)
    except Problem as problem:
        if problem.code != "calendar.no_notice":
            raise
        notice = _("{year} 年的放假安排尚未发布，期限待定", year=problem.values.get("year"))
        return Clock("waiting", None, from_on, basis, None, silence_accepts, notice)
    if state == "accepted":
        return Clock(state, None, from_on, "", None, silence_accepts)
    left = None if on is None else (on - today).days
    return Clock(state, on, from_on if on else None, basis if on else "", left, silence_accepts)
