"""登记: complaints, emergency cut-offs, force majeure and unmanned time, a tab each, and one entry with its steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from yunqi.cases.register import COMPLAINT, FINDINGS, REGISTERS, UNATTENDED
from yunqi.cases.register.words import RELIEFS, STANDINGS
from yunqi.kernel.errors import Problem
from yunqi.kernel.units import render_length
from yunqi.kernel.words import _
from yunqi.web.choices import contract_choices
from yunqi.web.clauses import role_word
from yunqi.web.forms import Form
from yunqi.web.happenings import happening_of
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.registers import (
    AdvanceEntry,
    ListRegister,
    RecordEntry,
    RegisterClock,
    RegisterDetail,
    RegisterRow,
    TellOfCutOff,
)

router = APIRouter(prefix="/registers")
PATHS: Mapping[str, str] = {kind: "" if kind == COMPLAINT else f"/{kind.replace('_', '-')}" for kind in REGISTERS}
CHANNELS: Mapping[str, str] = {
    "telephone": "电话",
    "letter": "信函",
    "fax": "传真",
    "mail": "电子邮件",
    "web": "网站",
    "meeting": "当面",
}
TOLD_BY: Mapping[str, str] = {
    "mail": "邮件",
    "sms": "短信",
    "telephone": "电话",
    "letter": "书面",
    "fax": "传真",
    "in_person": "当面",
}


def clock_words(one: RegisterClock) -> str:
    """One clock in words: what must be done, and how it stands."""
    return _("{name}：{standing}", name=one.name_words, standing=_(STANDINGS[one.standing]))


def _tabs() -> list[tuple[str, str]]:
    return [(_(REGISTERS[kind]), f"/registers{PATHS[kind]}") for kind in REGISTERS]


def _table(page: Page, kind: str) -> Table:
    def clocks(row: RegisterRow) -> str:
        return _("；").join(clock_words(one) for one in row.clocks)

    states = ("recorded", "half_confirmed", "confirmed", "contested", "withdrawn")
    words = (_("已登记"), _("一方已确认"), _("双方已确认"), _("有异议"), _("已撤回"))
    may = kind != UNATTENDED and page.may("register.record")
    return Table(
        f"registers-{kind}",
        _(REGISTERS[kind]),
        (
            Column("title", _("事项"), main=True, link=lambda row: page.url(f"/registers/{row.id}"), sort="title"),
            Column("state_name", _("状态")),
            Column("at", _("时间"), "instant", sort="opened_at"),
            Column("who", _("提出人")),
            Column("channel", _("渠道"), value=lambda row: _(CHANNELS[row.channel]) if row.channel else ""),
            Column("clocks", _("时限"), value=clocks),
            Column("contract_number", _("合同"), "code"),
            Column("number", _("编号"), "code", sort="number"),
        ),
        filters=(Filter("state", _("状态"), tuple(zip(states, words, strict=True))),),
        empty=Empty(
            _("还没有登记"),
            _("登记之后由双方确认；双方都确认的才计入结算。"),
            page.url("/registers/new", kind=kind) if may else "",
            _("登记"),
            "checklist",
        ),
    )


def _show_list(page: Page, kind: str) -> Response:
    listed = page.reader("register.list", ListRegister, kind=kind)
    return page.show_list("registers/list.html", _table(page, kind), listed, kind=kind, tabs_of=_tabs())


@router.get("")
def show_complaints(page: PageOf) -> Response:
    """The register of complaints."""
    return _show_list(page, COMPLAINT)


@router.get("/cut-off")
def show_cut_offs(page: PageOf) -> Response:
    """Emergency cut-offs and what was restored."""
    return _show_list(page, "cut_off")


@router.get("/force-majeure")
def show_suspensions(page: PageOf) -> Response:
    """Notices of force majeure."""
    return _show_list(page, "force_majeure")


@router.get("/unattended")
def show_unattended(page: PageOf) -> Response:
    """Unmanned time that the rota found."""
    return _show_list(page, UNATTENDED)


def _new_values(page: Page) -> dict[str, Any]:
    return {
        "contracts": contract_choices(page),
        "kinds": [(kind, _(REGISTERS[kind])) for kind in REGISTERS if kind != UNATTENDED],
        "channels": [("", "—"), *((code, _(CHANNELS[code])) for code in CHANNELS)],
    }


@router.get("/new")
def show_new(page: PageOf, kind: str = COMPLAINT, contract: str = "") -> Response:
    """The form of an entry."""
    return page.render("registers/new.html", form=Form({"kind": kind, "contract": contract}), **_new_values(page))


@router.post("/new")
def record(page: PageOf) -> Response:
    """Enters it."""
    form = page.form
    try:
        asked = RecordEntry(
            contract=form.text("contract"),
            kind=form.text("kind"),
            title=form.text("title"),
            who=form.text("who"),
            at=form.instant("at"),
            channel=form.optional("channel"),
            system=form.optional("system"),
            text=form.text("text"),
            notified_at=form.instant("notified_at") if form.text("notified_at") else None,
        )
        outcome = page.do("register.record", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("registers/new.html", error, **_new_values(page))
    return page.done(outcome, f"/registers/{getattr(outcome.value, 'id', '')}", _("已登记"))


@router.get("/{id}")
def show_entry(page: PageOf, id: str) -> Response:  # noqa: A002
    """One entry: its clocks, what it proposes, and what may follow."""
    found: RegisterDetail = page.read("register.read", ById(id=id))
    return page.render(
        "registers/one.html",
        found=found,
        channel=_(CHANNELS[found.channel]) if found.channel else "",
        home=f"/registers{PATHS[found.kind]}",
        clocks=[(one, _(STANDINGS[one.standing]), _elapsed(one)) for one in found.clocks],
        relief=_(RELIEFS[found.relief]) if found.relief else "",
        may_tell=any(one.name == "tell" for one in found.clocks)
        and found.state != "withdrawn"
        and page.may("register.tell"),
        steps=[one for one in found.next if one.may],
        waits=[
            (one.event_name, _("、").join(role_word(role) for role in one.roles)) for one in found.next if not one.may
        ],
        events=[happening_of(one) for one in reversed(found.timeline)],
    )


def _elapsed(one: RegisterClock) -> str:
    return render_length(timedelta(minutes=one.elapsed_minutes))


def _tell_values(page: Page, identifier: str) -> dict[str, Any]:
    found: RegisterDetail = page.read("register.read", ById(id=identifier))
    if not any(one.name == "tell" for one in found.clocks) or not page.may("register.tell"):
        raise HTTPException(404)
    return {"found": found, "ways": [(code, _(TOLD_BY[code])) for code in TOLD_BY]}


@router.get("/{id}/told")
def show_tell(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form of a telling by hand."""
    return page.render("registers/tell.html", **_tell_values(page, id))


