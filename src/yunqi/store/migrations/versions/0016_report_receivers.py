"""A report may have further receivers, each with its own sending and receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(column: str, other: str, *, nullable: bool = True) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_report_receiver_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "report_receiver",
        _to("report_id", "report", nullable=False),
        _to("organisation_id", "organisation", nullable=False),
        _to("delivered_by", "person"),
        sa.Column("delivered_at", INSTANT),
        sa.Column("way", sa.String(20)),
        sa.Column("received_by", sa.String(100)),
        sa.Column("received_at", INSTANT),
        sa.Column("receipt_way", sa.String(20)),
        _to("receipt_file_id", "file"),
        _to("receipt_by", "person"),
        sa.CheckConstraint("received_at is null or delivered_at is not null", name="order"),
        sa.PrimaryKeyConstraint("report_id", "organisation_id", name="pk_report_receiver"),
    )


def downgrade() -> None:
    op.drop_table("report_receiver")
