"""Registers as actions: complaints, emergency cut-offs, force majeure and unmanned time, confirmed by both parties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from yunqi.cases.register import (
    COMPLAINT,
    CONFIRMED,
    CUT_OFF,
    FORCE_MAJEURE,
    MACHINES,
    REGISTERS,
    Clock,
    open_entry,
)
from yunqi.contract.deadlines import compute_due
from yunqi.contract.register_limits import find_limit
from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import next_events, party_fields, target_of_case, timeline
from yunqi.operations.cases import add_event_within
from yunqi.operations.parties import require_system
from yunqi.operations.registered_proposals import compute_exclusion, compute_extension
from yunqi.operations.versions import data_at
from yunqi.store.case_lists import case_listing, find_visible_case, read_case_row
from yunqi.store.cases import Case, open_case, require_case
from yunqi.store.contracts import require_contract
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.listing import read_page
from yunqi.wire.base import ById, Page
from yunqi.wire.registers import (
    AdvanceEntry,
    ListRegister,
    RecordEntry,
    RegisterClock,
    RegisterDetail,
    RegisterRow,
)

_CLOCKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    COMPLAINT: (("answer", ""),),
    CUT_OFF: (("carry_out", ""), ("restore", "ask_restore_at")),
    FORCE_MAJEURE: (("prove", ""),),
}
"""What runs in each register, and from what: the entry's own instant, or that of an event."""
UNITS = {
    "minute": "{count} 分钟",
    "hour": "{count} 小时",
    "day": "{count} 日",
    "working_day": "{count} 个工作日",
    "month": "{count} 个月",
    "year": "{count} 年",
}


def _clocks(desk: Desk, kind: str, contract_id: str, at: datetime, said: Mapping[str, Any]) -> Iterator[RegisterClock]:
    steps = _CLOCKS.get(kind, ())
    data = data_at(desk.connection, require_contract(desk.connection, contract_id), at, desk.now) if steps else {}
    for step, since in steps:
        started = said.get(since) if since else None
        if since and not started:
            continue
        start = parse_instant(str(started)) if started else at
        within, done = find_limit(data, step), said.get(f"{step}_at")
        due = None if within is None else compute_due(start, within, desk.site.calendar).at
        clock = Clock(step, start, due, None if done is None else parse_instant(str(done)))
        unit = None if within is None else str(within["unit"])
        yield RegisterClock(
            name=step,
            name_words=_(MACHINES[kind].label(step)),
            started_at=start,
            limit="" if within is None or unit not in UNITS else _(UNITS[unit], count=within["count"]),
            due_at=due,
            done_at=clock.done_at,
            standing=clock.standing(desk.now),
        )


def _row_view(desk: Desk, row: Any, kind: str) -> RegisterRow:
    return RegisterRow(
        id=row.id,
        number=row.number,
        kind=kind,
        kind_name=_(REGISTERS[kind]),
        title=row.title,
        **party_fields(row),
        who=str(row.data.get("who") or ""),
        channel=str(row.data.get("channel") or ""),
        at=row.opened_at,
        state=row.state,
        state_name=_(MACHINES[kind].label(row.state)),
        clocks=tuple(_clocks(desk, kind, row.contract_id, row.opened_at, row.data)),
    )


