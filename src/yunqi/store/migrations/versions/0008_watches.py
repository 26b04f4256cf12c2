"""What the parties agreed that probes watch, beside what is watched by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(column: str, other: str, *, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_watch_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("id", ID, nullable=False),
        _to("contract_id", "contract"),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("probe", sa.String(20), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        _to("network_id", "resource", nullable=True),
        _to("unit_person_id", "person"),
        _to("provider_person_id", "person"),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
    )
    op.create_index("ix_watch_contract", "watch", ["contract_id", "begun_at"])


def downgrade() -> None:
    op.drop_table("watch")
