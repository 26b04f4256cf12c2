"""Webhooks and what is still to be told to them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(table: str, column: str, other: str, *, nullable: bool = True) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", ID, nullable=False),
        _to("webhook", "organisation_id", "organisation", nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.String(10), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _to("webhook", "created_by", "person"),
        sa.Column("removed_at", INSTANT),
        _to("webhook", "removed_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sa.CheckConstraint("algorithm in ('sha256','sm3')", name=op.f("ck_webhook_algorithm")),
    )
    op.create_index("ix_webhook_organisation", "webhook", ["organisation_id", "removed_at"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", ID, nullable=False),
        _to("webhook_delivery", "webhook_id", "webhook", nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.String(200)),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.CheckConstraint("state in ('waiting','done','dead','dropped')", name=op.f("ck_webhook_delivery_state")),
    )
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["state", "next_at"])
    op.create_index("ix_webhook_delivery_webhook", "webhook_delivery", ["webhook_id", "id"])


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
