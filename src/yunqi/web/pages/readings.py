"""Readings: what both parties agreed that an open point means, what is still open, and proposing one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.kernel.words import _
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import read_contract, target_of
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import PointRow, RecordReading

router = APIRouter(prefix="/contracts/{id}/readings")


@router.get("")
def show_readings(page: PageOf, id: str) -> Response:  # noqa: A002
    """What a statement waits for first, then what is agreed, then what else any contract leaves open."""
    contract = read_contract(page, id)
    points: tuple[PointRow, ...] = page.read("reading.points", OfContract(contract=id)).items
    return page.render(
        "contracts/readings.html",
        contract=contract,
        waiting=[one for one in points if one.months],
        others=[one for one in points if not one.months],
        agreed=page.read("reading.list", OfContract(contract=id)).items,
        may=page.may("reading.record", target_of(contract)),
    )


def _context(page: Page, identifier: str, code: str) -> dict[str, Any]:
    contract = read_contract(page, identifier)
    points = page.read("reading.points", OfContract(contract=identifier)).items
    point = next((one for one in points if one.code == code), None)
    if point is None:
        raise Problem(
            "reading.closed",
            "此事项已约定，或者没有这一事项",
            field="code",
            way_out="请回到约定解释列表核对",
        )
    return {"contract": contract, "point": point}


@router.get("/new")
def show_proposal(page: PageOf, id: str, code: str = "") -> Response:  # noqa: A002
    """The form of one open point: its choices and what each would cost."""
    return page.render("contracts/reading.html", **_context(page, id, code))


@router.post("/new")
def propose(page: PageOf, id: str) -> Response:  # noqa: A002
    """Proposes a reading: it holds once the other party agrees."""
    code = page.form.text("code")
    try:
        outcome = page.do("reading.record", _asked(page, id, code))
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/reading.html", error, **_context(page, id, code))
    return page.done(outcome, f"/contracts/{id}/readings", _("已约定"))


def _asked(page: Page, contract: str, code: str) -> RecordReading:
    if not page.form.text("value"):
        raise Problem("form.value", "请选择一种解释", field="value", way_out="选择后再提交")
    valid_from = day_start(page.form.day("valid_from")) if page.form.text("valid_from") else None
    return RecordReading(
        contract=contract,
        code=code,
        value=page.form.text("value"),
        agreement=page.form.text("agreement"),
        valid_from=valid_from,
    )
