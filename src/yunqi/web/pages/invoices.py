"""发票: what was received, how it differs from the contract, and the forms that record and cancel one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.settlement.invoices import KINDS
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import read_contract
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.contracts import OfContract
from yunqi.wire.invoices import CancelInvoice, InvoiceRow, ListInvoices, RecordInvoice
from yunqi.wire.statements import PaymentList

router = APIRouter(prefix="/invoices")
_FIELDS = ("code", "number", "seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id", "rate", "daxie")


def invoices_table(page: Page) -> Table:
    """The list of invoices."""
    recording = page.may("invoice.record")

    def leads(row: InvoiceRow) -> str:
        live = row.cancelled_at is None and page.may("invoice.cancel")
        return page.url(f"/invoices/{row.id}/cancel") if live else ""

    return Table(
        "invoices",
        _("发票"),
        (
            Column("number", _("发票号码"), main=True, link=leads, sort="number"),
            Column("kind", _("种类"), value=lambda row: _(KINDS[row.kind])),
            Column("issued_on", _("开票日期"), "date", sort="issued_on"),
            Column("received_on", _("收到日期"), "date", sort="received_on"),
            Column("instalment", _("期数"), "int"),
            Column("net_fen", _("不含税金额"), "money"),
            Column("tax_fen", _("税额"), "money"),
            Column("total_fen", _("价税合计"), "money", sort="total_fen"),
            Column("differences", _("与约定的差异"), "long", value=_differences),
            Column("cancelled_at", _("冲红或作废时间"), "instant"),
            Column("contract_number", _("合同"), "code"),
        ),
        filters=(
            Filter("contract", _("合同"), tuple(contract_choices(page))),
            Filter("text", _("号码或名称")),
        ),
        empty=Empty(
            _("还没有发票"),
            _("收到的发票由一方登记、对方确认；号码、校验位、税额与大写都经核对，同一张发票只能登记一次。"),
            page.url("/invoices/new") if recording else "",
            _("登记发票"),
            "file-dollar",
        ),
    )


def _differences(row: InvoiceRow) -> str:
    return _("；").join(one.words for one in row.differences)


@router.get("")
def list_invoices(page: PageOf) -> Response:
    """The invoices that the caller may see."""
    return page.show_list("invoices/list.html", invoices_table(page), page.reader("invoice.list", ListInvoices))


def _values(page: Page, contract: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    instalments: list[tuple[str, str]] = []
    if contract:
        found: PaymentList = page.read("payment.list", OfContract(contract=contract))
        instalments = [(str(one.no), _("第 {no} 期", no=one.no)) for one in found.instalments]
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "instalments": instalments,
        "kinds": [(code, _(KINDS[code])) for code in KINDS],
    }


@router.get("/new")
def show_new(page: PageOf, contract: str = "") -> Response:
    """The form; where there are several contracts, first which. The parties' names stand in it already."""
    values = _values(page, contract)
    given: dict[str, object] = {"kind": "special"}
    if values["contract"]:
        found = read_contract(page, values["contract"])
        given |= {"buyer_name": found.using_unit, "seller_name": found.provider}
    return page.render("invoices/new.html", **values, form=Form(given))


@router.post("/new")
def record(page: PageOf) -> Response:
    """Proposes it; the other party agrees."""
    form = page.form
    contract = form.text("contract")
    try:
        chosen = form.files.get("file")
        asked = RecordInvoice(
            contract=contract,
            kind="ordinary" if form.text("kind") == "ordinary" else "special",
            issued_on=form.day("issued_on"),
            received_on=form.day("received_on"),
            net=form.text("net"),
            tax=form.text("tax"),
            total=form.text("total"),
            instalment=form.number("instalment") if form.text("instalment") else None,
            file=page.keep_upload("file") if chosen is not None and chosen.filename else None,
            **{name: form.text(name) for name in _FIELDS},
        )
        outcome = page.do("invoice.record", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("invoices/new.html", error, **_values(page, contract))
    return page.done(outcome, "/invoices", _("已登记"))


@router.get("/{id}/cancel")
def show_cancel(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form that cancels one."""
    return page.render("invoices/cancel.html", id=id)


@router.post("/{id}/cancel")
def cancel(page: PageOf, id: str) -> Response:  # noqa: A002
    """Proposes it; the other party agrees."""
    form = page.form
    try:
        asked = CancelInvoice(id=id, by_number=form.optional("by_number"), reason=form.text("reason"))
        outcome = page.do("invoice.cancel", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("invoices/cancel.html", error, id=id)
    return page.done(outcome, "/invoices", _("已登记"))
