"""Delivered against contracted as actions: by price line and day, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.period import Month, date_of, day_span
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.made import safe_name
from yunqi.operations.asked_for import AskedFor, list_asked_for
from yunqi.operations.month_evidence import read_draws, read_metered_from
from yunqi.operations.order_needs import item_unit, kind_name
from yunqi.operations.versions import data_at
from yunqi.reports.workbook import MEDIA_TYPE, Cell, Head, render_table
from yunqi.settlement.delivered import LineDays, compute_line_days
from yunqi.store.contracts import Contract
from yunqi.wire.deliveries import DeliveredDay, DeliveredLine, DeliveredOrder, Delivery, ReadDelivery

_MOMENT = timedelta(microseconds=1)
ORDER_STATES = {
    "in_time": "按期就绪",
    "late": "逾期就绪",
    "running": "期限内",
    "overdue": "逾期未就绪",
    "gone": "已退订",
    "unclear": "起算日待约定",
    "no_time": "未约定时限",
}


@action(
    "delivery.read",
    "GET",
    "/contracts/{contract}/delivery",
    "查看逐日交付",
    request=ReadDelivery,
    answer=Delivery,
    aim=aims.contract,
)
def read(desk: Desk, request: ReadDelivery) -> Delivery:
    """Each price line on each day of a month, as known now. Raises `Problem` month.unreadable."""
    found = aims.require_contract_of(desk, request.contract)
    month = _month(desk, request)
    lines = tuple(
        DeliveredLine(
            no=line.no,
            item=line.item,
            name=line.name,
            unit=line.unit or item_unit(line.item or "") or None,
            timed=line.timed,
            days=tuple(
                DeliveredDay(
                    day=one.day,
                    contracted=_text(one.contracted),
                    average=_text(one.average),
                    peak=_text(one.peak),
                    short=_text(one.short),
                    over=_text(one.over),
                )
                for one in line.days
            ),
        )
        for line in _compute(desk, found, month)
    )
    orders = tuple(_order(one) for one in list_asked_for(desk.connection, desk.site, found, month.span, desk.now))
    return Delivery(contract_id=found.id, contract_number=found.number, month=str(month), lines=lines, orders=orders)


def _order(one: AskedFor) -> DeliveredOrder:
    asked = one.ordered
    return DeliveredOrder(
        resource_id=asked.resource_id,
        name=asked.name,
        kind=asked.kind,
        kind_name=kind_name(asked.kind),
        generation=asked.generation,
        work_order_id=asked.work_order_id,
        work_order=asked.work_order,
        asked_at=asked.ordered_at,
        ready_at=asked.ready_at,
        due_at=max(one.due_at, default=None),
        state=one.state,
        state_name=_(ORDER_STATES[one.state]),
        article=one.article,
        fact=asked.fact,
    )


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _month(desk: Desk, request: ReadDelivery) -> Month:
    return Month.parse(request.month or f"{date_of(desk.now):%Y-%m}")


def _compute(desk: Desk, found: Contract, month: Month) -> tuple[LineDays, ...]:
    days = [month.start_on + timedelta(days=at) for at in range(month.days)]
    return compute_line_days(
        {day: _lines(desk.connection, found, day_span(day).end_at - _MOMENT) for day in days},
        read_draws(desk.connection, found, month.span, desk.now),
        month,
        metered_from=read_metered_from(desk.connection, found, desk.now),
        known_at=desk.now,
    )


def _lines(connection: Connection, found: Contract, at: datetime) -> list[Mapping[str, Any]]:
    return list(data_at(connection, found, at).get("price_lines") or ())


@action(
    "delivery.file",
    "GET",
    "/contracts/{contract}/delivery/file",
    "导出逐日交付表",
    request=ReadDelivery,
    answer=Content,
    aim=aims.contract,
)
def make_file(desk: Desk, request: ReadDelivery) -> Content:
    """The same as a workbook: a row a line and day."""
    found = aims.require_contract_of(desk, request.contract)
    month = _month(desk, request)
    heads = (
        Head(_("行号"), "int"),
        Head(_("名称")),
        Head(_("单位")),
        Head(_("日期"), "date"),
        Head(_("合同数量"), "number"),
        Head(_("平均交付"), "number"),
        Head(_("峰值"), "number"),
        Head(_("欠交"), "number"),
        Head(_("超出"), "number"),
    )
    number = found.number or found.id
    title = f"{_('逐日交付')} {number} {month}"
    content = render_table(
        title, heads, _rows(_compute(desk, found, month)), made_at=desk.now, by=desk.caller.person_name or "—"
    )
    return Content(f"{_('逐日交付')}-{safe_name(number)}-{month}.xlsx", MEDIA_TYPE, content)


def _rows(lines: tuple[LineDays, ...]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        for one in line.days:
            yield (
                line.no,
                line.name,
                line.unit or item_unit(line.item or ""),
                one.day,
                one.contracted,
                one.average,
                one.peak,
                one.short,
                one.over,
            )
