"""Notices of incidents: what was told with which receipt, who is told, the two reports, the national grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.cases.incident.national import GRADES, OPERATORS
from yunqi.cases.register import REGISTERS
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.notices.words import CHANNELS, PARTS, STAGES, channel_word
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.incidents import IncidentDetail
from yunqi.wire.notices import (
    AddContact,
    GradeIncident,
    ListContacts,
    ListNotices,
    NoticeRow,
    RecordNotice,
    ReportFault,
    SendNotice,
)

router = APIRouter(prefix="/notices")
DEEDS = {
    "send": "发送通知",
    "first_report": "提交初步报告",
    "final_report": "提交处理报告",
    "told": "登记已通知",
    "grade": "国家事件定级",
}
RIGHTS = {
    "send": "notice.send",
    "first_report": "notice.report",
    "final_report": "notice.report",
    "told": "notice.record",
    "grade": "notice.grade",
}
_AUTOMATIC = ("mail", "sms", "wecom", "dingtalk")
_BY_HAND = ("telephone", "letter", "fax", "in_person", "portal", "mail", "sms")
_TOLD = ("notice", "first_report", "final_report", "report", "summary")
_PARTS = {"first_report": ("happened", "impact", "measures"), "final_report": ("root_cause", "remedy", "prevention")}


def notices_table(page: Page) -> Table:
    """The tellings with their receipts."""
    states = tuple((code, badges.state_words("delivery", code)) for code in ("waiting", "done", "dead"))
    return Table(
        "notices",
        _("事件通知"),
        (
            Column(
                "subject",
                _("通知"),
                main=True,
                link=lambda row: _link(page, row),
            ),
            Column("stage_name", _("类别")),
            Column("channel_name", _("方式"), sort="channel"),
            Column("recipient", _("对象")),
            Column("state", _("状态"), "state", of="delivery"),
            Column("recorded_at", _("时间"), "instant", sort="recorded_at"),
            Column("done_at", _("送达时间"), "instant"),
            Column("answer", _("对方应答"), "long"),
            Column("error", _("原因"), "code"),
        ),
        filters=(
            Filter("contract", _("合同"), tuple(contract_choices(page))),
            Filter("state", _("状态"), states),
        ),
        empty=Empty(
            _("还没有通知"),
            _("登记通知对象后，事件发生、恢复与时限将到时自动通知，对方的应答作为回执留存。"),
            page.url("/notices/contacts"),
            _("通知对象"),
            "send",
        ),
    )


def _link(page: Page, row: NoticeRow) -> str:
    """The page of what a telling was about; empty where it was about nothing that has one."""
    if row.case_kind == "incident":
        return page.url(f"/incidents/{row.incident_id}")
    return page.url(f"/registers/{row.incident_id}") if row.case_kind in REGISTERS else ""


@router.get("")
def list_notices(page: PageOf) -> Response:
    """What was told, and what became of it."""
    return page.show_list("notices/list.html", notices_table(page), page.reader("notice.list", ListNotices))


def contacts_table(page: Page) -> Table:
    """Who is told."""
    return Table(
        "contacts",
        _("通知对象"),
        (
            Column("name", _("对象"), main=True, link=lambda row: page.url(f"/notices/contacts/{row.id}"), sort="name"),
            Column("organisation", _("单位")),
            Column("channel_name", _("方式"), sort="channel"),
            Column("address", _("地址"), "code"),
            Column("minutes_left", _("何时通知"), value=_when),
            Column("contract_number", _("合同"), "code"),
        ),
        filters=(Filter("contract", _("合同"), tuple(contract_choices(page))),),
        empty=Empty(
            _("还没有通知对象"),
            _("登记双方负责人的邮箱、手机号或群机器人；可以逐级登记，时限所剩不多时通知上一级。"),
            page.url("/notices/contacts/new") if page.may("contact.add") else "",
            _("登记通知对象"),
            "user-plus",
        ),
    )


def _when(row: Any) -> str:
    return _("即时") if row.minutes_left is None else _("剩余 {count} 分钟时", count=row.minutes_left)


@router.get("/contacts")
def list_contacts(page: PageOf) -> Response:
    """Who is told, by contract."""
    return page.show_list("notices/contacts.html", contacts_table(page), page.reader("contact.list", ListContacts))


def _new_values(page: Page, contract: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "channels": [(code, channel_word(code)) for code in _AUTOMATIC],
        "sides": [("using_unit", _("使用单位")), ("provider", _("云服务商"))],
    }


@router.get("/contacts/new")
def show_new(page: PageOf, contract: str = "") -> Response:
    """The form that names somebody; where there are several contracts, first which."""
    form = Form({"channel": "mail", "party": "using_unit"})
    return page.render("notices/contact_new.html", **_new_values(page, contract), form=form)


@router.post("/contacts/new")
def add_contact(page: PageOf) -> Response:
    """Names them."""
    form = page.form
    try:
        asked = AddContact(
            contract=form.text("contract"),
            party=form.text("party"),
            name=form.text("name"),
            channel=form.text("channel"),
            address=form.text("address"),
            secret=form.text("secret"),
            minutes_left=form.number("minutes_left") if form.text("minutes_left") else None,
        )
        outcome = page.do("contact.add", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("notices/contact_new.html", error, **_new_values(page, form.text("contract")))
    return page.done(outcome, "/notices/contacts", _("已登记"))


def _contact(page: Page, identifier: str) -> dict[str, Any]:
    rows = page.read("contact.list", ListContacts(limit=500)).items
    found = next((one for one in rows if one.id == identifier), None)
    if found is None:
        raise Problem(
            "contact.unknown", "没有通知对象「{value}」", field="id", value=identifier[:60], way_out="请刷新列表"
        )
    return {"found": found, "when": _when(found), "may_change": page.may("contact.remove")}


@router.get("/contacts/{id}")
def show_contact(page: PageOf, id: str) -> Response:  # noqa: A002
    """One contact, to be tried or removed."""
    return page.render("notices/contact.html", **_contact(page, id))


@router.post("/contacts/{id}/test")
def test_contact(page: PageOf, id: str) -> Response:  # noqa: A002
    """Sends a test; what comes of it stands in the list of notices."""
    try:
        outcome = page.do("contact.test", ById(id=id))
    except Problem as error:
        return page.refuse("notices/contact.html", error, **_contact(page, id))
    return page.done(outcome, "/notices", _("已交付发送，结果见本页"))


@router.post("/contacts/{id}/remove")
def remove_contact(page: PageOf, id: str) -> Response:  # noqa: A002
    """Nobody is told there any more."""
    try:
        outcome = page.do("contact.remove", ById(id=id))
    except Problem as error:
        return page.refuse("notices/contact.html", error, **_contact(page, id))
    return page.done(outcome, "/notices/contacts", _("已移除"))


# --- deeds on one incident ---


def _deed_values(page: Page, incident: str, deed: str) -> dict[str, Any]:
    if deed not in DEEDS:
        raise Problem("object.unknown", "没有这个对象，或您无权查看", way_out="请核对地址")
    found: IncidentDetail = page.read("incident.read", ById(id=incident))
    contacts = page.read("contact.list", ListContacts(contract=found.contract_id, limit=500)).items
    return {
        "found": found,
        "deed": deed,
        "words": _(DEEDS[deed]),
        "contacts": [(one.id, f"{one.name} · {one.channel_name} · {_when(one)}") for one in contacts],
        "parts": [(code, _(PARTS[code])) for code in _PARTS.get(deed, ())],
        "ways": [(code, _(CHANNELS[code])) for code in _BY_HAND],
        "stages": [(code, _(STAGES[code])) for code in _TOLD],
        "sides": [
            ("using_unit", _("使用单位")),
            ("provider", _("云服务商")),
            ("authority", _("主管部门")),
        ],
        "grades": [(code, _(GRADES[code])) for code in GRADES],
        "operators": [(code, _(OPERATORS[code])) for code in OPERATORS],
    }


@router.get("/{incident}/{deed}")
def show_deed(page: PageOf, incident: str, deed: str, stage: str = "notice") -> Response:
    """The form of one deed."""
    to = "authority" if stage in {"report", "summary"} else "using_unit"
    start = {"channel": "telephone", "stage": stage, "to": to, "grade": "larger", "operator": "other"}
    return page.render("notices/deed.html", **_deed_values(page, incident, deed), form=Form(start))


def _asked(page: Page, incident: str, deed: str) -> Any:
    form = page.form
    asks: dict[str, Callable[[], Any]] = {
        "send": lambda: SendNotice(incident=incident, text=form.text("text"), contacts=form.chosen("contacts")),
        "first_report": lambda: _report(form, incident, deed),
        "final_report": lambda: _report(form, incident, deed),
        "told": lambda: RecordNotice(
            incident=incident,
            stage=form.text("stage"),
            channel=form.text("channel"),
            to=form.text("to"),
            recipient=form.text("recipient"),
            receipt=form.text("receipt"),
            text=form.text("text"),
            at=form.instant("at") if form.text("at") else None,
        ),
        "grade": lambda: GradeIncident(
            incident=incident,
            grade=form.text("grade"),
            operator=form.text("operator"),
            reason=form.text("reason"),
            known_at=form.instant("known_at") if form.text("known_at") else None,
        ),
    }
    return asks[deed]()


def _report(form: Form, incident: str, stage: str) -> ReportFault:
    parts = {name: form.text(name) for name in _PARTS[stage]}
    return ReportFault.model_validate({"incident": incident, "stage": stage, **parts})


@router.post("/{incident}/{deed}")
def do_deed(page: PageOf, incident: str, deed: str) -> Response:
    """Does it."""
    values = _deed_values(page, incident, deed)
    try:
        outcome = page.do(RIGHTS[deed], _asked(page, incident, deed))
    except (Problem, ValidationError) as error:
        return page.refuse("notices/deed.html", error, **values)
    return page.done(outcome, f"/incidents/{incident}", _("已记录"))
