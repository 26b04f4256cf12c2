"""Statements: what a month comes to, and how every figure of it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.period import add_months, date_of
from yunqi.kernel.words import _
from yunqi.operations.fact_words import fact_word
from yunqi.reports.words import name_events
from yunqi.settlement.capped import cap_words
from yunqi.settlement.grounds import state_word
from yunqi.settlement.model import CapLine
from yunqi.settlement.what_if import KINDS
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.evidence import origin_words
from yunqi.web.pieces import Words
from yunqi.web.tables import Column, Empty, Filter, Listing, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.documents import MakeDocuments
from yunqi.wire.statements import (
    AskWhatIf,
    CloseMonth,
    ListStatements,
    RaiseDispute,
    ReadTrace,
    StatementDetail,
    StatementRow,
    TraceDetail,
    WhatIfDetail,
)

GROUND_COLOURS = {"met": "red", "not_met": "green", "unknown": "orange", "open": "orange"}
router = APIRouter(prefix="/statements")
LEVEL_COLOURS = {"met": "green", "breached": "red", "unknown": "orange", "open": "orange", "not_due": "grey"}
CANDIDATE_COLOURS = {
    "chosen": "red",
    "frozen": "purple",
    "not_gravest": "grey",
    "needs_reading": "orange",
    "needs_adjudication": "orange",
    "proposed": "orange",
}


def penalty_words(row: StatementRow) -> str:
    """The penalty, or the range that it lies in while something is open."""
    if row.penalty_fen is not None:
        return f"¥{render_yuan(row.penalty_fen)}"
    return _("¥{low} 至 ¥{high}", low=render_yuan(row.penalty_low_fen), high=render_yuan(row.penalty_high_fen))


def state_of(row: StatementRow) -> str:
    """Provisional or final."""
    return "provisional" if row.provisional else "final"


def statements_table(page: Page) -> Table:
    """The list of statements."""
    return Table(
        "statements",
        _("结算单"),
        (
            Column("month", _("月份"), link=lambda row: page.url(f"/statements/{row.id}"), sort="month", main=True),
            Column("version", _("版本"), "int"),
            Column("state", _("状态"), "state", of="statement", value=state_of),
            Column("contract_number", _("合同"), "code"),
            Column("using_unit", _("使用单位")),
            Column("provider", _("云服务商")),
            Column("penalty", _("违约金"), numeric=True, value=penalty_words),
            Column("open_points", _("未定之处"), "int"),
            Column("made_at", _("编制时间"), "instant", sort="made_at"),
        ),
        filters=(
            Filter("month", _("月份"), kind="month"),
            Filter("provisional", _("状态"), (("true", _("暂定")), ("false", _("确定")))),
            Filter("last", _("版本"), (("true", _("只看最新版")),)),
        ),
        empty=Empty(
            _("还没有结算单"), _("一个月结束之后，即可结算该月。"), page.url("/statements/close"), _("结算一个月")
        ),
        default_sort="-month",
    )


@router.get("")
def list_statements(page: PageOf) -> Response:
    """All that the caller may see, the newest month first."""
    return page.show_list("statements/list.html", statements_table(page), page.reader("statement.list", ListStatements))


@router.get("/close")
def show_close(page: PageOf, contract: str = "", month: str = "") -> Response:
    """The form that closes a month: the last that is over, unless the address names another."""
    last = add_months(date_of(page.console.clock.now()), -1)
    form = Form({"contract": contract, "month": month or f"{last:%Y-%m}"})
    return page.render("statements/close.html", contracts=contract_choices(page), form=form)


@router.post("/close")
def close(page: PageOf) -> Response:
    """Begins the run that closes a month."""
    form = page.form
    try:
        outcome = page.do("month.close", CloseMonth(contract=form.text("contract"), month=form.text("month")))
    except (Problem, ValidationError) as error:
        return page.refuse("statements/close.html", error, contracts=contract_choices(page))
    return page.done(outcome, "/statements")


@router.get("/{id}")
def show_statement(page: PageOf, id: str) -> Response:  # noqa: A002
    """One statement: first in words, then figure by figure."""
    found: StatementDetail = page.read("statement.read", ById(id=id))
    others = page.read("statement.list", ListStatements(contract=found.contract_id, month=found.month)).items
    return page.render(
        "statements/one.html",
        found=found,
        view=found.view,
        penalty=penalty_words(found),
        steps=steps_of(page, found),
        state_code=state_of(found),
        others=sorted((one for one in others if one.id != found.id), key=lambda one: -one.version),
        levels=found.view["levels"],
        candidates=found.view["candidates"],
        instalments=[
            (shown, one["node"])
            for shown, one in zip(found.view["instalments"], found.data["instalments"], strict=False)
        ],
        delivery=delivery_listing(page, found),
        caps=[(one, cap_words(CapLine.model_validate(one))) for one in found.data.get("caps") or ()],
        grounds=[
            (one, GROUND_COLOURS[one["state"]], state_word(one["state"])) for one in found.data.get("grounds") or ()
        ],
        level_colours=LEVEL_COLOURS,
        candidate_colours=CANDIDATE_COLOURS,
    )


@dataclass(frozen=True, slots=True)
class OpenStep:
    """What settles an open point: where, and in what words."""

    words: str
    address: str
    icon: str


def steps_of(page: Page, found: StatementDetail) -> dict[str, OpenStep]:
    """For each open point the form that settles it, as far as the caller may; late duties have theirs by item."""
    steps = {}
    for one in found.view["open_points"]:
        code = str(one["code"])
        question, _at, event = code.partition("@")
        if one["ask"] == "reading" and page.may("reading.record"):
            address = page.url(f"/contracts/{found.contract_id}/readings/new", code=code)
            steps[code] = OpenStep(_("提出约定"), address, "file-text")
        elif one["ask"] == "adjudication" and event and not one["items"] and page.may("adjudication.open"):
            address = page.url("/adjudications/new", contract=found.contract_id, event=event, question=question)
            steps[code] = OpenStep(_("提出认定"), address, "gavel")
    return steps


def delivery_listing(page: Page, found: StatementDetail) -> Listing:
    """What was delivered against what was contracted, each line with its trace."""
    nodes = {str(one["no"]): one["node"] for one in found.data["delivery"]}
    columns = (
        Column("no", _("序号"), numeric=True, value=lambda one: one["no"]),
        Column(
            "name",
            _("价目行"),
            main=True,
            value=lambda one: one["name"],
            link=lambda one: (
                page.url(f"/statements/{found.id}/trace", node=nodes[one["no"]]) if one["no"] in nodes else ""
            ),
        ),
        Column("unit", _("单位"), value=lambda one: one["unit"]),
        Column("contracted", _("约定"), numeric=True, value=lambda one: one["contracted"]),
        Column("average", _("平均"), numeric=True, value=lambda one: one["average"]),
        Column("peak", _("峰值"), numeric=True, value=lambda one: one["peak"]),
        Column("at_end", _("月末"), numeric=True, value=lambda one: one["at_end"]),
        Column("total", _("合价（元）"), numeric=True, value=lambda one: one["total"]),
    )
    return listing_of(Table("delivery", _("交付"), columns, export=False), found.view["delivery"])


@router.get("/{id}/trace")
def show_trace(page: PageOf, id: str, node: str) -> Response:  # noqa: A002
    """How one figure came about: formula, clause and its words, reading, facts, and what it is made of."""
    step: TraceDetail = page.read("statement.trace", ReadTrace(id=id, node=node))
    found: StatementDetail = page.read("statement.read", ById(id=id))
    words = None
    if step.source:
        where = (step.source.get("cell"), step.source.get("page"), step.source.get("line"))
        position = " · ".join(str(part) for part in where if part)
        reading = step.reading or {}
        words = Words(
            document=found.title,
            article=str(step.source.get("article") or ""),
            position=position,
            words=str(step.source.get("text") or ""),
            reading=" ".join(str(reading.get(key) or "") for key in ("choice", "agreement")).strip(),
        )
    shown = {"fact_word": fact_word, "origin_words": origin_words, "name_events": name_events}
    return page.render("statements/trace.html", step=step, found=found, words=words, **shown)


def _render_what_if(page: Page, id: str, changes: Listing | None, **values: object) -> Response:  # noqa: A002
    found: StatementDetail = page.read("statement.read", ById(id=id))
    return page.render(
        "statements/what_if.html", found=found, examples=tuple(KINDS.values()), changes=changes, **values
    )


@router.get("/{id}/what-if")
def show_what_if(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form that works the month out under assumptions."""
    return _render_what_if(page, id, None)


