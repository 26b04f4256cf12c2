"""Invoices as actions: received and agreed by both parties, cancelled, and how they stand to the contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from yunqi.contract.clauses.instalment.rule import compute_amount
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_share, parse_yuan, render_daxie, render_yuan
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.tax_ids import check_tax_id
from yunqi.kernel.words import _
from yunqi.operations import payments as money
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import keep_proof
from yunqi.operations.actions.readings import both_parties
from yunqi.operations.effective import read_dates
from yunqi.operations.versions import in_force
from yunqi.settlement import invoices as rules
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import list_facts
from yunqi.store.invoices import (
    NewInvoice,
    cancel_invoice,
    invoice_listing,
    keep_invoice,
    list_invoices,
    require_invoice,
)
from yunqi.store.listing import read_page
from yunqi.store.parties import require_organisation
from yunqi.store.statements import require_statement
from yunqi.wire.base import Done, Page
from yunqi.wire.contracts import OfContract
from yunqi.wire.invoices import (
    CancelInvoice,
    InstalmentInvoices,
    InvoiceDifference,
    InvoiceRow,
    InvoiceSplit,
    ListInvoices,
    RecordInvoice,
)

_INVOICE = "invoice"
_HUNDRED_PERCENT = 1


def plain_invoice(row: Any) -> rules.Invoice:
    """A kept invoice as the rules take it."""
    return rules.Invoice(
        row.id,
        row.code,
        row.number,
        row.kind,
        date.fromisoformat(row.issued_on),
        date.fromisoformat(row.received_on),
        row.net_fen,
        row.tax_fen,
        row.total_fen,
        row.rate,
        row.instalment,
        row.statement_id or "",
        cancelled=row.cancelled_at is not None,
    )


@action(
    "invoice.list",
    "GET",
    "/invoices",
    "列出发票",
    request=ListInvoices,
    answer=Page[InvoiceRow],
    aim=aims.contract_if_named,
)
def list_(desk: Desk, request: ListInvoices) -> Page[InvoiceRow]:
    """The invoices under the contracts that the caller may see, each with how it differs from what was agreed."""
    contract_id = aims.require_contract_of(desk, request.contract).id if request.contract else None
    listing = invoice_listing(desk.caller, contract_id=contract_id, text=request.text, live=request.live)
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    around: dict[str, tuple[Contract, tuple[rules.Invoice, ...]]] = {}
    for contract in {row.contract_id for row in rows}:
        found = in_force(desk.connection, require_contract(desk.connection, contract), desk.now)
        around[contract] = (found, tuple(plain_invoice(row) for row in list_invoices(desk.connection, contract)))
    items = tuple(_row(desk, row, *around[row.contract_id]) for row in rows)
    return Page[InvoiceRow](items=items, next_cursor=following)


def _row(desk: Desk, row: Any, found: Contract, others: Iterable[rules.Invoice]) -> InvoiceRow:
    signed_on = read_dates(desk.connection, found).get("effective")
    differences = rules.find_differences(plain_invoice(row), others, found.data, signed_on=signed_on)
    own = {"document_id", "daxie", "differences"}
    fields = {name: getattr(row, name) for name in InvoiceRow.model_fields if name not in own}
    return InvoiceRow(
        **fields,
        document_id=row.file_id,
        daxie=render_daxie(row.total_fen),
        differences=tuple(InvoiceDifference(code=one.code, words=one.words, fen=one.fen) for one in differences),
    )


@action(
    "invoice.split",
    "GET",
    "/contracts/{contract}/invoice-split",
    "核对发票与合同",
    request=OfContract,
    answer=InvoiceSplit,
    aim=aims.contract,
)
def split(desk: Desk, request: OfContract) -> InvoiceSplit:
    """The contract's price and tax against what was invoiced, in all and of each instalment."""
    found = in_force(desk.connection, aims.require_contract_of(desk, request.contract), desk.now)
    invoices = tuple(plain_invoice(row) for row in list_invoices(desk.connection, found.id))
    made = rules.compute_split(invoices, found.data)
    said = {one.subject for one in list_facts(desk.connection, found.id, kind=money.TRIGGER_FACT)}
    rows = []
    for term in found.data.get("instalments") or ():
        no, amount = int(term["no"]), compute_amount(term, found.total_fen)
        billed = sum(one.total_fen for one in invoices if one.instalment == no and not one.cancelled)
        covered = rules.find_covered_on(invoices, no, amount)
        rows.append(
            InstalmentInvoices(
                no=no,
                amount_fen=amount,
                billed_fen=billed,
                left_fen=None if amount is None else amount - billed,
                covered_on=covered,
                stands=covered is None and f"{_INVOICE}:{no}" in said,
            )
        )
    return InvoiceSplit(
        contract_id=found.id,
        total_fen=made.total_fen,
        net_fen=made.net_fen,
        tax_fen=made.tax_fen,
        rate=(found.data.get("tax") or {}).get("rate"),
        billed_fen=made.billed_fen,
        billed_net_fen=made.billed_net_fen,
        billed_tax_fen=made.billed_tax_fen,
        instalments=tuple(rows),
    )


def _title(_desk: Desk, request: RecordInvoice) -> str:
    return _("收到发票 {number}，{total} 元", number=request.number[:20], total=request.total[:40])


