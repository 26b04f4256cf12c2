"""闲置资源: what is drawn and not used, what is unknown, and the way to a reclaim proposal."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_percent
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.reports.idle import parts_words
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table, fixed, listing_of
from yunqi.wire.idle_resources import IdleFile, IdleList, IdleOf, IdleRow

router = APIRouter(prefix="/idle-resources")
_PLACES, _MIB = 2, 2**20
_FIELDS = ("contract", "days", "cpu_share", "bytes_per_day", "gap_hours", "state")


def asked_of(page: Page) -> IdleOf:
    """What the address asks for; what can't be taken is left at its usual value."""
    given = {name: page.request.query_params.get(name, "").strip() for name in _FIELDS}
    try:
        return IdleOf.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise Problem(
            "idle.asked",
            "查询条件「{value}」不可用",
            field=str(error.errors()[0]["loc"][0]),
            value=str(error.errors()[0]["input"]),
            way_out="天数为 1 至 400，处理器界限为 0 至 1 的小数",
        ) from error


def _figure(text: str | None, divisor: int = 1) -> str:
    return "" if text is None else render_decimal(Fraction(text) / divisor, _PLACES)


def _share(text: str | None) -> str:
    return "" if text is None else render_percent(Fraction(text), _PLACES)


def idle_table(page: Page) -> Table:
    """The resources, the idle first."""

    def reclaim(row: IdleRow) -> str:
        if row.state != "idle" or not page.may("rectification.open"):
            return ""
        title = _("回收闲置资源 {name}", name=row.name)
        return page.url(
            "/rectifications/new", contract=row.contract_id, purpose="reclaim", title=title, resources=row.name
        )

    states = tuple((code, badges.state_words("idle", code)) for code in badges.STATES["idle"])
    return Table(
        "idle-resources",
        _("闲置资源"),
        (
            Column("name", _("资源"), main=True, link=lambda row: page.url(f"/resources/{row.resource_id}")),
            Column("state", _("状态"), "state", of="idle"),
            Column("why_words", _("依据"), "long"),
            Column("parts", _("占用"), "long", value=lambda row: parts_words([one.model_dump() for one in row.parts])),
            Column("used_share", _("处理器平均用量"), numeric=True, value=lambda row: _share(row.used_share)),
            Column(
                "used_bytes_per_day",
                _("每日流量或读写（MiB）"),
                numeric=True,
                value=lambda row: _figure(row.used_bytes_per_day, _MIB),
            ),
            Column("open_hours", _("计量缺口（小时）"), numeric=True, value=lambda row: _figure(row.open_hours)),
            Column("saves_yuan", _("每月金额（元）"), numeric=True, value=lambda row: _figure(row.saves_yuan)),
            Column("drawn_since", _("占用自"), "instant"),
            Column("system", _("信息系统")),
            Column("using_unit", _("使用单位")),
            Column("contract_number", _("合同"), "code"),
            Column("reclaim", _("回收"), value=lambda row: _("提出回收建议") if reclaim(row) else "", link=reclaim),
        ),
        filters=(
            Filter("contract", _("合同"), tuple(contract_choices(page))),
            Filter("state", _("状态"), states),
            Filter("days", _("时段（天）")),
            Filter("cpu_share", _("处理器界限（0 至 1）")),
            Filter("bytes_per_day", _("每日流量界限（字节）")),
            Filter("gap_hours", _("许可的计量缺口（小时）")),
        ),
        empty=Empty(_("没有占用中的资源"), _("有占用的资源后，这里按计量判断其是否在用。")),
    )


def _undrawn_table(page: Page) -> Table:
    return Table(
        "undrawn",
        _("合同内没有占用的数量"),
        (
            Column("name", _("价目行"), main=True, value=lambda row: f"{row.line_no} {row.name}"),
            Column(
                "contract_number", _("合同"), link=lambda row: page.url(f"/contracts/{row.contract_id}/entitlements")
            ),
            Column("contracted", _("合同数量"), numeric=True, value=lambda row: _figure(row.contracted) + row.unit),
            Column("peak", _("时段内峰值"), numeric=True, value=lambda row: _figure(row.peak)),
            Column("undrawn", _("未占用"), numeric=True, value=lambda row: _figure(row.undrawn) or _("未知")),
        ),
        export=False,
    )


@router.get("")
def list_idle(page: PageOf) -> Response:
    """The resources with their states, and the limits that they rest on."""
    asked = asked_of(page)
    found: IdleList = page.read("idle_resource.list", asked)
    given: dict[str, Any] = {name: str(value) for name, value in asked.model_dump().items() if value is not None}
    return page.show_list(
        "idle_resources/list.html",
        idle_table(page),
        fixed(found.items),
        found=found,
        asked=asked,
        share=_share(asked.cpu_share),
        mebibytes=_figure(str(asked.bytes_per_day), _MIB),
        saves=_figure(found.saves_yuan),
        undrawn=listing_of(_undrawn_table(page), found.undrawn),
        files=[(words, page.url(f"/idle-resources/file.{kind}", **given)) for kind, words in _kinds()],
    )


def _kinds() -> tuple[tuple[str, str], ...]:
    return (("docx", _("Word 文档")), ("xlsx", _("Excel 工作簿")))


@router.get("/file.xlsx")
def hand_out_workbook(page: PageOf) -> Response:
    """The reclaim proposal as a workbook."""
    return page.hand_out(page.read("idle_resource.file", IdleFile(**asked_of(page).model_dump(), format="xlsx")))


@router.get("/file.docx")
def hand_out_document(page: PageOf) -> Response:
    """The same as a document."""
    return page.hand_out(page.read("idle_resource.file", IdleFile(**asked_of(page).model_dump(), format="docx")))
