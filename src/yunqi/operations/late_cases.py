"""Duties with a day that exits and work orders for more capacity bring: when each was due, and when it was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.exit.checklist import plan_checklist
from yunqi.cases.exit.deadlines import (
    Days,
    confidential_days,
    cut_over_days,
    erasure_days,
    migration_days,
    refund_days,
)
from yunqi.cases.exit.model import Leaving
from yunqi.cases.work_order import FILE, REQUEST, SCALE_OUT, SCALE_OUT_FROM
from yunqi.contract.deadlines import compute_due
from yunqi.contract.terms import number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.kernel.words import _
from yunqi.operations.exits import KIND as EXIT
from yunqi.operations.exits import read_leaving
from yunqi.operations.installation import Installation
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.lateness import SCALE_OUT_ROW
from yunqi.store.cases import CaseEvent, list_cases, list_events_of_cases
from yunqi.store.contracts import Contract
from yunqi.store.resources import Ordered, list_ordered_under

WORK_ORDER = "work_order"
_DAY = timedelta(days=1)
_OVER = frozenset({"carry_out", "reject", "withdraw"})


def list_exit_duties(
    connection: Connection, installation: Installation, found: Contract, data: Mapping[str, Any], now: datetime
) -> Iterator[LateDuty]:
    """What the provider had to do by a day in the exits of a contract that were not withdrawn, by one text of it."""
    for row in list_cases(connection, found.id, kind=EXIT, known_at=now):
        if row.state == "withdrawn":
            continue
        leaving, _refund = read_leaving(installation, connection, row, data=data)
        done_on = {one.key: one.done_on for one in plan_checklist(leaving)}
        titles = {
            "migration": _("配合完成迁移（{number}）", number=row.number),
            "cut_over": _("完成切换（{number}）", number=row.number),
            "confidential": _("归还保密资料（{number}）", number=row.number),
            "erasure": _("擦除全部副本（{number}）", number=row.number),
            "refund": _("退还剩余服务期的费用（{number}）", number=row.number),
        }
        for key, days in _exit_days(data, leaving, found.end_on, installation.calendar):
            for choice, on in days.by_choice.items():
                done = done_on.get(key)
                yield LateDuty(
                    f"{EXIT}:{row.id}:{key}",
                    f"{EXIT}_{key}",
                    titles[key],
                    day_start(on + _DAY),
                    None if done is None else day_start(done),
                    reading=days.code,
                    choice=choice if days.code else "",
                    article=article_of(data.get("confidentiality" if key == "confidential" else "exit")),
                )


def article_of(one: Mapping[str, Any] | None) -> str:
    """The article of a source, or of a clause with one; "" where none is stated."""
    source = (one or {}).get("source") or one or {}
    return str(source.get("article") or "")


def _exit_days(
    data: Mapping[str, Any], leaving: Leaving, end_on: date | None, calendar: WorkCalendar
) -> Iterator[tuple[str, Days]]:
    clause, events, noticed_on = data.get("exit") or {}, leaving.events, leaving.noticed_on
    yield "migration", migration_days(clause, noticed_on, calendar)
    yield "cut_over", cut_over_days(clause, events, end_on, calendar)
    yield "confidential", confidential_days(data.get("confidentiality") or {}, events, calendar)
    yield "erasure", erasure_days(clause, noticed_on, calendar)
    if leaving.refund_fen is not None and leaving.refund_fen > 0:
        yield "refund", refund_days(clause, noticed_on, leaving.left_on, calendar)


def list_scale_outs(
    connection: Connection, calendar: WorkCalendar, found: Contract, data: Mapping[str, Any], now: datetime
) -> Iterator[LateDuty]:
    """The work orders for more capacity, by the time that one text of the contract gives for it: from the request, or
    from the filing, which are both shown where their days differ.
    """
    within = find_scale_out_limit(data)
    if within is None:
        return
    rows = [
        row
        for row in list_cases(connection, found.id, kind=WORK_ORDER, known_at=now)
        if row.data.get("kind") == SCALE_OUT
    ]
    events = list_events_of_cases(connection, tuple(row.id for row in rows), known_at=now)
    ordered = list_ordered_under(connection, tuple(row.id for row in rows))
    for row in rows:
        mine = events.get(row.id, ())
        starts = {REQUEST: row.opened_at}
        filed = next((one.at for one in mine if one.event == FILE), None)
        if filed is not None:
            starts[FILE] = filed
        days = {choice: _due_at(at, within, calendar) for choice, at in starts.items()}
        known = {choice: on for choice, on in days.items() if on is not None}
        several = len(set(known.values())) > 1
        done_at = _done_at(mine, ordered.get(row.id, ()))
        for choice, due_at in known.items() if several else list(known.items())[:1]:
            yield LateDuty(
                f"{SCALE_OUT}:{row.id}",
                SCALE_OUT,
                _("扩容（{number}）", number=row.number),
                due_at,
                done_at,
                reading=SCALE_OUT_FROM if several else "",
                choice=choice if several else "",
                since=starts[choice],
                pressed_at=_pressed_at(mine, due_at, done_at, now),
                system=row.system_id,
                article=str(within.get("article") or ""),
            )


def find_scale_out_limit(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The time to scale out in, as `{count, unit, article}`: by the service level, else by the row of the penalties."""
    for level in data.get("service_levels") or ():
        if level.get("metric") == "scale_out" and number(level.get("threshold")) is not None:
            return {"count": level["threshold"], "unit": level.get("unit"), "article": article_of(level)}
    for row in (data.get("penalties") or {}).get("coefficients") or ():
        for band in row.get("bands") or [row.get("band") or {}]:
            if row.get("measures") == SCALE_OUT_ROW and number(band.get("min")) is not None:
                return {"count": band["min"], "unit": band.get("unit"), "article": article_of(row)}
    return None


def _due_at(at: datetime, within: Mapping[str, Any], calendar: WorkCalendar) -> datetime | None:
    try:
        return compute_due(at, within, calendar).at
    except Problem:  # a unit that is none, or a year whose days off are not published
        return None


def _done_at(events: Sequence[CaseEvent], ordered: Sequence[Ordered]) -> datetime | None:
    """When the provider had carried it out and all that was ordered under it stood; or when it was called off."""
    over = next((one for one in events if one.event in _OVER), None)
    if over is None or over.event != "carry_out":
        return None if over is None else over.at
    waiting = [one for one in ordered if one.ordered_at <= over.recorded_at]
    if any(one.ready_at is None and not one.gone for one in waiting):
        return None
    return max([over.at, *(one.ready_at for one in waiting if one.ready_at is not None)])


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
