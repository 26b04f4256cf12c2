"""What an instalment amounts to, what its clock waits for and when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yunqi.contract.deadlines import compute_due
from yunqi.contract.terms import number
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.money import round_fen, share_of


@dataclass(frozen=True, slots=True)
class InstalmentDue:
    """When an instalment is due. `waits_for` names the triggers that have not happened; `started_on` the latest that
    has.
    """

    on: date | None
    started_on: date | None
    waits_for: tuple[str, ...]
    notices: tuple[str, ...]


def compute_amount(instalment: Mapping[str, Any], total_fen: int | None) -> int | None:
    """The stated amount, else the stated share of the total, rounded once; None where neither is there."""
    stated = instalment.get("amount_fen")
    if stated is not None:
        return int(stated)
    share = number(instalment.get("share"))
    return None if share is None or total_fen is None else round_fen(share_of(total_fen, share))


def compute_instalment_due(
    instalment: Mapping[str, Any], dates: Mapping[str, date | None], calendar: WorkCalendar
) -> InstalmentDue:
    """The last day to pay: the stated date, or the period after the last of its triggers.

    `dates` holds the day of each trigger that has happened (effective, acceptance, invoice, funds, expiry). Raises
    `Problem`
    calendar.no_notice where the working days of a year are not known.
    """
    if instalment.get("by_on"):
        return InstalmentDue(date.fromisoformat(instalment["by_on"]), None, (), ())
    triggers = tuple(trigger for trigger in instalment.get("triggers") or () if trigger != "date")
    happened = {trigger: on for trigger in triggers if (on := dates.get(trigger)) is not None}
    waits_for = tuple(trigger for trigger in triggers if trigger not in happened)
    started_on = max(happened.values(), default=None)
    if waits_for or started_on is None or not instalment.get("within"):
        return InstalmentDue(None, started_on, waits_for, ())
    due = compute_due(started_on, instalment["within"], calendar)
    return InstalmentDue(due.on, started_on, (), due.notices)


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """An instalment and `{total_fen, dates}` -> amount, due date, what it waits for."""
    dates = {name: date.fromisoformat(on) for name, on in (facts.get("dates") or {}).items()}
    due = compute_instalment_due(clause, dates, load_work_calendar())
    return {
        "amount_fen": compute_amount(clause, facts.get("total_fen")),
        "due_on": due.on.isoformat() if due.on else None,
        "waits_for": list(due.waits_for),
    }
