"""Payments and the bond: what is due when, what it waits for, what was paid, and the forms that record it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.operations.subject_words import measure_words, subject_words, trigger_words
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Listing, Table, listing_of
from yunqi.wire.base import Request
from yunqi.wire.bonds import RecordBond
from yunqi.wire.contracts import OfContract
from yunqi.wire.statements import (
    InstalmentRow,
    LatePayments,
    MakeApplication,
    PaymentList,
    ReadLate,
    RecordOccurrence,
    RecordPayment,
    RecordTrigger,
)

router = APIRouter(prefix="/payments")
STATES = {"waiting": "条件未成就", "due": "应付", "overdue": "已逾期", "later": "未到期", "paid": "已付清"}
COLOURS = {"waiting": "grey", "due": "orange", "overdue": "red", "later": "blue", "paid": "green"}
ACTIONS_OF = {
    "payment": "payment.record",
    "trigger": "payment.trigger",
    "bond": "bond.record",
    "occurrence": "occurrence.record",
    "application": "application.make",
}
"""The forms and the actions that they ask for."""
KINDS = {
    "payment.made": "付款",
    "payment.trigger": "付款条件成就",
    "payment.trigger_taken_back": "付款条件并未成就",
    "bond.received": "收到履约保证金",
    "bond.topped_up": "补足履约保证金",
    "bond.extended": "保函延期",
    "bond.drawn": "提取履约保证金",
    "bond.released": "退还履约保证金",
    "occurrence.recorded": "其他违约情形",
}


@router.get("")
def choose(page: PageOf) -> Response:
    """Which contract; where there is one only, that one."""
    contracts = contract_choices(page)
    if len(contracts) == 1:
        return page.redirect(f"/payments/{contracts[0][0]}")
    return page.render("payments/choose.html", contracts=contracts)


@router.get("/{contract}")
def show(page: PageOf, contract: str) -> Response:
    """One contract's money."""
    found: PaymentList = page.read("payment.list", OfContract(contract=contract))
    late: LatePayments = page.read("payment.late", ReadLate(contract=contract))
    bond = (found.bond or {}).get("amount_fen")
    return page.render(
        "payments/one.html",
        found=found,
        contract=contract,
        records=records_listing(found),
        late=[one for one in late.items if one.parts],
        late_parts=late_listing(late),
        states={code: (COLOURS[code], _(STATES[code])) for code in STATES},
        trigger_words=trigger_words,
        bond_words=_("约定 {amount}", amount=f"¥{render_yuan(bond)}") if bond else "",
    )


def late_listing(late: LatePayments) -> Listing:
    """Every part of an instalment that was not paid in time."""
    rows = [{"no": one.no, "due_on": one.due_on, **part.model_dump()} for one in late.items for part in one.parts]
    columns = (
        Column("no", _("分期款"), value=lambda row: _("第 {no} 期", no=row["no"]), main=True),
        Column("due_on", _("到期日"), "date"),
        Column("amount_fen", _("逾期金额"), "money"),
        Column("paid_on", _("付款日期"), "date"),
        Column("days", _("逾期天数"), "int"),
    )
    return listing_of(Table("late", _("逾期付款"), columns, export=False), rows)


def records_listing(found: PaymentList) -> Listing:
    """All that was recorded, the newest last."""
    columns = (
        Column("kind", _("类型"), value=lambda one: _(KINDS[one.kind]) if one.kind in KINDS else one.kind, main=True),
        Column("subject", _("对象"), value=lambda one: subject_words(one.subject)),
        Column("on", _("日期"), "date"),
        Column("amount_fen", _("金额"), "money"),
        Column("person", _("登记人")),
        Column("recorded_at", _("登记时间"), "instant"),
    )
    return listing_of(Table("records", _("登记"), columns, export=False), found.records)


@router.get("/{contract}/{what}")
def show_form(page: PageOf, contract: str, what: str) -> Response:
    """One of the forms that record something about money."""
    return page.render("payments/form.html", **_form_values(page, contract, what))


def _instalment_words(one: InstalmentRow) -> str:
    """An instalment with what of it is still to be paid."""
    name = _("第 {no} 期", no=one.no)
    if one.amount_fen is None:
        return name
    return _("{name}：还应付 ¥{left}", name=name, left=render_yuan(max(0, one.amount_fen - one.paid_fen)))


def _form_values(page: Page, contract: str, what: str) -> dict[str, object]:
    if what not in ACTIONS_OF:
        raise HTTPException(404)
    found: PaymentList = page.read("payment.list", OfContract(contract=contract))
    return {
        "contract": contract,
        "what": what,
        "action": ACTIONS_OF[what],
        "triggers": [(code, trigger_words(code)) for code in found.triggers],
        "measures": [(code, measure_words(code)) for code in found.measures],
        "instalments": [(str(one.no), _instalment_words(one)) for one in found.instalments],
    }


@router.post("/{contract}/{what}")
def record(page: PageOf, contract: str, what: str) -> Response:
    """Proposes it; a colleague or the other party agrees."""
    values = _form_values(page, contract, what)
    try:
        outcome = page.do(ACTIONS_OF[what], _request(page.form, contract, what))
    except (Problem, ValidationError) as error:
        return page.refuse("payments/form.html", error, **values)
    return page.done(outcome, f"/payments/{contract}", _("已登记"))


def _request(form: Form, contract: str, what: str) -> Request:
    amount = form.text("amount").replace(",", "").replace("，", "")
    if what == "payment":
        return RecordPayment(
            contract=contract, no=form.number("no"), amount=amount, on=form.day("on"), voucher=form.text("voucher")
        )
    if what == "trigger":
        return RecordTrigger(contract=contract, trigger=form.text("trigger"), on=form.day("on"))
    if what == "application":
        return MakeApplication(
            contract=contract,
            no=form.number("no"),
            payee=form.text("payee"),
            bank=form.text("bank"),
            account=form.text("account"),
        )
    if what == "bond":
        return RecordBond(contract=contract, amount=amount, on=form.day("on"))
    return RecordOccurrence(
        contract=contract,
        measures=form.text("measures"),
        at=form.instant("at"),
        value=form.optional("value"),
        title=form.text("title"),
        work_order=form.optional("work_order"),
    )
