"""值班: who is on duty now, the rota, taking and handing over, and the time in which nobody was there."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.cases.duty import IN_TIME, POSTS
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import read_contract, target_of
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.duty import HandOverShift, ListShifts, ListUnmanned, PlanShift, ShiftRow, TakeShift, Unmanned

router = APIRouter(prefix="/duty")
_OPEN = frozenset({"planned", "due"})
_THERE = frozenset({"on", "over"})


def post_choices() -> tuple[tuple[str, str], ...]:
    """The posts to choose from."""
    return tuple((code, _(POSTS[code])) for code in POSTS)


def _told(row: ShiftRow) -> str:
    """That somebody came, and that it was entered much later."""
    if row.taken_at is None:
        return ""
    said = render_local(row.taken_at)
    if row.taken_recorded_at is not None and row.taken_recorded_at - row.taken_at > IN_TIME:
        return _("{at}（{recorded} 补记）", at=said, recorded=render_local(row.taken_recorded_at))
    return said


def shifts_table(page: Page) -> Table:
    """The rota."""
    may_plan = page.may("shift.plan")
    return Table(
        "shifts",
        _("值班表"),
        (
            Column(
                "person", _("值班人"), main=True, link=lambda one: page.url(f"/duty/shifts/{one.id}"), sort="person"
            ),
            Column("post_name", _("岗位"), sort="post"),
            Column("telephone", _("电话"), "code"),
            Column("start_at", _("起"), "instant", sort="start_at"),
            Column("end_at", _("止"), "instant"),
            Column("state", _("状态"), "state", of="shift"),
            Column("taken_at", _("到岗"), value=_told),
            Column("left_at", _("交班"), "instant"),
            Column("contract_number", _("合同"), "code"),
        ),
        filters=(
            Filter("contract", _("合同"), tuple(contract_choices(page))),
            Filter("post", _("岗位"), post_choices()),
        ),
        empty=Empty(
            _("还没有值班表"),
            _("由云服务商按岗位排班，写明值班人与电话；到岗、交班各自登记，无人值守的时间由此得出。"),
            page.url("/duty/new") if may_plan else "",
            _("排班"),
            "calendar-time",
        ),
    )


@router.get("")
def show_duty(page: PageOf, contract: str = "") -> Response:
    """Who is there now, when nobody was, and the rota."""
    contracts = contract_choices(page)
    chosen = contract or (contracts[0][0] if contracts else "")
    first = not page.request.query_params.get("cursor") and page.request.query_params.get("format") != "xlsx"
    found: Unmanned | None = page.read("shift.unmanned", ListUnmanned(contract=chosen)) if chosen and first else None
    return page.show_list(
        "duty/list.html",
        shifts_table(page),
        page.reader("shift.list", ListShifts),
        found=found,
        chosen_words=dict(contracts).get(chosen, ""),
        may_plan=page.may("shift.plan"),
    )


def _new_values(page: Page, contract: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "posts": post_choices(),
    }


@router.get("/new")
def show_new(page: PageOf, contract: str = "") -> Response:
    """The form that plans a shift; where there are several contracts, first which."""
    return page.render("duty/new.html", **_new_values(page, contract), form=Form({"post": "onsite"}))


@router.post("/new")
def plan(page: PageOf) -> Response:
    """Plans it."""
    form = page.form
    try:
        asked = PlanShift(
            contract=form.text("contract"),
            post=form.text("post"),
            person=form.text("person"),
            telephone=form.text("telephone"),
            start_at=form.instant("start_at"),
            end_at=form.instant("end_at"),
        )
        outcome = page.do("shift.plan", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("duty/new.html", error, **_new_values(page, form.text("contract")))
    return page.done(outcome, "/duty", _("已排班"))


def _context(page: Page, identifier: str) -> dict[str, Any]:
    rows: tuple[ShiftRow, ...] = page.read("shift.list", ListShifts(limit=500)).items
    found = next((one for one in rows if one.id == identifier), None)
    if found is None:
        raise Problem("shift.unknown", "没有班次「{value}」", field="id", value=identifier[:60], way_out="请刷新值班表")
    target = target_of(read_contract(page, found.contract_id))
    following = [
        (one.id, f"{one.person} · {render_local(one.start_at)}")
        for one in rows
        if one.contract_id == found.contract_id and one.post == found.post and one.state in _OPEN
    ]
    return {
        "found": found,
        "told": _told(found),
        "state": badges.state("shift", found.state),
        "next_words": next((one.person for one in rows if one.id == found.next_id), None),
        "following": following,
        "may_take": found.state in _OPEN and page.may("shift.take", target),
        "may_hand_over": found.state in _THERE and page.may("shift.hand_over", target),
        "may_drop": found.state == "planned" and page.may("shift.drop", target),
    }


@router.get("/shifts/{id}")
def show_shift(page: PageOf, id: str) -> Response:  # noqa: A002
    """One shift: who, when, what was handed over, and what may be entered."""
    return page.render("duty/one.html", **_context(page, id))


@router.post("/shifts/{id}/take")
def take(page: PageOf, id: str) -> Response:  # noqa: A002
    """Enters that somebody is there."""
    form = page.form
    try:
        outcome = page.do("shift.take", TakeShift(id=id, at=form.instant("at") if form.text("at") else None))
    except (Problem, ValidationError) as error:
        return page.refuse("duty/one.html", error, **_context(page, id))
    return page.done(outcome, f"/duty/shifts/{id}", _("已登记到岗"))


@router.post("/shifts/{id}/hand-over")
def hand_over(page: PageOf, id: str) -> Response:  # noqa: A002
    """Ends the shift with what is handed over."""
    form = page.form
    try:
        asked = HandOverShift(
            id=id,
            note=form.text("note"),
            to=form.optional("to"),
            at=form.instant("at") if form.text("at") else None,
        )
        outcome = page.do("shift.hand_over", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("duty/one.html", error, **_context(page, id))
    return page.done(outcome, f"/duty/shifts/{id}", _("已交班"))


@router.post("/shifts/{id}/drop")
def drop(page: PageOf, id: str) -> Response:  # noqa: A002
    """Drops a shift that has not begun."""
    try:
        outcome = page.do("shift.drop", ById(id=id))
    except Problem as error:
        return page.refuse("duty/one.html", error, **_context(page, id))
    return page.done(outcome, "/duty", _("已撤销"))
