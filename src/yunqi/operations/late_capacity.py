"""Resources that were asked for with a time: more capacity by a work order, the first ones by the service's start.

When what was asked for was there is known by the work order's being carried out and by the facts of the reconciler: of
an order as of a change, the first instant at which all of it was read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.work_order import FILE, REQUEST, SCALE_OUT, SCALE_OUT_FROM
from yunqi.contract.deadlines import compute_due
from yunqi.contract.documents import squeeze
from yunqi.contract.terms import article_of, number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.kernel.words import _
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.lateness import SCALE_OUT_ROW
from yunqi.store.cases import Case, CaseEvent, list_cases, list_events_of
from yunqi.store.contracts import Contract
from yunqi.store.ordered import Ordered, list_ordered_under

WORK_ORDER, CREATION = "work_order", "creation"
_DAY = timedelta(days=1)
_FROM_START = re.compile(r"服务(?:期限?|周期)?(?:正式)?(?:开始|起始|启动)")
_OVER = frozenset({"carry_out", "reject", "withdraw"})
_FIRST = frozenset({"onboarding", "go_live"})
"""Work orders whose resources are the first of a system."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A work order with its events and with what was ordered and changed under it."""

    row: Case
    events: tuple[CaseEvent, ...]
    ordered: tuple[Ordered, ...]

    @property
    def kind(self) -> str:
        """Its kind: scale_out, onboarding …"""
        return str(self.row.data.get("kind") or "")

    def first(self, event: str) -> datetime | None:
        """When an event happened first."""
        return next((one.at for one in self.events if one.event == event), None)


def read_asked(
    connection: Connection, found: Contract, texts: Iterable[Mapping[str, Any]], now: datetime
) -> tuple[Asked, ...]:
    """The work orders of a contract that any of its texts gives a time, as known at an instant; three questions to the
    database at most, none where no text gives one.
    """
    said = tuple(texts)
    scaled = any(find_scale_out_limit(data) is not None for data in said)
    created = any(_limit_of(data, CREATION) is not None for data in said)
    if not (scaled or created):
        return ()
    rows = [
        row
        for row in list_cases(connection, found.id, kind=WORK_ORDER, known_at=now)
        if (scaled if row.data.get("kind") == SCALE_OUT else created and row.data.get("kind") != "exit")
    ]
    events = list_events_of(connection, rows, known_at=now)
    ordered = list_ordered_under(connection, tuple(row.id for row in rows))
    return tuple(Asked(row, events.get(row.id, ()), tuple(ordered.get(row.id, ()))) for row in rows)


def list_capacity_duties(
    asked: Sequence[Asked], calendar: WorkCalendar, found: Contract, data: Mapping[str, Any], now: datetime
) -> Iterator[LateDuty]:
    """What the provider had to build by a day, by the times that one text of the contract gives."""
    yield from _scale_outs(asked, calendar, data, now)
    yield from _creations(asked, calendar, found, data)


def _scale_outs(
    asked: Sequence[Asked], calendar: WorkCalendar, data: Mapping[str, Any], now: datetime
) -> Iterator[LateDuty]:
    """The work orders for more capacity: from the request, or from the filing, which are both shown where their days
    differ.
    """
    within = find_scale_out_limit(data)
    if within is None:
        return
    for one in asked:
        if one.kind != SCALE_OUT:
            continue
        starts = {REQUEST: one.row.opened_at}
        filed = one.first(FILE)
        if filed is not None:
            starts[FILE] = filed
        days = {choice: _due_at(at, within, calendar) for choice, at in starts.items()}
        known = {choice: on for choice, on in days.items() if on is not None}
        several = len(set(known.values())) > 1
        done_at = find_done_at(one)
        for choice, due_at in known.items() if several else list(known.items())[:1]:
            yield LateDuty(
                f"{SCALE_OUT}:{one.row.id}",
                SCALE_OUT,
                _("扩容（{number}）", number=one.row.number),
                due_at,
                done_at,
                reading=SCALE_OUT_FROM if several else "",
                choice=choice if several else "",
                since=starts[choice],
                pressed_at=_pressed_at(one.events, due_at, done_at, now),
                system=one.row.system_id,
                article=str(within.get("article") or ""),
            )


