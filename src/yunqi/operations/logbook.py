"""The logbooks read from the facts, as known at an instant: people, protected periods, exercises held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.logbook import (
    ATTENDANCE,
    CONFIRMED,
    EXERCISES,
    KINDS,
    PROTECTED_PERIOD,
    STAFF_BREACH,
    STAFF_MEMBER,
    STAFF_PROMISE,
    STAFF_REQUEST,
)
from yunqi.cases.logbook.exercises import Held
from yunqi.cases.logbook.protection import CONDITION, POST, Protected
from yunqi.cases.logbook.staff import Breach, Member, People, Promise, Request, Sheet
from yunqi.contract.deadlines import compute_due
from yunqi.contract.staff_terms import find_staff_terms
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, Span
from yunqi.store.facts import list_facts

_WITHDRAWN = "withdrawn"
_FACTS = {
    kind: tuple(f"{kind}.{event}" for event in ("opened", *one.machine.transitions)) for kind, one in KINDS.items()
}
_PEOPLE = (STAFF_MEMBER, STAFF_PROMISE, ATTENDANCE, STAFF_REQUEST, STAFF_BREACH)
FACTS = tuple(name for names in _FACTS.values() for name in names)
"""The kinds of facts that `read_entries` asks for."""
FACTS_OF_A_MONTH = tuple(name for kind in (*_PEOPLE, PROTECTED_PERIOD) for name in _FACTS[kind])
"""The kinds of facts that `read_people_of` and `read_protected` ask for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stood: what was said of it so far, and the facts behind it."""

    id: str
    kind: str
    number: str
    title: str
    at: datetime
    state: str
    data: Mapping[str, Any]
    facts: tuple[str, ...]
    sample: bool = False


def read_entries(
    connection: Connection, contract_id: str, kinds: Iterable[str], *, known_at: datetime | None = None
) -> tuple[Entry, ...]:
    """The entries of some logbooks as known at an instant, in order of their time; those withdrawn are left out."""
    names = tuple(name for kind in kinds for name in _FACTS[kind])
    opened: dict[str, Any] = {}
    events: dict[str, list[Any]] = {}
    for one in list_facts(connection, contract_id, kind=names, known_at=known_at):
        if one.kind.endswith(".opened"):
            opened[one.subject] = one
        else:
            events.setdefault(one.subject, []).append(one)
    found: list[Entry] = []
    for subject, first in opened.items():
        kind = first.kind.partition(".")[0]
        state, data, facts = KINDS[kind].machine.initial, dict(first.payload["data"]), [first.id]
        for one in sorted(events.get(subject, ()), key=lambda fact: int(fact.payload["no"])):
            state = str(one.payload["state"])
            data |= {**one.payload["data"], f"{one.kind.partition('.')[2]}_at": one.payload["at"]}
            facts.append(one.id)
        if state != _WITHDRAWN:
            at = parse_instant(str(first.payload["at"]))
            number, title = str(first.payload["number"]), str(first.payload["title"])
            found.append(Entry(subject, kind, number, title, at, state, data, tuple(facts), first.sample))
    return tuple(sorted(found, key=lambda one: (one.at, one.number, one.id)))


def read_people_of(
    connection: Connection,
    contract_id: str,
    data: Mapping[str, Any],
    calendar: WorkCalendar,
    *,
    known_at: datetime | None = None,
) -> People:
    """The people of a contract; its `data` say how soon somebody must be replaced."""
    of: dict[str, list[Entry]] = {kind: [] for kind in _PEOPLE}
    for one in read_entries(connection, contract_id, _PEOPLE, known_at=known_at):
        of[one.kind].append(one)
    said = find_staff_terms(data).replace_within if of[STAFF_REQUEST] else None
    within = None if said is None else said.within
    return People(
        tuple(_member(one) for one in of[STAFF_MEMBER]),
        tuple(
            Promise(str(one.data["role"]), int(one.data["count"]), one.at, one.facts)
            for one in of[STAFF_PROMISE]
            if one.state == CONFIRMED
        ),
        tuple(
            Sheet(Month.parse(str(one.data["month"])), tuple(one.data.get("present") or ()), one.facts)
            for one in of[ATTENDANCE]
            if one.state == CONFIRMED
        ),
        tuple(_request(one, within, calendar) for one in of[STAFF_REQUEST]),
        tuple(
            Breach(one.id, one.number, str(one.data["sort"]), one.at, one.state == CONFIRMED, one.facts)
            for one in of[STAFF_BREACH]
        ),
    )


def _member(one: Entry) -> Member:
    data = one.data
    return Member(
        one.id,
        one.title,
        str(data["role"]),
        one.at,
        parse_instant(str(data["leave_at"])) if one.state == "left" else None,
        key=data.get("key") == "yes",
        employment=str(data.get("employment") or ""),
        undertaking_on=_day(data.get("undertaking_on")),
        checked_on=_day(data.get("checked_on")),
        check=str(data.get("check") or ""),
        agreed=bool(data.get("agree_at")),
        facts=one.facts,
    )


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _request(one: Entry, within: Mapping[str, Any] | None, calendar: WorkCalendar) -> Request:
    done = parse_instant(str(one.data["replace_at"])) if one.state == "replaced" else None
    return Request(
        one.id, one.number, str(one.data["person"]), one.at, due_of(one.at, within, calendar), done, one.facts
    )


def due_of(at: datetime, within: Mapping[str, Any] | None, calendar: WorkCalendar) -> datetime | None:
    """The first instant that is too late; None without a limit, or where the year's working days are not published."""
    if within is None:
        return None
    try:
        return compute_due(at, within, calendar).at
    except Problem as problem:
        if problem.code != "calendar.no_notice":
            raise
        return None