@router.post("/{id}/told")
def tell(page: PageOf, id: str) -> Response:  # noqa: A002
    """Keeps its receipt."""
    values, form = _tell_values(page, id), page.form
    try:
        asked = TellOfCutOff(
            id=id,
            channel=form.text("channel"),
            recipient=form.text("recipient"),
            receipt=form.text("receipt"),
            at=form.instant("at") if form.text("at") else None,
        )
        outcome = page.do("register.tell", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("registers/tell.html", error, **values)
    return page.done(outcome, f"/registers/{id}", _("已记录"))


def _step_values(page: Page, identifier: str, event: str) -> dict[str, Any]:
    found: RegisterDetail = page.read("register.read", ById(id=identifier))
    step = next((one for one in found.next if one.event == event and one.may), None)
    if step is None:
        raise HTTPException(404)
    return {"found": found, "step": step, "findings": [(code, _(FINDINGS[code])) for code in FINDINGS]}


@router.get("/{id}/events/{event}")
def show_step(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """The form of one step, with what it needs."""
    return page.render("registers/step.html", **_step_values(page, id, event))


@router.post("/{id}/events/{event}")
def advance(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """Takes the step."""
    values, form = _step_values(page, id, event), page.form
    try:
        said = {name: form.optional(name) for name in ("note", "evidence", "reason", "finding")}
        at = form.instant("at") if form.text("at") else None
        received_at = form.instant("received_at") if form.text("received_at") else None
        outcome = page.do("register.advance", AdvanceEntry(id=id, event=event, at=at, received_at=received_at, **said))
    except (Problem, ValidationError) as error:
        return page.refuse("registers/step.html", error, **values)
    return page.done(outcome, f"/registers/{id}", _("已记录"))
