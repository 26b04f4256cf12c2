"""One obligation: its sentences, what the ledger shows, the records of its fulfilment and the forms for them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.wire.obligations import (
    AnswerObligation,
    ObligationDetail,
    ObligationRecord,
    ReadObligation,
    RecordObligation,
    WithdrawObligation,
)

router = APIRouter(prefix="/obligations/{contract}/{line}")
HOMES = {
    "acceptance": "/acceptances",
    "complaint": "/registers",
    "cut_off": "/registers",
    "exit": "/exits",
    "force_majeure": "/registers",
    "incident": "/incidents",
    "rectification": "/rectifications",
    "report": "/reports",
    "work_order": "/work-orders",
}
ACTS = {"confirm": "确认", "contest": "提出异议", "correct": "更正", "withdraw": "撤回"}
COLOURS = {"recorded": "orange", "confirmed": "green", "contested": "red", "withdrawn": "grey"}


def _path(contract: str, line: str) -> str:
    return f"/obligations/{contract}/{line}"


def _read(page: Page, contract: str, line: str) -> ObligationDetail:
    found: ObligationDetail = page.read("obligation.read", ReadObligation(contract=contract, line=line))
    return found


@router.get("")
def show_obligation(page: PageOf, contract: str, line: str) -> Response:
    """What it says, how it stands, and what may be done."""
    found = _read(page, contract, line)
    deeds = [(one, f"{HOMES[one.object]}/{one.id}" if one.object in HOMES and one.id else "") for one in found.deeds]
    return page.render(
        "obligations/one.html",
        found=found,
        path=_path(contract, line),
        deeds=list(reversed(deeds)),
        colours=COLOURS,
        acts={name: _(ACTS[name]) for name in ACTS},
    )


def _form_values(page: Page, contract: str, line: str, corrects: str) -> dict[str, Any]:
    found = _read(page, contract, line)
    if not found.may_record:
        raise HTTPException(404)
    before = next((one for one in found.records if one.id == corrects and "correct" in one.may), None)
    if corrects and before is None:
        raise HTTPException(404)
    return {"found": found, "path": _path(contract, line), "before": before}


@router.get("/record")
def show_record(page: PageOf, contract: str, line: str, corrects: str = "") -> Response:
    """The form of a record, filled in with the one that it corrects."""
    values = _form_values(page, contract, line, corrects)
    before: ObligationRecord | None = values["before"]
    typed = {} if before is None else {"on": before.on, "event_on": before.event_on or "", "words": before.words}
    return page.render("obligations/record.html", form=Form(typed), **values)


@router.post("/record")
def record(page: PageOf, contract: str, line: str) -> Response:
    """Records that it was done."""
    form = page.form
    values = _form_values(page, contract, line, form.text("corrects"))
    sent = form.files.get("file")
    try:
        asked = RecordObligation.model_validate(
            {
                "contract": contract,
                "line": line,
                "on": form.text("on"),
                "event_on": form.text("event_on") or None,
                "words": form.text("words"),
                "file": page.keep_upload("file") if sent is not None and sent.filename else None,
                "corrects": form.text("corrects") or None,
                "reason": form.text("reason"),
            }
        )
        outcome = page.do("obligation.record", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("obligations/record.html", error, **values)
    return page.done(outcome, _path(contract, line), _("已登记"))


def _act_values(page: Page, contract: str, line: str, record: str, act: str) -> dict[str, Any]:
    found = _read(page, contract, line)
    before = next((one for one in found.records if one.id == record and act in one.may), None)
    if before is None or act == "correct":
        raise HTTPException(404)
    return {"found": found, "path": _path(contract, line), "before": before, "act": act, "words": _(ACTS[act])}


@router.get("/records/{record}/{act}")
def show_act(page: PageOf, contract: str, line: str, record: str, act: str) -> Response:
    """The form of a word on a record: confirm, contest, withdraw."""
    return page.render("obligations/act.html", **_act_values(page, contract, line, record, act))


@router.post("/records/{record}/{act}")
def act_on(page: PageOf, contract: str, line: str, record: str, act: str) -> Response:
    """Says it."""
    values, reason = _act_values(page, contract, line, record, act), page.form.text("reason")
    try:
        if act == "withdraw":
            outcome = page.do("obligation.withdraw", WithdrawObligation(id=record, reason=reason))
        else:
            said = AnswerObligation.model_validate({"id": record, "answer": act, "reason": reason})
            outcome = page.do("obligation.answer", said)
    except (Problem, ValidationError) as error:
        return page.refuse("obligations/act.html", error, **values)
    return page.done(outcome, _path(contract, line), _("已记录"))
