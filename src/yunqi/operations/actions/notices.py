"""Telling of incidents as actions: notices, the two fault reports, what was told by hand, the national grade."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yunqi.cases.incident.national import GRADES, OPERATORS, NationalClock
from yunqi.cases.incident.notices import NoticeClock
from yunqi.kernel.clock import parse_instant, render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import require_case_of, target_of_case
from yunqi.operations.notices.standing import GRADED, ToldStanding, read_told
from yunqi.operations.notices.words import PARTS, channel_word, report_text, stage_word, within_words
from yunqi.reports.words import clock_state_word
from yunqi.store import notices as store
from yunqi.store.cases import Case
from yunqi.store.contacts import Contact, list_contacts
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import REPORTED, Fact, NewFact, record_fact
from yunqi.store.listing import read_page
from yunqi.store.parties import require_person
from yunqi.wire.base import ById, Done, Page
from yunqi.wire.incidents import source_of
from yunqi.wire.notices import (
    Graded,
    GradeIncident,
    IncidentNotices,
    ListNotices,
    NationalRow,
    NoticeDetail,
    NoticeRow,
    OfIncident,
    RecordNotice,
    ReportFault,
    SendNotice,
    Telling,
    TellingClock,
)

WHY = {
    "limit": "合同没有写明时限",
    "start": "合同没有写明起算点，按最早的事件发生起算",
    "start.reported": "自甲方报告起算，尚未报告",
    "start.recovered": "自恢复起算，尚未恢复",
    "calendar.no_notice": "尚无该年度放假安排，到期日无法推算",
}
NEEDED = {"first_report": ("happened", "impact", "measures"), "final_report": ("root_cause", "remedy")}
_AUTHORITY = frozenset({"report", "summary"})
"""Stages that are told to an authority, not to a party."""


@action(
    "notice.list",
    "GET",
    "/notices",
    "列出事件通知",
    request=ListNotices,
    answer=Page[NoticeRow],
    aim=aims.contract_if_named,
)
def list_(desk: Desk, request: ListNotices) -> Page[NoticeRow]:
    """Tellings with their receipts, the newest first."""

    def view(row: Any) -> NoticeRow:
        fields = {name: getattr(row, name) for name in NoticeRow.model_fields if not name.endswith("_name")}
        return NoticeRow(**fields, stage_name=stage_word(row.stage), channel_name=channel_word(row.channel))

    contract_id = aims.require_contract_of(desk, request.contract).id if request.contract else None
    rows, following = read_page(
        desk.connection,
        store.notice_listing(desk.caller, contract_id=contract_id, state=request.state),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=view,
    )
    return Page[NoticeRow](items=tuple(rows), next_cursor=following)


def _aim(desk: Desk, request: OfIncident | SendNotice | ReportFault | RecordNotice | GradeIncident) -> Target:
    return target_of_case(desk, require_case_of(desk, "incident", request.incident))


def _find(desk: Desk, reference: str) -> tuple[Case, Contract]:
    found = require_case_of(desk, "incident", reference)
    return found, require_contract(desk.connection, found.contract_id)


@action(
    "notice.standing",
    "GET",
    "/incidents/{incident}/notices",
    "查看事件的通知与上报",
    request=OfIncident,
    answer=IncidentNotices,
    aim=_aim,
)
def standing(desk: Desk, request: OfIncident) -> IncidentNotices:
    """What was told of an incident with its receipts, and the clocks of telling."""
    found, contract = _find(desk, request.incident)
    told = read_told(desk.connection, contract, found, desk.now, desk.site.calendar)
    return IncidentNotices(
        incident_id=found.id,
        at=desk.now,
        clocks=tuple(_clock(one, desk.now) for one in told.clocks),
        notices=tuple(_notice(desk, one, told) for one in reversed(told.notices)),
        graded=None if told.grade is None else _graded(told.grade),
        national=tuple(_national(one, desk.now) for one in told.national),
    )


def _clock(one: NoticeClock, now: datetime) -> TellingClock:
    limit = within_words(one.term.within)
    return TellingClock(
        stage=one.term.stage,
        stage_name=stage_word(one.term.stage),
        limit_name=limit or one.term.soon,
        channels=tuple(channel_word(channel) for channel in one.term.channels),
        started_at=one.started_at,
        due_at=one.due_at,
        met_at=one.met_at,
        left_minutes=None if one.due_at is None or one.met_at else (one.due_at - now) // timedelta(minutes=1),
        lacking=tuple(channel_word(channel) for channel in one.lacking),
        state=one.state,
        state_name=clock_state_word(one.state),
        why_name=_(WHY[one.why]) if one.why in WHY and one.state != "met" else "",
        source=source_of(one.term.source),
    )


def _notice(desk: Desk, one: store.Notice, told: ToldStanding) -> NoticeDetail:
    return NoticeDetail(
        id=one.id,
        stage=one.stage,
        stage_name=stage_word(one.stage),
        subject=one.subject,
        text=one.text,
        data=dict(one.data),
        person="" if one.person_id is None else require_person(desk.connection, one.person_id).name,
        recorded_at=one.recorded_at,
        tellings=tuple(
            Telling(
                id=each.id,
                organisation=each.organisation or "",
                channel=each.channel,
                channel_name=channel_word(each.channel),
                recipient=each.recipient,
                state=each.state,
                attempts=each.attempts,
                answer=each.answer or "",
                error=each.error or "",
                done_at=each.done_at,
            )
            for each in told.deliveries
            if each.notice_id == one.id
        ),
    )


def _graded(one: Fact) -> Graded:
    said = one.payload
    return Graded(
        grade=said["grade"],
        grade_name=_(GRADES[said["grade"]]),
        operator=said["operator"],
        operator_name=_(OPERATORS[said["operator"]]),
        known_at=parse_instant(said["known_at"]),
        reason=said["reason"],
        recorded_at=one.recorded_at,
    )


def _national(one: NationalClock, now: datetime) -> NationalRow:
    informs = one.state == "for_information"
    runs = one.due_at is not None and one.met_at is None and not informs
    return NationalRow(
        what=one.what,
        what_name=stage_word(one.what),
        by=one.by,
        to=one.to,
        limit_name=within_words(one.within),
        started_at=one.started_at,
        due_at=one.due_at,
        met_at=one.met_at,
        left_minutes=(one.due_at - now) // timedelta(minutes=1) if runs and one.due_at else None,
        state=one.state,
        state_name=_("由主管部门办理") if informs else clock_state_word(one.state),
        title=one.title,
        source=one.source,
        unsure=one.unsure,
    )


@action(
    "notice.send", "POST", "/incidents/{incident}/notices", "发送事件通知", request=SendNotice, answer=Done, aim=_aim
)
def send(desk: Desk, request: SendNotice) -> Done:
    """Tells the contacts named, or all that are told at once; raises `Problem` notice.nobody and contact.unknown."""
    found, _contract = _find(desk, request.incident)
    subject = _("事件：{number} {title}", number=found.number, title=found.title)
    return _write(desk, found, "notice", subject, request.text, _choose(desk, found, request.contacts), {})


def _choose(desk: Desk, found: Case, references: tuple[str, ...]) -> tuple[Contact, ...]:
    known = list_contacts(desk.connection, found.contract_id)
    if not references:
        chosen = tuple(one for one in known if one.minutes_left is None)
    else:
        chosen = tuple(one for one in known if one.id in references)
        if missing := sorted(set(references) - {one.id for one in chosen}):
            raise Problem(
                "contact.unknown",
                "没有通知对象「{value}」",
                field="contacts",
                value=missing[0][:60],
                way_out="请刷新列表",
            )
    if not chosen:
        raise Problem("notice.nobody", "没有可以通知的对象", field="contacts", way_out="请先登记通知对象")
    return chosen


def _write(
    desk: Desk, found: Case, stage: str, subject: str, text: str, contacts: tuple[Contact, ...], data: dict[str, str]
) -> Done:
    made = store.write_notice(
        desk.connection,
        contract_id=found.contract_id,
        case_id=found.id,
        stage=stage,
        subject=subject,
        text=text,
        contacts=contacts,
        data=data,
        person_id=desk.person_id,
        now=desk.now,
    )
    return Done(id=made or "")


@action(
    "notice.report", "POST", "/incidents/{incident}/reports", "提交故障报告", request=ReportFault, answer=Done, aim=_aim
)
def report(desk: Desk, request: ReportFault) -> Done:
    """Submits a stage of the fault report to the using unit's contacts; raises `Problem` report.part and notice.nobody.

    A report that corrects an earlier one is submitted again: both stay.
    """
    found, contract = _find(desk, request.incident)
    for name in NEEDED[request.stage]:
        if not getattr(request, name).strip():
            raise Problem(
                "report.part", "故障报告缺少「{part}」", field=name, part=_(PARTS[name]), way_out="请补全后提交"
            )
    names = ("happened", "impact", "measures", "root_cause", "remedy", "prevention")
    parts = {name: getattr(request, name).strip() for name in names if getattr(request, name).strip()}
    known = list_contacts(desk.connection, found.contract_id)
    contacts = tuple(one for one in known if one.minutes_left is None and one.organisation_id == contract.using_unit_id)
    if not contacts:
        raise Problem("notice.nobody", "没有可以通知的对象", field="contacts", way_out="请先登记使用单位的通知对象")
    head = _("{stage}：{number} {title}", stage=stage_word(request.stage), number=found.number, title=found.title)
    return _write(desk, found, request.stage, head, report_text(parts), contacts, parts)


@action(
    "notice.record", "POST", "/incidents/{incident}/told", "登记已通知", request=RecordNotice, answer=Done, aim=_aim
)
def record(desk: Desk, request: RecordNotice) -> Done:
    """Records what was told by hand with what shows it; raises `Problem` notice.time and notice.to."""
    found, contract = _find(desk, request.incident)
    at = request.at or desk.now
    if not found.opened_at <= at <= desk.now:
        raise Problem(
            "notice.time",
            "通知时间 {at} 应在事件发生之后、现在之前",
            field="at",
            at=render_local(at),
            way_out="请核对时间",
        )
    if (request.stage in _AUTHORITY) != (request.to == "authority"):
        raise Problem(
            "notice.to",
            "向主管部门的报告须登记为报主管部门，其余登记为通知一方",
            field="to",
            way_out="请核对类别与对象",
        )
    told = {"using_unit": contract.using_unit_id, "provider": contract.provider_id}.get(request.to)
    head = _("{stage}：{number} {title}", stage=stage_word(request.stage), number=found.number, title=found.title)
    made = _write(desk, found, request.stage, head, request.text or request.receipt, (), {})
    store.record_told(
        desk.connection,
        made.id,
        contract_id=found.contract_id,
        case_id=found.id,
        organisation_id=told,
        channel=request.channel,
        recipient=request.recipient,
        answer=request.receipt,
        at=at,
        person_id=desk.person_id,
        now=desk.now,
    )
    return made


@action("notice.grade", "POST", "/incidents/{incident}/grade", "事件定级", request=GradeIncident, answer=Done, aim=_aim)
def grade(desk: Desk, request: GradeIncident) -> Done:
    """Grades an incident under the national text: its clock runs from when it was known. The last word holds.

    Raises `Problem` notice.time for an instant that is still to come or before the incident.
    """
    found, _contract = _find(desk, request.incident)
    known_at = request.known_at or found.opened_at
    if not found.opened_at <= known_at <= desk.now:
        raise Problem(
            "notice.time",
            "通知时间 {at} 应在事件发生之后、现在之前",
            field="known_at",
            at=render_local(known_at),
            way_out="请核对时间",
        )
    payload = {
        "grade": request.grade,
        "operator": request.operator,
        "known_at": render_instant(known_at),
        "reason": request.reason,
        "person": desk.person_id,
    }
    new = NewFact(found.contract_id, GRADED, found.id, desk.now, payload, REPORTED)
    return Done(id=record_fact(desk.connection, new, now=desk.now))


def _aim_retry(desk: Desk, request: ById) -> Target:
    found = store.require_notice(desk.connection, request.id)
    return aims.target_of_contract(desk, aims.require_contract_of(desk, found.contract_id))


@action("notice.retry", "POST", "/notices/{id}/retry", "重新发送", request=ById, answer=Done, aim=_aim_retry)
def retry(desk: Desk, request: ById) -> Done:
    """Lets what of a notice never arrived begin anew."""
    store.retry_dead(desk.connection, request.id, desk.now)
    return Done(id=request.id)
