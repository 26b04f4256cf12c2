"""Reports as actions: the calendar of what is due, and the register from a draft's number to the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from yunqi.contract.report_plan import Expected, kind_of
from yunqi.contract.report_state import Line
from yunqi.contract.report_words import basis_words, frequency_words
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.casework import require_case_of
from yunqi.operations.actions.composed import match_compositions
from yunqi.operations.actions.made import require_own_file
from yunqi.operations.report_calendar import (
    expected_of,
    lines_of,
    number_words,
    urgency,
)
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.document_lists import list_visible_contracts
from yunqi.store.files import load_content, require_file, take_file
from yunqi.store.listing import read_page
from yunqi.store.parties import require_organisation
from yunqi.store.report_lists import list_visible_reports, report_listing, report_rows, require_visible_report
from yunqi.store.report_receivers import FurtherReceiver, list_receivers
from yunqi.store.reports import (
    NewReport,
    ReportEntry,
    approve_report,
    attach_file,
    number_report,
    require_report,
    to_entry_of,
)
from yunqi.store.statements import require_statement
from yunqi.wire import reports as wire
from yunqi.wire.base import ById, Page
from yunqi.wire.reports import (
    AttachReport,
    CalendarRow,
    ListReports,
    NumberReport,
    ReadCalendar,
    ReportCalendar,
    ReportDetail,
    ReportRow,
)

AHEAD = timedelta(days=31)
BREACH, RECLAIM = "违约告知函", "资源回收函"
LETTERS: dict[str, Literal["breach", "reclaim"]] = {BREACH: "breach", RECLAIM: "reclaim"}


@action(
    "report.calendar",
    "GET",
    "/report-calendar",
    "查看报告日历",
    request=ReadCalendar,
    answer=ReportCalendar,
    aim=aims.contract_if_named,
)
def read_calendar(desk: Desk, request: ReadCalendar) -> ReportCalendar:
    """What the contracts expect, what is late and by how many days; the most urgent first."""
    today = date_of(desk.now)
    until_on = request.until_on or today + AHEAD
    if request.contract:
        contracts: tuple[Contract, ...] = (aims.require_contract_of(desk, request.contract),)
    else:
        contracts = list_visible_contracts(desk.connection, desk.caller)
    names: dict[str, str] = {}
    rows = [
        _calendar_row(desk, found, line, today, names)
        for found, line in _lines(desk, contracts)
        if request.party in (None, line.expected.party) and _is_within(line, request.from_on, until_on)
    ]
    counts = {state: sum(row.state == state for row in rows) for state in ("late", "lacking")}
    shown = [row for row in rows if request.state in (None, row.state)]
    return ReportCalendar(today=today, items=tuple(shown), **counts)


def _lines(desk: Desk, contracts: tuple[Contract, ...]) -> list[tuple[Contract, Line]]:
    entries: dict[str, list[ReportEntry]] = {}
    only = contracts[0].id if len(contracts) == 1 else None
    for one in list_visible_reports(desk.connection, desk.caller, only):
        entries.setdefault(one.contract_id, []).append(one)
    lines = [
        (found, line)
        for found in contracts
        for line in lines_of(
            expected_of(desk.connection, found, desk.site.calendar, desk.now),
            entries.get(found.id, ()),
            now=desk.now,
            calendar=desk.site.calendar,
        )
    ]
    return sorted(lines, key=lambda pair: (*urgency(pair[1]), pair[0].id))


def _is_within(line: Line, from_on: date | None, until_on: date) -> bool:
    """What has no day belongs to every time; what is late or lacking is shown until it is there."""
    day = line.due_on or (line.expected.period[1] if line.expected.period else None)
    if day is None:
        return True
    return (from_on is None or day >= from_on) and day <= until_on


def _calendar_row(desk: Desk, found: Contract, line: Line, today: date, names: dict[str, str]) -> CalendarRow:
    """`names` keeps the names of organisations that were looked up already."""
    one = line.expected
    party = {"using_unit": found.using_unit_id, "provider": found.provider_id}.get(one.party, "")
    if party and party not in names:
        names[party] = require_organisation(desk.connection, party).name
    filed = line.filed
    over = None if one.period is None else max((today - one.period[1]).days, 0)
    return CalendarRow(
        line=one.key,
        kind=one.kind,
        party=one.party,
        party_name=names.get(party, ""),
        frequency=frequency_words(one.frequency),
        period_start=one.period[0] if one.period else None,
        period_end=one.period[1] if one.period else None,
        occasion_at=filed.occasion_at if filed else None,
        due_on=line.due_on,
        due_at=line.due_at,
        basis=one.basis,
        basis_text=basis_words(one),
        state=line.state,
        late_days=line.late_days,
        days_over=over,
        report_id=filed.id if filed else None,
        report_number=filed.number if filed else "",
        contract_id=found.id,
        contract_number=found.number,
        title=found.title,
        source=dict(one.source) if one.source else None,
        composed=tuple(each.code for each in match_compositions(found, one.kind, one.period)),
    )


@action(
    "report.list",
    "GET",
    "/reports",
    "列出报告登记",
    request=ListReports,
    answer=Page[ReportRow],
    aim=aims.contract_if_named,
)
def list_(desk: Desk, request: ListReports) -> Page[ReportRow]:
    """The register of the contracts that the caller may see, the newest first; drafts are their author's alone."""
    listing = report_listing(
        desk.caller,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        kind=kind_of(request.kind) if request.kind else None,
        year=request.year,
        state=request.state,
        case_id=require_case_of(desk, "incident", request.incident).id if request.incident else None,
        replaced=request.replaced,
    )
    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=_row
    )
    return Page[ReportRow](items=_with_others(desk, items), next_cursor=following)


