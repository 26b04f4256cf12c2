"""What a weekly operations report (周报) says: the inspection of the week, its incidents, posts, duties and notices.

A week is [Monday 00:00, next Monday 00:00) of Beijing, cut to the term; each figure is as it stood at its end, from
what is recorded by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.incident import MACHINE as INCIDENT
from yunqi.cases.incident import Clock
from yunqi.cases.rectification import MACHINE as RECTIFICATION
from yunqi.cases.rectification import UNSETTLED
from yunqi.contract.report_state import Line, compute_lines
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span, day_start, week_of
from yunqi.kernel.rights import Caller
from yunqi.kernel.units import minutes_of
from yunqi.operations.duty import read_unmanned
from yunqi.operations.incidents import Standing, read_standing
from yunqi.operations.inspection import (
    read_days,
    read_expiring,
    read_lines,
    read_objects,
    read_resources,
    state_of_cases,
    view_repairs,
    view_resources,
)
from yunqi.operations.report_calendar import expected_of, filed_of
from yunqi.operations.terms import in_term
from yunqi.store.cases import Case, CaseEvent, list_cases, list_events_of_cases
from yunqi.store.contracts import Contract
from yunqi.store.facts import list_facts
from yunqi.store.object_names import name_objects
from yunqi.store.parties import list_systems, require_organisation
from yunqi.store.report_lists import list_visible_reports

View = dict[str, Any]
_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
_SETTLED = frozenset({"closed", "withdrawn"})
_LATE = ("late", "lacking")


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a report: first and last, their span as far as it is over, and whether more of it is to come."""

    first_on: date
    last_on: date
    span: Span
    to_date: bool


def week_window(contract: Contract, on: date, now: datetime) -> Window:
    """The week of a date, cut to the term; raises `Problem` weekly.future and weekly.outside_term."""
    return window_of(contract, *week_of(on), now)


def window_of(contract: Contract, first_on: date, last_on: date, now: datetime) -> Window:
    """Some days, cut to the term and to what is over; raises `Problem` weekly.future and weekly.outside_term."""
    first = max(first_on, contract.start_on or first_on)
    last = min(last_on, contract.end_on or last_on)
    if first > last:
        raise Problem(
            "weekly.outside_term",
            "{first} 至 {last} 不在合同服务期内",
            field="on",
            value=first_on.isoformat(),
            first=first_on.isoformat(),
            last=last_on.isoformat(),
            way_out="请选择服务期内的日期",
        )
    whole = Span(day_start(first), day_start(last + _DAY))
    if whole.start_at >= now:
        raise Problem(
            "weekly.future",
            "{first} 至 {last} 尚未开始",
            field="on",
            value=first_on.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
            way_out="请选择已经开始的一周",
        )
    return Window(first, last, Span(whole.start_at, min(whole.end_at, now)), whole.end_at > now)


def read_week(
    connection: Connection,
    caller: Caller,
    contract: Contract,
    window: Window,
    *,
    calendar: WorkCalendar,
    now: datetime,
    title: str = "",
) -> View:
    """The data of the report: texts of exact numbers, instants as UTC text, None where something is not known."""
    span = window.span
    found = read_resources(connection, contract, span)
    objects, unseen = read_objects(connection, contract, span, found)
    incidents = list(_incidents(connection, contract, span, now))
    lines = read_lines(connection, contract, span, now)
    dated = in_term(connection, contract, span.end_at - _MOMENT, now)
    term = {name: None if on is None else on.isoformat() for name, on in _term(dated).items()}
    return {
        "title": title,
        "contract": {
            "number": contract.number or contract.id,
            "title": contract.title,
            "using_unit": require_organisation(connection, contract.using_unit_id).name,
            "provider": require_organisation(connection, contract.provider_id).name,
            **term,
        },
        "first_on": window.first_on.isoformat(),
        "last_on": window.last_on.isoformat(),
        "start_at": render_instant(span.start_at),
        "end_at": render_instant(span.end_at),
        "to_date": window.to_date,
        "made_at": render_instant(now),
        "by": caller.organisation_name,
        "sample": any(one["sample"] for one in (*objects, *incidents, *lines)),
        "objects": objects,
        "unseen": unseen,
        "resources": view_resources(found),
        "repairs": view_repairs(found, span),
        "lines": lines,
        "days": read_days(connection, contract, span),
        "incidents": incidents,
        "posts": _posts(connection, contract, span, now),
        "reports": _reports(connection, caller, contract, span, calendar, now),
        "notices": list(_notices(connection, contract, span)),
        "expiring": read_expiring(connection, caller, contract, calendar, span, now),
    }


def _term(contract: Contract) -> dict[str, date | None]:
    return {"start_on": contract.start_on, "end_on": contract.end_on}


