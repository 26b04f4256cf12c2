"""The material that a contract lists for acceptance, against what was handed in: each item with its state. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from yunqi.contract.deadlines import compute_due
from yunqi.contract.duties import DELIVERABLE, plan_duties
from yunqi.contract.terms import compare, number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem

KPI = "kpi"
ItemState = Literal["present", "late", "missing", "not_due", "as_needed", "not_met"]
_EVENTS = {
    "signature": "effective",
    "effective": "effective",
    "term_start": "start",
    "activation": "start",
    "term_end": "expiry",
    "expiry": "expiry",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One item of the contract's list. `due_on` None: the contract names no day; `period` for what recurs.

    `at_acceptance`: it is in time when it is there on the day of the request. `limit` is a key figure's, as
    `(operator, value, unit)`.
    """

    key: str
    name: str
    phase: str
    party: str
    due_on: date | None
    period: tuple[date, date] | None
    at_acceptance: bool
    as_needed: bool
    source: Mapping[str, Any] | None
    note: str = ""
    limit: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in for an item: the ledger's record, the day, the document with its SM3, and a figure with it."""

    fact: str
    key: str
    on: date
    name: str
    sm3: str
    document: str | None = None
    statement: str | None = None
    value: str | None = None
    words: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item with its state, and all that was handed in for it, the first first; the last one stands."""

    wanted: Wanted
    state: ItemState
    handed: tuple[Handed, ...]
    days_late: int = 0


def plan_items(
    contract: Mapping[str, Any],
    *,
    start_on: date | None,
    end_on: date | None,
    signed_on: date | None,
    calendar: WorkCalendar,
    phase: str | None = None,
) -> tuple[Wanted, ...]:
    """The contract's own list: what is to be handed in (of a phase, where one is named), then its key figures."""
    return (
        *_deliverables(contract, start_on, end_on, signed_on, calendar, phase),
        *(() if phase else _key_figures(contract)),
    )


def list_phases(contract: Mapping[str, Any]) -> tuple[str, ...]:
    """The phases that the contract lists material for, in its order."""
    parts = (contract.get("acceptance") or {}).get("parts") or ()
    named = [str(part["phase"]) for part in parts if part.get("phase")]
    named += [str(one["phase"]) for one in contract.get("deliverables") or () if one.get("phase")]
    return tuple(dict.fromkeys(named))


def _deliverables(
    contract: Mapping[str, Any],
    start_on: date | None,
    end_on: date | None,
    signed_on: date | None,
    calendar: WorkCalendar,
    phase: str | None,
) -> Iterator[Wanted]:
    given = list(contract.get("deliverables") or ())
    days = {"effective": signed_on, "start": start_on, "expiry": end_on}
    duties = plan_duties(contract, start_on=start_on, end_on=end_on, signed_on=signed_on, calendar=calendar)
    for one in duties:
        if one.kind != DELIVERABLE:
            continue
        clause = given[int(one.key.split(":")[1]) - 1]
        if phase and clause.get("phase") != phase:
            continue
        within = clause.get("deadline")
        event = one.period[1] if one.period else days.get(_EVENTS.get(str(clause.get("trigger") or ""), ""))
        yield Wanted(
            key=one.key,
            name=one.text,
            phase=str(clause.get("phase") or ""),
            party=one.party,
            due_on=_due(event, within, calendar),
            period=one.period,
            at_acceptance="acceptance" in (clause.get("due_by"), clause.get("trigger")),
            as_needed="as_needed" in (clause.get("frequency"), clause.get("trigger")),
            source=one.source,
            note=str(clause.get("note") or ""),
        )


def _due(event: date | None, within: Mapping[str, Any] | None, calendar: WorkCalendar) -> date | None:
    if event is None or not within or within.get("count") is None:
        return None
    try:
        return compute_due(event, within, calendar).on
    except Problem:  # the year's working days are not published, or the unit is one of hours
        return None


def _key_figures(contract: Mapping[str, Any]) -> Iterator[Wanted]:
    for place, one in enumerate(contract.get("kpis") or (), 1):
        operator, value = one.get("operator"), one.get("value")
        yield Wanted(
            key=f"{KPI}:{place}",
            name=str(one.get("name") or ""),
            phase="",
            party="provider",
            due_on=None,
            period=None,
            at_acceptance=True,
            as_needed=False,
            source=one.get("source"),
            note="",
            limit=(str(operator or ""), "" if value is None else str(value), str(one.get("unit") or "")),
        )


def judge_items(wanted: Sequence[Wanted], handed: Sequence[Handed], on: date) -> tuple[Item, ...]:
    """Each item as it stands on a day, which is that of the request where there is one.

    What came first decides whether it was in time, what came last is what stands.
    """
    found: dict[str, list[Handed]] = {}
    for one in sorted(handed, key=lambda each: each.on):
        found.setdefault(one.key, []).append(one)
    return tuple(_judge(one, tuple(found.get(one.key, ())), on) for one in wanted)


def _judge(wanted: Wanted, handed: tuple[Handed, ...], on: date) -> Item:
    due_on = wanted.due_on
    if not handed:
        if wanted.as_needed:
            return Item(wanted, "as_needed", ())
        last = due_on or (wanted.period[1] if wanted.period else None)
        if last is not None and last >= on:
            return Item(wanted, "not_due", ())
        return Item(wanted, "missing", (), (on - due_on).days if due_on is not None else 0)
    late = 0 if due_on is None else max(0, (handed[0].on - due_on).days)
    if wanted.limit is not None and meets(wanted.limit, handed[-1].value) is False:
        return Item(wanted, "not_met", handed, late)
    return Item(wanted, "late" if late else "present", handed, late)


def meets(limit: tuple[str, str, str], value: str | None) -> bool | None:
    """Whether a figure meets its limit; None where the contract states no number or none was handed in.

    >>> meets((">=", "92", "%"), "91.5"), meets(("", "", "份"), "1")
    (False, None)
    """
    operator, threshold, _unit = limit
    try:
        measured, least = number(value or None), number(threshold or None)
        return None if measured is None or least is None else compare(operator, measured, least)
    except Problem:  # words, or no operator: a person judges it
        return None


def count_states(items: Sequence[Item]) -> dict[str, int]:
    """How many items stand where; every state is there."""
    states = ("present", "late", "missing", "not_due", "as_needed", "not_met")
    return {state: sum(one.state == state for one in items) for state in states}
