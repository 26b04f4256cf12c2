"""Invoices on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named

Yuan = Annotated[str, Field(min_length=1, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Kind = Literal["special", "ordinary"]


class ListInvoices(ListRequest):
    """The invoices under the contracts that the caller may see; `live`: without those that were cancelled."""

    contract: Annotated[str | None, Field(max_length=200)] = None
    text: Annotated[str | None, Field(max_length=60)] = None
    live: bool = False


class InvoiceDifference(Answer):
    """How an invoice differs from what was agreed; `fen` by how much."""

    code: str
    words: str
    fen: int | None


class InvoiceRow(Answer):
    """One invoice. `differences` are for two people to judge: none of them stops it; `daxie` is its total in words."""

    id: str
    contract_id: str
    contract_number: str | None
    code: str
    number: str
    kind: Kind
    issued_on: date
    received_on: date
    seller_name: str
    seller_tax_id: str
    buyer_name: str
    buyer_tax_id: str
    rate: str
    net_fen: int
    tax_fen: int
    total_fen: int
    daxie: str
    instalment: int | None
    statement_id: str | None
    document_id: str | None
    cancelled_at: datetime | None
    cancelled_by_number: str | None
    differences: tuple[InvoiceDifference, ...]
    fact_id: str
    recorded_at: datetime


class RecordInvoice(Request):
    """An invoice that was received: amounts in yuan, `rate` as 6% or 0.06, `file` an uploaded image or 版式文件 of it.

    `code` only on invoices that have one; `daxie` as printed, checked against `total`. With `instalment` it counts
    towards that one; when those received come to its amount, what it waits for has happened.
    """

    contract: Named
    code: Annotated[str, Field(max_length=20)] = ""
    number: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Kind = "special"
    issued_on: date
    received_on: date
    seller_name: Name
    seller_tax_id: Annotated[str, Field(min_length=1, max_length=40)]
    buyer_name: Name
    buyer_tax_id: Annotated[str, Field(max_length=40)] = ""
    rate: Annotated[str, Field(min_length=1, max_length=20)]
    net: Yuan
    tax: Yuan
    total: Yuan
    daxie: Annotated[str, Field(max_length=100)] = ""
    instalment: Annotated[int | None, Field(ge=1, le=1000)] = None
    statement: Annotated[str | None, Field(max_length=60)] = None
    file: Annotated[str | None, Field(max_length=60)] = None


class CancelInvoice(Request):
    """Cancels an invoice: `by_number` the red invoice's number, none for one that was voided."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    by_number: Annotated[str | None, Field(max_length=40)] = None
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class InstalmentInvoices(Answer):
    """What was invoiced of an instalment; `covered_on`: when the invoices received came to its amount."""

    no: int
    amount_fen: int | None
    billed_fen: int
    left_fen: int | None
    covered_on: date | None
    stands: bool


class InvoiceSplit(Answer):
    """The contract's price, net and tax, against what was invoiced; None: the contract doesn't say."""

    contract_id: str
    total_fen: int | None
    net_fen: int | None
    tax_fen: int | None
    rate: str | None
    billed_fen: int
    billed_net_fen: int
    billed_tax_fen: int
    instalments: tuple[InstalmentInvoices, ...]