@action(
    "register.list",
    "GET",
    "/registers",
    "列出登记事项",
    request=ListRegister,
    answer=Page[RegisterRow],
    aim=aims.contract_if_named,
)
def list_entries(desk: Desk, request: ListRegister) -> Page[RegisterRow]:
    """Entries of one register under the contracts that the caller may see, the newest first."""
    listing = case_listing(
        desk.caller,
        request.kind,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        states=(request.state,) if request.state else None,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    views = tuple(_row_view(desk, row, request.kind) for row in rows)
    return Page[RegisterRow](items=views, next_cursor=following)


def _require_entry(desk: Desk, reference: str) -> Case:
    for kind in REGISTERS:
        found = find_visible_case(desk.connection, reference, desk.caller, kind=kind)
        if found is not None:
            return require_case(desk.connection, found)
    raise Problem("case.unknown", "没有事项「{value}」", field="case", value=reference, way_out="请核对编号")


def _aim(desk: Desk, request: ById | AdvanceEntry) -> Target:
    return target_of_case(desk, _require_entry(desk, request.id))


@action(
    "register.read",
    "GET",
    "/registers/{id}",
    "查看登记事项",
    request=ById,
    answer=RegisterDetail,
    aim=_aim,
)
def read_entry(desk: Desk, request: ById) -> RegisterDetail:
    """An entry with its clocks, what it proposes, and what may follow from this caller."""
    found = _require_entry(desk, request.id)
    row, machine, said = read_case_row(desk.connection, found.id), MACHINES[found.kind], found.data
    contract = require_contract(desk.connection, found.contract_id)
    data = data_at(desk.connection, contract, found.opened_at, desk.now)
    clause = data.get("force_majeure") or {}
    return RegisterDetail(
        **_row_view(desk, row, found.kind).model_dump(),
        text=str(said.get("text") or ""),
        evidence=str(said.get("evidence") or ""),
        answer=str(said.get("note") or "") if said.get("answer_at") else "",
        counts=found.state == CONFIRMED,
        notice=str(clause.get("notice") or "") if found.kind == FORCE_MAJEURE else "",
        exclusion=compute_exclusion(found),
        extension=compute_extension(found, data),
        timeline=timeline(desk, found.id, machine),
        next=next_events(desk, found, machine, target_of_case(desk, found), "register.advance"),
    )


@action(
    "register.record",
    "POST",
    "/registers",
    "登记事项",
    request=RecordEntry,
    answer=RegisterDetail,
    aim=aims.contract,
)
def record(desk: Desk, request: RecordEntry) -> RegisterDetail:
    """Enters what happened; it counts once both parties have confirmed it. Raises `Problem` register.future."""
    found = aims.require_contract_of(desk, request.contract)
    _require_past(request.at, desk.now)
    data = {"who": request.who.strip(), "text": request.text.strip(), "noticed_at": None}
    if request.channel is not None:
        data["channel"] = request.channel
    if request.kind == FORCE_MAJEURE:
        data["invoked_by"] = desk.caller.organisation_role
    system = None
    if request.system:
        system = require_system(desk.connection, found.using_unit_id, request.system, desk.now).id
    data = {name: value for name, value in data.items() if value is not None}
    state = open_entry(request.kind, data)
    opened = open_case(
        desk.connection,
        kind=request.kind,
        contract_id=found.id,
        title=request.title,
        state=state.state,
        data=state.data,
        opened_at=request.at,
        now=desk.now,
        system_id=system,
    )
    payload = {
        "number": opened.number,
        "title": opened.title,
        "person": desk.person_id,
        "system": system,
        "data": dict(state.data),
    }
    record_fact(
        desk.connection,
        NewFact(found.id, f"{request.kind}.opened", opened.id, request.at, payload, REPORTED),
        now=desk.now,
    )
    return read_entry(desk, ById(id=opened.id))


def _require_past(at: datetime, now: datetime) -> None:
    if at > now:
        raise Problem("register.future", "时间 {at} 尚未到来", field="at", at=render_local(at), way_out="请核对时间")


@action(
    "register.advance",
    "POST",
    "/registers/{id}/events",
    "办理登记事项",
    request=AdvanceEntry,
    answer=RegisterDetail,
    aim=_aim,
    follows="register.read",
)
def advance(desk: Desk, request: AdvanceEntry) -> RegisterDetail:
    """One step; raises `Problem` case.…, register.future, register.early and register.confirmed_before."""
    found = _require_entry(desk, request.id)
    at = request.at or desk.now
    _require_past(at, desk.now)
    if at < found.opened_at:
        raise Problem(
            "register.early",
            "时间 {at} 早于登记事项的时间 {opened_at}",
            field="at",
            at=render_local(at),
            opened_at=render_local(found.opened_at),
            way_out="请核对两个时间",
        )
    said = {
        name: value.strip()
        for name in ("note", "evidence", "reason")
        if (value := getattr(request, name)) is not None and value.strip()
    }
    add_event_within(
        desk.connection,
        desk.site,
        found.id,
        request.event,
        person_id=desk.person_id,
        at=at,
        data=said,
        role=desk.caller.organisation_role,
    )
    return read_entry(desk, ById(id=found.id))