@router.post("/{id}/what-if")
def work_out_what_if(page: PageOf, id: str) -> Response:  # noqa: A002
    """What would change, figure by figure; nothing is kept."""
    found: StatementDetail = page.read("statement.read", ById(id=id))
    lines = tuple(line.strip() for line in page.form.text("assume").splitlines() if line.strip())
    try:
        asked = AskWhatIf(contract=found.contract_id, month=found.month, assume=lines)
        made: WhatIfDetail = page.read("month.what_if", asked)
    except (Problem, ValidationError) as error:
        values = {"found": found, "examples": tuple(KINDS.values()), "changes": None}
        return page.refuse("statements/what_if.html", error, **values)
    columns = (
        Column("what", _("部分")),
        Column("name", _("项"), main=True),
        Column("before", _("现在")),
        Column("after", _("假设之下")),
    )
    listing = listing_of(Table("changes", _("会改变的"), columns, export=False), made.changes)
    return _render_what_if(page, id, listing, form=page.form)


def _line_of(found: StatementDetail, line: str) -> Mapping[str, Any]:
    """One line of the statement's penalties in words; raises `Problem` dispute.line."""
    for one in found.view["candidates"]:
        if one["id"] == line:
            return dict(one)
    raise Problem(
        "dispute.line",
        "结算单没有计入「{value}」这一项违约金",
        field="line",
        value=line[:80],
        lines="、".join(one["id"] for one in found.view["candidates"]) or "—",
        way_out="可以争议的有：{lines}",
    )


@router.get("/{id}/dispute")
def show_dispute(page: PageOf, id: str, line: str = "") -> Response:  # noqa: A002
    """The form that disputes one line."""
    found: StatementDetail = page.read("statement.read", ById(id=id))
    return page.render("statements/dispute.html", found=found, one=_line_of(found, line))


@router.post("/{id}/dispute")
def dispute(page: PageOf, id: str, line: str = "") -> Response:  # noqa: A002
    """Raises the dispute; the line is frozen from the next closing on."""
    found: StatementDetail = page.read("statement.read", ById(id=id))
    one = _line_of(found, line)
    try:
        outcome = page.do("statement.dispute", RaiseDispute(id=id, line=line, reason=page.form.text("reason")))
    except (Problem, ValidationError) as error:
        return page.refuse("statements/dispute.html", error, found=found, one=one)
    identifier = getattr(outcome.value, "id", "")
    return page.done(outcome, f"/adjudications/{identifier}", _("争议已提出，再结算该月时该项暂不计付"))


@router.post("/{id}/documents")
def make_documents(page: PageOf, id: str) -> Response:  # noqa: A002
    """Begins the run that makes report, workbook and PDF of a statement."""
    return page.done(page.do("document.make", MakeDocuments(statement=id)), f"/statements/{id}")
