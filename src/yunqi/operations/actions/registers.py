"""Registers as actions: complaints, emergency cut-offs, force majeure and unmanned time, confirmed by both parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from yunqi.cases.machine import ROLE_LABELS
from yunqi.cases.register import (
    CONFIRMED,
    CUT_OFF,
    FINDINGS,
    FORCE_MAJEURE,
    MACHINES,
    NOTICE_CAME,
    REGISTERS,
    UNATTENDED,
    WRONGFUL,
    invoker_of,
    may_say,
    open_entry,
)
from yunqi.cases.register.suspension import DAYS
from yunqi.cases.register.words import PROOFS, RECEIPTS
from yunqi.kernel.clock import parse_instant, render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import next_events, party_fields, require_case_of, target_of_case, timeline
from yunqi.operations.cases import add_event_within, load_state
from yunqi.operations.cut_offs import enter_outage, record_told_by_hand, tell_of_cut_off
from yunqi.operations.notices.words import channel_word
from yunqi.operations.parties import require_system
from yunqi.operations.registered_clocks import compute_clocks, read_notice, soon_word
from yunqi.operations.registered_proposals import compute_exclusion, compute_extension
from yunqi.operations.suspensions import RECEIVED, find_proof, proof_due_at, read_suspensions, require_receipt
from yunqi.operations.terms import read_term, read_wanted
from yunqi.operations.versions import data_at
from yunqi.settlement.suspended import judge_suspension
from yunqi.store.case_lists import case_listing, read_case_row
from yunqi.store.cases import Case, find_case, open_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.listing import read_page
from yunqi.store.notices import Delivery, list_deliveries
from yunqi.store.readings import list_readings
from yunqi.wire.base import ById, Page
from yunqi.wire.registers import (
    AdvanceEntry,
    ListRegister,
    RecordEntry,
    RegisterClock,
    RegisterDetail,
    RegisterExtension,
    RegisterRow,
    RegisterTelling,
    TellOfCutOff,
)
from yunqi.wire.work_orders import NextEvent


def _clocks(desk: Desk, row: Any, kind: str) -> tuple[RegisterClock, ...]:
    data = data_at(desk.connection, require_contract(desk.connection, row.contract_id), row.opened_at, desk.now)
    return tuple(
        compute_clocks(
            desk.connection,
            row.id,
            kind,
            row.opened_at,
            row.data,
            data,
            desk.now,
            desk.site.calendar,
            row.using_unit_id,
        )
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
        clocks=() if kind == UNATTENDED else _clocks(desk, row, kind),
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


def _aim(desk: Desk, request: ById | AdvanceEntry | TellOfCutOff) -> Target:
    return target_of_case(desk, require_case_of(desk, REGISTERS, request.id))


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
    found = require_case_of(desk, REGISTERS, request.id)
    row, machine, said = read_case_row(desk.connection, found.id), MACHINES[found.kind], found.data
    contract = require_contract(desk.connection, found.contract_id)
    data = data_at(desk.connection, contract, found.opened_at, desk.now)
    clause = data.get("force_majeure") or {}
    view = _row_view(desk, row, found.kind)
    restoring = next((one.due_at for one in view.clocks if one.name == "restore"), None)
    proof, finding = str(said.get("proof") or ""), str(said.get("finding") or "")
    handed_in = find_proof(desk.connection, found.id) if found.kind == FORCE_MAJEURE else None
    told = read_notice(desk.connection, found.id, said, contract.using_unit_id) if found.kind == FORCE_MAJEURE else None
    linked = find_case(desk.connection, str(said["incident"])) if said.get("incident") else None
    return RegisterDetail(
        **view.model_dump(),
        text=str(said.get("text") or ""),
        evidence=str(said.get("evidence") or ""),
        answer=str(said.get("note") or "") if said.get("answer_at") else "",
        counts=found.state == CONFIRMED,
        notice=soon_word(clause.get("notice")) if found.kind == FORCE_MAJEURE else "",
        invoked_by=_(ROLE_LABELS[invoker_of(said)]) if found.kind == FORCE_MAJEURE and invoker_of(said) else "",
        proof=proof,
        proof_name=_(PROOFS[proof]) if proof in PROOFS else "",
        proof_received_at=None if handed_in is None else handed_in.received_at,
        proof_receipt="" if handed_in is None else _(RECEIPTS[handed_in.shown_by]),
        notice_received_at=None if told is None else told.received_at,
        notice_receipt="" if told is None else _(RECEIPTS[told.shown_by]),
        relief=_relief(desk, contract, found),
        finding=finding,
        finding_name=_(FINDINGS[finding]) if finding in FINDINGS else "",
        incident_id="" if linked is None else linked.id,
        incident_number="" if linked is None else linked.number,
        tellings=tuple(_telling(one) for one in list_deliveries(desk.connection, found.id)),
        exclusion=compute_exclusion(found, restoring),
        extension=_extension(desk, contract, found, clause),
        timeline=timeline(desk, found.id, machine),
        next=_next(desk, found),
    )


def _extension(desk: Desk, contract: Contract, found: Case, clause: Mapping[str, Any]) -> RegisterExtension | None:
    """What a suspension proposes, from the last days that were agreed when both confirmed it."""
    rule = list_readings(desk.connection, contract.id, at=desk.now).get(DAYS)
    said = found.data.get("confirm_at")
    at = desk.now if said is None else parse_instant(str(said))
    return compute_extension(
        found,
        clause,
        None if rule is None else str(rule.value),
        term_end=read_term(desk.connection, contract, at, desk.now).end_on,
        bond_until=read_wanted(desk.connection, contract, at, desk.now)[-1].until_on,
    )


def _next(desk: Desk, found: Case) -> tuple[NextEvent, ...]:
    """What may follow; each step is offered to the party that is the one to say it."""
    state, role, machine = load_state(desk.connection, found), desk.caller.organisation_role, MACHINES[found.kind]
    target = target_of_case(desk, found)
    allowed = decide(desk.caller, RIGHTS["register.advance"], target) is None
    shown = []
    for one in next_events(desk, found, machine, target, "register.advance"):
        roles = tuple(each for each in one.roles if may_say(state, one.event, each))
        if roles:
            shown.append(one.model_copy(update={"may": allowed and role in roles, "roles": roles}))
    return tuple(shown)


def _relief(desk: Desk, contract: Contract, found: Case) -> str:
    if found.kind != FORCE_MAJEURE or found.state == "withdrawn":
        return ""
    later = found.opened_at + timedelta(microseconds=1)
    every = read_suspensions(desk.connection, contract, desk.site.calendar, end_at=later, known_at=desk.now)
    mine = next((one for one in every if one.id == found.id), None)
    return "unconfirmed" if mine is None else judge_suspension(mine, desk.now)


def _telling(one: Delivery) -> RegisterTelling:
    return RegisterTelling(
        channel=one.channel,
        channel_name=channel_word(one.channel),
        recipient=one.recipient,
        state=one.state,
        done_at=one.done_at,
        answer=one.answer or "",
        error=one.error or "",
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
    """Enters what happened; it counts once both parties have confirmed it.

    Raises `Problem` register.future, and register.early for notice of force majeure from before it.
    """
    found = aims.require_contract_of(desk, request.contract)
    _require_past(request.at, desk.now)
    data = {
        "who": request.who.strip(),
        "text": request.text.strip(),
        "entered_by": desk.caller.organisation_role,
    }
    if request.channel is not None:
        data["channel"] = request.channel
    if request.kind == FORCE_MAJEURE:
        data["invoked_by"] = desk.caller.organisation_role
    system = None
    if request.system:
        system = require_system(desk.connection, found.using_unit_id, request.system, desk.now).id
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
    if request.notified_at is not None:
        told = AdvanceEntry(id=opened.id, event="notify", at=request.notified_at)
        return advance(desk, told)
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
    """One step; raises `Problem` case.…, register.future, register.early, register.receipt and what `register.apply`
    raises.

    A cut-off that is carried out is told to the using unit's contacts by itself; one that both find wrongful is entered
    as an outage, unless one of its time and system is entered already.
    """
    found = require_case_of(desk, REGISTERS, request.id)
    at = request.at or desk.now
    for given in (at, request.received_at or at):
        _require_past(given, desk.now)
        _require_not_early(found, given)
    said = {
        name: value.strip()
        for name in ("note", "evidence", "reason", "finding")
        if (value := getattr(request, name)) is not None and value.strip()
    }
    if request.event == NOTICE_CAME:
        said |= {RECEIVED: render_instant(request.received_at or at)}
    if request.event == "accept_proof":
        data = data_at(desk.connection, require_contract(desk.connection, found.contract_id), found.opened_at, desk.now)
        due_at = proof_due_at(found.opened_at, data, desk.site.calendar)
        require_receipt(find_proof(desk.connection, found.id), due_at, request.received_at)
        said |= {} if request.received_at is None else {RECEIVED: render_instant(request.received_at)}
    after = add_event_within(
        desk.connection,
        desk.site,
        found.id,
        request.event,
        person_id=desk.person_id,
        at=at,
        data=said,
        role=desk.caller.organisation_role,
    )
    if found.kind == CUT_OFF and request.event == "carry_out":
        tell_of_cut_off(desk.connection, require_contract(desk.connection, found.contract_id), after, at, desk.now)
    if found.kind == CUT_OFF and after.state == CONFIRMED and after.data.get("finding") == WRONGFUL:
        enter_outage(desk.connection, desk.site, after, desk.person_id)
    return read_entry(desk, ById(id=found.id))


def _require_not_early(found: Case, at: datetime) -> None:
    if at < found.opened_at:
        raise Problem(
            "register.early",
            "时间 {at} 早于登记事项的时间 {opened_at}",
            field="at",
            at=render_local(at),
            opened_at=render_local(found.opened_at),
            way_out="请核对两个时间",
        )


@action(
    "register.tell",
    "POST",
    "/registers/{id}/told",
    "登记已通知断开",
    request=TellOfCutOff,
    answer=RegisterDetail,
    aim=_aim,
    follows="register.read",
)
def tell(desk: Desk, request: TellOfCutOff) -> RegisterDetail:
    """Records that the using unit was told by hand, with what shows it; each way of telling has a receipt of its own.

    Raises `Problem` register.not_cut, register.future and register.early.
    """
    found = require_case_of(desk, REGISTERS, request.id)
    at = request.at or desk.now
    _require_past(at, desk.now)
    cut_at = found.data.get("carry_out_at") if found.kind == CUT_OFF else None
    if not cut_at or found.state == "withdrawn":
        raise Problem(
            "register.not_cut", "该事项不是已经断开的系统，没有断开可以通知", field="id", way_out="请先登记断开的时间"
        )
    if at < parse_instant(str(cut_at)):
        _require_not_early(replace(found, opened_at=parse_instant(str(cut_at))), at)
    contract = require_contract(desk.connection, found.contract_id)
    record_told_by_hand(desk.connection, contract, found, request, at, desk.person_id, desk.now)
    return read_entry(desk, ById(id=found.id))
