"""Telling of incidents: who is told, what was told, and the receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "notice_contact",
        sa.Column("id", ID, nullable=False),
        _to("notice_contact", "contract_id", "contract"),
        _to("notice_contact", "organisation_id", "organisation"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("minutes_left", sa.Integer()),
        _to("notice_contact", "added_by", "person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT),
        _to("notice_contact", "removed_by", "person", nullable=True),
        sa.CheckConstraint("channel in ('mail','sms','wecom','dingtalk')", name="channel"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_contact"),
    )
    op.create_index("ix_notice_contact_contract", "notice_contact", ["contract_id", "removed_at"])
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        _to("notice", "contract_id", "contract"),
        _to("notice", "case_id", "case", nullable=True),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        _to("notice", "person_id", "person", nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("case_id", "key", name="uq_notice_case_id_key"),
    )
    op.create_index("ix_notice_contract", "notice", ["contract_id", "id"])
    op.create_table(
        "notice_delivery",
        sa.Column("id", ID, nullable=False),
        _to("notice_delivery", "notice_id", "notice"),
        _to("notice_delivery", "contact_id", "notice_contact", nullable=True),
        _to("notice_delivery", "organisation_id", "organisation", nullable=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("answer", sa.String(300)),
        sa.Column("error", sa.String(100)),
        sa.Column("done_at", INSTANT),
        sa.CheckConstraint("state in ('waiting','done','dead')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_delivery"),
    )
    op.create_index("ix_notice_delivery_due", "notice_delivery", ["state", "next_at"])
    op.create_index("ix_notice_delivery_notice", "notice_delivery", ["notice_id"])


def downgrade() -> None:
    for table in ("notice_delivery", "notice", "notice_contact"):
        op.drop_table(table)
