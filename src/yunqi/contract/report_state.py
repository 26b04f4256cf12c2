"""How each expected report stands: in time, late by how many days, not due yet, or lacking without a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from yunqi.contract.deadlines import compute_due
from yunqi.contract.report_plan import Expected
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of, day_start

State = Literal["late", "lacking", "due", "sent", "later", "waits", "done"]
"""`late`: past its day and not handed in. `lacking`: its period is over and the contract names no day, so it may be
asked for at any time. `sent`: handed in, its receipt is not recorded yet. `waits`: for an event or a date that nobody
knows yet. Source: 民法典 第511条 (4)."""
SOON = timedelta(days=14)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filed:
    """What the register holds of one version of a report, as far as its time matters."""

    id: str
    kind: str
    number: str
    state: str
    period: tuple[date, date] | None = None
    occasion_at: datetime | None = None
    delivered_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An expected report and how it stands. `late_days`: begun days after its time, counted to its receipt, without one
    to its sending, without that to now; None where there is no time to be late for. `due_at`: the first instant that
    is too late.
    """

    expected: Expected
    state: State
    due_on: date | None
    due_at: datetime | None
    late_days: int | None
    filed: Filed | None = None


def compute_lines(
    expected: Iterable[Expected], filed: Sequence[Filed], *, now: datetime, calendar: WorkCalendar
) -> tuple[Line, ...]:
    """Each expected report, and each event that called for one, with what was filed for it."""
    by_kind: dict[str, list[Filed]] = {}
    for one in filed:
        by_kind.setdefault(one.kind, []).append(one)
    found: list[Line] = []
    for each in expected:
        mine = by_kind.get(each.kind, [])
        if each.period is not None:
            found.append(_line(each, [one for one in mine if one.period == each.period], now))
            continue
        occasions = sorted({one.occasion_at for one in mine if one.occasion_at is not None})
        found += [
            _of_occasion(each, at, [one for one in mine if one.occasion_at == at], now, calendar) for at in occasions
        ]
        if not occasions:
            found.append(_line(each, mine, now))
    return tuple(found)


def _of_occasion(each: Expected, at: datetime, mine: Sequence[Filed], now: datetime, calendar: WorkCalendar) -> Line:
    due_on, due_at = None, None
    if each.deadline is not None:
        try:
            due = compute_due(at, each.deadline, calendar)
            due_on, due_at = due.on, due.at
        except Problem:  # no working days published, or a length that is none
            due_on, due_at = None, None
    return _line(each, mine, now, due_on=due_on, due_at=due_at)


def _line(
    each: Expected,
    mine: Sequence[Filed],
    now: datetime,
    *,
    due_on: date | None = None,
    due_at: datetime | None = None,
) -> Line:
    due_on = due_on or each.due_on
    if due_at is None and due_on is not None:
        due_at = day_start(due_on + _DAY)
    best = min(mine, key=_rank, default=None)
    handed_in = None if best is None else best.received_at or best.delivered_at
    late_days = None if due_at is None else count_late_days(due_at, handed_in or now)
    return Line(each, _state(each, best, due_at, now), due_on, due_at, late_days, best)


def _rank(one: Filed) -> tuple[int, datetime]:
    """What arrived first counts, then what was sent first, then what is being written."""
    if one.received_at is not None:
        return 0, one.received_at
    if one.delivered_at is not None:
        return 1, one.delivered_at
    return 2, datetime.max.replace(tzinfo=day_start(date.min + _DAY).tzinfo)


def _state(each: Expected, best: Filed | None, due_at: datetime | None, now: datetime) -> State:
    if best is not None and best.received_at is not None:
        return "done"
    if best is not None and best.delivered_at is not None:
        return "sent"
    if due_at is not None:
        if due_at <= now:
            return "late"
        begun = each.period is None or day_start(each.period[0]) <= now
        return "due" if begun and (each.period is not None or due_at <= now + SOON) else "later"
    if each.period is None:
        return "waits"
    today = date_of(now)
    return "lacking" if each.period[1] < today else "due" if each.period[0] <= today else "later"


def count_late_days(due_at: datetime, at: datetime) -> int:
    """Begun days after the first instant that is too late: 0 in time, 1 within the first day after.

    >>> from datetime import UTC
    >>> [count_late_days(datetime(2026, 1, 6, tzinfo=UTC), datetime(2026, 1, day, 1, tzinfo=UTC)) for day in (5, 6, 8)]
    [0, 1, 3]
    """
    return 0 if at < due_at else (at - due_at) // _DAY + 1
