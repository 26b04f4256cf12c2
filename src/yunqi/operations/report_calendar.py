"""The calendar of reports of contracts: what each expects, what the register holds of it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from yunqi.contract.report_plan import Expected, plan_reports
from yunqi.contract.report_state import Filed, Line, compute_lines
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.words import _
from yunqi.operations.terms import read_term
from yunqi.operations.versions import data_at
from yunqi.store.contracts import Contract
from yunqi.store.reports import ReportEntry


def number_words(entry: ReportEntry) -> str:
    """The number as it is printed: year, number, and the version from the second on."""
    words = _("{year}年第{number}期", year=entry.year, number=entry.number)
    return words if entry.version == 1 else words + _("（第{version}版）", version=entry.version)


def expected_of(connection: Connection, found: Contract, calendar: WorkCalendar, now: datetime) -> tuple[Expected, ...]:
    """What a contract, as it is in force now, expects over its term."""
    data, term = data_at(connection, found, now), read_term(connection, found, now)
    return plan_reports(data, start_on=term.start_on, end_on=term.end_on, calendar=calendar)


def lines_of(
    expected: Iterable[Expected], entries: Iterable[ReportEntry], *, now: datetime, calendar: WorkCalendar
) -> tuple[Line, ...]:
    """How each expected report of a contract stands."""
    return compute_lines(expected, [filed_of(one) for one in entries], now=now, calendar=calendar)


def filed_of(entry: ReportEntry) -> Filed:
    """An entry of the register, as far as its time matters."""
    return Filed(
        entry.id,
        entry.kind,
        number_words(entry),
        entry.state,
        entry.period,
        entry.occasion_at,
        entry.delivered_at,
        entry.received_at,
    )


_ORDER = {"late": 0, "lacking": 1, "due": 2, "sent": 3, "later": 4, "waits": 5, "done": 6}


def urgency(one: Line) -> tuple[int, int, str, str]:
    """Sorts late ones first, the latest of them before the others; then what lacks, is due, waits and is done."""
    day = one.due_on or (one.expected.period[1] if one.expected.period else None)
    return _ORDER[one.state], -(one.late_days or 0), "9999" if day is None else day.isoformat(), one.expected.key
