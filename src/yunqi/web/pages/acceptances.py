"""验收: the material against the contract's list, a request, the answer, the sign-off."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.happenings import happening_of
from yunqi.web.page import Page, PageOf
from yunqi.web.pieces import Happening
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.acceptances import (
    AcceptanceDetail,
    AcceptanceFile,
    AcceptanceRow,
    AdvanceAcceptance,
    AnswerAcceptance,
    HandIn,
    ListAcceptances,
    OfMaterial,
    RequestAcceptance,
    ScoreCount,
    SignAcceptance,
)
from yunqi.wire.base import ById, Request
from yunqi.wire.statements import ListStatements

router = APIRouter(prefix="/acceptances")
_MOST = 100
_FILES = ("docx", "xlsx")
_ANSWER_STATES = {"pass": "passed", "rework": "rework", "fail": "failed"}
_ANSWERS = frozenset(_ANSWER_STATES)
_APART = frozenset({"deem", "sign", "prove"})


def acceptances_table(page: Page) -> Table:
    """The list of acceptances."""
    states = tuple((code, badges.state_words("acceptance", code)) for code in badges.STATES["acceptance"])
    return Table(
        "acceptances",
        _("验收"),
        (
            Column("title", _("名称"), main=True, link=lambda row: page.url(f"/acceptances/{row.id}")),
            Column("stage", _("阶段")),
            Column("state", _("状态"), "state", of="acceptance", sort="state"),
            Column("asked_on", _("提请日"), "date"),
            Column("due_on", _("期限"), "date"),
            Column("clock_state", _("期限状态"), value=_clock_words),
            Column("accepted_on", _("验收合格日"), "date"),
            Column("using_unit", _("使用单位")),
            Column("provider", _("云服务商")),
            Column("number", _("编号"), "code", sort="number"),
        ),
        filters=(Filter("state", _("状态"), states),),
        empty=Empty(
            _("还没有验收"),
            _("云服务商备齐合同所列的材料之后提请验收；材料与提请都在合同的验收材料页。"),
            page.url("/acceptances/material"),
            _("查看验收材料"),
            "clipboard-list",
        ),
    )


def _clock_words(row: AcceptanceRow) -> str:
    """What the contract's own clock says, with the days that it is late."""
    left = row.days_left
    return (
        row.clock_name if left is None or left >= 0 else _("{state}，已过 {days} 天", state=row.clock_name, days=-left)
    )


@router.get("")
def list_acceptances(page: PageOf) -> Response:
    """The acceptances that the caller may see."""
    return page.show_list(
        "acceptances/list.html", acceptances_table(page), page.reader("acceptance.list", ListAcceptances)
    )


