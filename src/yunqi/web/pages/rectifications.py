"""整改通知 and reclaim proposals: what was asked for by when, what was answered, and what may follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.cases.rectification import PURPOSES
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.clauses import role_word
from yunqi.web.forms import Form
from yunqi.web.happenings import happening_of
from yunqi.web.page import Page, PageOf
from yunqi.web.pieces import Happening
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.rectifications import (
    AdvanceRectification,
    ListRectifications,
    OpenRectification,
    RectificationDetail,
    RectificationRow,
)
from yunqi.wire.work_orders import TimelineEntry

router = APIRouter(prefix="/rectifications")
STEP_HELP: Mapping[str, str] = {
    "answer": "写明已经采取的措施与结果，并指明证据（记录编号、文件或截图）。",
    "return": "写明还缺什么，并给出新的期限。",
    "extend": "写明延长的理由和新的期限；曾经逾期的仍记为逾期。",
    "close": "写明核查的结论。闭环之后不再改动。",
    "withdraw": "撤销之后不再等待答复。",
}
_COLOURS = {"answer": "blue", "return": "red", "extend": "orange", "close": "green", "withdraw": "grey"}
PARTIES: Mapping[str, str] = {"provider": "云服务商", "using_unit": "使用单位"}


def left_words(row: RectificationRow) -> str:
    """How many days are left for an answer, or since when it is overdue."""
    if row.days_left is None:
        return _("曾逾期") if row.late else ""
    if row.days_left < 0:
        return _("逾期 {count} 天", count=-row.days_left)
    return _("剩 {count} 天", count=row.days_left)


def rectifications_table(page: Page) -> Table:
    """The list of notices."""
    answered = badges.state_words("rectification", "answered")
    states = (("issued", _("待答复")), ("returned", _("退回重做")), ("answered", answered))
    return Table(
        "rectifications",
        _("整改通知"),
        (
            Column("title", _("事项"), main=True, link=lambda row: page.url(f"/rectifications/{row.id}"), sort="title"),
            Column("purpose_name", _("类别")),
            Column("standing", _("状态"), "state", of="rectification"),
            Column("due_on", _("期限"), "date", sort="due_on"),
            Column("left", _("剩余"), value=left_words),
            Column("addressee", _("发给")),
            Column("issuer", _("发出单位")),
            Column("contract_number", _("合同"), "code"),
            Column("number", _("编号"), "code", sort="number"),
            Column("opened_at", _("发出"), "instant", sort="opened_at"),
        ),
        filters=(
            Filter("overdue", _("逾期"), (("true", _("只看逾期")), ("false", _("未逾期")))),
            Filter("purpose", _("类别"), tuple((code, _(PURPOSES[code])) for code in PURPOSES)),
            Filter("state", _("状态"), (*states, ("closed", _("已闭环")), ("withdrawn", _("已撤销")))),
        ),
        empty=Empty(
            _("没有整改通知"),
            _("政务云管理单位或监管服务商发现问题后，在这里向云服务商发出整改通知；对方在期限内答复，经核查后闭环。"),
            page.url("/rectifications/new") if page.may("rectification.open") else "",
            _("发出整改通知"),
            "checklist",
        ),
    )


@router.get("")
def list_rectifications(page: PageOf) -> Response:
    """The notices that the caller may see."""
    reader = page.reader("rectification.list", ListRectifications)
    return page.show_list("rectifications/list.html", rectifications_table(page), reader)


def _new_values(page: Page) -> dict[str, Any]:
    return {
        "contracts": contract_choices(page),
        "purposes": [(code, _(PURPOSES[code])) for code in PURPOSES],
        "parties": [("", _("按类别")), *((code, _(PARTIES[code])) for code in PARTIES)],
    }


@router.get("/new")
def show_new(
    page: PageOf, contract: str = "", purpose: str = "rectify", title: str = "", requirement: str = ""
) -> Response:
    """The form of a notice; what the address names stands in it already."""
    given = {"contract": contract, "purpose": purpose, "title": title, "requirement": requirement}
    given["resources"] = page.request.query_params.get("resources", "")
    return page.render("rectifications/new.html", form=Form(given), **_new_values(page))


@router.post("/new")
def open_rectification(page: PageOf) -> Response:
    """Issues it."""
    form = page.form
    try:
        asked = OpenRectification(
            contract=form.text("contract"),
            purpose=form.text("purpose"),
            to=form.optional("to"),
            title=form.text("title"),
            clause=form.text("clause"),
            requirement=form.text("requirement"),
            due_on=form.optional("due_on"),
            within_working_days=form.optional("within_working_days"),
            resources=tuple(line.strip() for line in form.text("resources").splitlines() if line.strip()),
        )
        outcome = page.do("rectification.open", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("rectifications/new.html", error, **_new_values(page))
    return page.done(outcome, f"/rectifications/{getattr(outcome.value, 'id', '')}", _("已发出"))


def _happening(one: TimelineEntry) -> Happening:
    shown = happening_of(one)
    return Happening(shown.at, shown.words, shown.by, shown.note, _COLOURS.get(one.event, "grey"))


@router.get("/{id}")
def show_rectification(page: PageOf, id: str) -> Response:  # noqa: A002
    """One notice."""
    found: RectificationDetail = page.read("rectification.read", ById(id=id))
    return page.render(
        "rectifications/one.html",
        found=found,
        left=left_words(found),
        steps=[one for one in found.next if one.may],
        waits=[
            (one.event_name, _("、").join(role_word(role) for role in one.roles)) for one in found.next if not one.may
        ],
        events=[
            *(_happening(one) for one in reversed(found.timeline)),
            Happening(found.opened_at, _("发出"), found.issuer, "", "orange"),
        ],
    )


@router.get("/{id}/file")
def hand_out_letter(page: PageOf, id: str) -> Response:  # noqa: A002
    """The notice as a letter in Word."""
    return page.hand_out(page.read("rectification.file", ById(id=id)))


@router.get("/{id}/files/{file}")
def hand_out_evidence(page: PageOf, id: str, file: str) -> Response:  # noqa: A002
    """A file that came with an answer."""
    found: RectificationDetail = page.read("rectification.read", ById(id=id))
    known = {one.file for one in found.files}
    return page.hand_out(page.read("document.read", ById(id=file if file in known else "none")))


def _step_values(page: Page, identifier: str, event: str) -> dict[str, Any] | None:
    found: RectificationDetail = page.read("rectification.read", ById(id=identifier))
    step = next((one for one in found.next if one.event == event and one.may), None)
    return None if step is None else {"found": found, "step": step, "help": _(STEP_HELP[event])}


def _past(page: Page, identifier: str) -> Response:
    return page.redirect(f"/rectifications/{identifier}", _("这一步现在不能由您办理，现状如下"), "warning")


@router.get("/{id}/events/{event}")
def show_step(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """The form of one step, with what it needs."""
    values = _step_values(page, id, event)
    return _past(page, id) if values is None else page.render("rectifications/step.html", **values)


@router.post("/{id}/events/{event}")
def advance(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """Answers, returns, extends, closes or withdraws."""
    values = _step_values(page, id, event)
    if values is None:
        return _past(page, id)
    form = page.form
    try:
        said = {name: form.optional(name) for name in ("measures", "evidence", "reason", "conclusion", "due_on")}
        chosen = form.files.get("file")
        file = page.keep_upload("file") if chosen is not None and chosen.filename else None
        outcome = page.do("rectification.advance", AdvanceRectification(id=id, event=event, file=file, **said))
    except (Problem, ValidationError) as error:
        return page.refuse("rectifications/step.html", error, **values)
    return page.done(outcome, f"/rectifications/{id}", _("已记录"))