def _incidents(connection: Connection, contract: Contract, span: Span, now: datetime) -> Iterator[View]:
    """Those that were open at the end, were opened or had an event within the span, as they stood at its end."""
    rows = [one for one in list_cases(connection, contract.id, kind="incident") if one.opened_at < span.end_at]
    kinds = tuple(f"incident.{event}" for event in ("opened", *INCIDENT.transitions))
    facts = list_facts(connection, contract.id, kind=kinds, end_at=span.end_at) if rows else ()
    states = state_of_cases(facts, INCIDENT.initial)
    events = list_events_of_cases(connection, tuple(row.id for row in rows))
    systems = {one.id: one.name for one in list_systems(connection, contract.using_unit_id, at=now)}
    names = name_objects(connection, [row.data.get("object") for row in rows])
    for row in rows:
        mine = tuple(one for one in events.get(row.id, ()) if one.at < span.end_at)
        state = states.get(row.id, (INCIDENT.initial, 0))[0]
        touched = row.opened_at >= span.start_at or any(one.at >= span.start_at for one in mine)
        if not touched and state in _SETTLED:
            continue
        then = replace(row, state=state, event_count=len(mine))
        standing = read_standing(connection, contract, then, span.end_at, events=mine, known_at=now)
        subject = str(row.data.get("object") or "")
        yield _incident(then, mine, standing, span) | {
            "system": systems.get(row.system_id or "", ""),
            "object": names.get(subject, subject),
            "state_name": INCIDENT.label(state),
        }


def _incident(row: Case, events: tuple[CaseEvent, ...], standing: Standing, span: Span) -> View:
    outage = standing.outage
    end_at = None if outage is None else outage.end_at
    over = end_at is not None and end_at <= span.end_at
    return {
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "opened_at": render_instant(row.opened_at),
        "outage_minutes": None
        if outage is None
        else str(minutes_of(min(end_at or span.end_at, span.end_at) - outage.start_at)),
        "outage_lasts": outage is not None and not over,
        "root_cause": standing.facts.root_cause,
        "clocks": [_clock(one) for one in standing.clocks],
        "events": [{"event": one.event, "at": render_instant(one.at)} for one in events],
        "sample": standing.sample,
    }


def _clock(one: Clock) -> View:
    return {
        "metric": one.metric,
        "condition": one.condition,
        "operator": one.operator,
        "limit_minutes": str(one.limit_minutes),
        "minutes": None if one.minutes is None else str(one.minutes),
        "state": one.state,
        "source": None if one.source is None else dict(one.source),
    }


def _posts(connection: Connection, contract: Contract, span: Span, now: datetime) -> View:
    """The posts with a rota in the span, those that the contract wants manned always, and when nobody was there."""
    gaps, continuous, rows = read_unmanned(connection, contract, span, now)
    planned = {row.post for row in rows if row.start_at < span.end_at and row.end_at > span.start_at}
    begun = {row.post for row in rows if row.start_at < span.end_at}
    return {
        "planned": sorted(planned),
        "continuous": sorted(continuous),
        "unknown": sorted(set(continuous) - begun),
        "gaps": [
            {
                "post": one.post,
                "start_at": render_instant(one.start_at),
                "end_at": render_instant(one.end_at),
                "minutes": str(minutes_of(one.end_at - one.start_at)),
                "claimed": one.claimed,
            }
            for one in sorted(gaps, key=lambda one: (one.start_at, one.post))
        ],
    }


def _reports(
    connection: Connection, caller: Caller, contract: Contract, span: Span, calendar: WorkCalendar, now: datetime
) -> View:
    """The provider's reports that were late, or lacked without a day, at the end; and those sent within the span."""
    expected = [one for one in expected_of(connection, contract, calendar, now) if one.party == "provider"]
    entries = [
        replace(
            filed_of(one),
            delivered_at=_before(one.delivered_at, span.end_at),
            received_at=_before(one.received_at, span.end_at),
        )
        for one in list_visible_reports(connection, caller, contract.id)
        if one.drafted_at < span.end_at
    ]
    lines = compute_lines(expected, entries, now=span.end_at - _MOMENT, calendar=calendar)
    handed = [
        {"kind": one.kind, "number": one.number, "at": render_instant(one.delivered_at)}
        for one in entries
        if one.delivered_at is not None and one.delivered_at >= span.start_at
    ]
    return {"late": [_line(one) for one in lines if one.state in _LATE], "handed": handed}


def _before(at: datetime | None, end_at: datetime) -> datetime | None:
    return at if at is not None and at < end_at else None


def _line(one: Line) -> View:
    period = one.expected.period
    return {
        "kind": one.expected.kind,
        "period": None if period is None else [day.isoformat() for day in period],
        "due_on": None if one.due_on is None else one.due_on.isoformat(),
        "late_days": one.late_days if one.state == "late" else None,
        "source": None if one.expected.source is None else dict(one.expected.source),
    }


def _notices(connection: Connection, contract: Contract, span: Span) -> Iterator[View]:
    """The rectification notices that were not settled at the end, or were settled within the span."""
    rows = [one for one in list_cases(connection, contract.id, kind="rectification") if one.opened_at < span.end_at]
    kinds = tuple(f"rectification.{event}" for event in ("opened", *RECTIFICATION.transitions))
    facts = list_facts(connection, contract.id, kind=kinds, end_at=span.end_at) if rows else ()
    states = state_of_cases(facts, RECTIFICATION.initial)
    last = {one.subject: one.at for one in facts}
    due: dict[str, Any] = {}
    for one in facts:
        given: Mapping[str, Any] = one.payload.get("data") or {}
        if given.get("due_on"):
            due[one.subject] = given["due_on"]
    for row in rows:
        state = states.get(row.id, (RECTIFICATION.initial, 0))[0]
        if state not in UNSETTLED and last.get(row.id, row.opened_at) < span.start_at:
            continue
        yield {
            "number": row.number,
            "title": row.title,
            "state": state,
            "state_name": RECTIFICATION.label(state),
            "due_on": due.get(row.id, row.data.get("due_on")),
        }
