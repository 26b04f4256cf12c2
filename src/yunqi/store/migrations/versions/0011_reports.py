"""The register of numbered reports, each version from its draft to its receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(column: str, other: str, *, nullable: bool = True) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_report_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        _to("contract_id", "contract", nullable=False),
        sa.Column("kind", sa.String(120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("period_start", sa.String(10)),
        sa.Column("period_end", sa.String(10)),
        sa.Column("occasion_at", INSTANT),
        _to("statement_id", "statement"),
        _to("organisation_id", "organisation", nullable=False),
        _to("receiver_id", "organisation", nullable=False),
        _to("file_id", "file"),
        sa.Column("state", sa.String(12), nullable=False),
        _to("drafted_by", "person", nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        _to("approved_by", "person"),
        sa.Column("approved_at", INSTANT),
        _to("delivered_by", "person"),
        sa.Column("delivered_at", INSTANT),
        sa.Column("way", sa.String(20)),
        sa.Column("received_by", sa.String(100)),
        sa.Column("received_at", INSTANT),
        sa.Column("receipt_way", sa.String(20)),
        _to("receipt_file_id", "file"),
        _to("receipt_by", "person"),
        _to("replaced_by", "report"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint(
            "contract_id", "kind", "year", "number", "version", name="uq_report_contract_id_kind_year_number_version"
        ),
        sa.CheckConstraint("state in ('drafted','approved','delivered','received')", name=op.f("ck_report_state")),
        sa.CheckConstraint("number > 0 and version > 0", name=op.f("ck_report_number")),
        sa.CheckConstraint("approved_by is null or approved_by <> drafted_by", name=op.f("ck_report_two_persons")),
        sa.CheckConstraint("(period_start is null) = (period_end is null)", name=op.f("ck_report_period")),
    )
    op.create_index("ix_report_contract", "report", ["contract_id", "drafted_at"])


def downgrade() -> None:
    op.drop_table("report")
