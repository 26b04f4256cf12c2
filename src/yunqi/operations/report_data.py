"""What reports over a span have in common: its days, how objects were seen day by day, incidents by week, reports due.

All is read from the ledger as it is known now; what nobody observed is None, never up and never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.incident import MACHINE as INCIDENT
from yunqi.cases.rectification import MACHINE as RECTIFICATION
from yunqi.cases.rectification import OPEN_STATES, UNSETTLED
from yunqi.cases.work_order import KINDS as WORK_ORDERS
from yunqi.cases.work_order import MACHINE as WORK_ORDER
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, Span, date_of, day_span, day_start
from yunqi.kernel.rights import Caller
from yunqi.kernel.units import minutes_of
from yunqi.metering import Availability, VerdictSpan, compute_availability
from yunqi.operations.availability import Seen, read_seen
from yunqi.operations.report_calendar import expected_of, lines_of
from yunqi.store.cases import Case, list_cases
from yunqi.store.contracts import Contract
from yunqi.store.object_names import name_objects
from yunqi.store.parties import list_systems, require_organisation
from yunqi.store.report_lists import list_visible_reports

View = dict[str, Any]
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Window:
    """The first and last day of a report, its span as far as it is over, and whether more of it is to come."""

    first_on: date
    last_on: date
    span: Span
    to_date: bool


def window_of(found: Contract, period: tuple[date, date] | None, now: datetime) -> Window:
    """A period, or the term of the contract so far, cut to what is over.

    Raises `Problem` report_data.no_term and report_data.future.
    """
    if period is None:
        if found.start_on is None:
            raise Problem(
                "report_data.no_term",
                "合同的服务期尚未确定，不能编制",
                field="contract",
                value=found.number or found.id,
                way_out="请先在合同中确定服务期的起始日",
            )
        period = found.start_on, found.end_on or date_of(now)
    whole = Span(day_start(period[0]), day_start(period[1] + _DAY))
    if whole.start_at >= now:
        raise Problem(
            "report_data.future",
            "{first} 至 {last} 尚未开始，不能编制",
            field="period_start",
            value=period[0].isoformat(),
            first=period[0].isoformat(),
            last=period[1].isoformat(),
            way_out="请选择已经开始的期间",
        )
    return Window(*period, Span(whole.start_at, min(whole.end_at, now)), whole.end_at > now)


def read_contract(connection: Connection, found: Contract) -> View:
    """The contract and its parties, as each report names them."""
    return {
        "number": found.number or found.id,
        "title": found.title,
        "using_unit": require_organisation(connection, found.using_unit_id).name,
        "provider": require_organisation(connection, found.provider_id).name,
        "start_on": None if found.start_on is None else found.start_on.isoformat(),
        "end_on": None if found.end_on is None else found.end_on.isoformat(),
        "total_fen": found.total_fen,
    }


def read_heading(connection: Connection, caller: Caller, found: Contract, window: Window, now: datetime) -> View:
    """What stands on top of each report: contract and parties, the days, by whom and when."""
    return {
        "contract": read_contract(connection, found),
        "first_on": window.first_on.isoformat(),
        "last_on": window.last_on.isoformat(),
        "end_at": render_instant(window.span.end_at),
        "to_date": window.to_date,
        "made_at": render_instant(now),
        "by": caller.organisation_name,
    }


def list_days(span: Span) -> list[Span]:
    """The days of Beijing that a span touches, the first and the last cut to it."""
    found, on = [], date_of(span.start_at)
    while (day := day_span(on)).start_at < span.end_at:
        if (part := day.intersect(span)) is not None:
            found.append(part)
        on += _DAY
    return found


def list_months(span: Span) -> list[tuple[str, Span]]:
    """The months that a span touches, each cut to it."""
    found = []
    first = date_of(span.start_at)
    month = Month(first.year, first.month)
    while month.span.start_at < span.end_at:
        if (part := month.span.intersect(span)) is not None:
            found.append((str(month), part))
        month = Month(month.year + month.number // 12, month.number % 12 + 1)
    return found


def split_spans(spans: Iterable[VerdictSpan], windows: Sequence[Span]) -> list[Availability]:
    """How an object stood in each of some windows, which follow each other; both in order of time."""
    found: list[list[VerdictSpan]] = [[] for _one in windows]
    at = 0
    for one in spans:
        while at < len(windows) and windows[at].end_at <= one.span.start_at:
            at += 1
        here = at
        while here < len(windows) and windows[here].start_at < one.span.end_at:
            if (part := one.span.intersect(windows[here])) is not None:
                found[here].append(replace(one, span=part))
            here += 1
    return [compute_availability(some) for some in found]


def read_objects(
    connection: Connection, found: Contract, span: Span, windows: Sequence[Span], known_at: datetime | None = None
) -> list[View]:
    """Every object that was observed in a span, the least available first, with how it stood in each window."""
    seen = read_seen(connection, found.id, span, known_at=known_at)
    names = name_objects(connection, [one.object for one in seen])
    return [_object(one, names.get(one.object, one.object), windows) for one in seen]


def _object(one: Seen, name: str, windows: Sequence[Span]) -> View:
    stood = one.availability
    return {
        "object": one.object,
        "name": name,
        "low": None if stood.low is None else str(stood.low),
        "high": None if stood.high is None else str(stood.high),
        **_minutes(stood),
        "outages": one.outages,
        "observers": sorted(one.streams),
        "sealed": one.sealed,
        "sample": stood.sample,
        "cells": [
            _minutes(each) if each.up or each.down or each.excluded else None
            for each in split_spans(one.spans, windows)
        ],
    }


def _minutes(stood: Availability) -> dict[str, str]:
    return {name: str(minutes_of(getattr(stood, name))) for name in ("up", "down", "unknown", "excluded")}


def read_incidents(connection: Connection, found: Contract, span: Span, now: datetime) -> list[View]:
    """The incidents that were opened in a span, withdrawn ones apart, the earliest first."""
    rows = [
        one
        for one in list_cases(connection, found.id, kind="incident")
        if span.contains(one.opened_at) and one.state != _WITHDRAWN
    ]
    systems = {one.id: one.name for one in list_systems(connection, found.using_unit_id, at=now)}
    return [
        {
            "number": one.number,
            "title": one.title,
            "system": systems.get(one.system_id or "", ""),
            "opened_at": render_instant(one.opened_at),
            "state_name": INCIDENT.labels[one.state],
        }
        for one in sorted(rows, key=lambda one: (one.opened_at, one.number))
    ]


def count_weeks(opened: Iterable[datetime], span: Span) -> list[View]:
    """How many of some instants lie in each week (from Monday) that a span touches; weeks are cut to it."""
    first = date_of(span.start_at)
    monday, given = first - timedelta(days=first.weekday()), sorted(opened)
    found = []
    while day_start(monday) < span.end_at:
        part = Span(day_start(monday), day_start(monday + _WEEK)).intersect(span)
        if part is not None:
            last = date_of(part.end_at - timedelta(microseconds=1))
            found.append(
                {
                    "first_on": date_of(part.start_at).isoformat(),
                    "last_on": last.isoformat(),
                    "count": sum(part.contains(at) for at in given),
                }
            )
        monday += _WEEK
    return found


def read_notices(connection: Connection, found: Contract, span: Span, now: datetime) -> list[View]:
    """The rectification notices that were issued in a span, and the earlier ones that are not settled yet."""
    rows = [
        one
        for one in list_cases(connection, found.id, kind="rectification")
        if one.opened_at < span.end_at and (one.opened_at >= span.start_at or one.state in UNSETTLED)
    ]
    return [_notice(one, date_of(now)) for one in sorted(rows, key=lambda one: (one.opened_at, one.number))]


def _notice(one: Case, today: date) -> View:
    due_on = one.data.get("due_on")
    return {
        "number": one.number,
        "title": one.title,
        "issued_at": render_instant(one.opened_at),
        "due_on": due_on,
        "state_name": RECTIFICATION.labels[one.state],
        "open": one.state in UNSETTLED,
        "overdue": one.state in OPEN_STATES and bool(due_on) and str(due_on) < today.isoformat(),
    }


def read_reports(
    connection: Connection, caller: Caller, found: Contract, span: Span, calendar: WorkCalendar, now: datetime
) -> list[View]:
    """By kind what the contract expects of the provider that fell due by the end of a span, and how it stands now.

    `expected`: with a day or a period that is over; `handed`: sent or received; `late`: of all those, after the day;
    `waits`: for an event that has not been recorded.
    """
    entries = [one for one in list_visible_reports(connection, caller, found.id) if one.replaced_by is None]
    expected = [one for one in expected_of(connection, found, calendar, now) if one.party == "provider"]
    kinds: dict[str, View] = {}
    for line in lines_of(expected, entries, now=now, calendar=calendar):
        day = line.due_on or (line.expected.period[1] if line.expected.period else None)
        row = kinds.setdefault(
            line.expected.kind,
            {
                "kind": line.expected.kind,
                **dict.fromkeys(("expected", "handed", "late", "lacking", "waits"), 0),
                "numbers": [],
                "source": None if line.expected.source is None else dict(line.expected.source),
            },
        )
        sent = line.state in ("sent", "done")
        if day is not None and day_start(day) >= span.end_at and not sent:
            continue
        row["handed"] += sent
        row["expected"] += sent or day is not None
        row["waits"] += day is None and not sent
        row["late"] += bool(line.late_days)
        row["lacking"] += line.state in ("late", "lacking")
        if line.filed is not None:
            row["numbers"].append(line.filed.number)
    return list(kinds.values())


def read_work_orders(
    connection: Connection, found: Contract, systems: Mapping[str, str], before: datetime | None = None
) -> list[View]:
    """The work orders opened before an instant (None: all), the earliest first; `systems`: names by id."""
    rows = list_cases(connection, found.id, kind="work_order")
    return [
        {
            "number": one.number,
            "kind_name": WORK_ORDERS.get(str(one.data.get("kind") or ""), str(one.data.get("kind") or "")),
            "title": one.title,
            "system": systems.get(one.system_id or "", ""),
            "filing_number": str(one.data.get("filing_number") or ""),
            "opened_at": render_instant(one.opened_at),
            "state_name": WORK_ORDER.labels[one.state],
        }
        for one in sorted(rows, key=lambda one: (one.opened_at, one.number))
        if before is None or one.opened_at < before
    ]
