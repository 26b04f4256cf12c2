"""责任认定: what was asked of an event, what one party says, and whether the other agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.cases.adjudication import QUESTIONS
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_yuan
from yunqi.kernel.words import _
from yunqi.reports.words import event_title
from yunqi.settlement.late_points import month_of_group
from yunqi.settlement.lateness import LATE
from yunqi.settlement.readings import render_question
from yunqi.web import badges, figures
from yunqi.web.choices import contract_choices
from yunqi.web.clauses import role_word
from yunqi.web.forms import Form
from yunqi.web.happenings import happening_of
from yunqi.web.page import Page, PageOf
from yunqi.web.pieces import Happening
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById, Request
from yunqi.wire.incidents import (
    AdvanceAdjudication,
    FindingDetail,
    FindingRow,
    ListAdjudications,
    ListIncidents,
    OpenAdjudication,
)

router = APIRouter(prefix="/adjudications")
PEOPLE, LOSS, BASE = "people_affected", "loss_fen", "base_fen"
MONEY = (LOSS, BASE)
STEP_HELP: Mapping[str, str] = {
    "confirm": "双方都确认之后，认定才生效，并用于结算。",
    "contest": "提出异议后由政务云管理单位裁定。",
    "decide": "裁定立即生效，并用于结算。",
    "withdraw": "撤回后这项认定不再有效，可以重新提出。",
}
STEP_ACTIONS: Mapping[str, str] = {"confirm": "adjudication.confirm"}
_MOST = 100


def answer_words(row: FindingRow) -> Markup | str:
    """The answer: money where it is a sum."""
    if row.question in MONEY and row.answer.isdecimal():
        return figures.money(int(row.answer))
    return row.answer_name


def adjudications_table(page: Page) -> Table:
    """The list of findings."""
    states = tuple((code, badges.state_words("adjudication", code)) for code in badges.STATES["adjudication"])
    opening = page.may("adjudication.open")
    return Table(
        "adjudications",
        _("责任认定"),
        (
            Column(
                "question_name",
                _("认定事项"),
                link=lambda row: page.url(f"/adjudications/{row.id}"),
                main=True,
            ),
            Column("event_name", _("事件")),
            Column("answer", _("结论"), "html", value=answer_words),
            Column("state", _("状态"), "state", of="adjudication", sort="state"),
            Column("using_unit", _("使用单位")),
            Column("provider", _("云服务商")),
            Column("number", _("编号"), "code", sort="number"),
            Column("opened_at", _("提出时间"), "instant", sort="opened_at"),
        ),
        filters=(Filter("state", _("状态"), states),),
        empty=Empty(
            _("还没有认定"),
            _("结算单的未定之处需要认定时，由一方提出，双方确认后生效。"),
            page.url("/adjudications/new") if opening else "",
            _("提出认定"),
            "gavel",
        ),
    )


@router.get("")
def list_adjudications(page: PageOf) -> Response:
    """The findings that the caller may see."""
    reader = page.reader("adjudication.list", ListAdjudications)
    return page.show_list("adjudications/list.html", adjudications_table(page), reader)


def _new_values(page: Page, contract: str, event: str, question: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    rows = page.read("incident.list", ListIncidents(contract=contract, limit=_MOST)).items if contract else ()
    events = [(one.id, f"{one.title} · {one.number}") for one in rows]
    if event and event not in dict(events):
        events.insert(0, (event, _event_words(event)))
    in_yuan = {LOSS: _("经济损失（元）"), BASE: _("计算违约金的基数（元）")}
    asked = [(code, in_yuan.get(code) or _(QUESTIONS[code])) for code in QUESTIONS]
    if question and question not in QUESTIONS:
        asked.insert(0, (question, render_question(question)))
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "events": events,
        "questions": asked,
    }


def _event_words(event: str) -> str:
    month = month_of_group(event)
    if month is not None:
        return _("{month} 结算单列出的各项逾期义务", month=month)
    prefix, _colon, key = event.partition(":")
    return _("逾期：{title}", title=key) if prefix == LATE and key else event_title(event)


@router.get("/new")
def show_new(page: PageOf, contract: str = "", event: str = "", question: str = "") -> Response:
    """The form that proposes a finding; what the address names is chosen already."""
    form = Form({"event": event, "question": question})
    return page.render("adjudications/new.html", **_new_values(page, contract, event, question), form=form)


@router.post("/new")
def open_adjudication(page: PageOf) -> Response:
    """Proposes it; it counts once both parties confirmed it."""
    form = page.form
    contract, question = form.text("contract"), form.text("question")
    try:
        asked = OpenAdjudication(
            contract=contract,
            event=form.text("event"),
            question=question,
            answer=_answer(form, question),
            evidence=form.text("evidence"),
        )
        outcome = page.do("adjudication.open", asked)
    except (Problem, ValidationError) as error:
        values = _new_values(page, contract, form.text("event"), question)
        return page.refuse("adjudications/new.html", error, **values)
    identifier = getattr(outcome.value, "id", "")
    return page.done(outcome, f"/adjudications/{identifier}", _("已提出，双方确认后生效"))


def _answer(form: Form, question: str) -> str:
    """The answer as the action takes it: people as they are, a sum in fen, else yes or no."""
    if question == PEOPLE:
        return str(form.number("figure"))
    if question in MONEY:
        try:
            return str(parse_yuan(form.text("figure")))
        except Problem as error:
            error.field = "figure"
            raise
    return form.text("answer")


def _context(page: Page, identifier: str) -> dict[str, Any]:
    found: FindingDetail = page.read("adjudication.read", ById(id=identifier))
    return {
        "found": found,
        "answer": answer_words(found),
        "steps": [one for one in found.next if one.may],
        "waits": [
            (one.event_name, _("、").join(role_word(role) for role in one.roles)) for one in found.next if not one.may
        ],
        "events": [
            *(happening_of(one) for one in reversed(found.timeline)),
            Happening(found.opened_at, _("提出"), "", "", "grey"),
        ],
        "on_incident": found.event.startswith("cas-"),
    }


@router.get("/{id}")
def show_adjudication(page: PageOf, id: str) -> Response:  # noqa: A002
    """One finding: what it says, on what evidence, who confirmed it, what may follow."""
    return page.render("adjudications/one.html", **_context(page, id))


def _step_values(page: Page, identifier: str, event: str) -> dict[str, Any] | None:
    found: FindingDetail = page.read("adjudication.read", ById(id=identifier))
    step = next((one for one in found.next if one.event == event and one.may), None)
    if step is None:
        return None
    return {
        "found": found,
        "answer": answer_words(found),
        "step": step,
        "help": _(STEP_HELP[event]),
        "numeric": found.question in (PEOPLE, *MONEY),
        "loss": found.question in MONEY,
    }


def _past(page: Page, identifier: str) -> Response:
    """Somebody else was quicker, or the step is not this person's: back to how it stands."""
    return page.redirect(f"/adjudications/{identifier}", _("这一步现在不能由您办理，现状如下"), "warning")


@router.get("/{id}/events/{event}")
def show_step(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """The form of one step, with what it needs."""
    values = _step_values(page, id, event)
    return _past(page, id) if values is None else page.render("adjudications/step.html", **values)


@router.post("/{id}/events/{event}")
def advance(page: PageOf, id: str, event: str) -> Response:  # noqa: A002
    """Confirms, contests, decides or takes back."""
    values = _step_values(page, id, event)
    if values is None:
        return _past(page, id)
    form, found = page.form, values["found"]
    try:
        asked: Request = ById(id=id)
        if event != "confirm":
            deciding = event == "decide"
            asked = AdvanceAdjudication(
                id=id,
                event=event,
                reason=form.optional("reason"),
                answer=(_answer(form, found.question) or None) if deciding else None,
                evidence=form.optional("evidence"),
            )
        outcome = page.do(STEP_ACTIONS.get(event, "adjudication.advance"), asked)
    except (Problem, ValidationError) as error:
        return page.refuse("adjudications/step.html", error, **values)
    return page.done(outcome, f"/adjudications/{id}", _("已记录"))
