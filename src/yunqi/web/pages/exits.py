"""退出: notice, the checklist with each step's clause, day and evidence, the refund of an early end, the sign-off."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.cases.exit import CAUSES
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.happenings import happening_of, is_id
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.resources import kind_names
from yunqi.web.pieces import Happening
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.exits import AdvanceExit, ExitDetail, ExitFile, ListExits, OfInventory, OpenExit, PlanStep, SignExit

router = APIRouter(prefix="/exits")
_FILES = ("docx", "xlsx")
_PARTS = 3
"""The least parts of a line of a plan: system, first day, last day."""


def exits_table(page: Page) -> Table:
    """The list of exits."""
    states = tuple((code, badges.state_words("exit", code)) for code in badges.STATES["exit"])
    opening = page.may("exit.open")
    return Table(
        "exits",
        _("退出"),
        (
            Column("cause_name", _("退出原因"), main=True, link=lambda row: page.url(f"/exits/{row.id}")),
            Column("contract_number", _("合同编号"), "code"),
            Column("state", _("状态"), "state", of="exit", sort="state"),
            Column("noticed_on", _("通知日"), "date"),
            Column("left_on", _("最后服务日"), "date"),
            Column("using_unit", _("使用单位")),
            Column("provider", _("云服务商")),
            Column("number", _("编号"), "code", sort="number"),
        ),
        filters=(Filter("state", _("状态"), states),),
        empty=Empty(
            _("还没有退出"),
            _("服务期满、系统迁出或者提前终止时，由一方提出退出，按合同逐项办理移交、擦除和最终结算。"),
            page.url("/exits/new") if opening else "",
            _("提出退出"),
            "arrow-back-up",
        ),
    )


@router.get("")
def list_exits(page: PageOf) -> Response:
    """The exits that the caller may see."""
    return page.show_list("exits/list.html", exits_table(page), page.reader("exit.list", ListExits))


def _new_values(page: Page, contract: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    resources = page.read("exit.inventory", OfInventory(contract=contract)).resources if contract else ()
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "causes": [(code, _(CAUSES[code])) for code in CAUSES],
        "resources": resources,
        "kinds": kind_names(page),
    }


@router.get("/new")
def show_new(page: PageOf, contract: str = "") -> Response:
    """The form that gives notice, beside what the tenant has."""
    return page.render("exits/new.html", **_new_values(page, contract))


def _day(form: Form, name: str) -> date | None:
    return form.day(name) if form.text(name) else None


@router.post("/new")
def open_exit(page: PageOf) -> Response:
    """Gives notice."""
    form = page.form
    contract = form.text("contract")
    try:
        asked = OpenExit.model_validate(
            {
                "contract": contract,
                "cause": form.text("cause"),
                "evidence": form.text("evidence"),
                "on": _day(form, "on"),
                "left_on": _day(form, "left_on"),
                "ground": form.optional("ground"),
            }
        )
        outcome = page.do("exit.open", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("exits/new.html", error, **_new_values(page, contract))
    return page.done(outcome, f"/exits/{getattr(outcome.value, 'id', '')}", _("已提出退出"))


def _context(page: Page, identifier: str) -> dict[str, Any]:
    found: ExitDetail = page.read("exit.read", ById(id=identifier))
    return {
        "found": found,
        "is_id": is_id,
        "events_may": [(one.event, one.event_name) for one in found.next if one.may and one.event != "sign"],
        "may_sign": found.complete and any(one.may and one.event == "sign" for one in found.next),
        "events": [
            *(happening_of(one) for one in reversed(found.timeline) if one.event != "sign"),
            Happening(found.opened_at, _("提出退出"), "", "", "grey"),
        ],
    }


@router.get("/{id}")
def show_exit(page: PageOf, id: str) -> Response:  # noqa: A002
    """One exit with its checklist."""
    return page.render("exits/one.html", **_context(page, id))


@router.get("/{id}/file.{format}")
def read_file(page: PageOf, id: str, format: str) -> Response:  # noqa: A002
    """The checklist, to keep."""
    asked = ExitFile(id=id, format="xlsx" if format == _FILES[1] else "docx")
    return page.hand_out(page.read("exit.file", asked))


def _plan(text: str) -> tuple[PlanStep, ...]:
    """The steps of a plan, a line each: system, first day, last day, where to."""
    steps = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.replace("，", ",").split(",")]
        if not any(parts):
            continue
        try:
            start, end = date.fromisoformat(parts[1]), date.fromisoformat(parts[2])
        except (IndexError, ValueError) as error:
            raise Problem(
                "exit.plan_words",
                "迁移方案「{value}」的写法不对",
                field="plan",
                value=line[:60],
                way_out="请写成 系统,开始日,结束日[,迁往]",
            ) from error
        steps.append(PlanStep(system=parts[0], start_on=start, end_on=end, target=",".join(parts[_PARTS:])))
    return tuple(steps)


@router.post("/{id}/events")
def advance(page: PageOf, id: str) -> Response:  # noqa: A002
    """One step of the checklist, or this party's signature."""
    form = page.form
    event = form.text("event")
    try:
        if event == "sign":
            outcome = page.do("exit.sign", SignExit(id=id, sm3=form.text("sm3")))
        else:
            words = ("evidence", "medium", "sm3", "place", "method", "reason")
            given = {name: form.optional(name) for name in words}
            asked = AdvanceExit.model_validate(
                {"id": id, "event": event, "steps": _plan(form.text("plan")), **given, "file": _file(page)}
            )
            outcome = page.do("exit.advance", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("exits/one.html", error, **_context(page, id))
    return page.done(outcome, f"/exits/{id}", _("已记录"))


def _file(page: Page) -> str | None:
    try:
        return page.keep_upload("file")
    except Problem as error:
        if error.code != "form.file":
            raise
        return None
