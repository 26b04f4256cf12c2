"""台账: drills and trainings, protected periods, and the people of a contract; an entry with its steps and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from yunqi.cases.logbook import EXERCISES, KINDS, LOGBOOKS, PROTECTED_PERIOD, STAFF, TIMES, Field
from yunqi.cases.logbook.fields import CHOICES, LABELS
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web.choices import contract_choices
from yunqi.web.clauses import role_word
from yunqi.web.forms import Form
from yunqi.web.happenings import happening_of
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.logbooks import (
    AdvanceLogbook,
    ListLogbook,
    LogbookDetail,
    LogbookField,
    LogbookFile,
    LogbookRow,
    OpenLogbook,
    ReadStaff,
    Staff,
)

router = APIRouter(prefix="/logbooks")
STANDINGS = {
    "running": "计时中",
    "overdue": "已超时",
    "kept": "按时",
    "late": "超时完成",
    "open": "合同未写明期限",
    "done": "已完成",
}
COLOURS = {"met": "red", "not_met": "green", "unknown": "orange", "open": "orange"}
_DANGEROUS = frozenset({"withdraw", "refuse", "cancel", "contest", "leave"})
HINTS = {
    "drill": "先写明方案；云平台的演练须经使用单位许可；开展后登记人员、时长、结果、问题与签到，由使用单位确认后计入。",
    "training": "先写明对象与内容；开展后登记人员、时长与签到，由使用单位确认后计入。",
    "restore_drill": "写明恢复哪一份备份；完成后登记用时与数据核验，由使用单位确认后计入。",
    "protected_period": "写明起止与所依据的通知；双方确认后作为认定事件的依据；值守见「重大保障值守」岗位的值班表。",
    "staff_member": "每人一条：岗位、用工形式、保密承诺与背景审查；离岗须先取得使用单位同意。",
    "staff_promise": "合同没有写明人数的，由双方在此确认；自起算时间后的整月起计。",
    "attendance": "每月一张：到岗人员的姓名，与名册一致；双方确认后才用于判断人数。",
    "staff_request": "使用单位要求更换人员；云服务商在期限内登记接替人员。",
    "staff_breach": "未按约定提供、擅自更换、脱岗、未及时到岗；双方确认的才累计。",
}


def _tabs(kind: str) -> list[tuple[str, str]]:
    if kind in STAFF or kind == "staff":
        return [(_("人员概况"), "/logbooks/staff"), *((_(LOGBOOKS[one]), _path(one)) for one in STAFF)]
    return [(_(LOGBOOKS[one]), _path(one)) for one in (*EXERCISES, PROTECTED_PERIOD)]


def _path(kind: str) -> str:
    return "/logbooks" if kind == EXERCISES[0] else f"/logbooks/{kind.replace('_', '-')}"


def _table(page: Page, kind: str) -> Table:
    book = KINDS[kind]
    states = dict.fromkeys([book.machine.initial, *(one.target for one in book.machine.transitions.values())])
    if "half_confirmed" not in states and None in states:
        states |= dict.fromkeys(("half_confirmed", "confirmed"))
    dated = (Column("until_at", _("结束时间"), "instant"),) if kind == PROTECTED_PERIOD else ()
    timed = (
        (
            Column("due_at", _("期限"), "instant"),
            Column("standing", _("时限"), value=lambda row: _(STANDINGS[row.standing]) if row.standing else ""),
        )
        if kind == "staff_request"
        else ()
    )
    may = page.may("logbook.open") and page.caller.organisation_role in book.opened_by

    def link(row: LogbookRow) -> str:
        return page.url(f"/logbooks/entries/{row.id}")

    return Table(
        f"logbook-{kind}",
        _(LOGBOOKS[kind]),
        (
            Column(
                "title", _("名称"), main=True, link=lambda row: page.url(f"/logbooks/entries/{row.id}"), sort="title"
            ),
            Column("state_name", _("状态")),
            Column("at", _(TIMES[kind]), "instant", sort="opened_at"),
            *dated,
            Column("summary", _("内容")),
            *timed,
            Column("contract_number", _("合同"), "code"),
            Column("number", _("编号"), "code", sort="number"),
        ),
        filters=(
            Filter("text", _("名称")),
            Filter("state", _("状态"), tuple((one, _(book.machine.label(one))) for one in states if one)),
            Filter("contract", _("合同"), tuple(contract_choices(page))),
        ),
        empty=Empty(
            _("还没有登记"),
            _(HINTS[kind]),
            page.url("/logbooks/new", kind=kind) if may else "",
            _("登记"),
            "checklist",
        ),
    )


def _show_list(page: Page, kind: str) -> Response:
    may = page.may("logbook.open") and page.caller.organisation_role in KINDS[kind].opened_by
    return page.show_list(
        "logbooks/list.html",
        _table(page, kind),
        page.reader("logbook.list", ListLogbook, kind=kind),
        kind=kind,
        title=_("人员") if kind in STAFF else _("演练与保障"),
        hint=_(HINTS[kind]),
        tabs_of=_tabs(kind),
        may_open=may,
    )


@router.get("")
def show_drills(page: PageOf) -> Response:
    """The drills."""
    return _show_list(page, EXERCISES[0])


@router.get("/staff")
def show_staff(page: PageOf, contract: str = "") -> Response:
    """Who is on the roster, promised against present, and what the contract makes of it."""
    contracts = contract_choices(page)
    chosen = contract or (contracts[0][0] if contracts else "")
    found: Staff | None = page.read("logbook.staff", ReadStaff(contract=chosen)) if chosen else None
    people = Table(
        "staff",
        _("在岗人员"),
        (
            Column("name", _("姓名"), main=True, link=lambda row: page.url(f"/logbooks/entries/{row.id}")),
            Column("role", _("岗位")),
            Column("employment_name", _("用工形式")),
            Column("key", _("骨干或管理人员"), value=lambda row: _("是") if row.key else ""),
            Column("start_at", _("到岗时间"), "instant"),
            Column("undertaking_on", _("保密承诺"), "date"),
            Column("checked_on", _("背景审查"), "date"),
            Column("lacks", _("缺少"), value=lambda row: _("、").join(row.lacks)),
        ),
        empty=Empty(_("名册上还没有人员"), _(HINTS["staff_member"]), "", "", "users"),
    )
    counts = Table(
        "staff-counts",
        _("承诺与到岗"),
        (
            Column("month", _("月份"), main=True),
            Column("role", _("岗位")),
            Column("promised", _("承诺"), "int"),
            Column("present", _("到岗"), "int"),
            Column("unlisted", _("不在名册"), "int"),
            Column("short", _("结论"), value=_short_word),
        ),
        empty=Empty(_("还没有双方确认的承诺人数"), _(HINTS["staff_promise"]), "", "", "users"),
    )
    return page.render(
        "logbooks/staff.html",
        tabs_of=_tabs("staff"),
        contracts=contracts,
        chosen=chosen,
        found=found,
        people=listing_of(people, found.people if found else ()),
        counts=listing_of(counts, found.counts if found else ()),
        colours=COLOURS,
    )


def _short_word(row: Any) -> str:
    return _("不能判定") if row.short is None else _("不足") if row.short else _("达到")


def _new_values(page: Page, kind: str) -> dict[str, Any]:
    if kind not in KINDS:
        raise HTTPException(404)
    return {
        "kind": kind,
        "heading": _(LOGBOOKS[kind]),
        "home": _path(kind),
        "time_label": _(TIMES[kind]),
        "hint": _(HINTS[kind]),
        "is_person": kind == "staff_member",
        "contracts": contract_choices(page),
        "fields": [_shown(one) for one in KINDS[kind].fields],
    }


def _shown(one: Field) -> LogbookField:
    return LogbookField(
        name=one.name,
        label=_(LABELS[one.name]),
        kind=one.kind,
        required=one.required,
        choices=tuple((code, _(CHOICES[one.name][code])) for code in CHOICES.get(one.name, ())),
    )


@router.get("/new")
def show_new(page: PageOf, kind: str = EXERCISES[0], contract: str = "") -> Response:
    """The form of an entry."""
    return page.render("logbooks/new.html", form=Form({"contract": contract}), **_new_values(page, kind))


@router.post("/new")
def record(page: PageOf) -> Response:
    """Enters it."""
    form, kind = page.form, page.form.text("kind")
    values = _new_values(page, kind)
    try:
        asked = OpenLogbook(
            contract=form.text("contract"),
            kind=kind,
            title=form.text("title"),
            at=form.instant("at") if form.text("at") else None,
            details=_details(page, values["fields"]),
        )
        outcome = page.do("logbook.open", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("logbooks/new.html", error, **values)
    return page.done(outcome, f"/logbooks/entries/{getattr(outcome.value, 'id', '')}", _("已登记"))


def _details(page: Page, fields: list[LogbookField] | tuple[LogbookField, ...]) -> dict[str, str]:
    """What the form sent for these fields; a file that was chosen is kept and named by its id."""
    found = {}
    for one in fields:
        if one.kind == "file":
            sent = page.form.files.get(one.name)
            if sent is not None and sent.filename:
                found[one.name] = page.keep_upload(one.name)
        elif page.form.text(one.name):
            found[one.name] = page.form.text(one.name)
    return found


@router.get("/entries/{id}")
def show_entry(page: PageOf, id: str) -> Response:  # noqa: A002
    """One entry: what was said of it, how it was manned, what may follow."""
    found: LogbookDetail = page.read("logbook.read", ById(id=id))
    return page.render(
        "logbooks/one.html",
        found=found,
        home=_path(found.kind),
        time_label=_(TIMES[found.kind]),
        standing=_(STANDINGS[found.standing]) if found.standing else "",
        steps=[
            (one, "btn btn-primary" if one.event in ("confirm", "hold") else "btn") for one in found.next if one.may
        ],
        waits=[
            (one.event_name, _("、").join(role_word(role) for role in one.roles)) for one in found.next if not one.may
        ],
        events=[happening_of(one) for one in reversed(found.timeline)],
    )


def _step_values(page: Page, identifier: str, event: str) -> dict[str, Any]:
    found: LogbookDetail = page.read("logbook.read", ById(id=identifier))
    step = next((one for one in found.next if one.event == event and one.may), None)
    if step is None:
        raise HTTPException(404)
    return {"found": found, "step": step, "home": _path(found.kind), "danger": event in _DANGEROUS}


@router.get("/entries/{id}/events/{event}")
def show_step(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """The form of one step, with what it needs."""
    return page.render("logbooks/step.html", **_step_values(page, id, event))


@router.post("/entries/{id}/events/{event}")
def advance(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """Takes the step."""
    values, form = _step_values(page, id, event), page.form
    try:
        at = form.instant("at") if form.text("at") else None
        asked = AdvanceLogbook(id=id, event=event, at=at, details=_details(page, values["step"].fields))
        outcome = page.do("logbook.advance", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("logbooks/step.html", error, **values)
    return page.done(outcome, f"/logbooks/entries/{id}", _("已记录"))


@router.get("/entries/{id}/file")
def hand_out_document(page: PageOf, id: str) -> Response:  # noqa: A002
    """The record, or the plan and roster, in Word."""
    return page.hand_out(page.read("logbook.file", ById(id=id)))


@router.get("/entries/{id}/attachments/{name}")
def hand_out_attachment(page: PageOf, id: str, name: str) -> Response:  # noqa: A002
    """A file that the entry names."""
    return page.hand_out(page.read("logbook.attachment", LogbookFile(id=id, name=name)))


@router.get("/{slug}")
def show_one_kind(page: PageOf, slug: str) -> Response:
    """One of the other logbooks."""
    kind = slug.replace("-", "_")
    if kind not in LOGBOOKS:
        raise HTTPException(404)
    return _show_list(page, kind)
