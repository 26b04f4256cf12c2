"""Invoices, each known once whatever the contract."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(column: str, other: str, *, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_invoice_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", ID, nullable=False),
        _to("contract_id", "contract"),
        sa.Column("code", _text(12), nullable=False),
        sa.Column("number", _text(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("issued_on", sa.String(10), nullable=False),
        sa.Column("received_on", sa.String(10), nullable=False),
        sa.Column("seller_name", sa.String(200), nullable=False),
        sa.Column("seller_tax_id", _text(18), nullable=False),
        sa.Column("buyer_name", sa.String(200), nullable=False),
        sa.Column("buyer_tax_id", _text(18), nullable=False),
        sa.Column("rate", sa.String(20), nullable=False),
        sa.Column("net_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instalment", sa.Integer()),
        _to("statement_id", "statement", nullable=True),
        _to("file_id", "file", nullable=True),
        _to("fact_id", "fact"),
        sa.Column("cancelled_at", INSTANT),
        sa.Column("cancelled_by_number", _text(20)),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice"),
        sa.UniqueConstraint("code", "number", name="uq_invoice_code_number"),
        sa.CheckConstraint("kind in ('special','ordinary')", name=op.f("ck_invoice_kind")),
        sa.CheckConstraint("net_fen + tax_fen = total_fen", name=op.f("ck_invoice_sum")),
    )
    op.create_index("ix_invoice_contract", "invoice", ["contract_id", "issued_on"])


def downgrade() -> None:
    op.drop_table("invoice")
