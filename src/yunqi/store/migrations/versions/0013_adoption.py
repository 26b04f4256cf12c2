"""Clouds that already run are taken in: previewed, confirmed by both parties, undone."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT, DIGEST = _text(40), _text(27), _text(64)


def _to(table: str, column: str, other: str, *, nullable: bool = True) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "adoption",
        sa.Column("id", ID, nullable=False),
        _to("adoption", "contract_id", "contract", nullable=False),
        _to("adoption", "tenant_id", "tenant", nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("from_on", sa.String(10), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("source_sm3", DIGEST),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("plan_sm3", DIGEST, nullable=False),
        _to("adoption", "made_by", "person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _to("adoption", "work_order_id", "case"),
        _to("adoption", "unit_person_id", "person"),
        _to("adoption", "provider_person_id", "person"),
        sa.Column("confirmed_at", INSTANT),
        _to("adoption", "undone_by_unit_id", "person"),
        _to("adoption", "undone_by_provider_id", "person"),
        sa.Column("undone_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_adoption"),
        sa.CheckConstraint("state in ('previewed','confirmed','undone')", name="state"),
    )
    op.create_index("ix_adoption_contract", "adoption", ["contract_id", "recorded_at"])
    op.create_table(
        "adopted_resource",
        _to("adopted_resource", "resource_id", "resource", nullable=False),
        _to("adopted_resource", "adoption_id", "adoption", nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("resource_id", name="pk_adopted_resource"),
    )
    op.create_index("ix_adopted_resource_adoption", "adopted_resource", ["adoption_id"])


def downgrade() -> None:
    op.drop_table("adopted_resource")
    op.drop_table("adoption")