@action(
    "invoice.record",
    "POST",
    "/contracts/{contract}/invoices",
    "登记发票",
    request=RecordInvoice,
    answer=Done,
    aim=aims.contract,
    title=_title,
)
def record(desk: Desk, request: RecordInvoice) -> Done:
    """Records an invoice that both parties agree was received; what its instalment waits for may have happened by it.

    Raises `Problem` invoice.number, invoice.year, invoice.sum, invoice.daxie, invoice.rate, invoice.buyer,
    invoice.seller, invoice.buyer_tax_id, invoice.future, invoice.twice, tax_id.form, tax_id.check and
    payment.not_signed.
    """
    found = in_force(desk.connection, aims.require_contract_of(desk, request.contract), desk.now)
    money.require_signed(found)
    new = _check(desk, found, request)
    unit, seller = both_parties(desk, found)
    kept = keep_proof(desk, request.file, found.id)
    if kept is not None:
        new = NewInvoice(**{**_fields(new), "file_id": kept.id, "file_sm3": kept.sm3})
    identifier = keep_invoice(desk.connection, found.id, new, unit_person=unit, provider_person=seller, now=desk.now)
    _tell_instalment(desk, found, request.instalment)
    return Done(id=identifier)


def _fields(new: NewInvoice) -> dict[str, Any]:
    return {name: getattr(new, name) for name in NewInvoice.__slots__}


def _check(desk: Desk, found: Contract, request: RecordInvoice) -> NewInvoice:
    today = date_of(desk.now)
    for field, on in (("issued_on", request.issued_on), ("received_on", request.received_on)):
        if on > today:
            raise Problem(
                "invoice.future",
                "日期 {on} 尚未到来",
                field=field,
                on=on.isoformat(),
                way_out="请在收到发票之后登记",
            )
    code, number = rules.check_number(request.code, request.number, request.issued_on)
    net, tax, total = (parse_yuan(getattr(request, name), name) for name in ("net", "tax", "total"))
    rules.check_sums(net, tax, total, request.daxie)
    rate = parse_share(request.rate)
    if not 0 <= rate < _HUNDRED_PERCENT:
        raise Problem(
            "invoice.rate",
            "税率「{value}」不可用",
            field="rate",
            value=request.rate,
            way_out="请填写发票上的税率，例如 6%；免税或不征税的填 0",
        )
    parties = found.data.get("parties") or {}
    unit = require_organisation(desk.connection, found.using_unit_id).name
    seller = require_organisation(desk.connection, found.provider_id).name
    rules.check_name("buyer_name", request.buyer_name, (parties.get("using_unit"), unit))
    rules.check_name("seller_name", request.seller_name, (parties.get("provider"), seller))
    if request.kind == rules.SPECIAL and not request.buyer_tax_id.strip():
        raise Problem(
            "invoice.buyer_tax_id",
            "增值税专用发票应写明购买方的纳税人识别号",
            field="buyer_tax_id",
            way_out="请按发票填写；购买方没有识别号的，应开具普通发票",
        )
    if request.instalment is not None:
        money.require_instalment(found, request.instalment)
    if request.statement and require_statement(desk.connection, request.statement).contract_id != found.id:
        raise Problem(
            "statement.unknown",
            "没有结算单「{value}」",
            field="statement",
            value=request.statement,
            way_out="请核对标识：yunqi statement list 合同编号",
        )
    buyer_tax_id = request.buyer_tax_id.strip()
    return NewInvoice(
        code=code,
        number=number,
        kind=request.kind,
        issued_on=request.issued_on,
        received_on=request.received_on,
        seller_name=request.seller_name.strip(),
        seller_tax_id=check_tax_id("seller_tax_id", request.seller_tax_id),
        buyer_name=request.buyer_name.strip(),
        buyer_tax_id=check_tax_id("buyer_tax_id", buyer_tax_id) if buyer_tax_id else "",
        rate=decimal_text(rate),
        net_fen=net,
        tax_fen=tax,
        total_fen=total,
        instalment=request.instalment,
        statement_id=request.statement,
    )


def _tell_instalment(desk: Desk, found: Contract, no: int | None) -> None:
    """Once the invoices received come to the instalment's amount, its invoice is there: as of the day of the last."""
    if no is None:
        return
    term = money.require_instalment(found, no)
    if _INVOICE not in (term.get("triggers") or ()):
        return
    invoices = [plain_invoice(row) for row in list_invoices(desk.connection, found.id)]
    covered = rules.find_covered_on(invoices, no, compute_amount(term, found.total_fen))
    if covered is not None:
        money.record_trigger(desk.site, found.id, f"{_INVOICE}:{no}", on=covered, actor=desk.person_id)


def _aim(desk: Desk, request: CancelInvoice) -> Target:
    row = require_invoice(desk.connection, request.id)
    return aims.target_of_contract(desk, aims.require_contract_of(desk, row.contract_id))


def _cancel_title(desk: Desk, request: CancelInvoice) -> str:
    row = require_invoice(desk.connection, request.id)
    return _("发票 {number}（{total} 元）冲红或作废", number=row.number, total=render_yuan(row.total_fen))


@action(
    "invoice.cancel",
    "POST",
    "/invoices/{id}/cancel",
    "发票冲红或作废",
    request=CancelInvoice,
    answer=Done,
    aim=_aim,
    title=_cancel_title,
)
def cancel(desk: Desk, request: CancelInvoice) -> Done:
    """Cancels an invoice; its number is never free again, and the instalment's condition stands until the next invoice.

    Raises `Problem` invoice.unknown, invoice.cancelled and invoice.number.
    """
    row = require_invoice(desk.connection, request.id)
    found = aims.require_contract_of(desk, row.contract_id)
    unit, seller = both_parties(desk, found)
    by_number = rules.check_red_number(request.by_number) if request.by_number else None
    cancel_invoice(
        desk.connection,
        row,
        by_number=by_number,
        reason=request.reason,
        unit_person=unit,
        provider_person=seller,
        now=desk.now,
    )
    return Done(id=row.id)
