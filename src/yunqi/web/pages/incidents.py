"""Incidents: how each stands, which clause's clock runs out next and what that would cost, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, get_args

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.cases.incident import KINDS, TYPES
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions.composed import TITLES
from yunqi.web import badges
from yunqi.web.choices import Choices, contract_choices, object_choices
from yunqi.web.clauses import role_word
from yunqi.web.forms import Form
from yunqi.web.happenings import happening_of
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.notices import DEEDS as NOTICE_DEEDS
from yunqi.web.pages.notices import RIGHTS as NOTICE_RIGHTS
from yunqi.web.pieces import Deadline, Happening
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.incidents import (
    AdvanceIncident,
    AtStake,
    ClockRow,
    FaultDocument,
    FaultFile,
    IncidentDetail,
    IncidentRow,
    ListIncidents,
    OpenIncident,
    Source,
)
from yunqi.wire.notices import OfIncident
from yunqi.wire.reports import ComposeReport, ListReports

router = APIRouter(prefix="/incidents")
EVENT_HELP: Mapping[str, str] = {
    "reported": "使用单位或信息系统服务商向云服务商报告；响应时限可能由此起算。",
    "responded": "已安排人员处置；响应时限到此为止。",
    "arrived": "人员已到现场。",
    "located": "查明了根本原因。",
    "recovered": "服务已经恢复；恢复时限到此为止。",
    "closed": "使用单位认可处置结果，事件就此结束。",
    "withdrawn": "误报或重复；撤销后不再计时，也不计入结算。",
}
DEEDS: Mapping[str, str] = {
    "reported": "登记报告",
    "responded": "响应",
    "arrived": "登记到场",
    "located": "登记原因",
    "recovered": "登记恢复",
    "closed": "关闭事件",
    "withdrawn": "撤销事件",
}
"""Each step as one does it."""
EVENT_ICONS: Mapping[str, str] = {
    "reported": "message",
    "responded": "check",
    "arrived": "user-check",
    "located": "search",
    "recovered": "heartbeat",
    "closed": "circle-check",
    "withdrawn": "circle-x",
}
MAIN_EVENTS = frozenset({"responded", "recovered", "closed"})
"""The steps that stop a clock or end the incident."""
_URGENT_SHOWN = 10


def incidents_table(page: Page) -> Table:
    """The list of incidents."""
    states = tuple((code, badges.state_words("incident", code)) for code in badges.STATES["incident"])
    mine = page.caller.organisation_role
    opening = page.may("incident.open")
    return Table(
        "incidents",
        _("故障与事件"),
        (
            Column("title", _("事件"), link=lambda row: page.url(f"/incidents/{row.id}"), sort="title", main=True),
            Column("number", _("编号"), "code", sort="number"),
            Column("type_name", _("类型")),
            Column("object_name", _("对象")),
            *(() if mine == "using_unit" else (Column("using_unit", _("使用单位")),)),
            *(() if mine == "provider" else (Column("provider", _("云服务商")),)),
            Column("state", _("状态"), "state", of="incident", sort="state"),
            Column("opened_at", _("发生时间"), "instant", sort="opened_at"),
        ),
        filters=(
            Filter("text", _("编号或事件")),
            Filter("state", _("状态"), states),
            Filter("lasting", _("范围"), (("true", _("尚未结束")),)),
        ),
        empty=Empty(
            _("还没有事件"),
            _("探测到中断时自动登记；没有探测到的，由人员报告。"),
            page.url("/incidents/new") if opening else "",
            _("报告事件"),
            "alert-triangle",
        ),
    )


@router.get("")
def list_incidents(page: PageOf) -> Response:
    """Which clocks run out next, then all incidents that the caller may see."""
    first = not page.request.query_params.get("cursor") and page.request.query_params.get("format") != "xlsx"
    return page.show_list(
        "incidents/list.html",
        incidents_table(page),
        page.reader("incident.list", ListIncidents),
        urgent=urgent_clocks(page) if first else [],
    )


def urgent_clocks(page: Page) -> list[Deadline]:
    """The next clock of each incident that lasts, the most urgent first."""
    rows: tuple[IncidentRow, ...] = page.read("incident.list", ListIncidents(lasting=True, limit=_URGENT_SHOWN)).items
    found = []
    for row in rows:
        detail: IncidentDetail = page.read("incident.read", ById(id=row.id))
        running = [one for one in detail.clocks if one.left_minutes is not None and one.due_at is not None]
        if running:
            soonest = min(running, key=lambda one: one.left_minutes or 0)
            found.append(deadline_of(soonest, f"{row.title} · {soonest.name}", page.url(f"/incidents/{row.id}")))
    return sorted(found, key=lambda one: str(one.until_at))


def deadline_of(clock: ClockRow, words: str, href: str = "") -> Deadline:
    """A clock that has an end, as a line of a list of deadlines."""
    if clock.due_at is None:
        raise LookupError(clock.metric)
    clause = _("不超过 {limit}", limit=clock.limit_name)
    return Deadline(
        words,
        clock.due_at,
        clock.started_at,
        clock.stopped_at,
        clause + (f" · {clock.source.article}" if clock.source and clock.source.article else ""),
        "" if clock.stopped_at and clock.state == "met" else stake_words(clock.stake),
        href,
    )


def stake_words(stake: AtStake | None) -> str:
    """What a breach would cost, in words; "" when it is not the caller's to know."""
    if stake is None:
        return ""
    if stake.high_fen is None:
        return stake.why_name
    if stake.high_fen == 0:
        return _("不产生违约金")
    high = f"¥{render_yuan(stake.high_fen)}"
    if stake.low_fen in (None, stake.high_fen):
        return _("违约金 {amount}", amount=high)
    return _("违约金 {low} 至 {high}", low=f"¥{render_yuan(stake.low_fen or 0)}", high=high)


