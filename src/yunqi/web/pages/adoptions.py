"""纳管: a cloud that already runs is taken in: a list uploaded, its differences read beside the price lines, confirmed
by both parties, undone.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.clock import BEIJING
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import PROVIDER
from yunqi.kernel.words import _
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import read_contract, target_of
from yunqi.web.pages.orders import list_valid_work_orders
from yunqi.web.tables import Column, Empty, Table, fixed, listing_of
from yunqi.wire.adoptions import AdoptionDetail, AdoptionRow, ConfirmAdoption, PreviewAdoption
from yunqi.wire.base import ById
from yunqi.wire.contracts import ContractDetail, OfContract

router = APIRouter()
_SEVERITIES = ("error", "open", "note")


def adoptions_table(page: Page) -> Table:
    """The adoptions of a contract."""
    return Table(
        "adoptions",
        _("纳管"),
        (
            Column("source", _("来源"), main=True, link=lambda row: page.url(f"/adoptions/{row.id}")),
            Column("state", _("状态"), "state", of="adoption"),
            Column("from_on", _("起始日"), "date"),
            Column("resources", _("资源"), "int"),
            Column("errors", _("须更正"), "int"),
            Column("differences", _("差异"), "int"),
            Column("made_by", _("预览人")),
            Column("recorded_at", _("预览时间"), "instant"),
        ),
        empty=Empty(
            _("还没有纳管"),
            _("已经在运行的云主机、云硬盘、公网地址和账号，可凭清单或由平台读取后纳入合同，从此对照合同计量和结算。"),
            icon="server",
        ),
    )


def _listed(page: Page, contract: ContractDetail) -> dict[str, Any]:
    return {
        "contract": contract,
        "may_preview": contract.state == "signed" and page.may("adoption.preview", target_of(contract)),
        "may_read_running": page.caller.organisation_role == PROVIDER,
        "grades": [("normal", _("普通性能")), ("high", _("高性能"))],
        "today": page.console.clock.now().astimezone(BEIJING).date(),
    }


@router.get("/contracts/{id}/adoptions")
def list_adoptions(page: PageOf, id: str) -> Response:  # noqa: A002
    """The adoptions of a contract, and the way to preview another."""
    contract = read_contract(page, id)
    rows: tuple[AdoptionRow, ...] = page.read("adoption.list", OfContract(contract=contract.id)).items
    return page.show_list("adoptions/list.html", adoptions_table(page), fixed(rows), **_listed(page, contract))


@router.get("/contracts/{id}/adoptions/preview")
def show_preview(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form that takes a list."""
    return page.render("adoptions/preview.html", **_listed(page, read_contract(page, id)))


@router.post("/contracts/{id}/adoptions/preview")
def preview(page: PageOf, id: str) -> Response:  # noqa: A002
    """Keeps the list and begins to match it."""
    form = page.form
    try:
        running = form.optional("running")
        sent = form.files.get("file")
        kept = page.keep_upload("file") if running is None or (sent is not None and sent.filename) else None
        asked = PreviewAdoption.model_validate(
            {
                "contract": id,
                "file": kept,
                "running": running,
                "from_on": form.day("from_on"),
                "grade": form.optional("grade"),
            }
        )
        outcome = page.do("adoption.preview", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("adoptions/preview.html", error, **_listed(page, read_contract(page, id)))
    return page.done(outcome, f"/contracts/{id}/adoptions")


def _context(page: Page, identifier: str) -> dict[str, Any]:
    seen = page.look("adoption.read", ById(id=identifier))
    one: AdoptionDetail = seen.value
    contract = read_contract(page, one.contract_id)
    target = target_of(contract)
    orders = list_valid_work_orders(page, contract.id) if one.state == "previewed" else []
    return {
        "one": one,
        "contract": contract,
        "notes": [(name, [note for note in one.notes if note.severity == name]) for name in _SEVERITIES],
        "lines": listing_of(_lines_table(), [line for line in one.lines if line.listed != "0" or line.before != "0"]),
        "unused": sum(1 for line in one.lines if line.listed == "0" and line.before == "0"),
        "items": listing_of(_items_table(), one.items),
        "orders": [(each.id, f"{each.number} {each.title}") for each in orders],
        "may_confirm": one.state == "previewed"
        and not one.errors
        and one.resources > 0
        and page.may("adoption.confirm", target),
        "may_undo": one.state == "confirmed" and page.may("adoption.undo", target),
    }


def _lines_table() -> Table:
    return Table(
        "adoption_lines",
        _("与价目行对照"),
        (
            Column("no", _("价目"), "int"),
            Column("name", _("名称"), main=True),
            Column("unit", _("单位")),
            Column("contracted", _("合同数量"), numeric=True),
            Column("before", _("已占用"), numeric=True),
            Column("listed", _("本次纳管"), numeric=True),
            Column("over", _("超出"), numeric=True),
        ),
        empty=Empty(_("没有占用任何价目行")),
        export=False,
    )


def _items_table() -> Table:
    return Table(
        "adoption_items",
        _("将纳管的资源"),
        (
            Column("kind_name", _("类型")),
            Column("name", _("名称"), main=True),
            Column("system", _("信息系统")),
            Column("spec", _("规格")),
            Column("draws", _("占用")),
            Column("start_on", _("自"), "date"),
            Column("row", _("清单行"), "int"),
        ),
        empty=Empty(_("没有可纳管的资源")),
        export=False,
    )


@router.get("/adoptions/{id}")
def show_adoption(page: PageOf, id: str) -> Response:  # noqa: A002
    """One adoption: what is to be mended, what differs, the price lines, the resources."""
    return page.render("adoptions/one.html", **_context(page, id))


def _require_agreed(form: Form) -> None:
    if not form.ticked("agreed"):
        raise Problem("form.agreed", "请勾选，确认已核对差异", field="agreed", way_out="核对后再确认")


@router.post("/adoptions/{id}/confirm")
def confirm(page: PageOf, id: str) -> Response:  # noqa: A002
    """Proposes, or agrees, to take in what was shown."""
    form = page.form
    try:
        _require_agreed(form)
        outcome = page.do("adoption.confirm", ConfirmAdoption(id=id, work_order=form.text("work_order")))
    except (Problem, ValidationError) as error:
        return page.refuse("adoptions/one.html", error, **_context(page, id))
    return page.done(outcome, f"/adoptions/{id}", _("已纳管"))


@router.post("/adoptions/{id}/undo")
def undo(page: PageOf, id: str) -> Response:  # noqa: A002
    """Proposes, or agrees, to take it back."""
    try:
        outcome = page.do("adoption.undo", ById(id=id))
    except Problem as error:
        return page.refuse("adoptions/one.html", error, **_context(page, id))
    return page.done(outcome, f"/adoptions/{id}", _("已撤销纳管"))