def _creations(
    asked: Sequence[Asked], calendar: WorkCalendar, found: Contract, data: Mapping[str, Any]
) -> Iterator[LateDuty]:
    """The first resources: by the service's start, for what was asked for before its time began to run; or from each
    request, where the contract says so.
    """
    within = _limit_of(data, CREATION)
    if within is None:
        return
    for one in asked:
        if one.kind == SCALE_OUT or not (one.kind in _FIRST or any(each.generation == 1 for each in one.ordered)):
            continue
        since = _creation_from(one, found, within)
        due_at = None if since is None else _due_at(since, within, calendar)
        if due_at is not None:
            yield LateDuty(
                f"{CREATION}:{one.row.id}",
                CREATION,
                _("开通资源（{number}）", number=one.row.number),
                due_at,
                find_done_at(one),
                since=since,
                system=one.row.system_id,
                article=str(within.get("article") or ""),
            )


def _creation_from(one: Asked, found: Contract, within: Mapping[str, Any]) -> datetime | None:
    """From when the time to build runs; None where it does not run for this work order, or the text does not say it."""
    if within.get("clock_start") == "notice":
        return one.row.opened_at
    if within.get("clock_start") == "approval":
        return one.first("approve")
    if found.start_on is None or not _FROM_START.search(squeeze(str(within.get("text") or ""))):
        return None
    start_at = day_start(found.start_on)
    # The day of the start does not count (民法典 第201条): what was asked for by its end is owed within the time.
    return start_at if one.row.opened_at < start_at + _DAY else None


def find_scale_out_limit(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The time to scale out in, as `{count, unit, article}`: by the service level, else by the row of the penalties."""
    stated = _limit_of(data, SCALE_OUT)
    if stated is not None:
        return stated
    for row in (data.get("penalties") or {}).get("coefficients") or ():
        for band in row.get("bands") or [row.get("band") or {}]:
            if row.get("measures") == SCALE_OUT_ROW and number(band.get("min")) is not None:
                return {"count": band["min"], "unit": band.get("unit"), "article": article_of(row)}
    return None


def _limit_of(data: Mapping[str, Any], metric: str) -> Mapping[str, Any] | None:
    for level in data.get("service_levels") or ():
        if level.get("metric") == metric and number(level.get("threshold")) is not None:
            said = str((level.get("source") or {}).get("text") or "")
            named = {name: level.get(name) for name in ("unit", "clock_start")}
            return {"count": level["threshold"], "article": article_of(level), "text": said, **named}
    return None


def _due_at(at: datetime, within: Mapping[str, Any], calendar: WorkCalendar) -> datetime | None:
    try:
        return compute_due(at, within, calendar).at
    except Problem:  # a unit that is none, or a year whose days off are not published
        return None


def find_done_at(one: Asked) -> datetime | None:
    """When the provider had carried it out and all that was ordered under it stood; or when it was called off."""
    over = next((event for event in one.events if event.event in _OVER), None)
    if over is None or over.event != "carry_out":
        return None if over is None else over.at
    waiting = [each for each in one.ordered if each.ordered_at <= over.recorded_at]
    if any(each.ready_at is None and not each.gone for each in waiting):
        return None
    return max([over.at, *(each.ready_at for each in waiting if each.ready_at is not None)])


def _pressed_at(
    events: Sequence[CaseEvent], due_at: datetime, done_at: datetime | None, now: datetime
) -> datetime | None:
    """When the first limit of a written notice of the administration ran out without it, the contract's own time being
    over too.
    """
    limits = sorted(
        max(due_at, day_start(date.fromisoformat(str(one.data["until_on"])) + _DAY))
        for one in events
        if one.event == "press"
    )
    return next((at for at in limits if at <= (done_at or now)), None)


def require_scale_out(
    connection: Connection, found: Contract, measures: str, reference: str | None, now: datetime
) -> str | None:
    """The id of the work order that late capacity is of; None for what is no such thing, or where there is none.

    Raises `Problem` occurrence.work_order.
    """
    orders: dict[str, str] = {}
    for one in list_cases(connection, found.id, kind=WORK_ORDER, known_at=now):
        if measures == SCALE_OUT_ROW and one.data.get("kind") == SCALE_OUT:
            orders |= {one.id: one.id, one.number: one.id}
    if reference in orders:
        return orders[str(reference)]
    if reference is None and not orders:
        return None
    raise Problem(
        "occurrence.work_order",
        "扩容逾期应写明是哪一张扩容工单" if reference is None else "没有扩容逾期可以对应的扩容工单「{value}」",
        field="work_order",
        value=reference or "",
        way_out="请填写该合同一张扩容工单的编号；其他违约情形不填工单",
    )
