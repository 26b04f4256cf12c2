"""The payment-application pack: everything that a payment is asked for with, in one archive with its digests."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.frozen_zip import freeze_zip
from yunqi.kernel.words import _
from yunqi.operations.documents import name_documents, statement_data
from yunqi.operations.installation import Installation
from yunqi.operations.money import read_money
from yunqi.operations.payments import TRIGGER_FACT, require_instalment, require_signed
from yunqi.operations.versions import in_force
from yunqi.reports import load_report, render_bytes
from yunqi.reports.payment_application import render_invoice_list, render_letter, render_offset_table
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import Contract
from yunqi.store.facts import list_facts
from yunqi.store.files import load_content, require_file
from yunqi.store.invoices import list_invoices
from yunqi.store.parties import require_organisation
from yunqi.store.statements import StatementRow, list_statements

_SHEET = "statement_xlsx"
MANIFEST = "清单.json"
_INVOICE_FIELDS = (
    "id",
    "code",
    "number",
    "kind",
    "issued_on",
    "received_on",
    "seller_name",
    "seller_tax_id",
    "buyer_name",
    "buyer_tax_id",
    "rate",
    "net_fen",
    "tax_fen",
    "total_fen",
    "file_id",
)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the money is to go; empty places stay open in the letter."""

    payee: str = ""
    bank: str = ""
    account: str = ""


def gather(
    installation: Installation, connection: Connection, contract: Contract, no: int, now: datetime, *, by: str
) -> dict[str, Any]:
    """What the letter says of an instalment: sums, conditions, invoices, penalties of the months.

    Raises `Problem` payment.not_signed, payment.no_instalment, application.no_amount and application.paid.
    """
    found = in_force(connection, contract, now)
    require_signed(found)
    term = require_instalment(found, no)
    money = read_money(installation, connection, found, now)
    row = next(one for one in money.instalments if one.no == no)
    if row.amount_fen is None:
        raise Problem(
            "application.no_amount", "第 {no} 期款的金额没有写明", field="no", no=no, way_out="请先确定该期款的金额"
        )
    paid = sum(one.amount_fen for one in money.payments if one.no == no)
    months = [_month(one) for one in _newest(list_statements(connection, found.id))]
    offset = money.taken_fen.get(f"instalment:{no}", 0)
    asked = row.amount_fen - paid - offset
    if asked <= 0:
        raise Problem(
            "application.paid",
            "第 {no} 期款已没有可申请的金额",
            field="no",
            no=no,
            way_out="请核对已付款与违约金抵扣：yunqi payment list",
        )
    facts = {one.subject: one.id for one in list_facts(connection, found.id, kind=TRIGGER_FACT)}
    names = [str(name) for name in term.get("triggers") or ()]
    conditions = [
        {
            "name": name,
            "on": None if (on := money.dates.get(f"{name}:{no}") or money.dates.get(name)) is None else on.isoformat(),
            "fact": facts.get(f"{name}:{no}") or facts.get(name) or "",
        }
        for name in names
    ]
    return {
        "contract_id": found.id,
        "number": found.number or found.id,
        "title": found.title,
        "using_unit": require_organisation(connection, found.using_unit_id).name,
        "provider": require_organisation(connection, found.provider_id).name,
        "total_fen": found.total_fen,
        "no": no,
        "instalment_fen": row.amount_fen,
        "paid_fen": paid,
        "offset_fen": offset,
        "asked_fen": asked,
        "source": term.get("source"),
        "conditions": conditions,
        "due_on": row.due_on,
        "notice": row.notice,
        "invoices": [_invoice(connection, one) for one in list_invoices(connection, found.id) if _is_of(one, no)],
        "months": months,
        "by": by,
    }


def _is_of(row: Any, no: int) -> bool:
    return row.instalment == no and row.cancelled_at is None


def _invoice(connection: Connection, row: Any) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in _INVOICE_FIELDS}
    kept = require_file(connection, row.file_id) if row.file_id else None
    return fields | {"file_sm3": kept.sm3 if kept else ""}


def _newest(rows: tuple[StatementRow, ...]) -> list[StatementRow]:
    return list({row.month: row for row in rows}.values())  # they come by month and version


def _month(row: StatementRow) -> dict[str, Any]:
    data = row.data
    return {
        "id": row.id,
        "month": row.month,
        "version": row.version,
        "provisional": row.provisional,
        "penalty_fen": data.get("penalty_fen"),
        "low_fen": data.get("penalty_low_fen") or 0,
        "high_fen": data.get("penalty_high_fen") or 0,
        "offset": list(data.get("offset") or ()),
        "sm3": row.sm3,
    }


def make_pack(
    installation: Installation,
    data: dict[str, Any],
    account: Account,
    *,
    made_at: datetime,
    by: str,
    tell: Callable[[str], None] = lambda _note: None,
) -> bytes:
    """The archive: letter, invoices with their files, penalties, the months' statements, the manifest of digests."""
    parts: list[tuple[str, bytes]] = []
    invoices, months = data["invoices"], data["months"]
    tell(_("正在编制发票清单与违约金抵扣表"))
    parts.append(("发票清单.xlsx", render_invoice_list(invoices, made_at=made_at, by=by)))
    parts.append(("违约金抵扣.xlsx", render_offset_table(months, made_at=made_at, by=by)))
    report = load_report(_SHEET)
    with installation.database.read() as connection:
        rows = {one["id"]: one for one in months}
        kept = [row for row in _newest(list_statements(connection, str(data["contract_id"]))) if row.id in rows]
        files = [(one, load_content(connection, one["file_id"])) for one in invoices if one["file_id"]]
        names = {one["file_id"]: require_file(connection, one["file_id"]).name for one, _content in files}
    for row in kept:
        tell(_("正在编制结算单 {month}", month=row.month))
        content = render_bytes(report.name, statement_data(row))
        parts.append((f"结算单/结算单-{name_documents(installation, row)}{report.suffix}", content))
    for one, content in files:
        parts.append((f"发票/{one['number']}{Path(names[one['file_id']]).suffix[:10]}", content))
    letter = {
        **data,
        "payee": account.payee,
        "bank": account.bank,
        "account": account.account,
        "attachments": [name for name, _content in parts],
    }
    parts.insert(0, ("付款申请书.docx", render_letter(letter, made_at=made_at)))
    head = {"contract": data["number"], "instalment": data["no"], "asked_fen": data["asked_fen"]}
    return pack(parts, head=head, made_at=made_at)


def pack(parts: list[tuple[str, bytes]], *, head: dict[str, Any], made_at: datetime) -> bytes:
    """The parts as one archive, with a manifest that names each with its size and digests; same parts, same bytes."""
    listed = [
        {
            "name": name,
            "size_bytes": len(content),
            "sm3": sm3_hex(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in parts
    ]
    manifest = {**head, "made_at": render_instant(made_at), "files": listed}
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (*parts, (MANIFEST, text.encode())):
            archive.writestr(name, content)
    return freeze_zip(buffer.getvalue())