def read_protected(
    connection: Connection, contract_id: str, *, known_at: datetime | None = None
) -> tuple[Protected, ...]:
    """The protected periods that both parties have confirmed, each with the named people who took no shift of it."""
    entries = read_entries(connection, contract_id, (PROTECTED_PERIOD,), known_at=known_at)
    confirmed = [one for one in entries if one.state == CONFIRMED]
    came = _taken_shifts(connection, contract_id, known_at) if confirmed else ()
    found = []
    for one in confirmed:
        span, named = Span(one.at, parse_instant(str(one.data["until"]))), tuple(one.data.get("key_staff") or ())
        there = {name for name, shift in came if shift.intersect(span) is not None}
        missing = tuple(name for name in named if name not in there)
        found.append(Protected(one.id, one.number, span, str(one.data["level"]), named, missing, one.facts))
    return tuple(found)


def read_protected_where_asked(
    connection: Connection, contract_id: str, levels: Iterable[Mapping[str, Any]]
) -> tuple[Protected, ...]:
    """The protected periods, where a service level asks for one."""
    if not any(one.get("condition") == CONDITION for one in levels):
        return ()
    return read_protected(connection, contract_id)


def _taken_shifts(connection: Connection, contract_id: str, known_at: datetime | None) -> tuple[tuple[str, Span], ...]:
    """Who took a shift of the protected period's post, with the span that it was planned for."""
    facts = list_facts(connection, contract_id, kind=("shift.planned", "shift.taken"), known_at=known_at)
    taken = {one.subject for one in facts if one.kind == "shift.taken"}
    return tuple(
        (
            str(one.payload["person_name"]),
            Span(parse_instant(str(one.payload["start_at"])), parse_instant(str(one.payload["end_at"]))),
        )
        for one in facts
        if one.kind == "shift.planned" and one.subject in taken and one.payload["post"] == POST
    )


def read_held(connection: Connection, contract_id: str, *, known_at: datetime | None = None) -> tuple[Held, ...]:
    """The drills and trainings that were held, whether or not the using unit has confirmed them yet."""
    return tuple(
        Held(one.id, one.number, one.kind, parse_instant(str(one.data["hold_at"])), one.state == CONFIRMED)
        for one in read_entries(connection, contract_id, EXERCISES, known_at=known_at)
        if one.state in ("held", "closed", CONFIRMED)
    )
