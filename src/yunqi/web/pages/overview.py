"""The first page: what is due, what is late, what it would cost; then the figures of the month."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.money import render_yuan
from yunqi.kernel.rights import INSTALLATION_ROLES
from yunqi.kernel.words import _
from yunqi.web import figures
from yunqi.web.navigation import list_groups
from yunqi.web.page import Page, PageOf
from yunqi.web.plots import Plot, Series
from yunqi.web.tables import Column, Listing, Table, listing_of
from yunqi.wire.base import Nothing
from yunqi.wire.overview import DueItem, Overview, Tile

router = APIRouter()
# Where each kind of object has its page.
PATHS = {
    "incident": "/incidents/{}",
    "adjudication": "/adjudications/{}",
    "work_order": "/work-orders/{}",
    "contract": "/contracts/{}",
    "proposal": "/proposals/{}",
    "resource": "/resources/{}",
    "statement": "/statements/{}",
    "system": "/systems/{}",
}
# Where one does something about what is due of a contract, by kind; the action that the page is for.
DEED_PATHS = {
    "bond": ("/bonds/{}", "payment.list"),
    "instalment": ("/payments/{}", "payment.list"),
    "month": ("/statements/close?contract={}", "month.close"),
    "obligation": ("/obligations?contract={}", "obligation.list"),
    "signature": ("/contracts/{}/sign", "contract.read"),
}
TILE_PATHS = {
    "resources": "/resources",
    "unready": "/resources",
    "incidents": "/incidents",
    "open_incidents": "/incidents",
    "proposals": "/proposals?mine=true",
    "work_orders": "/work-orders?waiting=true",
    "filings": "/work-orders?waiting=true",
    "obligations": "/obligations",
    "systems": "/systems",
    "refused": "/audit",
    "exclusions": "/exclusions",
    "unsealed": "/evidence",
    "unrooted": "/evidence",
    "statements": "/statements",
    "provisional": "/statements",
}
KIND_ICONS = {
    "clock": "clock",
    "edge": "alert-triangle",
    "availability": "gauge",
    "instalment": "coin-yuan",
    "bond": "coin-yuan",
    "work_order": "clipboard-list",
    "proposal": "user-check",
    "resource": "server",
    "statement": "receipt",
    "month": "receipt",
    "incident": "alert-triangle",
    "contract_end": "file-text",
    "finding": "gavel",
    "obligation": "calendar-due",
    "signature": "signature",
}
_LINES_SHOWN = 12


@router.get("/")
def show(page: PageOf) -> Response:
    """The overview of the caller's role; the installation's administrators are led to their own work."""
    if page.caller.roles & INSTALLATION_ROLES:
        return page.render("overview/administrators.html")
    found: Overview = page.read("overview.read", Nothing())
    return page.render(
        "overview/page.html",
        found=found,
        due=[(item, address_of(page, item), cost_words(item)) for item in found.due],
        shown=[(tile, tile_figure(tile), tile_address(page, tile.code)) for tile in found.tiles],
        series=[plot for plot in (series_plot(tile) for tile in found.tiles) if plot is not None],
        lines=lines_listing(page, found),
        comparison=comparison_listing(found),
        icons=KIND_ICONS,
    )


def tile_address(page: Page, code: str) -> str:
    """The page behind a tile; "" for none, and for whoever may not open it."""
    path = TILE_PATHS.get(code, "")
    actions = {entry.path: entry.action for group in list_groups() for entry in group.entries}
    return page.url(path) if path and page.may(actions[path.partition("?")[0]]) else ""


def address_of(page: Page, item: DueItem) -> str:
    """Where one goes to do something about it."""
    path, action = DEED_PATHS.get(item.kind, ("", ""))
    if item.object != "contract" or not path or not page.may(action):
        path = PATHS.get(item.object, "")
    return page.url(path.format(item.object_id)) if path else ""


def cost_words(item: DueItem) -> str:
    """What it would cost, or what is to be paid, in words; "" when there is nothing to say."""
    if item.amount_fen is not None:
        return _("金额 {amount}", amount=_yuan(item.amount_fen))
    stake = item.stake
    if stake is None:
        return ""
    if stake.high_fen is None:
        return stake.why_text
    if stake.low_fen == stake.high_fen:
        return _("违约金 {amount}", amount=_yuan(stake.high_fen))
    low, high = _yuan(stake.low_fen or 0), _yuan(stake.high_fen)
    return _("违约金 {low} 至 {high}", low=low, high=high)


def _yuan(fen: int) -> str:
    return f"¥{render_yuan(fen)}"


def tile_figure(tile: Tile) -> object:
    """The figure of a tile in its unit."""
    return figures.money(tile.value) if tile.unit == "fen" else f"{tile.value:,}"


def series_plot(tile: Tile) -> Plot | None:
    """What a figure was day by day, where it is counted so and is not nothing throughout."""
    if not tile.days or not any(tile.series):
        return None
    last = len(tile.series) - 1
    points = tuple(
        (_("{days} 天前", days=last - number) if number < last else _("今天"), value)
        for number, value in enumerate(tile.series)
    )
    return Plot(tile.name, "bar", (Series(tile.name, points),), x_head=_("日期"))


def lines_listing(page: Page, found: Overview) -> Listing | None:
    """The price lines that are nearest to their end."""
    if not found.lines:
        return None
    several = len({one.contract_id for one in found.lines}) > 1
    rows = sorted(found.lines, key=lambda one: (-(one.used_percent or 0), one.contract_id, one.no))[:_LINES_SHOWN]
    columns = [
        Column("name", _("价目行"), main=True, link=lambda one: page.url(f"/contracts/{one.contract_id}")),
        *([Column("contract_number", _("合同"), "code")] if several else []),
        Column("contracted", _("约定"), numeric=True, value=lambda one: f"{one.contracted or '—'} {one.unit or ''}"),
        Column("drawn", _("占用"), numeric=True),
        Column("left", _("剩余"), numeric=True),
        Column(
            "used_percent",
            _("使用率"),
            numeric=True,
            value=lambda one: "—" if one.used_percent is None else f"{one.used_percent}%",
        ),
    ]
    return listing_of(Table("lines", _("额度使用"), columns, export=False), rows)


def comparison_listing(found: Overview) -> Listing | None:
    """Providers and agencies side by side."""
    if not found.comparison:
        return None
    roles = {"using_unit": _("使用单位"), "provider": _("云服务商")}
    columns = [
        Column("organisation", _("单位"), main=True),
        Column("role", _("角色"), value=lambda one: roles[one.role]),
        Column("contracts", _("合同"), "int"),
        Column("contracts_fen", _("合同金额"), "money"),
        Column("resources", _("资源"), "int"),
        Column("unready", _("未就绪"), "int"),
        Column("incidents", _("本月事件"), "int"),
        Column("broken_clocks", _("超时"), "int"),
        Column("down_minutes", _("中断分钟"), "int"),
        Column("penalty_fen", _("违约金"), "money"),
    ]
    return listing_of(Table("comparison", _("各单位对比"), columns, export=False), found.comparison)
