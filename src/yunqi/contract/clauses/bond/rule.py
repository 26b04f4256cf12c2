"""What the bond amounts to, when it must be in, and when it must be given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yunqi.contract.deadlines import Due, compute_due
from yunqi.contract.terms import number
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.money import round_fen, share_of


def compute_bond_amount(bond: Mapping[str, Any], total_fen: int | None) -> int | None:
    """The stated amount, else the share of the total rounded to the fen (四舍五入)."""
    stated = bond.get("amount_fen")
    if stated is not None:
        return int(stated)
    share = number(bond.get("share"))
    return None if share is None or total_fen is None else round_fen(share_of(total_fen, share))


def compute_bond_due(bond: Mapping[str, Any], signed_on: date | None, calendar: WorkCalendar) -> Due | None:
    """The last day to hand it in, counted from signature; None where the contract or the signature lacks."""
    due = bond.get("due")
    return None if not due or signed_on is None or due.get("count") is None else compute_due(signed_on, due, calendar)


def compute_refund_due(bond: Mapping[str, Any], calendar: WorkCalendar, *, last_on: date | None = None) -> Due | None:
    """The last day to give it back where nothing is claimed; None where the contract does not say.

    `last_on`: the last day of security as it stands, where that is not the one that the clause names.
    """
    until, within = last_on or bond.get("until_on"), bond.get("refund_within")
    if not until or not within:
        return None
    return compute_due(until if isinstance(until, date) else date.fromisoformat(until), within, calendar)


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A bond and `{total_fen, signed_on}` -> amount, due date, refund date."""
    calendar = load_work_calendar()
    signed = facts.get("signed_on")
    due = compute_bond_due(clause, date.fromisoformat(signed) if signed else None, calendar)
    refund = compute_refund_due(clause, calendar)
    return {
        "amount_fen": compute_bond_amount(clause, facts.get("total_fen")),
        "due_on": due.on.isoformat() if due and due.on else None,
        "refund_on": refund.on.isoformat() if refund and refund.on else None,
    }
