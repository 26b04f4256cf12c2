"""绩效: a contract's key figures with target, measured or recorded value, ground and points."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.reports.kpi import evidence_words, recorded_words, target_words
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import read_contract, target_of
from yunqi.web.tables import Column, Empty, Table, listing_of
from yunqi.wire.kpis import KpiFile, KpiLine, KpiOf, KpiSheet, RecordKpi

router = APIRouter(prefix="/contracts/{id}/kpis")


def _points(text: str | None) -> str:
    return "" if text is None else render_decimal(Fraction(text))


def kpi_table() -> Table:
    """A row for each key figure."""

    def shown(row: KpiLine) -> dict[str, Any]:
        return row.model_dump()

    return Table(
        "kpis",
        _("绩效"),
        (
            Column("no", _("序号"), "int"),
            Column("name", _("指标"), "long", main=True),
            Column("target", _("指标值"), value=lambda row: target_words(shown(row))),
            Column("shown", _("实测")),
            Column("recorded", _("填报"), "long", value=lambda row: recorded_words(shown(row))),
            Column("state", _("结论"), "state", of="kpi"),
            Column("ground", _("依据"), "long", value=lambda row: evidence_words(shown(row))),
            Column("most", _("分值"), numeric=True, value=lambda row: _points(row.most)),
            Column("points", _("得分"), numeric=True, value=lambda row: _points(row.points)),
        ),
        empty=Empty(_("合同没有绩效指标"), _("合同数据中没有绩效指标表。")),
        export=False,
    )


def _context(page: Page, identifier: str) -> dict[str, Any]:
    contract = read_contract(page, identifier)
    found: KpiSheet = page.read("kpi.sheet", KpiOf(contract=contract.id))
    return {
        "contract": contract,
        "found": found,
        "listing": listing_of(kpi_table(), found.items),
        "figures": [(str(one.no), f"{one.no} {one.name}") for one in found.items],
        "may_record": bool(found.items) and page.may("kpi.record", target_of(contract)),
    }


@router.get("")
def show_sheet(page: PageOf, id: str) -> Response:  # noqa: A002
    """The sheet of the term so far, and the form that records what nothing here can measure."""
    return page.render("kpis/page.html", **_context(page, id))


@router.post("")
def record(page: PageOf, id: str) -> Response:  # noqa: A002
    """Records a value with its evidence."""
    form = page.form
    try:
        asked = RecordKpi(
            contract=id,
            no=form.number("no"),
            value=form.text("value"),
            evidence=form.text("evidence"),
            points=form.optional("points"),
        )
        outcome = page.do("kpi.record", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("kpis/page.html", error, **_context(page, id))
    return page.done(outcome, f"/contracts/{id}/kpis", _("已填报"))


@router.get("/file.xlsx")
def hand_out_workbook(page: PageOf, id: str) -> Response:  # noqa: A002
    """The sheet as a workbook."""
    return page.hand_out(page.read("kpi.file", KpiFile(contract=id, format="xlsx")))


@router.get("/file.docx")
def hand_out_document(page: PageOf, id: str) -> Response:  # noqa: A002
    """The sheet as a document."""
    return page.hand_out(page.read("kpi.file", KpiFile(contract=id, format="docx")))
