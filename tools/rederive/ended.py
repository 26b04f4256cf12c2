"""When the service ended, by the ledger: on the last day of the text, or earlier where that binds both parties.

Source: 民法典 第562条 (by agreement), 第563、565条 (by notice); a cut date never lies behind the text's own.
"""

from __future__ import annotations

from datetime import date

from .calendar_time import TICK, midnight, write_instant
from .chain import Ledger


def left_early(ledger: Ledger, known: str, on: date) -> date | None:
    """The last day of service where it ends early: over by the end of a day or agreed by then, as known at an instant.

    The party that did not name the day agreed, or both signed what names it; the using unit that ends the contract for
    a critical breach needs no consent. What was taken back ends nothing.
    """
    by = write_instant(midnight(date.fromordinal(on.toordinal() + 1)) - TICK)
    days = []
    for opened in ledger.of_kind("exit.opened", known):
        data = opened["payload"]["data"]
        told = [
            one
            for one in ledger.facts
            if one["subject"] == opened["subject"] and "no" in one["payload"] and one["recorded_at"] <= known
        ]
        if data.get("cause") != "termination" or not data.get("left_on"):
            continue
        if any(one["kind"] == "exit.withdraw" for one in told):
            continue
        consent = [
            one["recorded_at"] for one in told if one["kind"] == "exit.agree_end" or one["payload"]["state"] == "closed"
        ]
        if data.get("ground") and data.get("by") == "using_unit":
            consent.append(opened["recorded_at"])
        last = date.fromisoformat(data["left_on"])
        if consent and (min(consent) <= by or last <= on):
            days.append(last)
    return min(days, default=None)
