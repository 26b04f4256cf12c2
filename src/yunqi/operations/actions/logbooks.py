"""Logbooks as actions: exercises, protected periods and people; their steps, their files and a document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yunqi.cases.logbook import (
    ATTENDANCE,
    EXERCISES,
    KINDS,
    LOGBOOKS,
    PROTECTED_PERIOD,
    open_entry,
    step_fields,
)
from yunqi.cases.logbook import Field as LogField
from yunqi.cases.logbook.fields import read_fields
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.casework import require_case_of, target_of_case
from yunqi.operations.actions.logbook_staff import staff_view
from yunqi.operations.actions.logbook_views import detail_view, row_view
from yunqi.operations.actions.made import keep_proof, safe_name
from yunqi.operations.cases import add_event_within, load_state
from yunqi.operations.documents import media_type_of
from yunqi.operations.logbook import read_entries
from yunqi.operations.parties import require_system
from yunqi.store.case_lists import case_listing
from yunqi.store.cases import Case, open_case, require_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.files import load_content, require_file
from yunqi.store.listing import read_page
from yunqi.wire.base import ById, Page
from yunqi.wire.logbooks import (
    AdvanceLogbook,
    ListLogbook,
    LogbookDetail,
    LogbookFile,
    LogbookRow,
    OpenLogbook,
    ReadStaff,
    Staff,
)


@action(
    "logbook.list",
    "GET",
    "/logbooks",
    "列出台账",
    request=ListLogbook,
    answer=Page[LogbookRow],
    aim=aims.contract_if_named,
)
def list_entries(desk: Desk, request: ListLogbook) -> Page[LogbookRow]:
    """Entries of one logbook under the contracts that the caller may see, the newest first."""
    listing = case_listing(
        desk.caller,
        request.kind,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        states=(request.state,) if request.state else None,
        text=request.text,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    views = tuple(row_view(desk, row, request.kind) for row in rows)
    return Page[LogbookRow](items=views, next_cursor=following)


def _aim(desk: Desk, request: ById | AdvanceLogbook | LogbookFile) -> Target:
    return target_of_case(desk, require_case_of(desk, LOGBOOKS, request.id))


@action(
    "logbook.read",
    "GET",
    "/logbooks/{id}",
    "查看台账事项",
    request=ById,
    answer=LogbookDetail,
    aim=_aim,
)
def read_entry(desk: Desk, request: ById) -> LogbookDetail:
    """An entry with all that was said of it, how a protected period is manned, and what may follow from this caller."""
    return detail_view(desk, require_case_of(desk, LOGBOOKS, request.id))


@action(
    "logbook.open",
    "POST",
    "/logbooks",
    "登记台账事项",
    request=OpenLogbook,
    answer=LogbookDetail,
    aim=aims.contract,
)
def open_(desk: Desk, request: OpenLogbook) -> LogbookDetail:
    """A new entry. Raises `Problem` logbook.… where it may not be, logbook.month_taken and file.unknown."""
    found, at = aims.require_contract_of(desk, request.contract), request.at or desk.now
    state = open_entry(request.kind, request.details, at=at, role=desk.caller.organisation_role, now=desk.now)
    data = _keep_files(desk, found, KINDS[request.kind].fields, state.data)
    _require_free_month(desk, found, request.kind, data)
    system = None
    if data.get("system"):
        system = require_system(desk.connection, found.using_unit_id, str(data["system"]), desk.now)
        data["system"] = system.name
    opened = open_case(
        desk.connection,
        kind=request.kind,
        contract_id=found.id,
        title=request.title,
        state=state.state,
        data=data,
        opened_at=at,
        now=desk.now,
        system_id=None if system is None else system.id,
    )
    payload = {
        "number": opened.number,
        "title": opened.title,
        "at": render_instant(at),
        "person": desk.person_id,
        "data": data,
    }
    new = NewFact(found.id, f"{request.kind}.opened", opened.id, min(at, desk.now), payload, REPORTED)
    record_fact(desk.connection, new, now=desk.now)
    return detail_view(desk, opened)


def _keep_files(desk: Desk, found: Contract, fields: tuple[LogField, ...], said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said with each uploaded file kept as a document of the contract; raises `Problem` file.unknown."""
    data = dict(said)
    for one in fields:
        if one.kind == "file" and data.get(one.name):
            kept = keep_proof(desk, str(data[one.name]), found.id)
            data[one.name] = None if kept is None else kept.id
    return data


