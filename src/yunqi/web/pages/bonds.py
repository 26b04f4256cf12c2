"""履约保证金: how it stands, what is to be done, and the forms of its deeds."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.state_words import BOND_STATES
from yunqi.web.choices import contract_choices
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Listing, Table, listing_of
from yunqi.wire.base import Request
from yunqi.wire.bonds import BondState, DrawBond, ExtendBond, ReadBond, RecordBond, ReleaseBond

router = APIRouter(prefix="/bonds")
DEEDS = {
    "record": "登记保证金",
    "top-up": "登记补足",
    "extend": "登记保函延期",
    "draw": "登记提取",
    "release": "登记退还",
}
ACTIONS_OF = {
    "record": "bond.record",
    "top-up": "bond.top_up",
    "extend": "bond.extend",
    "draw": "bond.draw",
    "release": "bond.release",
}
"""The forms and the actions that they ask for."""


@router.get("")
def choose(page: PageOf) -> Response:
    """Which contract; where there is one only, that one."""
    contracts = contract_choices(page)
    if len(contracts) == 1:
        return page.redirect(f"/bonds/{contracts[0][0]}")
    return page.render("bonds/choose.html", contracts=contracts)


@router.get("/{contract}")
def show(page: PageOf, contract: str) -> Response:
    """One contract's bond."""
    found: BondState = page.read("bond.read", ReadBond(contract=contract))
    deeds = [(code, _(DEEDS[code])) for code in DEEDS if found.agreed and page.may(ACTIONS_OF[code])]
    return page.render(
        "bonds/one.html",
        found=found,
        contract=contract,
        state_words=_(BOND_STATES[found.state]),
        deeds=deeds,
        securities=_securities(found),
        moves=_moves(page, found),
    )


def _securities(found: BondState) -> Listing:
    columns = (
        Column("guarantee", _("保函编号"), main=True),
        Column("form", _("形式")),
        Column("amount_fen", _("金额"), "money"),
        Column("left_fen", _("余额"), "money"),
        Column("expires_on", _("到期日"), "date"),
        Column("renew_by", _("最迟延期日"), "date"),
    )
    return listing_of(Table("securities", _("现有保证"), columns, export=False), found.securities)


def _moves(page: Page, found: BondState) -> Listing:
    columns = (
        Column(
            "kind_name",
            _("类型"),
            main=True,
            link=lambda one: page.url(f"/documents/{one.document_id}") if one.document_id else "",
        ),
        Column("on", _("日期"), "date"),
        Column("amount_fen", _("金额"), "money"),
        Column("guarantee", _("保函编号")),
        Column("expires_on", _("到期日"), "date"),
        Column("reason", _("事由"), "long"),
        Column("person", _("登记人")),
        Column("recorded_at", _("登记时间"), "instant"),
    )
    return listing_of(Table("moves", _("登记"), columns, export=False), found.moves)


def _form_values(contract: str, what: str) -> dict[str, str]:
    if what not in DEEDS:
        raise HTTPException(404)
    return {"contract": contract, "what": what, "action": ACTIONS_OF[what], "title": _(DEEDS[what])}


@router.get("/{contract}/{what}")
def show_form(page: PageOf, contract: str, what: str) -> Response:
    """One of the forms."""
    return page.render("bonds/form.html", **_form_values(contract, what))


@router.post("/{contract}/{what}")
def record(page: PageOf, contract: str, what: str) -> Response:
    """Proposes it; a colleague agrees."""
    values = _form_values(contract, what)
    try:
        outcome = page.do(values["action"], _request(page, contract, what))
    except (Problem, ValidationError) as error:
        return page.refuse("bonds/form.html", error, **values)
    return page.done(outcome, f"/bonds/{contract}", _("已登记"))


def _request(page: Page, contract: str, what: str) -> Request:
    form = page.form
    chosen = form.files.get("file")
    file = page.keep_upload("file") if chosen is not None and chosen.filename else None
    on, guarantee, amount = form.day("on"), form.text("guarantee"), form.text("amount")
    expires_on = form.day("expires_on") if form.text("expires_on") else None
    if what == "extend":
        return ExtendBond(contract=contract, guarantee=guarantee, on=on, expires_on=form.day("expires_on"), file=file)
    if what == "draw":
        return DrawBond(
            contract=contract, amount=amount, on=on, reason=form.text("reason"), guarantee=guarantee, file=file
        )
    if what == "release":
        return ReleaseBond(
            contract=contract, amount=amount, on=on, reason=form.text("reason"), guarantee=guarantee, file=file
        )
    return RecordBond(
        contract=contract,
        amount=amount,
        on=on,
        form=form.text("form"),
        guarantee=guarantee,
        issuer=form.text("issuer"),
        expires_on=expires_on,
        file=file,
    )
