"""The rota: shifts planned, taken over, handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT = _text(40), _text(27)


def _to(column: str, other: str, *, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_duty_shift_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("id", ID, nullable=False),
        _to("contract_id", "contract"),
        sa.Column("post", sa.String(20), nullable=False),
        sa.Column("person_name", sa.String(60), nullable=False),
        sa.Column("telephone", sa.String(40), nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        _to("planned_by", "person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT),
        _to("taken_by", "person", nullable=True),
        sa.Column("taken_recorded_at", INSTANT),
        sa.Column("left_at", INSTANT),
        _to("left_by", "person", nullable=True),
        sa.Column("left_recorded_at", INSTANT),
        sa.Column("next_id", ID),
        sa.Column("note", sa.Text()),
        sa.Column("dropped_at", INSTANT),
        _to("dropped_by", "person", nullable=True),
        sa.CheckConstraint("start_at < end_at", name="span"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_shift"),
    )
    op.create_index("ix_duty_shift_contract", "duty_shift", ["contract_id", "start_at"])


def downgrade() -> None:
    op.drop_table("duty_shift")