def _require_free_month(desk: Desk, found: Contract, kind: str, data: Mapping[str, Any]) -> None:
    if kind != ATTENDANCE:
        return
    month = str(data["month"])
    for one in read_entries(desk.connection, found.id, (ATTENDANCE,)):
        if one.data["month"] == month:
            raise Problem(
                "logbook.month_taken",
                "{month} 的到岗表已登记为 {number}",
                field="month",
                month=month,
                number=one.number,
                way_out="请先撤回 {number}，再登记新的到岗表",
            )


@action(
    "logbook.advance",
    "POST",
    "/logbooks/{id}/events",
    "办理台账事项",
    request=AdvanceLogbook,
    answer=LogbookDetail,
    aim=_aim,
    follows="logbook.read",
)
def advance(desk: Desk, request: AdvanceLogbook) -> LogbookDetail:
    """One step; raises `Problem` case.…, logbook.… and file.unknown."""
    found, at = require_case_of(desk, LOGBOOKS, request.id), request.at or desk.now
    if at > desk.now:
        raise Problem("logbook.future", "时间 {at} 尚未到来", field="at", at=render_local(at), way_out="请核对时间")
    _require_not_early(found, request.event, at)
    contract = require_contract(desk.connection, found.contract_id)
    # A step that may not follow is refused as such, whatever was said with it.
    may_follow = request.event in KINDS[found.kind].machine.allowed(load_state(desk.connection, found))
    fields = step_fields(found.kind, request.event) if may_follow else ()
    said = read_fields(fields, request.details) if may_follow else {}
    add_event_within(
        desk.connection,
        desk.site,
        found.id,
        request.event,
        person_id=desk.person_id,
        at=at,
        data=_keep_files(desk, contract, fields, said),
        role=desk.caller.organisation_role,
    )
    return detail_view(desk, require_case(desk.connection, found.id))


def _require_not_early(found: Case, event: str, at: datetime) -> None:
    """Nobody leaves before they came, and nobody is replaced before it was asked."""
    if event in ("leave", "replace") and at < found.opened_at:
        raise Problem(
            "logbook.early",
            "时间 {at} 早于该事项的时间 {opened_at}",
            field="at",
            at=render_local(at),
            opened_at=render_local(found.opened_at),
            way_out="请核对两个时间",
        )


@action(
    "logbook.staff",
    "GET",
    "/contracts/{contract}/staff",
    "查看人员与到岗",
    request=ReadStaff,
    answer=Staff,
    aim=aims.contract,
)
def read_staff(desk: Desk, request: ReadStaff) -> Staff:
    """Who is on the roster, promised against present month by month, and what the contract makes of it."""
    return staff_view(desk, aims.require_contract_of(desk, request.contract), request.on or date_of(desk.now))


@action(
    "logbook.attachment",
    "GET",
    "/logbooks/{id}/attachments/{name}",
    "下载台账附件",
    request=LogbookFile,
    answer=Content,
    aim=_aim,
)
def read_attachment(desk: Desk, request: LogbookFile) -> Content:
    """A file that the entry names; raises `Problem` logbook.no_file."""
    found = require_case_of(desk, LOGBOOKS, request.id)
    book = KINDS[found.kind]
    names = {one.name for fields in (book.fields, *book.steps.values()) for one in fields if one.kind == "file"}
    kept = found.data.get(request.name) if request.name in names else None
    if not kept:
        raise Problem(
            "logbook.no_file", "该事项没有附件「{value}」", field="name", value=request.name, way_out="请核对附件名"
        )
    file = require_file(desk.connection, str(kept))
    return Content(file.name, file.media_type, load_content(desk.connection, file.id))


@action(
    "logbook.file",
    "GET",
    "/logbooks/{id}/file",
    "编制台账文档",
    request=ById,
    answer=Content,
    aim=_aim,
)
def make_document(desk: Desk, request: ById) -> Content:
    """The record of an exercise, or the plan and roster of a protected period, in Word.

    Raises `Problem` logbook.no_document for the other logbooks.
    """
    from yunqi.reports.logbook import render_exercise, render_protection

    found = require_case_of(desk, LOGBOOKS, request.id)
    if found.kind not in (*EXERCISES, PROTECTED_PERIOD):
        raise Problem(
            "logbook.no_document",
            "「{kind}」没有文档",
            field="id",
            kind=LOGBOOKS[found.kind],
            way_out="请导出列表",
        )
    view = detail_view(desk, found)
    contract = require_contract(desk.connection, found.contract_id)
    data = {**view.model_dump(mode="json"), "contract_title": contract.title, "said": dict(found.data)}
    render = render_protection if found.kind == PROTECTED_PERIOD else render_exercise
    name = f"{LOGBOOKS[found.kind]}-{safe_name(found.number)}.docx"
    return Content(name, media_type_of(name), render(data))
