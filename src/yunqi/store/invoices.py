"""Invoices as recorded; what was cancelled stays, and its number is never free again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import day_start
from yunqi.kernel.rights import Caller
from yunqi.store.checks import check_text
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.listing import Listing
from yunqi.store.locks import lock_contract, lock_word
from yunqi.store.moment import by_contract, of_each
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, invoice


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice to be kept, checked already."""

    code: str
    number: str
    kind: str
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
    instalment: int | None = None
    statement_id: str | None = None
    file_id: str | None = None
    file_sm3: str | None = None


def keep_invoice(
    connection: Connection, contract_id: str, new: NewInvoice, *, unit_person: str, provider_person: str, now: datetime
) -> str:
    """Keeps an invoice and the fact that it was received; returns its id.

    Raises `Problem` invoice.twice when this code and number were recorded before, for whichever contract.
    """
    lock_contract(connection, contract_id)
    lock_word(connection, f"invoice:{new.code}:{new.number}")
    known = connection.execute(
        select(invoice.c.id, invoice.c.contract_id).where(invoice.c.code == new.code, invoice.c.number == new.number)
    ).first()
    if known is not None:
        raise _twice(new.number, mine=known.contract_id == contract_id)
    identifier = make_id("inv")
    fields = {name: getattr(new, name) for name in NewInvoice.__slots__ if name != "file_sm3"}
    fields |= {name: fields[name].isoformat() for name in ("issued_on", "received_on")}
    for name in ("seller_name", "buyer_name"):
        check_text(name, fields[name], 200)
    people = {"unit_person_id": unit_person, "provider_person_id": provider_person}
    payload = {"invoice": identifier, **fields, "document_sm3": new.file_sm3, "on": fields["received_on"], **people}
    fact = NewFact(contract_id, "invoice.recorded", identifier, day_start(new.received_on), payload, REPORTED)
    fact_id = record_fact(connection, fact, now=now)
    row = {"id": identifier, "contract_id": contract_id, "fact_id": fact_id, "recorded_at": now, **fields}
    connection.execute(invoice.insert().values(row))
    return identifier


def _twice(number: str, *, mine: bool) -> Problem:
    return Problem(
        "invoice.twice",
        "发票「{value}」已在本合同登记过" if mine else "发票「{value}」已用于另一份合同",
        field="number",
        value=number,
        way_out="一张发票只能登记一次；请核对发票号码",
    )


def cancel_invoice(
    connection: Connection,
    found: Row[Any],
    *,
    by_number: str | None,
    reason: str,
    unit_person: str,
    provider_person: str,
    now: datetime,
) -> None:
    """Cancels it, by a red invoice or as void; raises `Problem` invoice.cancelled for one that is already."""
    lock_contract(connection, found.contract_id)
    changed = connection.execute(
        update(invoice)
        .where(invoice.c.id == found.id, invoice.c.cancelled_at.is_(None))
        .values(cancelled_at=now, cancelled_by_number=by_number)
    )
    if not changed.rowcount:
        raise Problem(
            "invoice.cancelled",
            "发票「{value}」此前已冲红或作废",
            field="id",
            value=found.number,
            way_out="无需重复办理",
        )
    people = {"unit_person_id": unit_person, "provider_person_id": provider_person}
    payload = {
        "invoice": found.id,
        "by_number": by_number,
        "reason": check_text("reason", reason, 300),
        "total_fen": found.total_fen,
        **people,
    }
    new = NewFact(found.contract_id, "invoice.cancelled", found.id, now, payload, REPORTED)
    record_fact(connection, new, now=now)


def require_invoice(connection: Connection, invoice_id: str) -> Row[Any]:
    """The row of an invoice; raises `Problem` invoice.unknown."""
    found = connection.execute(select(invoice).where(invoice.c.id == invoice_id)).first()
    if found is None:
        raise Problem("invoice.unknown", "没有发票「{value}」", field="id", value=invoice_id, way_out="请核对标识")
    return found


def list_invoices(connection: Connection, contract_id: str) -> tuple[Row[Any], ...]:
    """All invoices of a contract as they were received."""

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        query = select(invoice).where(invoice.c.contract_id.in_(ids))
        rows = connection.execute(query.order_by(invoice.c.received_on, invoice.c.id))
        return by_contract(rows, lambda row: str(row.contract_id))

    return tuple(of_each(connection, "invoices", contract_id, read) or ())


def invoice_listing(
    caller: Caller, *, contract_id: str | None = None, text: str | None = None, live: bool = False
) -> Listing:
    """The invoices under the contracts that a caller may see; `text` is within the number or a name."""
    conditions = [contract_scope(caller)]
    if contract_id is not None:
        conditions.append(invoice.c.contract_id == contract_id)
    if live:
        conditions.append(invoice.c.cancelled_at.is_(None))
    if text:
        conditions.append(
            invoice.c.number.contains(text, autoescape=True) | invoice.c.seller_name.contains(text, autoescape=True)
        )
    joined = invoice.join(contract, contract.c.id == invoice.c.contract_id)
    sorts = ("id", "number", "issued_on", "received_on", "total_fen", "recorded_at")
    return Listing(
        select(invoice, contract.c.number.label("contract_number")).select_from(joined),
        invoice.c.id,
        {name: invoice.c[name] for name in sorts},
        default="-recorded_at",
        filters=conditions,
    )
