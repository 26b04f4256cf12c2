"""Tables of what is invoiced."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from yunqi.store.columns import Big, Id, metadata, recorded
from yunqi.store.types import UtcInstant, binary_text

invoice = Table(
    "invoice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("code", binary_text(12), nullable=False),  # empty for a 数电票
    Column("number", binary_text(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("received_on", String(10), nullable=False),
    Column("seller_name", String(200), nullable=False),
    Column("seller_tax_id", binary_text(18), nullable=False),
    Column("buyer_name", String(200), nullable=False),
    Column("buyer_tax_id", binary_text(18), nullable=False),  # empty: an ordinary invoice may go without
    Column("rate", String(20), nullable=False),
    Column("net_fen", Big, nullable=False),
    Column("tax_fen", Big, nullable=False),
    Column("total_fen", Big, nullable=False),
    Column("instalment", Integer),
    Column("statement_id", Id, ForeignKey("statement.id")),
    Column("file_id", Id, ForeignKey("file.id")),
    Column("fact_id", Id, ForeignKey("fact.id"), nullable=False),
    Column("cancelled_at", UtcInstant),
    Column("cancelled_by_number", binary_text(20)),  # of the red invoice; null: voided
    recorded(),
    UniqueConstraint("code", "number"),  # whatever the contract: no invoice is presented twice
    CheckConstraint("kind in ('special','ordinary')", name="kind"),
    CheckConstraint("net_fen + tax_fen = total_fen", name="sum"),
    Index("ix_invoice_contract", "contract_id", "issued_on"),
)
