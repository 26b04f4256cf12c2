"""Work orders as actions: listed, read with what may follow, opened, advanced."""

from __future__ import annotations

from typing import Any

from yunqi.cases.work_order import KINDS, MACHINE, PRESS, may_press, waiting_states, waits_for
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import INTEGRATOR, Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import next_events, require_case_of, timeline
from yunqi.operations.cases import add_event_within, open_work_order
from yunqi.operations.orders import require_tenant_id
from yunqi.operations.parties import require_system
from yunqi.store.case_lists import case_listing, count_resources_of, read_case_row
from yunqi.store.contracts import Contract
from yunqi.store.listing import read_page
from yunqi.wire.base import ById, Page
from yunqi.wire.work_orders import (
    AdvanceWorkOrder,
    ListWorkOrders,
    OpenWorkOrder,
    WorkOrderDetail,
    WorkOrderRow,
)

KIND = "work_order"


def row_view(row: Any) -> WorkOrderRow:
    """A work order in a list."""
    kind = str(row.data.get("kind", ""))
    return WorkOrderRow(
        id=row.id,
        number=row.number,
        title=row.title,
        kind=kind,
        kind_name=_(KINDS.get(kind, kind)),
        state=row.state,
        state_name=_(MACHINE.label(row.state)),
        filing_number=row.data.get("filing_number"),
        contract_id=row.contract_id,
        contract_number=row.contract_number,
        tenant_id=row.tenant_id,
        system_id=row.system_id,
        system=row.system,
        using_unit_id=row.using_unit_id,
        using_unit=row.using_unit,
        provider_id=row.provider_id,
        provider=row.provider,
        opened_at=row.opened_at,
        waits_for=waits_for(row.state),
    )


@action(
    "work_order.list",
    "GET",
    "/work-orders",
    "列出工单",
    request=ListWorkOrders,
    answer=Page[WorkOrderRow],
    aim=aims.contract_if_named,
)
def list_work_orders(desk: Desk, request: ListWorkOrders) -> Page[WorkOrderRow]:
    """Work orders that the caller may see, the newest first."""
    states: tuple[str, ...] | None = (request.state,) if request.state else None
    if request.waiting:
        mine = waiting_states(desk.caller.organisation_role)
        states = tuple(one for one in mine if request.state in (None, one))
    listing = case_listing(
        desk.caller,
        KIND,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        system_id=request.system,
        states=states,
        text=request.text,
        kind_of=request.kind,
    )
    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=row_view
    )
    return Page[WorkOrderRow](items=items, next_cursor=following)


def _aim(desk: Desk, request: ById | AdvanceWorkOrder) -> Target:
    found = require_case_of(desk, KIND, request.id)
    row = read_case_row(desk.connection, found.id)
    return Target(row.using_unit_id, row.provider_id, found.system_id)


@action("work_order.read", "GET", "/work-orders/{id}", "查看工单", request=ById, answer=WorkOrderDetail, aim=_aim)
def read_work_order(desk: Desk, request: ById) -> WorkOrderDetail:
    """A work order: who did what when, and what may follow from this caller."""
    found = require_case_of(desk, KIND, request.id)
    row = read_case_row(desk.connection, found.id)
    return WorkOrderDetail(
        **row_view(row).model_dump(),
        data={name: str(value) for name, value in found.data.items()},
        timeline=timeline(desk, found.id, MACHINE),
        next=tuple(
            one
            for one in next_events(
                desk, found, MACHINE, Target(row.using_unit_id, row.provider_id, found.system_id), "work_order.advance"
            )
            if one.event != PRESS or may_press(found.data)
        ),
        resource_count=count_resources_of(desk.connection, found.id),
    )


def _aim_open(desk: Desk, request: OpenWorkOrder) -> Target:
    """An integrator's right hangs on the system; for the parties one that is not known is said as such."""
    found = aims.require_contract_of(desk, request.contract)
    serves = desk.caller.organisation_role == INTEGRATOR
    return aims.target_of_contract(desk, found, _system_of(desk, found, request.system) if serves else None)


def _system_of(desk: Desk, found: Contract, reference: str | None) -> str | None:
    return None if reference is None else require_system(desk.connection, found.using_unit_id, reference, desk.now).id


@action(
    "work_order.open", "POST", "/work-orders", "提交工单", request=OpenWorkOrder, answer=WorkOrderDetail, aim=_aim_open
)
def open_order(desk: Desk, request: OpenWorkOrder) -> WorkOrderDetail:
    """Drafts a work order in the tenant that the contract's using unit has at its provider."""
    found = aims.require_contract_of(desk, request.contract)
    made = open_work_order(
        desk.site,
        contract_id=found.id,
        kind=request.kind,
        title=request.title,
        tenant_id=require_tenant_id(desk.connection, found),
        person_id=desk.person_id,
        system_id=_system_of(desk, found, request.system),
        number=request.number,
    )
    return read_work_order(desk, ById(id=made.id))


@action(
    "work_order.advance",
    "POST",
    "/work-orders/{id}/events",
    "办理工单",
    request=AdvanceWorkOrder,
    answer=WorkOrderDetail,
    aim=_aim,
    follows="work_order.read",
)
def advance(desk: Desk, request: AdvanceWorkOrder) -> WorkOrderDetail:
    """Files, approves, rejects, withdraws, gives notice of a limit, carries out or closes.

    Raises `Problem` case.… where it may not follow, work_order.until_on.
    """
    found = require_case_of(desk, KIND, request.id)
    if request.at is not None and request.at > desk.now:
        raise Problem(
            "case.future", "时间 {at} 尚未到来", field="at", at=render_local(request.at), way_out="请核对时间"
        )
    noticed_on = date_of(request.at or desk.now)
    if request.until_on is not None and request.until_on < noticed_on:
        raise Problem(
            "work_order.until_on",
            "限期 {until} 早于书面通知之日 {on}",
            field="until_on",
            until=request.until_on.isoformat(),
            on=noticed_on.isoformat(),
            way_out="请按书面通知填写限期",
        )
    said = {
        "filing_number": request.filing_number,
        "reason": request.reason,
        "until_on": None if request.until_on is None else request.until_on.isoformat(),
        "evidence": request.evidence,
    }
    add_event_within(
        desk.connection,
        desk.site,
        found.id,
        request.event,
        person_id=desk.person_id,
        at=request.at,
        data={name: value for name, value in said.items() if value is not None},
        role=desk.caller.organisation_role,
    )
    return read_work_order(desk, ById(id=found.id))