def _material_values(page: Page, contract: str, phase: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    values: dict[str, Any] = {"contracts": contracts, "contract": contract, "phase": phase, "found": None}
    if contract:
        found = page.read("acceptance.material", OfMaterial(contract=contract, phase=phase or None))
        rows = page.read("statement.list", ListStatements(contract=contract, last=True, limit=_MOST)).items
        values |= {
            "found": found,
            "statements": [(one.id, f"{one.month} v{one.version}") for one in rows],
            "phase_choices": [(one, one) for one in found.phases],
            "keys": [(one.key, f"{one.name} {one.period[0] if one.period else ''}".strip()) for one in found.entries],
        }
    return values


@router.get("/material")
def show_material(page: PageOf, contract: str = "", phase: str = "") -> Response:
    """The contract's list against what was handed in, with the ways to hand in and to request acceptance."""
    return page.render("acceptances/material.html", **_material_values(page, contract, phase))


@router.post("/material")
def hand_in(page: PageOf) -> Response:
    """Records one item: an upload, or a statement."""
    form = page.form
    contract = form.text("contract")
    try:
        statement = form.optional("statement")
        asked = HandIn(
            contract=contract,
            item=form.text("item"),
            file=None if statement else page.keep_upload("file"),
            statement=statement,
            value=form.optional("value"),
            words=form.text("words"),
            on=form.day("on") if form.text("on") else None,
        )
        page.do("acceptance.hand_in", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("acceptances/material.html", error, **_material_values(page, contract, ""))
    return page.redirect(f"/acceptances/material?contract={contract}", _("已登记"))


@router.post("/request")
def request_acceptance(page: PageOf) -> Response:
    """Asks for acceptance with the material as it is."""
    form = page.form
    contract = form.text("contract")
    try:
        numbers = tuple(int(one) for one in form.text("instalments").replace("，", ",").split(",") if one.strip())
        asked = RequestAcceptance(
            contract=contract, title=form.text("title"), phase=form.optional("phase"), instalments=numbers
        )
        outcome = page.do("acceptance.request", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("acceptances/material.html", error, **_material_values(page, contract, ""))
    except ValueError:
        wrong = Problem("form.numbers", "期数应为数字", field="instalments", way_out="多个期数用逗号分开")
        return page.refuse("acceptances/material.html", wrong, **_material_values(page, contract, ""))
    identifier = getattr(outcome.value, "id", "")
    return page.done(outcome, f"/acceptances/{identifier}", _("已提请验收"))


def _context(page: Page, identifier: str) -> dict[str, Any]:
    found: AcceptanceDetail = page.read("acceptance.read", ById(id=identifier))
    may = {one.event for one in found.next if one.may}
    return {
        "found": found,
        "clock_words": _clock_words(found),
        "steps": [(one.event, one.event_name) for one in found.next if one.may and one.event not in _APART],
        "scoring": found.may_score and bool(may & _ANSWERS),
        "may_deem": "deem" in may and found.clock.state == "deemed_accepted",
        "may_sign": "sign" in may,
        "may_prove": "prove" in may,
        "answers": [(code, badges.state_words("acceptance", state)) for code, state in _ANSWER_STATES.items()],
        "events": [
            *(happening_of(one, _("系统")) for one in reversed(found.timeline) if one.event != "sign"),
            Happening(found.opened_at, _("提请验收"), "", "", "grey"),
        ],
    }


@router.get("/{id}")
def show_acceptance(page: PageOf, id: str) -> Response:  # noqa: A002
    """One acceptance: its clock, material, answer, score and signatures."""
    return page.render("acceptances/one.html", **_context(page, id))


@router.get("/{id}/file.{format}")
def read_file(page: PageOf, id: str, format: str) -> Response:  # noqa: A002
    """The dossier, to keep."""
    asked = AcceptanceFile(id=id, format="xlsx" if format == _FILES[1] else "docx")
    return page.hand_out(page.read("acceptance.file", asked))


def _asked(page: Page, identifier: str, event: str) -> tuple[str, Request]:
    form = page.form
    if event == "sign":
        return "acceptance.sign", SignAcceptance(id=identifier, dossier=form.text("dossier"))
    if event in _ANSWERS:
        found: AcceptanceDetail = page.read("acceptance.read", ById(id=identifier))
        counts = {one.no: form.number(f"score-{one.no}") for one in found.score_sheet if form.text(f"score-{one.no}")}
        answered = AnswerAcceptance.model_validate(
            {
                "id": identifier,
                "event": event,
                "dossier": form.text("dossier"),
                "reason": form.optional("reason"),
                "score": tuple(ScoreCount(no=no, count=count) for no, count in counts.items()),
                "full": form.optional("full"),
            }
        )
        return "acceptance.answer", answered
    asked: dict[str, Any] = {"id": identifier, "event": event, "reason": form.optional("reason")}
    if event == "prove":
        asked |= {"answer": form.optional("answer"), "received_at": form.instant("received_at")}
        asked["file"] = page.keep_upload("file")
    return "acceptance.advance", AdvanceAcceptance.model_validate(asked)


@router.post("/{id}/events")
def advance(page: PageOf, id: str) -> Response:  # noqa: A002
    """Answers, asks again, records silence, takes back, settles whether an answer had come in time, or signs."""
    try:
        outcome = page.do(*_asked(page, id, page.form.text("event")))
    except (Problem, ValidationError) as error:
        return page.refuse("acceptances/one.html", error, **_context(page, id))
    return page.done(outcome, f"/acceptances/{id}", _("已记录"))
