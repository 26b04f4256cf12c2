"""逐日交付: each price line's delivered against contracted, by day: a plot, a table, a workbook."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.period import date_of
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.web.choices import contract_choices
from yunqi.web.page import Page, PageOf
from yunqi.web.plots import Heatmap, Limit, Plot, Series
from yunqi.web.tables import Column, Listing, Table, listing_of
from yunqi.wire.deliveries import DeliveredLine, DeliveredOrder, Delivery, ReadDelivery

router = APIRouter(prefix="/deliveries")
_HUNDRED = 100


@router.get("")
def choose(page: PageOf) -> Response:
    """Which contract; where there is one only, that one."""
    contracts = contract_choices(page)
    if len(contracts) == 1:
        return page.redirect(f"/deliveries/{contracts[0][0]}")
    return page.render("deliveries/choose.html", contracts=contracts)


@router.get("/{contract}")
def show(page: PageOf, contract: str, month: str = "", line: int = 0) -> Response:
    """One contract's month; with `line` that price line's days."""
    chosen = month or f"{date_of(page.console.clock.now()):%Y-%m}"
    found: Delivery = page.read("delivery.read", ReadDelivery(contract=contract, month=chosen))
    one = next((each for each in found.lines if each.no == line), None)
    return page.render(
        "deliveries/one.html",
        found=found,
        contract=contract,
        month=chosen,
        lines=_lines(page.url(f"/deliveries/{contract}", month=chosen), found),
        orders=_orders(page, found),
        plots=[_line_plot(one)] if one else [_overview(found)] if _is_known(found) else [],
        line=one,
    )


@router.get("/{contract}/table.xlsx")
def hand_out(page: PageOf, contract: str, month: str = "") -> Response:
    """The workbook."""
    return page.hand_out(page.read("delivery.file", ReadDelivery(contract=contract, month=month or None)))


def _is_known(found: Delivery) -> bool:
    """Whether anything at all is known of the month: an empty plot says nothing."""
    return any(day.average is not None for one in found.lines for day in one.days)


def _overview(found: Delivery) -> Heatmap:
    """What lacked of each line on each day, in hundredths of its contracted quantity."""

    def lacking(short: str | None, contracted: str | None) -> Fraction | None:
        whole = Fraction(contracted) if contracted else Fraction(0)
        return None if short is None or not whole else Fraction(short) * _HUNDRED / whole

    timed = [one for one in found.lines if one.timed]
    return Heatmap(
        _("每日欠交占合同数量的百分比"),
        [f"{one.no} {one.name}" for one in timed],
        [f"{day.day:%m-%d}" for day in found.lines[0].days],
        [[lacking(day.short, day.contracted) for day in one.days] for one in timed],
        unit="%",
        bad=True,
    )


def _line_plot(one: DeliveredLine) -> Plot:
    def points(name: str) -> list[tuple[str, Any]]:
        values = [(f"{day.day:%m-%d}", getattr(day, name)) for day in one.days]
        return [(x, None if value is None else Fraction(value)) for x, value in values]

    contracted = next((day.contracted for day in reversed(one.days) if day.contracted), None)
    return Plot(
        f"{one.no} {one.name}",
        "bar",
        [Series(_("平均交付"), points("average")), Series(_("峰值"), points("peak"))],
        unit=one.unit or "",
        x_head=_("日期"),
        limits=[Limit(_("合同数量"), Fraction(contracted))] if contracted else [],
        least=0,
    )


def _lines(address: str, found: Delivery) -> Listing:
    def count(row: DeliveredLine, name: str) -> int:
        return sum(1 for day in row.days if (value := getattr(day, name)) is not None and Fraction(value) > 0)

    def average(row: DeliveredLine) -> str:
        known = [Fraction(day.average) for day in row.days if day.average is not None]
        return render_decimal(sum(known, Fraction(0)) / len(known)) if known else ""

    def contracted(row: DeliveredLine) -> str:
        stated = list(dict.fromkeys(render_decimal(Fraction(day.contracted)) for day in row.days if day.contracted))
        return " → ".join(stated)

    columns = (
        Column("name", _("价目行"), main=True, link=lambda row: f"{address}&line={row.no}"),
        Column("no", _("行号"), "int"),
        Column("unit", _("单位")),
        Column("contracted", _("合同数量"), value=contracted, numeric=True),
        Column("average", _("平均交付"), value=average, numeric=True),
        Column("short", _("欠交天数"), "int", value=lambda row: count(row, "short")),
        Column("over", _("超出天数"), "int", value=lambda row: count(row, "over")),
        Column("unknown", _("未知天数"), "int", value=lambda row: sum(1 for day in row.days if day.average is None)),
    )
    return listing_of(Table("delivery", _("逐日交付"), columns, export=False), found.lines)


def _orders(page: Page, found: Delivery) -> Listing:
    """What was ordered and changed in the month."""

    def what(row: DeliveredOrder) -> str:
        return _("订购") if row.generation == 1 else _("第 {count} 次变更", count=row.generation - 1)

    columns = (
        Column("name", _("资源"), main=True, link=lambda row: page.url(f"/resources/{row.resource_id}")),
        Column("kind_name", _("类型")),
        Column("what", _("事项"), value=what),
        Column("work_order", _("工单"), link=lambda row: page.url(f"/work-orders/{row.work_order_id}")),
        Column("asked_at", _("提出"), "instant"),
        Column("ready_at", _("就绪"), "instant"),
        Column("due_at", _("期限"), "instant"),
        Column("state_name", _("判定")),
        Column("article", _("条款")),
    )
    return listing_of(Table("delivery-orders", _("订购与变更"), columns, export=False), found.orders)