# --- reporting one ---


def _new_values(page: Page, contract: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    objects: Choices = object_choices(page, contract) if contract else []
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "objects": objects,
        "kinds": [(code, _(KINDS[code])) for code in KINDS],
        "types": [(code, _(TYPES[code])) for code in TYPES],
    }


@router.get("/new")
def show_new(page: PageOf, contract: str = "") -> Response:
    """The form that reports an incident; where there are several contracts, first which."""
    form = Form({"kind": "fault", "type": "interruption"})
    return page.render("incidents/new.html", **_new_values(page, contract), form=form)


@router.post("/new")
def open_incident(page: PageOf) -> Response:
    """Reports it; the clocks of the contract begin."""
    form = page.form
    contract = form.text("contract")
    values = _new_values(page, contract)
    try:
        chosen = form.text("object")
        asked = OpenIncident(
            contract=contract,
            title=form.text("title"),
            kind=form.text("kind"),
            type=form.text("type"),
            system=chosen.removeprefix("system:") if chosen.startswith("system:") else None,
            object=form.optional("object"),
            at=form.instant("at") if form.text("at") else None,
        )
        outcome = page.do("incident.open", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("incidents/new.html", error, **values)
    made = outcome.value
    if not isinstance(made, IncidentDetail):
        return page.done(outcome, "/incidents", _("已登记"))
    if any(one.event == "reported" and one.may for one in made.next):  # what runs from the report has not begun
        words = _("已登记。合同的时限自报告云服务商起算：请登记何时、以何种方式报告")
        return page.redirect(f"/incidents/{made.id}/events/reported", words, "info")
    return page.redirect(f"/incidents/{made.id}", _("已登记"))


# --- one incident ---


def _spans(found: IncidentDetail) -> list[tuple[ClockRow, int]]:
    """Each clock with how much of its time is used, in hundredths; more than 100 once it is broken."""
    shares = []
    for one in found.clocks:
        if one.started_at is None or not one.limit_s:
            shares.append((one, 0))
            continue
        end: datetime = one.stopped_at or found.at
        used = int((end - one.started_at) / timedelta(seconds=one.limit_s) * 100)
        shares.append((one, max(0, used)))
    return shares


def _waits(found: IncidentDetail) -> dict[str, list[str]]:
    """What others may do next, by their role."""
    waits: dict[str, list[str]] = {}
    for one in found.next:
        for role in (role for role in one.roles if not one.may and role != "probe"):
            waits.setdefault(role, []).append(_(DEEDS[one.event]))
    return waits


def _context(page: Page, identifier: str) -> dict[str, Any]:
    found: IncidentDetail = page.read("incident.read", ById(id=identifier))
    running = [one for one in found.clocks if one.left_minutes is not None]
    target = Target(found.using_unit_id, found.provider_id, found.system_id)
    return {
        "found": found,
        "clocks": _spans(found),
        "soonest": min(running, key=lambda one: one.left_minutes or 0, default=None),
        "stake_words": stake_words,
        "clause_of": clause_words,
        "steps": [one for one in found.next if one.may],
        "icons": EVENT_ICONS,
        "main_events": MAIN_EVENTS,
        "waits": [(role_word(role), _("、").join(deeds)) for role, deeds in _waits(found).items()],
        "deeds": {code: _(DEEDS[code]) for code in DEEDS},
        "events": [
            *(happening_of(one) for one in reversed(found.timeline)),
            Happening(found.opened_at, _("发生"), found.object_name, "", "red"),
        ],
        "papers": _papers(page, found, target),
        "may_file": page.may("report.compose", target),
        "filed": _filed(page, found),
        "told": page.read("notice.standing", OfIncident(incident=identifier)) if page.may("notice.standing") else None,
        "tell_deeds": [(deed, _(NOTICE_DEEDS[deed])) for deed in NOTICE_DEEDS if page.may(NOTICE_RIGHTS[deed], target)],
        "may_find": page.may("adjudication.open", target),
        "may_exclude": page.may("exclusion.record", target),
    }


FAULT_DOCUMENTS: tuple[FaultDocument, ...] = get_args(FaultDocument)


def _papers(page: Page, found: IncidentDetail, target: Target) -> list[tuple[str, str, str]]:
    """The documents of a fault: code, title, and what has to be first where one can't be made yet."""
    if found.kind != "fault" or not page.may("fault.file", target):
        return []
    over = found.outage is not None and found.outage.end_at is not None
    waits = {
        "fault_final": "" if found.state == "closed" else _("使用单位确认故障排除（关闭事件）之后"),
        "downtime": "" if over else _("有中断并已恢复之后"),
    }
    known = FAULT_DOCUMENTS if found.state != "withdrawn" else FAULT_DOCUMENTS[:1]
    return [(code, _(TITLES[code]), waits.get(code, "")) for code in known]


def _filed(page: Page, found: IncidentDetail) -> tuple[Any, ...]:
    """What the register holds of this incident."""
    if not page.may("report.list"):
        return ()
    return tuple(page.read("report.list", ListReports(contract=found.contract_id, incident=found.id, limit=50)).items)


def clause_words(source: Source | None) -> str:
    """The article that says so."""
    return source.article if source else ""


@router.get("/{id}")
def show_incident(page: PageOf, id: str) -> Response:  # noqa: A002
    """One incident: what runs out when, what this person may do now, what happened, what was found."""
    return page.render("incidents/one.html", **_context(page, id))


def _step_values(page: Page, identifier: str, event: str) -> dict[str, Any] | None:
    """What the form of one step shows; None for a step that may not follow now, or is another's to take."""
    found: IncidentDetail = page.read("incident.read", ById(id=identifier))
    step = next((one for one in found.next if one.event == event and one.may), None)
    if step is None:
        return None
    return {"found": found, "step": step, "words": _(DEEDS[event]), "help": _(EVENT_HELP[event])}


def _past(page: Page, identifier: str) -> Response:
    """Somebody else was quicker, or the step is not this person's: back to how it stands."""
    return page.redirect(f"/incidents/{identifier}", _("这一步现在不能由您办理，现状如下"), "warning")


@router.get("/{id}/events/{event}")
def show_step(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """The form of one step, with what it needs."""
    values = _step_values(page, id, event)
    return _past(page, id) if values is None else page.render("incidents/step.html", **values)


@router.post("/{id}/events/{event}")
def advance(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """Takes one step; refused when somebody else took one since the form was shown."""
    form = page.form
    try:
        asked = AdvanceIncident(
            id=id,
            event=event,
            at=form.instant("at") if form.text("at") else None,
            channel=form.optional("channel"),
            root_cause=form.optional("root_cause"),
            reason=form.optional("reason"),
            note=form.optional("note"),
            event_count=form.number("event_count"),
        )
        outcome = page.do("incident.advance", asked)
    except (Problem, ValidationError) as error:
        values = _step_values(page, id, event)
        return _past(page, id) if values is None else page.refuse("incidents/step.html", error, **values)
    return page.done(outcome, f"/incidents/{id}", _("已记录"))


@router.get("/{id}/documents/{document}")
def read_paper(page: PageOf, id: str, document: FaultDocument) -> Response:  # noqa: A002
    """A document of the fault as it stands, as a Word file."""
    return page.hand_out(page.read("fault.file", FaultFile(incident=id, document=document)))


@router.post("/{id}/documents/{document}")
def file_paper(page: PageOf, id: str, document: FaultDocument) -> Response:  # noqa: A002
    """Makes it, numbers it and keeps it as a draft in the register of reports."""
    found: IncidentDetail = page.read("incident.read", ById(id=id))
    asked = ComposeReport(contract=found.contract_id, incident=found.id, report=document)
    return page.done(page.do("report.compose", asked), f"/incidents/{id}")
