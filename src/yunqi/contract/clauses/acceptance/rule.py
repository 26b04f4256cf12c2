"""When acceptance must be answered, what silence means, and when rework is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from yunqi.contract.deadlines import compute_due
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.calendar import WorkCalendar

AcceptanceState = Literal["accepted", "deemed_accepted", "rejected", "waiting", "overdue", "no_deadline"]


def judge_acceptance(
    acceptance: Mapping[str, Any],
    asked_on: date,
    answered: tuple[date, bool] | None,
    today: date,
    calendar: WorkCalendar,
) -> tuple[AcceptanceState, date | None]:
    """The state of a request for acceptance, and the day it hangs on: the answer's last day, or the rework's.

    Silence accepts only where the contract says so; without a deadline it never does.
    """
    if answered is not None:
        on, accepted = answered
        if accepted:
            return "accepted", on
        rework = acceptance.get("rework")
        return "rejected", compute_due(on, rework, calendar).on if rework else None
    deadline = acceptance.get("deadline")
    if not deadline:
        return "no_deadline", None
    due_on = compute_due(asked_on, deadline, calendar).on
    if due_on is None or today <= due_on:
        return "waiting", due_on
    return ("deemed_accepted" if acceptance.get("silence_accepts") else "overdue"), due_on


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """An acceptance clause and `{asked_on, answered_on, accepted, today}` -> state and date."""
    answered_on = facts.get("answered_on")
    state, on = judge_acceptance(
        clause,
        date.fromisoformat(facts["asked_on"]),
        (date.fromisoformat(answered_on), bool(facts["accepted"])) if answered_on else None,
        date.fromisoformat(facts["today"]),
        load_work_calendar(),
    )
    return {"state": state, "on": on.isoformat() if on else None}
