"""月报月评: the contracts of a month beside each other, and summed up by provider and by agency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_percent, render_share, render_yuan
from yunqi.kernel.period import date_of
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.web import figures
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Query, Rows, Table, fixed
from yunqi.wire.ratings import KnownTotal, RatingFile, RatingGroup, RatingGroupsOf, RatingRow, RatingsOf

router = APIRouter(prefix="/ratings")
_PLACES = 2
GROUPED = {"providers": "provider", "using-units": "using_unit"}


def month_of(page: Page) -> str:
    """The month that the address names, else the last one that is over."""
    given = page.request.query_params.get("month", "").strip()
    if given:
        return given
    first = date_of(page.console.clock.now()).replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def share_of(text: str | None) -> Fraction | None:
    """An exact share of its text."""
    return None if text is None else Fraction(text)


def measured_words(row: RatingRow) -> str:
    """What was measured, or both ends of what it may be."""
    if row.availability_low is None or row.availability_high is None:
        return ""
    ends = dict.fromkeys((row.availability_low, row.availability_high))
    return " ～ ".join(render_share(Fraction(one)) for one in ends)


def gap_words(text: str | None) -> str:
    """Measured less promised: a minus where less was measured than promised."""
    if text is None:
        return ""
    exact = Fraction(text)
    return f"-{render_percent(-exact)}" if exact < 0 else render_percent(exact)


def breach_words(row: RatingRow) -> str:
    """Minutes beyond the limits; the least that they may be while a clock is undecided."""
    if row.breach_minutes is None:
        return ""
    shown = render_decimal(Fraction(row.breach_minutes), _PLACES)
    return _("≥ {minutes}（{count} 项未定）", minutes=shown, count=row.clocks_open) if row.clocks_open else shown


def proposed_words(row: RatingRow) -> str:
    """The penalty as proposed: an amount, or the range that it lies in."""
    low, high = row.penalty_low_fen, row.penalty_high_fen
    if low is None or high is None:
        return ""
    if low == high:
        return f"¥{render_yuan(low)}"
    return _("¥{low} 至 ¥{high}", low=render_yuan(low), high=render_yuan(high))


def late_words(row: RatingRow) -> str:
    """Reports that were late of those that belong to the month; what nothing records is said so."""
    if row.reports_due is None:
        return ""
    if row.reports_late is None:
        return _("应交 {due}，逾期未知", due=row.reports_due) if row.reports_due else _("无应交报告")
    return _("应交 {due}，逾期 {late}", due=row.reports_due, late=row.reports_late)


def _state_of(row: RatingRow) -> str | None:
    return None if row.provisional is None else "provisional" if row.provisional else "final"


def ratings_table(page: Page) -> Table:
    """A row for each contract of the month."""

    def leads(row: RatingRow) -> str:
        if row.statement_id:
            return page.url(f"/statements/{row.statement_id}")
        return page.url(f"/contracts/{row.contract_id}")

    return Table(
        "ratings",
        _("月报月评"),
        (
            Column(
                "contract_number",
                _("合同"),
                main=True,
                link=leads,
                sort="contract_number",
                value=lambda row: row.contract_number or row.title,
            ),
            Column("using_unit", _("使用单位"), sort="using_unit"),
            Column("provider", _("云服务商"), sort="provider"),
            Column("state", _("结算单"), "state", of="statement", value=_state_of),
            Column(
                "availability_promised",
                _("约定可用性"),
                "percent",
                value=lambda row: share_of(row.availability_promised),
            ),
            Column("availability", _("实测"), numeric=True, value=measured_words, sort="availability"),
            Column("availability_state", _("结论"), "state", of="level"),
            Column("incidents", _("事件"), "int", sort="incidents"),
            Column("breach_minutes", _("超时（分钟）"), numeric=True, value=breach_words, sort="breach_minutes"),
            Column("penalty", _("拟计违约金"), numeric=True, value=proposed_words, sort="penalty_high_fen"),
            Column("penalty_agreed_fen", _("已定违约金"), "money", sort="penalty_agreed_fen"),
            Column("fee_fen", _("当月费用"), "money", sort="fee_fen"),
            Column(
                "delivered_share",
                _("交付率"),
                "percent",
                value=lambda row: share_of(row.delivered_share),
                sort="delivered_share",
            ),
            Column("lines", _("足量/已知/未知行"), numeric=True, value=_line_words),
            Column("reports", _("报告"), value=late_words, sort="reports_late"),
            Column("notices", _("整改未闭环"), "int", value=lambda row: row.notices_open),
            Column("open_points", _("未定之处"), "int", sort="open_points"),
        ),
        filters=(Filter("month", _("月份"), kind="month"),),
        empty=Empty(_("这个月没有在履行的合同"), _("请换一个月份。")),
    )


def _line_words(row: RatingRow) -> str:
    return "" if row.lines_known is None else f"{row.lines_full}/{row.lines_known}/{row.lines_unknown}"


def _asked(page: Page, query: Query) -> RatingsOf:
    return RatingsOf(month=month_of(page), sort=query.sort or None)


def _head(page: Page) -> dict[str, Any]:
    month = month_of(page)
    return {
        "month": month,
        "files": [
            (_("Word 文档"), page.url("/ratings/file", month=month, format="docx"), "file-text"),
            (_("Excel 工作簿"), page.url("/ratings/file", month=month, format="xlsx"), "file-spreadsheet"),
        ],
    }


@router.get("")
def list_ratings(page: PageOf) -> Response:
    """The contracts of a month, sorted by whatever one compares them by."""

    def read(query: Query) -> Rows:
        rows = page.read("rating.list", _asked(page, query)).items
        return Rows(rows, total=len(rows))

    return page.show_list("ratings/list.html", ratings_table(page), read, **_head(page))


@router.get("/file")
def hand_out_file(page: PageOf, month: str, format: str = "xlsx") -> Response:  # noqa: A002
    """The comparison as a workbook or as a document."""
    if format not in {"xlsx", "docx"}:
        raise Problem("rating.format", "没有「{value}」格式", field="format", value=format, way_out="应为 xlsx 或 docx")
    asked = RatingFile(month=month, format="docx" if format == "docx" else "xlsx")
    return page.hand_out(page.read("rating.file", asked))


def _total(key: str, kind: str) -> Callable[[RatingGroup], Markup | str]:
    def show(row: RatingGroup) -> Markup | str:
        total: KnownTotal = getattr(row, key)
        if total.known is None:
            return ""
        exact = Fraction(total.known)
        shown = figures.money(int(exact)) if kind == "money" else Markup(render_decimal(exact, _PLACES))  # noqa: S704
        if not total.unknown:
            return shown
        return shown + Markup(' <small class="text-secondary">{}</small>').format(
            _("（{count} 份未知）", count=total.unknown)
        )

    return show


def groups_table(title: str, page: Page) -> Table:
    """A row for each party of the month."""
    return Table(
        "rating-groups",
        title,
        (
            Column("name", _("单位"), main=True, link=lambda row: page.url(f"/organisations/{row.id}")),
            Column("contracts", _("合同"), "int"),
            Column("settled", _("已结/暂定/未结"), value=lambda row: f"{row.settled}/{row.provisional}/{row.missing}"),
            Column("met", _("达到/未达到/未知"), value=lambda row: f"{row.met}/{row.breached}/{row.undecided}"),
            Column("worst_gap", _("最差差距"), numeric=True, value=lambda row: gap_words(row.worst_gap)),
            Column("incidents", _("事件"), "html", value=_total("incidents", "count")),
            Column("breach_minutes", _("超时（分钟）"), "html", value=_total("breach_minutes", "count")),
            Column("penalty_low_fen", _("拟计违约金下限"), "html", value=_total("penalty_low_fen", "money")),
            Column("penalty_high_fen", _("拟计违约金上限"), "html", value=_total("penalty_high_fen", "money")),
            Column("penalty_agreed_fen", _("已定违约金"), "html", value=_total("penalty_agreed_fen", "money")),
            Column("fee_fen", _("当月费用"), "html", value=_total("fee_fen", "money")),
            Column("delivered_share", _("交付率"), "percent", value=lambda row: share_of(row.delivered_share)),
            Column("reports_due", _("应交报告"), "html", value=_total("reports_due", "count")),
            Column("notices", _("整改未闭环"), "int", value=lambda row: row.notices_open),
            Column("notices_overdue", _("整改逾期"), "int"),
            Column("open_points", _("未定之处"), "html", value=_total("open_points", "count")),
        ),
        filters=(Filter("month", _("月份"), kind="month"),),
        empty=Empty(_("这个月没有在履行的合同"), _("请换一个月份。")),
    )


@router.get("/{by}")
def list_groups(page: PageOf, by: str) -> Response:
    """The same summed up by provider (`providers`) or by agency (`using-units`)."""
    if by not in GROUPED:
        raise Problem("object.unknown", "没有这个对象，或您无权查看", field="by", way_out="请从月报月评页面点入")
    title = _("按云服务商") if by == "providers" else _("按使用单位")
    key = "provider" if by == "providers" else "using_unit"
    rows = page.read("rating.groups", RatingGroupsOf(month=month_of(page), by=key)).items
    return page.show_list("ratings/groups.html", groups_table(title, page), fixed(rows), title=title, **_head(page))