def _with_others(desk: Desk, rows: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """The same rows, each with its further receivers."""
    found = list_receivers(desk.connection, [one.id for one in rows])
    return tuple(one.model_copy(update=_others(found[one.id])) if one.id in found else one for one in rows)


def _others(given: Sequence[FurtherReceiver]) -> dict[str, Any]:
    """The further receivers of one report, and each in words: how far the report has come to it."""
    names = wire.FurtherReceiver.model_fields
    return {
        "others": tuple(wire.FurtherReceiver(**{name: getattr(one, name) for name in names}) for one in given),
        "others_name": tuple(_other_words(one) for one in given),
    }


def _other_words(one: FurtherReceiver) -> str:
    if one.received_at is not None:
        return _("{organisation}，{at} 签收", organisation=one.organisation, at=render_local(one.received_at))
    if one.delivered_at is not None:
        return _("{organisation}，{at} 报送", organisation=one.organisation, at=render_local(one.delivered_at))
    return _("{organisation}，尚未报送", organisation=one.organisation)


def _row(row: Any) -> ReportRow:
    fields = {
        name: getattr(row, name)
        for name in ReportRow.model_fields
        if name not in ("reference", "others", "others_name")
    }
    return ReportRow(**fields, reference=number_words(to_entry_of(row)))


def _aim(desk: Desk, request: Any) -> Target:
    found = require_report(desk.connection, request.id)
    return aims.target_of_contract(desk, require_contract(desk.connection, found.contract_id))


@action("report.read", "GET", "/reports/{id}", "查看报告登记", request=ById, answer=ReportDetail, aim=_aim)
def read(desk: Desk, request: ById) -> ReportDetail:
    """One report with all its versions that the caller may see."""
    found = require_visible_report(desk.connection, request.id, desk.caller)
    rows = _with_others(desk, [_row(one) for one in report_rows(desk.connection, found, desk.caller)])
    mine = desk.caller.organisation_id
    side: Literal["author", "receiver", "further", "other"] = (
        "author" if mine == found.organisation_id else "receiver" if mine == found.receiver_id else "other"
    )
    entry = next(one for one in rows if one.id == found.id)
    if side == "other" and mine in {one.organisation_id for one in entry.others}:
        side = "further"
    return ReportDetail(
        entry=entry,
        versions=rows,
        side=side,
        mine=mine,
        drafted_by_me=found.drafted_by == desk.caller.person_id,
        letter=LETTERS.get(found.kind),
    )


@action("report.file", "GET", "/reports/{id}/file", "下载报告", request=ById, answer=Content, aim=_aim)
def read_file(desk: Desk, request: ById) -> Content:
    """Its document. Raises `Problem` report_entry.no_file."""
    found = require_visible_report(desk.connection, request.id, desk.caller)
    if found.file_id is None:
        raise Problem(
            "report_entry.no_file", "该报告还没有文档", field="file", value=found.id, way_out="请先上传或编制文档"
        )
    kept = require_file(desk.connection, found.file_id)
    return Content(kept.name, kept.media_type, load_content(desk.connection, kept.id))


@action("report.number", "POST", "/reports", "报告编号拟稿", request=NumberReport, answer=ReportRow, aim=aims.contract)
def number(desk: Desk, request: NumberReport) -> ReportRow:
    """Gives a draft the next number of its contract, kind and year; its other versions keep theirs.

    Raises `Problem` report_entry.line, …receiver, …unknown, …replaced, …author and file.unknown.
    """
    found = aims.require_contract_of(desk, request.contract)
    expected = require_expected(desk, found, request.line) if request.line else None
    period = expected.period if expected else None
    if request.period_start and request.period_end:
        period = (request.period_start, request.period_end)
    kind = expected.kind if expected else kind_of(request.kind or "")
    organisation = desk.caller.organisation_id or ""
    receiver = receiver_of(desk, found, request.receiver, organisation)
    title = request.title or kind
    if request.revises:
        before = require_visible_report(desk.connection, request.revises, desk.caller)
        title = request.title or before.title
    if request.statement and require_statement(desk.connection, request.statement).contract_id != found.id:
        raise Problem(
            "statement.unknown",
            "合同下没有结算单「{value}」",
            field="statement",
            value=request.statement,
            way_out="请核对结算单标识",
        )
    made = number_report(
        desk.connection,
        NewReport(
            contract_id=found.id,
            kind=kind,
            year=year_of(period, request.occasion_at or desk.now),
            title=title,
            organisation_id=organisation,
            receiver_id=receiver,
            person_id=desk.person_id,
            others=others_of(desk, found, request.others, organisation, receiver),
            period=period,
            occasion_at=request.occasion_at,
            statement_id=request.statement,
            revises=request.revises,
        ),
        now=desk.now,
    )
    if request.file:
        _attach(desk, made.id, request.file)
    return show_entry(desk, made.id)


def year_of(period: tuple[date, date] | None, at: datetime) -> int:
    """The year of its last day: the week over a year's end is of the new year."""
    return period[1].year if period else date_of(at).year


def require_expected(desk: Desk, found: Contract, key: str) -> Expected:
    """The line of the calendar of this key; raises `Problem` report_entry.line."""
    for one in expected_of(desk.connection, found, desk.site.calendar, desk.now):
        if one.key == key:
            return one
    raise Problem(
        "report_entry.line",
        "报告日历中没有「{value}」这一项",
        field="line",
        value=key,
        way_out="请在报告日历中核对",
    )


def receiver_of(desk: Desk, found: Contract, receiver: str | None, organisation: str) -> str:
    """The organisation that is to get a report, the contract's other party where none is named.

    Raises `Problem` report_entry.receiver.
    """
    if receiver:
        chosen = require_organisation(desk.connection, receiver)
        known = {found.using_unit_id, found.provider_id}
        if chosen.id == organisation or (
            chosen.id not in known and chosen.role not in ("administration", "supervisor")
        ):
            raise Problem(
                "report_entry.receiver",
                "「{value}」不能作为收件单位",
                field="receiver",
                value=receiver,
                way_out="应为合同的另一方、政务云管理单位或云综合监管服务商",
            )
        return chosen.id
    return found.provider_id if organisation == found.using_unit_id else found.using_unit_id


def others_of(desk: Desk, found: Contract, others: Iterable[str], organisation: str, receiver: str) -> tuple[str, ...]:
    """The further receivers that are named, the first receiver apart. Raises `Problem` report_entry.receiver."""
    named = dict.fromkeys(receiver_of(desk, found, one, organisation) for one in others)
    return tuple(one for one in named if one != receiver)


def _attach(desk: Desk, report_id: str, file_id: str) -> None:
    require_own_file(desk, file_id)
    attach_file(desk.connection, report_id, file_id, organisation_id=desk.caller.organisation_id or "")
    take_file(desk.connection, file_id)


def show_entry(desk: Desk, report_id: str) -> ReportRow:
    """An entry that the caller may see, as it stands."""
    found = require_visible_report(desk.connection, report_id, desk.caller)
    rows = [_row(one) for one in report_rows(desk.connection, found, desk.caller) if one.id == report_id]
    return _with_others(desk, rows)[0]


@action("report.attach", "POST", "/reports/{id}/file", "附上报告文档", request=AttachReport, answer=ReportRow, aim=_aim)
def attach(desk: Desk, request: AttachReport) -> ReportRow:
    """The document of a draft. Raises `Problem` report_entry.state, …author and file.unknown."""
    require_visible_report(desk.connection, request.id, desk.caller)
    _attach(desk, request.id, request.file)
    return show_entry(desk, request.id)


@action("report.approve", "POST", "/reports/{id}/approve", "审批报告", request=ById, answer=ReportRow, aim=_aim)
def approve(desk: Desk, request: ById) -> ReportRow:
    """Approves a draft, by somebody else than who drafted it. Raises `Problem` report_entry.state, …no_file, …own."""
    require_visible_report(desk.connection, request.id, desk.caller)
    approve_report(
        desk.connection,
        request.id,
        organisation_id=desk.caller.organisation_id or "",
        person_id=desk.person_id,
        now=desk.now,
    )
    return show_entry(desk, request.id)
