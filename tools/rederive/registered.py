"""What both parties confirmed in the registers: complaints by month, unmanned time, and time of force majeure.

Source: the facts of the entries, each with the state that it led to; 民法典 第200–204条 for the time of proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from .calendar_time import UTC_ZONE, WorkingDays, day_of, minutes_between, read_instant
from .chain import Ledger

CONFIRMED = "confirmed"
COMPLAINTS, UNMANNED, FORCE_MAJEURE, CUT_OFF = "complaint", "unattended", "force_majeure", "cut_off"
LATE_PROOF = "force_majeure.late_proof"
NEVER_YET = datetime.max.replace(tzinfo=UTC_ZONE)
Counted = tuple[str, str, datetime, Fraction, str | None]
"""Id, what it measures, when, how much, and the system it is about."""


@dataclass(frozen=True)
class Excuse:
    """A confirmed span of force majeure. `code`: the question that its relief hangs on; "" where it is settled."""

    name: str
    start_at: datetime
    end_at: datetime
    system: str | None
    code: str
    excused: bool


def _entries(ledger: Ledger, register: str, known: str) -> list[list[Mapping[str, Any]]]:
    """The facts of each entry that was confirmed by an instant, the opening first."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for one in ledger.facts:
        if str(one["kind"]).startswith(f"{register}.") and one["recorded_at"] <= known:
            told.setdefault(one["subject"], []).append(one)
    ordered = [sorted(facts, key=lambda one: int(one["payload"].get("no") or 0)) for facts in told.values()]
    return [facts for facts in ordered if any(one["payload"].get("state") == CONFIRMED for one in facts)]


def counted_in(ledger: Ledger, known: str, end_at: datetime) -> list[Counted]:
    """What the registers count of what happened before `end_at`: a number for each month with complaints, minutes for
    each span without anybody.
    """
    found: list[Counted] = []
    months: dict[str, list[Mapping[str, Any]]] = {}
    for facts in sorted(_entries(ledger, COMPLAINTS, known), key=lambda one: str(one[0]["at"])):
        if read_instant(facts[0]["at"]) < end_at:
            months.setdefault(f"{day_of(read_instant(facts[0]['at'])):%Y-%m}", []).append(facts[0])
    for month, entries in months.items():
        systems = {one["payload"].get("system") for one in entries}
        system = next(iter(systems)) if len(systems) == 1 else None
        at = read_instant(entries[-1]["at"])
        found.append((f"complaints:{month}", "complaint_count", at, Fraction(len(entries)), system))
    for facts in _entries(ledger, UNMANNED, known):
        start, end = read_instant(facts[0]["at"]), read_instant(facts[0]["payload"]["data"]["end_at"])
        if start < end_at:
            found.append((facts[0]["id"], UNMANNED, start, minutes_between(start, end), None))
    return found


def is_counted_already(measures: str, at: datetime, counted: list[Counted]) -> bool:
    """Whether the registers count what somebody entered by hand: complaints of the same month, or unmanned time within
    a span.
    """
    for _id, what, when, value, _system in counted:
        if what != measures:
            continue
        if what == UNMANNED and when <= at and minutes_between(when, at) < value:
            return True
        if what != UNMANNED and f"{day_of(at):%Y-%m}" == f"{day_of(when):%Y-%m}":
            return True
    return False


def wrongful_in(ledger: Ledger, known: str) -> list[tuple[datetime, datetime, str | None]]:
    """The cut-offs that both parties found wrongful by an instant: from when until when, and of which system (None: of
    all).
    """
    found = []
    for facts in _entries(ledger, CUT_OFF, known):
        agreed = next(one["payload"] for one in facts if one["payload"].get("state") == CONFIRMED)
        if agreed["data"]["finding"] != "wrongful":
            continue
        when = {
            str(one["kind"]).partition(".")[2]: read_instant(one["payload"].get("at") or one["at"]) for one in facts
        }
        if when["carry_out"] < when["restore"]:
            found.append((when["carry_out"], when["restore"], facts[0]["payload"].get("system")))
    return found


def excuses_in(
    ledger: Ledger,
    known: str,
    end_at: datetime,
    text_at: Callable[[str], Mapping[str, Any]],
    calendar: WorkingDays,
    agreed: str | None,
) -> list[Excuse]:
    """The time of force majeure that began before `end_at`, with what its relief hangs on as known at an instant.

    `agreed`: what the parties agreed that late proof does, where the contract does not say.
    """
    found = []
    for facts in _entries(ledger, FORCE_MAJEURE, known):
        opened, last = facts[0], {str(one["kind"]).partition(".")[2]: one for one in facts}
        start, end = read_instant(opened["at"]), read_instant(last["end"]["payload"]["at"])
        if start >= end_at or end <= start:
            continue
        clause = text_at(opened["at"]).get("force_majeure") or {}
        due_at = _proof_due(start, clause.get("proof_within"), calendar)
        number = str(opened["payload"]["number"])
        steps = [step for step in (str(one["kind"]).partition(".")[2] for one in facts) if step in _PROOF]
        state = steps[-1] if steps else ""
        handed_in = _handed_in(last, accepted=state == "accept_proof")
        in_time = due_at is None or (handed_in is not None and handed_in < due_at)
        code, excused = "", True
        if due_at is not None and not (state == "accept_proof" and in_time):
            waits = (state == "prove" and in_time) or (state != "accept_proof" and read_instant(known) < due_at)
            if waits:
                code = f"evidence.proof:{number}"
            elif clause.get("needs_proof"):
                excused = False
            elif agreed is None:
                code = LATE_PROOF
            else:
                excused = agreed == "relief"
        found.append(Excuse(opened["subject"], start, end, opened["payload"].get("system"), code, excused))
    return found


_PROOF = frozenset({"prove", "accept_proof", "refuse_proof"})


def _handed_in(last: Mapping[str, Mapping[str, Any]], *, accepted: bool) -> datetime | None:
    """When proof came: as the invoker says while nobody answered; once accepted, as the other party says it received
    it, else when it was recorded.
    """
    if "prove" not in last:
        return None
    if not accepted:
        return read_instant(last["prove"]["payload"]["at"])
    confirmed = (last["accept_proof"]["payload"].get("data") or {}).get("received_at")
    return read_instant(confirmed or last["prove"]["recorded_at"])


def _proof_due(start: datetime, within: Mapping[str, Any] | None, calendar: WorkingDays) -> datetime | None:
    """The first instant at which proof is too late; None where no time is set."""
    if not within or within.get("count") is None or within.get("unit") is None:
        return None
    try:
        return calendar.late_from(start, within)
    except LookupError:
        return NEVER_YET
