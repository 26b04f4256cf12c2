"""Filing as an action: a document is made, takes its number in the register, and is its draft, in one deed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yunqi.contract.report_plan import Expected
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import require_case_of
from yunqi.operations.actions.composed import (
    COMPOSITIONS,
    TITLES,
    Composition,
    Made,
    Subject,
    find_composition,
    match_compositions,
)
from yunqi.operations.actions.reports import others_of, receiver_of, require_expected, show_entry, year_of
from yunqi.operations.documents import media_type_of
from yunqi.operations.incidents import incident_times
from yunqi.operations.report_calendar import expected_of
from yunqi.store.cases import Case, require_case
from yunqi.store.contracts import Contract
from yunqi.store.files import keep_file
from yunqi.store.locks import lock_contract
from yunqi.store.parties import list_organisations
from yunqi.store.report_lists import require_visible_report
from yunqi.store.reports import DRAFTED, NewReport, ReportEntry, attach_file, find_numbered, number_report
from yunqi.wire.reports import ComposeReport, ReportRow

PARTIES = {"provider": "云服务商", "using_unit": "使用单位"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be made and as what it is to be filed; `before` is the draft that it fills, or what it revises."""

    composition: Composition
    subject: Subject
    new: NewReport
    before: ReportEntry | None


@action(
    "report.compose",
    "POST",
    "/reports/compose",
    "编制报告",
    request=ComposeReport,
    answer=ReportRow,
    aim=aims.contract,
    kind="run",
)
def compose(desk: Desk, request: ComposeReport) -> ReportRow:
    """Makes the document of a calendar's line, of an incident or of a period; numbers it and attaches it as a draft.

    A draft that is there already gets the new document and keeps its number. Raises `Problem` compose.document,
    …which, …needs, …party, …filed and what the document lacks, report_entry.line, …unknown, …receiver.
    """
    with desk.site.database.read() as connection:
        plan = _plan(replace(desk, connection=connection), request)
    if desk.progress:
        desk.progress(_("正在编制 {title}", title=plan.new.title))
    with desk.site.database.read() as connection:
        made = plan.composition.load()(replace(desk, connection=connection), plan.subject)
    with desk.site.database.write() as connection:
        return _file(replace(desk, connection=connection), plan, made)


def _plan(desk: Desk, request: ComposeReport) -> _Plan:
    found = aims.require_contract_of(desk, request.contract)
    if request.revises:
        return _plan_again(desk, found, request)
    case = None if request.incident is None else _incident_of(desk, found, request.incident)
    expected = require_expected(desk, found, request.line) if request.line else None
    period = _period_of(request, expected)
    chosen = _choose(found, request.report, expected.kind if expected else "", period)
    _require_needs(chosen, found, period, case)
    if expected is None and period is None:
        expected = _line_of(desk, found, chosen)
    _require_party(desk, found, expected)
    kind = expected.kind if expected else chosen.title
    occasion_at = incident_times(desk.connection, case).get(chosen.occasion) if case and chosen.occasion else None
    organisation = desk.caller.organisation_id or ""
    receiver, others = _receivers_of(desk, found, chosen, request, organisation)
    new = NewReport(
        contract_id=found.id,
        kind=kind,
        year=year_of(period, occasion_at or desk.now),
        title=request.title or (kind if case is None else f"{kind}：{case.title}"[:200]),
        organisation_id=organisation,
        receiver_id=receiver,
        others=others,
        person_id=desk.person_id,
        period=period,
        occasion_at=occasion_at,
        case_id=None if case is None else case.id,
    )
    return _Plan(chosen, Subject(found, kind, period, case), new, _find_draft(desk, new))


def _receivers_of(
    desk: Desk, found: Contract, chosen: Composition, request: ComposeReport, organisation: str
) -> tuple[str, tuple[str, ...]]:
    """Who gets a document: whoever is named, or those whom such a document is for, or the other party."""
    named = [one for one in (request.receiver, *request.others) if one]
    if request.receiver is None and not named and chosen.receivers:
        known = list_organisations(desk.connection)
        named = [one.id for role in chosen.receivers for one in known if one.role == role and one.id != organisation]
        first, named = (named[0], named[1:]) if named else (None, [])
    else:
        first, named = request.receiver, list(request.others)
    receiver = receiver_of(desk, found, first, organisation)
    return receiver, others_of(desk, found, named, organisation, receiver)


def _find_draft(desk: Desk, new: NewReport) -> ReportEntry | None:
    """The draft that a document is for; None where it is to be numbered. A plan may be approved and then come again."""
    before = find_numbered(desk.connection, new)
    if before is None or before.state == DRAFTED:
        return before
    if new.period is None and new.case_id is None:
        return None
    raise Problem(
        "compose.filed",
        "「{kind}」已经编号并审批",
        field="line",
        value=before.id,
        kind=new.kind,
        way_out="需要更正的，请修订该报告（revises）",
    )


