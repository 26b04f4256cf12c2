"""Exit as actions: notice, inventory, plan, cut-over, hand-back, erasure, final statement, refund, sign-off."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations import exits as work
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.casework import require_case_of, target_of_case
from yunqi.operations.actions.exit_views import detail_view, inventory_view, refund_view, row_view
from yunqi.operations.actions.made import require_own_file, safe_name
from yunqi.operations.documents import media_type_of
from yunqi.operations.inventory import read_inventory, system_names
from yunqi.operations.material import keep_upload
from yunqi.store.case_lists import case_listing
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.files import require_file
from yunqi.store.listing import read_page
from yunqi.wire.base import ById, Page
from yunqi.wire.exits import (
    AdvanceExit,
    ExitDetail,
    ExitFile,
    ExitRow,
    Inventory,
    ListExits,
    OfInventory,
    OfRefund,
    OpenExit,
    RefundView,
    SignExit,
)

KIND = work.KIND


@action("exit.list", "GET", "/exits", "列出退出", request=ListExits, answer=Page[ExitRow], aim=aims.contract_if_named)
def list_exits(desk: Desk, request: ListExits) -> Page[ExitRow]:
    """Exits that the caller may see, the newest first."""
    listing = case_listing(
        desk.caller,
        KIND,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        states=(request.state,) if request.state else None,
        text=request.text,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=row_view
    )
    return Page[ExitRow](items=rows, next_cursor=following)


@action(
    "exit.inventory",
    "GET",
    "/contracts/{contract}/inventory",
    "查看资源清单",
    request=OfInventory,
    answer=Inventory,
    aim=aims.contract,
)
def inventory(desk: Desk, request: OfInventory) -> Inventory:
    """All that the tenant has under a contract now."""
    found = aims.require_contract_of(desk, request.contract)
    names = system_names(desk.site, desk.connection, found)
    return inventory_view(read_inventory(desk.connection, found, names))


@action(
    "exit.refund",
    "GET",
    "/contracts/{contract}/refund",
    "测算提前终止的退款",
    request=OfRefund,
    answer=RefundView,
    aim=aims.contract,
)
def refund(desk: Desk, request: OfRefund) -> RefundView:
    """What leaving after a day gives back, each way of counting beside the others.

    Raises `Problem` exit.left_on and exit.ground.
    """
    found = aims.require_contract_of(desk, request.contract)
    return refund_view(work.read_refund(desk.site, desk.connection, found, request.left_on, request.ground))


def _document(desk: Desk, found: Contract, file: str | None) -> dict[str, str] | None:
    if file is None:
        return None
    require_own_file(desk, file)
    kept = keep_upload(desk.connection, found, require_file(desk.connection, file), desk.person_id, desk.now)
    return {name: str(value) for name, value in kept.items()}


@action(
    "exit.open",
    "POST",
    "/contracts/{contract}/exits",
    "提出退出",
    request=OpenExit,
    answer=ExitDetail,
    aim=aims.contract,
)
def open_one(desk: Desk, request: OpenExit) -> ExitDetail:
    """Notice of an exit; the contract's clocks begin.

    Raises `Problem` exit.under_way, exit.left_on, exit.left_on_missing, exit.ground, exit.received, payment.future.
    """
    found = aims.require_contract_of(desk, request.contract)
    made = work.open_exit(
        desk.site,
        desk.connection,
        found,
        request.cause,
        evidence=request.evidence,
        person_id=desk.person_id,
        role=desk.caller.organisation_role,
        on=request.on,
        left_on=request.left_on,
        ground=request.ground,
        document=_document(desk, found, request.file),
    )
    return read_exit(desk, ById(id=made.id))


def _aim(desk: Desk, request: ById | AdvanceExit | SignExit | ExitFile) -> Target:
    return target_of_case(desk, require_case_of(desk, KIND, request.id))


@action("exit.read", "GET", "/exits/{id}", "查看退出", request=ById, answer=ExitDetail, aim=_aim)
def read_exit(desk: Desk, request: ById) -> ExitDetail:
    """An exit with its checklist: each step's clause, last day, evidence and state."""
    return detail_view(desk, require_case_of(desk, KIND, request.id))


@action(
    "exit.advance",
    "POST",
    "/exits/{id}/events",
    "办理退出",
    request=AdvanceExit,
    answer=ExitDetail,
    aim=_aim,
    follows="exit.read",
)
def advance(desk: Desk, request: AdvanceExit) -> ExitDetail:
    """One step; raises `Problem` case.…, exit.before, exit.plan_dates, exit.place, exit.no_statement."""
    found = require_case_of(desk, KIND, request.id)
    given = request.model_dump(mode="json", exclude={"id", "event", "file"}, exclude_none=True)
    data: dict[str, Any] = {name: value for name, value in given.items() if value not in ((), [])}
    document = _document(desk, require_contract(desk.connection, found.contract_id), request.file)
    if document is not None:
        data = {"sm3": document["sm3"], **data, "document": document["document"], "name": document["name"]}
    work.advance(
        desk.site,
        desk.connection,
        found,
        request.event,
        data=data,
        person_id=desk.person_id,
        role=desk.caller.organisation_role,
    )
    return read_exit(desk, ById(id=found.id))


@action(
    "exit.sign",
    "POST",
    "/exits/{id}/signatures",
    "签认退出",
    request=SignExit,
    answer=ExitDetail,
    aim=_aim,
    follows="exit.read",
)
def sign(desk: Desk, request: SignExit) -> ExitDetail:
    """The caller's party signs the checklist; signed by both, the exit is closed.

    Raises `Problem` exit.not_complete, exit.changed and case.…
    """
    found = require_case_of(desk, KIND, request.id)
    work.sign(
        desk.site,
        desk.connection,
        found,
        sm3=request.sm3,
        person_id=desk.person_id,
        organisation_id=desk.caller.organisation_id or "",
        role=desk.caller.organisation_role,
    )
    return read_exit(desk, ById(id=found.id))


@action("exit.file", "GET", "/exits/{id}/file", "编制退出清单", request=ExitFile, answer=Content, aim=_aim)
def file(desk: Desk, request: ExitFile) -> Content:
    """The checklist as a document to sign, or as a workbook."""
    from yunqi.reports.exit_checklist import render_exit, render_exit_table

    found = require_case_of(desk, KIND, request.id)
    data = detail_view(desk, found).model_dump(mode="json")
    name = f"退出清单-{safe_name(found.number)}.{request.format}"
    render = render_exit if request.format == "docx" else render_exit_table
    by = desk.caller.organisation_name or _("云契")
    return Content(name, media_type_of(name), render(data, made_at=desk.now, by=by))
