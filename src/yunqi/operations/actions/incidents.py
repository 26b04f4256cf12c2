"""Incidents as actions: listed, read with their clocks and what they would cost, opened, carried on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yunqi.cases.incident import KINDS, MACHINE, TYPES, Clock
from yunqi.cases.logbook.protection import find_touched
from yunqi.cases.machine import Machine
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR, Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.units import length_of, render_minutes
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.adjudications import findings_on
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import next_events, party_fields, require_case_of, target_of_case, timeline
from yunqi.operations.actions.logbook_views import manning_of, value_words
from yunqi.operations.cases import add_event_within, open_incident
from yunqi.operations.incidents import Standing, read_standing
from yunqi.operations.logbook import read_protected
from yunqi.operations.parties import require_system
from yunqi.reports.words import clock_state_word, event_word, metric_word, object_word
from yunqi.settlement.at_stake import NO_FEE, NO_ROW, NO_SUM, Edge, Stake
from yunqi.settlement.readings import render_question
from yunqi.settlement.titles import level_title
from yunqi.store.case_lists import case_listing, read_case_row
from yunqi.store.cases import Case, require_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.listing import read_page
from yunqi.store.object_names import name_objects
from yunqi.store.resources import find_resource
from yunqi.wire.base import ById, Page
from yunqi.wire.incidents import (
    AdvanceIncident,
    AtStake,
    ClockRow,
    EdgeRow,
    IncidentDetail,
    IncidentPeriod,
    IncidentRow,
    ListIncidents,
    OpenIncident,
    Outage,
    source_of,
)

KIND = "incident"
LASTING = ("open", "responded", "recovered")
PLATFORM = "platform"
WHY = {
    NO_ROW: "合同未就此约定违约金",
    NO_FEE: "合同价款或服务月数未定，无法计算",
    NO_SUM: "可解除合同，合同未约定金额",
}
_SECONDS = 60
_OPEN_FLAG, _OPEN_LIMIT = "flag.", "limit"


def row_view(row: Any, names: dict[str, str], machine: Machine = MACHINE) -> IncidentRow:
    """An incident in a list; `names`: of objects."""
    kind, type_ = str(row.data.get("kind", "")), str(row.data.get("type", ""))
    subject = str(row.data.get("object") or "")
    return IncidentRow(
        id=row.id,
        number=row.number,
        title=row.title,
        kind=kind,
        kind_name=_(KINDS.get(kind, kind)),
        type=type_,
        type_name=_(TYPES.get(type_, type_)),
        state=row.state,
        state_name=_(machine.label(row.state)),
        object=subject,
        object_name=names.get(subject) or object_word(subject),
        system_id=row.system_id,
        system=row.system,
        opened_at=row.opened_at,
        **party_fields(row),
    )


@action(
    "incident.list",
    "GET",
    "/incidents",
    "列出事件",
    request=ListIncidents,
    answer=Page[IncidentRow],
    aim=aims.contract_if_named,
)
def list_incidents(desk: Desk, request: ListIncidents) -> Page[IncidentRow]:
    """Incidents that the caller may see, the newest first."""
    states: tuple[str, ...] | None = (request.state,) if request.state else None
    if request.lasting:
        states = tuple(one for one in LASTING if request.state in (None, one))
    listing = case_listing(
        desk.caller,
        KIND,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        system_id=request.system,
        states=states,
        text=request.text,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    names = name_objects(desk.connection, (row.data.get("object") for row in rows))
    return Page[IncidentRow](items=tuple(row_view(row, names) for row in rows), next_cursor=following)


def _aim(desk: Desk, request: ById | AdvanceIncident) -> Target:
    return target_of_case(desk, require_case_of(desk, KIND, request.id))


@action("incident.read", "GET", "/incidents/{id}", "查看事件", request=ById, answer=IncidentDetail, aim=_aim)
def read_incident(desk: Desk, request: ById) -> IncidentDetail:
    """An incident with the clocks of the contract's clauses as of now; what a breach costs is the parties' and their
    overseers' to know, not the integrator's.
    """
    found = require_case_of(desk, KIND, request.id)
    row = read_case_row(desk.connection, found.id)
    standing = read_standing(desk.connection, require_contract(desk.connection, found.contract_id), found, desk.now)
    priced = desk.caller.organisation_role != INTEGRATOR
    names = name_objects(desk.connection, [found.data.get("object")])
    return IncidentDetail(
        **row_view(row, names).model_dump(),
        at=desk.now,
        data={name: str(value) for name, value in found.data.items()},
        event_count=found.event_count,
        outage=_outage(standing, desk.now),
        clocks=tuple(
            clock_view(clock, standing.stakes.get(number) if priced else None, desk.now)
            for number, clock in enumerate(standing.clocks)
        ),
        edges=tuple(edge_view(edge, desk.now) for edge in standing.edges) if priced else (),
        timeline=timeline(desk, found.id, MACHINE),
        next=next_events(desk, found, MACHINE, target_of_case(desk, found), "incident.advance"),
        findings=findings_on(desk, found.id) if priced else (),
        periods=_periods(desk, found, standing),
        sample=standing.sample,
    )


def _periods(desk: Desk, found: Case, standing: Standing) -> tuple[IncidentPeriod, ...]:
    touched = find_touched(read_protected(desk.connection, found.contract_id), standing.facts, standing.outage)
    shown = decide(desk.caller, RIGHTS["logbook.read"], target_of_case(desk, found)) is None
    periods = []
    for one in touched:
        period = require_case(desk.connection, one.id)
        periods.append(
            IncidentPeriod(
                id=one.id,
                number=one.number,
                title=period.title,
                level_name=value_words("level", one.level),
                start_at=one.span.start_at,
                end_at=one.span.end_at,
                manning=manning_of(desk, period) if shown else None,
            )
        )
    return tuple(periods)


def _outage(standing: Standing, now: datetime) -> Outage | None:
    if standing.outage is None:
        return None
    spent = (standing.outage.end_at or now) - standing.outage.start_at
    return Outage(
        start_at=standing.outage.start_at,
        end_at=standing.outage.end_at,
        spent_s=spent // timedelta(seconds=1),
        sample=standing.outage.sample,
    )


def clock_view(clock: Clock, stake: Stake | None, now: datetime) -> ClockRow:
    """A clock as people read it; `stake` None: it is not said what a breach would cost."""
    limit = length_of(clock.limit_minutes, "minute")
    due_at = clock.started_at + limit if clock.started_at is not None and clock.why != _OPEN_LIMIT else None
    running = clock.stopped_at is None and clock.started_at is not None
    return ClockRow(
        metric=clock.metric,
        name=level_title({"metric": clock.metric, "condition": clock.condition}),
        operator=clock.operator,
        limit_s=limit // timedelta(seconds=1),
        limit_name=render_minutes(clock.limit_minutes),
        start_name=event_word(clock.start) if clock.start else "",
        started_at=clock.started_at,
        due_at=due_at,
        stopped_at=clock.stopped_at,
        spent_s=None if clock.minutes is None else int(clock.minutes * _SECONDS),
        left_minutes=(due_at - now) // timedelta(minutes=1) if running and due_at is not None else None,
        state=clock.state,
        state_name=clock_state_word(clock.state),
        why=clock.why,
        why_name=_why(clock.why),
        source=source_of(clock.source),
        stake=None if stake is None else stake_view(stake),
    )


def _why(code: str) -> str:
    if not code:
        return ""
    if code == _OPEN_LIMIT:
        return _("合同没有写明时限")
    if code.startswith(_OPEN_FLAG):
        return _("信息系统缺少标记，不能判定是否适用")
    if code.startswith("clock_start."):
        return render_question(code)
    return _("自「{event}」起算，尚未发生", event=event_word(code))


def stake_view(stake: Stake) -> AtStake:
    """What a breach would cost, in words where there is no figure."""
    return AtStake(
        low_fen=stake.low_fen,
        high_fen=stake.high_fen,
        why=stake.why,
        why_name=_(WHY[stake.why]) if stake.why else "",
        source=source_of(stake.source),
    )


def edge_view(edge: Edge, now: datetime) -> EdgeRow:
    """Where a lasting outage falls into a further row."""
    critical = edge.measures.startswith("critical.")
    left = length_of(edge.left_minutes, "minute")
    return EdgeRow(
        measures=edge.measures,
        name=_("{level} 级重大违约事件", level=edge.measures[-1]) if critical else metric_word(edge.measures),
        limit_s=int(edge.limit_minutes * _SECONDS),
        limit_name=render_minutes(edge.limit_minutes),
        due_at=now + left,
        left_minutes=left // timedelta(minutes=1),
        stake=stake_view(edge.stake),
    )


def _aim_open(desk: Desk, request: OpenIncident) -> Target:
    """An integrator's right hangs on the system; for the parties one that is not known is said as such."""
    found = aims.require_contract_of(desk, request.contract)
    serves = desk.caller.organisation_role == INTEGRATOR
    return aims.target_of_contract(desk, found, _system_of(desk, found, request) if serves else None)