def _plan_again(desk: Desk, found: Contract, request: ComposeReport) -> _Plan:
    """The draft's document anew, or the next version of what was approved."""
    before = require_visible_report(desk.connection, request.revises or "", desk.caller)
    if before.contract_id != found.id:
        raise Problem(
            "report_entry.unknown",
            "登记簿中没有报告「{value}」",
            field="revises",
            value=before.id,
            way_out="请在登记簿中核对标识",
        )
    case = None if before.case_id is None else require_case(desk.connection, before.case_id)
    chosen = _choose(found, request.report or before.composed, before.kind, before.period)
    _require_needs(chosen, found, before.period, case)
    new = NewReport(
        contract_id=found.id,
        kind=before.kind,
        year=before.year,
        title=request.title or before.title,
        organisation_id=desk.caller.organisation_id or "",
        receiver_id=before.receiver_id,
        person_id=desk.person_id,
        revises=None if before.state == DRAFTED else before.id,
    )
    return _Plan(chosen, Subject(found, before.kind, before.period, case), new, before)


def _incident_of(desk: Desk, found: Contract, reference: str) -> Case:
    case = require_case_of(desk, "incident", reference)
    if case.contract_id != found.id:
        raise Problem("case.unknown", "没有事项「{value}」", field="incident", value=reference, way_out="请核对编号")
    return case


def _period_of(request: ComposeReport, expected: Expected | None) -> tuple[date, date] | None:
    if expected is not None:
        return expected.period
    if request.period_start is None or request.period_end is None:
        return None
    return request.period_start, request.period_end


def _choose(found: Contract, code: str | None, kind: str, period: tuple[date, date] | None) -> Composition:
    """The document that is named, or the only one that a report of this name may be."""
    if code is not None:
        named = find_composition(code)
        if named is None:
            raise Problem(
                "compose.document",
                "没有名为「{value}」的可编制文档",
                field="report",
                value=code,
                known=_codes(COMPOSITIONS),
                way_out="可编制的文档：{known}",
            )
        return named
    fitting = match_compositions(found, kind, period)
    if len(fitting) != 1:
        raise Problem(
            "compose.which",
            "「{value}」对应哪一种文档，无法由名称确定",
            field="report",
            value=kind,
            known=_codes(fitting or COMPOSITIONS),
            way_out="请以 report 指明，可选：{known}；都不合适的，请自行撰写后上传",
        )
    return fitting[0]


def _codes(rows: tuple[Composition, ...]) -> str:
    return "、".join(f"{one.code}（{_(TITLES[one.code])}）" for one in rows)


def _require_needs(chosen: Composition, found: Contract, period: tuple[date, date] | None, case: Case | None) -> None:
    if chosen.needs == "incident" and case is None:
        raise Problem(
            "compose.needs",
            "「{title}」须指明事件",
            field="incident",
            value=chosen.code,
            title=_(TITLES[chosen.code]),
            way_out="请以 incident 指明是哪一个事件",
        )
    if not chosen.fits(found, period) or (case is not None and chosen.needs != "incident"):
        raise Problem(
            "compose.needs",
            "「{title}」与所选的期间或事件不相符",
            field="report",
            value=chosen.code,
            title=_(TITLES[chosen.code]),
            needs={
                "month": _("一个自然月（服务期首末月按服务期）"),
                "period": _("一段期间"),
                "incident": _("一个事件"),
                "contract": _("整份合同，不带期间"),
            }[chosen.needs],
            way_out="该文档所需：{needs}",
        )


def _line_of(desk: Desk, found: Contract, chosen: Composition) -> Expected | None:
    """The one line without periods that such a document is for; None where there is none, or more than one."""
    lines = [
        one
        for one in expected_of(desk.connection, found, desk.site.calendar, desk.now)
        if one.period is None and chosen in match_compositions(found, one.kind, None)
    ]
    return lines[0] if len({one.kind for one in lines}) == 1 else None


def _require_party(desk: Desk, found: Contract, expected: Expected | None) -> None:
    """A party's own report is its own to make."""
    parties = {"provider": found.provider_id, "using_unit": found.using_unit_id}
    if expected is None or parties.get(expected.party, desk.caller.organisation_id) == desk.caller.organisation_id:
        return
    raise Problem(
        "compose.party",
        "「{kind}」应由{party}编制",
        field="line",
        value=expected.key,
        kind=expected.kind,
        party=_(PARTIES[expected.party]),
        way_out="请由该方经办人编制",
    )


def _file(desk: Desk, plan: _Plan, made: Made) -> ReportRow:
    lock_contract(desk.connection, plan.new.contract_id)
    before, new, now = plan.before, plan.new, desk.site.clock.now()
    if before is None:  # somebody may have numbered it meanwhile
        before = _find_draft(desk, new)
    if before is None or before.state != DRAFTED:
        before = number_report(desk.connection, replace(new, statement_id=made.statement_id), now=now)
    kept = keep_file(
        desk.connection,
        name=made.name,
        media_type=media_type_of(made.name),
        content=made.content,
        now=now,
        organisation_id=desk.caller.organisation_id,
        person_id=desk.caller.person_id,
        run_id=desk.run_id,
    )
    more: dict[str, Any] = {"composed": plan.composition.code, "statement_id": made.statement_id}
    attach_file(desk.connection, before.id, kept.id, organisation_id=new.organisation_id, **more)
    return show_entry(desk, before.id)
