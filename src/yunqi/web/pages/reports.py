"""Reports: the calendar of what is due and late, the register, and one report from its draft to its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions.composed import COMPOSITIONS, TITLES, Composition, find_composition
from yunqi.operations.actions.reports import BREACH, RECLAIM
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.report_receivers import WAYS, is_to_be_sent, others_rows, receivers_words, takers_of, way_choices
from yunqi.web.tables import Column, Empty, Filter, Table, fixed
from yunqi.wire.base import ById, Request
from yunqi.wire.incidents import ListIncidents
from yunqi.wire.parties import ListOrganisations
from yunqi.wire.reports import (
    AttachReport,
    CalendarRow,
    ComposeReport,
    DeliverReport,
    ListReports,
    MakeLetter,
    NumberReport,
    ReadCalendar,
    ReceiveReport,
    ReportCalendar,
    ReportDetail,
    ReportRow,
)
from yunqi.wire.statements import ListStatements

router = APIRouter(prefix="/reports")
STATES = ("late", "lacking", "due", "sent", "later", "waits", "done")
ENTRY_STATES = ("drafted", "approved", "delivered", "received")
LETTERS = (BREACH, RECLAIM)
NEEDS: Mapping[str, str] = {
    "month": "一个自然月",
    "period": "一段期间",
    "incident": "一个事件",
    "contract": "整份合同",
}
"""What a document is of."""


def period_words(row: CalendarRow | ReportRow) -> str:
    """The first and the last day of what a report is of."""
    return "" if row.period_start is None else f"{row.period_start} – {row.period_end}"


def calendar_table(page: Page) -> Table:
    """What is due, the most urgent first."""

    def link(row: CalendarRow) -> str:
        if row.report_id:
            return page.url(f"/reports/{row.report_id}")
        if row.state == "done" or not page.may("report.number"):
            return ""
        return page.url("/reports/new", contract=row.contract_id, line=row.line)

    return Table(
        "report-calendar",
        _("报告日历"),
        (
            Column("kind", _("报告"), main=True, link=link),
            Column("period", _("期间"), value=period_words),
            Column("party_name", _("由谁")),
            Column("due_on", _("到期日"), "date"),
            Column("state", _("状态"), "state", of="report_line"),
            Column("late_days", _("逾期日数"), "int", value=lambda row: row.late_days or None),
            Column("report_number", _("期号")),
            Column("basis_text", _("期限依据"), "long"),
            Column("contract_number", _("合同"), "code"),
            Column("article", _("条款"), value=lambda row: (row.source or {}).get("article", "")),
        ),
        filters=(
            Filter("state", _("状态"), tuple((code, badges.state_words("report_line", code)) for code in STATES)),
            Filter("party", _("由谁"), (("provider", _("云服务商")), ("using_unit", _("使用单位")))),
        ),
        empty=Empty(_("没有待提交的报告"), _("合同约定的报告、计划和记录会按期列在这里。")),
    )


@router.get("")
def show_calendar(page: PageOf) -> Response:
    """What the contracts expect, what is late and by how many days."""
    asked = page.request.query_params
    state, party = asked.get("state"), asked.get("party")
    request = ReadCalendar.model_validate(
        {"state": state if state in STATES else None, "party": party if party in {"provider", "using_unit"} else None}
    )
    found: ReportCalendar = page.read("report.calendar", request)
    return page.show_list("reports/calendar.html", calendar_table(page), fixed(found.items), found=found)


def register_table(page: Page) -> Table:
    """The register, the newest first."""
    return Table(
        "reports",
        _("报告登记簿"),
        (
            Column("title", _("报告"), main=True, link=lambda row: page.url(f"/reports/{row.id}")),
            Column("reference", _("期号")),
            Column("period", _("期间"), value=period_words),
            Column("author", _("报送单位")),
            Column("receiver", _("收件单位"), value=receivers_words),
            Column("state", _("状态"), "state", of="report", sort="state"),
            Column("delivered_at", _("报送"), "instant"),
            Column("received_by", _("签收人")),
            Column("received_at", _("签收"), "instant"),
            Column("contract_number", _("合同"), "code"),
        ),
        filters=(
            Filter("kind", _("报告名称")),
            Filter("state", _("状态"), tuple((code, badges.state_words("report", code)) for code in ENTRY_STATES)),
            Filter("replaced", _("版本"), (("true", _("也看旧版本")),)),
        ),
        empty=Empty(
            _("还没有登记的报告"),
            _("在报告日历中选一项编号拟稿，审批、报送和签收都在此登记。"),
            page.url("/reports"),
            _("查看报告日历"),
        ),
        default_sort="-drafted_at",
    )


@router.get("/register")
def show_register(page: PageOf) -> Response:
    """All numbered reports that the caller may see."""
    return page.show_list("reports/register.html", register_table(page), page.reader("report.list", ListReports))


def _new_values(page: Page, asked: Any) -> dict[str, Any]:
    contract, line, revises = (asked.get(name) or "" for name in ("contract", "line", "revises"))
    expected = None
    if contract and line:
        rows = page.read("report.calendar", ReadCalendar(contract=contract, until_on=None)).items
        expected = next((one for one in rows if one.line == line), None)
    statements, receivers = [], []
    if contract:
        found = page.read("statement.list", ListStatements(contract=contract, last=True, limit=100)).items
        statements = [(one.id, _("{month} 结算单", month=one.month)) for one in found]
        receivers = _receivers(page, contract)
    return {
        "contracts": contract_choices(page),
        "contract": contract,
        "line": line,
        "revises": revises,
        "expected": expected,
        "period": period_words(expected) if expected else "",
        "statements": statements,
        "receivers": receivers,
        "letters": LETTERS,
        **_compose_values(page, contract, () if line or revises else [one.code for one in COMPOSITIONS], expected),
    }


def _compose_values(page: Page, contract: str, codes: Sequence[str], expected: CalendarRow | None) -> dict[str, Any]:
    """What Yunqi can make for a line, or (`codes`) without one: the documents, and the incidents where one is of an
    incident.
    """
    codes = expected.composed if expected is not None else codes
    if not contract or not codes or not page.may("report.compose"):
        return {"documents": [], "incidents": [], "needs_incident": False, "without_line": False}
    needs: dict[str, str] = {code: found.needs for code in codes if (found := find_composition(code))}
    incidents, of_incidents = [], "incident" in needs.values()
    if of_incidents:
        rows = page.read("incident.list", ListIncidents(contract=contract, limit=50)).items
        incidents = [(one.id, f"{one.number} {one.title}") for one in rows if one.kind == "fault"]
    return {
        "documents": [
            (
                code,
                _(TITLES[code]) if expected else _("{title}（{needs}）", title=_(TITLES[code]), needs=_(NEEDS[need])),
            )
            for code, need in needs.items()
        ],
        "incidents": incidents,
        "needs_incident": of_incidents and expected is not None,
        "without_line": expected is None,
    }


def _receivers(page: Page, contract: str) -> list[tuple[str, str]]:
    """The other party, the administration and the supervisor."""
    detail = page.read("contract.read", ById(id=contract))
    parties = {detail.using_unit_id, detail.provider_id}
    rows = page.read("organisation.list", ListOrganisations(limit=500)).items
    known = [one for one in rows if one.id in parties or one.role in ("administration", "supervisor")]
    return [(one.id, one.name) for one in known if one.id != page.caller.organisation_id]


@router.get("/new")
def show_new(page: PageOf) -> Response:
    """The form that numbers a draft."""
    return page.render("reports/new.html", **_new_values(page, page.request.query_params))


@router.post("/new")
def number(page: PageOf) -> Response:
    """Numbers it, with its document where one was chosen."""
    form = page.form
    asked = {name: form.text(name) for name in ("contract", "line", "revises")}
    try:
        outcome = page.do("report.number", _numbered(page, form))
    except (Problem, ValidationError) as error:
        return page.refuse("reports/new.html", error, **_new_values(page, asked))
    return page.done(outcome, f"/reports/{outcome.value.id}", _("已编号"))


def _numbered(page: Page, form: Form) -> NumberReport:
    line, revises = form.optional("line"), form.optional("revises")
    given: dict[str, Any] = {
        name: form.optional(name) for name in ("line", "revises", "title", "receiver", "statement")
    }
    if not line and not revises:
        given["kind"] = form.text("kind")
    for name in ("period_start", "period_end"):
        given[name] = form.day(name) if form.text(name) else None
    given["others"] = form.chosen("others")
    given["occasion_at"] = form.instant("occasion_at") if form.text("occasion_at") else None
    given["file"] = page.keep_upload("file") if _has_file(form) else None
    return NumberReport(contract=form.text("contract"), **given)


@router.post("/compose")
def compose(page: PageOf) -> Response:
    """Makes a document, of a line of the calendar or without one, numbers it and keeps it as a draft."""
    form = page.form
    asked = {name: form.text(name) for name in ("contract", "line")}
    try:
        named = {name: form.optional(name) for name in ("line", "incident", "report", "receiver")}
        chosen = _require_incident(named["report"], named["incident"])
        period = {name: form.day(name) if form.text(name) else None for name in ("period_start", "period_end")}
        if chosen is not None and chosen.needs != "incident":
            named["incident"] = None
        asking = ComposeReport(contract=form.text("contract"), others=form.chosen("others"), **named, **period)
        outcome = page.do("report.compose", asking)
    except (Problem, ValidationError) as error:
        return page.refuse("reports/new.html", error, **_new_values(page, asked))
    return page.done(outcome, "/reports/register")


def _require_incident(code: str | None, incident: str | None) -> Composition | None:
    """What is to be made. A document of an incident needs one: said at the form, before the work begins."""
    chosen = find_composition(code or "")
    if chosen is not None and chosen.needs == "incident" and incident is None:
        raise Problem(
            "compose.needs",
            "「{title}」须指明事件",
            field="incident",
            title=_(TITLES[chosen.code]),
            way_out="请选择是哪一个事件",
        )
    return chosen


def _has_file(form: Form) -> bool:
    try:
        return bool(form.upload("file").filename)
    except Problem:
        return False


def _one_values(page: Page, identifier: str) -> dict[str, Any]:
    found: ReportDetail = page.read("report.read", ById(id=identifier))
    one = found.entry
    author = found.side == "author"
    open_ = one.replaced_by is None
    return {
        "found": found,
        "one": one,
        "period": period_words(one),
        "way": _(WAYS[one.way]) if one.way in WAYS else one.way,
        "receipt_way": _(WAYS[one.receipt_way]) if one.receipt_way in WAYS else one.receipt_way,
        "ways": way_choices(),
        "may_attach": author and open_ and one.state == "drafted" and page.may("report.attach"),
        "may_make": author and open_ and one.state == "drafted" and found.letter and page.may("letter.make"),
        "may_approve": author
        and open_
        and one.state == "drafted"
        and one.file_id
        and not found.drafted_by_me
        and page.may("report.approve"),
        "may_deliver": author and open_ and is_to_be_sent(one) and page.may("report.deliver"),
        "may_receive": open_ and bool(takers_of(found)) and page.may("report.receipt"),
        "takers": takers_of(found),
        "others": others_rows(one),
        "may_compose": author and open_ and one.composed and page.may("report.compose"),
        "may_revise": author and open_ and page.may("report.number"),
    }


@router.get("/{id}")
def show_report(page: PageOf, id: str) -> Response:  # noqa: A002
    """One report: where it stands, who did what, its versions, and what can be done now."""
    return page.render("reports/one.html", **_one_values(page, id))


@router.get("/{id}/document")
def read_document(page: PageOf, id: str) -> Response:  # noqa: A002
    """Its document."""
    return page.hand_out(page.read("report.file", ById(id=id)))


@router.post("/{id}/{deed}")
def act(page: PageOf, id: str, deed: str) -> Response:  # noqa: A002
    """Attaches, makes, approves, sends or receives it."""
    if deed not in _DEEDS:
        raise HTTPException(404)
    try:
        outcome = page.do(_DEEDS[deed], _asked(page, id, deed))
    except (Problem, ValidationError) as error:
        return page.refuse("reports/one.html", error, **_one_values(page, id))
    return page.done(outcome, f"/reports/{id}", _(SAID[deed]) if deed in SAID else "")


_DEEDS = {
    "attach": "report.attach",
    "letter": "letter.make",
    "compose": "report.compose",
    "approve": "report.approve",
    "deliver": "report.deliver",
    "receive": "report.receipt",
}
SAID = {"attach": "已附上文档", "approve": "已审批", "deliver": "已登记报送", "receive": "已登记签收"}


def _asked(page: Page, identifier: str, deed: str) -> Request:
    form = page.form
    at = form.instant("at") if form.text("at") else None
    if deed == "attach":
        return AttachReport(id=identifier, file=page.keep_upload("file"))
    if deed == "compose":
        contract = page.read("report.read", ById(id=identifier)).entry.contract_id
        return ComposeReport(contract=contract, revises=identifier)
    if deed == "letter":
        dated = form.day("dated_on") if form.text("dated_on") else None
        return MakeLetter(id=identifier, code=form.text("code"), dated_on=dated, contact=form.text("contact"))
    if deed == "deliver":
        return DeliverReport.model_validate({"id": identifier, "way": form.text("way"), "at": at})
    if deed == "receive":
        given = {
            "id": identifier,
            "way": form.text("way"),
            "at": at,
            "received_by": form.text("received_by"),
            "receiver": form.optional("receiver"),
        }
        return ReceiveReport.model_validate({**given, "file": page.keep_upload("file") if _has_file(form) else None})
    return ById(id=identifier)