def _system_of(desk: Desk, found: Contract, request: OpenIncident) -> str | None:
    """The system named, or the one that the object named belongs to."""
    if request.system is not None:
        return require_system(desk.connection, found.using_unit_id, request.system, desk.now).id
    if request.object is None:
        return None
    if request.object.startswith("system:"):
        name = request.object.removeprefix("system:")
        return require_system(desk.connection, found.using_unit_id, name, desk.now).id
    resource = find_resource(desk.connection, request.object, contract_id=found.id)
    return resource.system_id if resource is not None else None


def _object_of(desk: Desk, found: Contract, request: OpenIncident, system_id: str | None) -> str:
    """What the incident is about; raises `Problem` incident.object for what is nothing of the contract's."""
    if request.object is None or request.object == PLATFORM:
        return f"system:{system_id}" if request.object is None and system_id else PLATFORM
    if request.object.startswith("system:"):
        return f"system:{system_id}"
    resource = find_resource(desk.connection, request.object, contract_id=found.id)
    if resource is None:
        raise Problem(
            "incident.object",
            "合同下没有对象「{value}」",
            field="object",
            value=request.object,
            way_out="应为资源标识、system:信息系统，或 platform（云平台整体）",
        )
    return resource.id


@action("incident.open", "POST", "/incidents", "报告事件", request=OpenIncident, answer=IncidentDetail, aim=_aim_open)
def open_(desk: Desk, request: OpenIncident) -> IncidentDetail:
    """Opens an incident that a person saw; raises `Problem` incident.future, incident.object, system.unknown."""
    found = aims.require_contract_of(desk, request.contract)
    system_id = _system_of(desk, found, request)
    made = open_incident(
        desk.site,
        found.id,
        request.title,
        occurred_at=request.at,
        system=system_id,
        subject=_object_of(desk, found, request, system_id),
        kind=request.kind,
        type_=request.type,
        person_id=desk.person_id,
    )
    return read_incident(desk, ById(id=made.id))


@action(
    "incident.advance",
    "POST",
    "/incidents/{id}/events",
    "处置事件",
    request=AdvanceIncident,
    answer=IncidentDetail,
    aim=_aim,
)
def advance(desk: Desk, request: AdvanceIncident) -> IncidentDetail:
    """Reports, responds, arrives, locates, recovers, closes or withdraws.

    Raises `Problem` case.… where it may not follow, case.future, and case.changed when it was seen otherwise.
    """
    found = require_case_of(desk, KIND, request.id)
    if request.event_count is not None and request.event_count != found.event_count:
        raise Problem(
            "case.changed",
            "「{number}」已被他人更新（现有 {count} 个事件）",
            field="event_count",
            number=found.number,
            count=found.event_count,
            way_out="请刷新后重试",
        )
    if request.at is not None and request.at > desk.now:
        raise Problem(
            "case.future", "时间 {at} 尚未到来", field="at", at=render_local(request.at), way_out="请核对时间"
        )
    said = {name: getattr(request, name) for name in ("channel", "root_cause", "reason", "note")}
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
    return read_incident(desk, ById(id=found.id))
