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
from yunqi.wire.readings import FiguresOf, PointRow, ReadingRow, RecordReading, WithdrawReading

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
        reviewed=[one for one in points if one.reviewed and not one.months],
        others=[one for one in points if not one.reviewed and not one.months],
        agreed=page.read("reading.list", OfContract(contract=id)).items,
        past=page.read("reading.history", OfContract(contract=id)).items,
        states=_state_words(),
        may=page.may("reading.record", target_of(contract)),
        may_withdraw=page.may("reading.withdraw", target_of(contract)),
    )


def _state_words() -> dict[str, str]:
    return {
        "in_force": _("现行"),
        "later": _("尚未开始"),
        "replaced": _("已被替代"),
        "withdrawn": _("撤销"),
        "ended": _("已结束"),
    }


def _context(page: Page, identifier: str, code: str) -> dict[str, Any]:
    contract = read_contract(page, identifier)
    points = page.read("reading.points", OfContract(contract=identifier)).items
    agreed = page.read("reading.list", OfContract(contract=identifier)).items
    found: PointRow | ReadingRow | None = next((one for one in (*points, *agreed) if one.code == code), None)
    if found is None:
        raise Problem(
            "reading.closed",
            "没有这一事项",
            field="code",
            way_out="请回到约定解释列表核对",
        )
    return {"contract": contract, "point": found, "agreed": found if isinstance(found, ReadingRow) else None}


@router.get("/new")
def show_proposal(page: PageOf, id: str, code: str = "") -> Response:  # noqa: A002
    """The form of one point, open or agreed: its choices and what each would cost."""
    return page.render("contracts/reading.html", **_context(page, id, code))


@router.get("/figures")
def show_figures(page: PageOf, id: str, code: str = "", month: str = "") -> Response:  # noqa: A002
    """What a month's penalty would be under each meaning of a point."""
    found = page.read("reading.figures", FiguresOf(contract=id, code=code, month=month or None))
    return page.render("contracts/reading_figures.html", contract=read_contract(page, id), found=found)


@router.get("/withdraw")
def show_withdrawal(page: PageOf, id: str, code: str = "") -> Response:  # noqa: A002
    """The form that takes a reading back."""
    return page.render("contracts/reading_withdraw.html", **_context(page, id, code))


@router.post("/withdraw")
def withdraw(page: PageOf, id: str) -> Response:  # noqa: A002
    """Proposes to take a reading back: it is done once the other party agrees."""
    code = page.form.text("code")
    try:
        asked = WithdrawReading(
            contract=id,
            code=code,
            agreement=page.form.text("agreement"),
            valid_from=day_start(page.form.day("valid_from")) if page.form.text("valid_from") else None,
        )
        outcome = page.do("reading.withdraw", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/reading_withdraw.html", error, **_context(page, id, code))
    return page.done(outcome, f"/contracts/{id}/readings", _("已撤销"))


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
