"""Resources, draws and work under way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
INSTANT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("token", BIG, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.UniqueConstraint("kind", "key", name="uq_run_kind_key"),
        sa.CheckConstraint("state in ('open','done','failed','cancelled')", name=op.f("ck_run_state")),
    )
    op.create_index("ix_run_state", "run", ["state", "id"])
    op.create_table(
        "run_step",
        sa.Column("run_id", ID, sa.ForeignKey("run.id", name="fk_run_step_run_id_run"), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("output", sa.Text()),
        sa.Column("finished_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_run_step"),
    )
    op.create_table(
        "resource",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("tenant_id", ID, sa.ForeignKey("tenant.id", name="fk_resource_tenant_id_tenant"), nullable=False),
        sa.Column(
            "system_id", ID, sa.ForeignKey("information_system.id", name="fk_resource_system_id_information_system")
        ),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_resource_contract_id_contract"), nullable=False
        ),
        sa.Column("work_order_id", ID, sa.ForeignKey("case.id", name="fk_resource_work_order_id_case"), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ordered_by", ID, sa.ForeignKey("person.id", name="fk_resource_ordered_by_person")),
        sa.Column("delete_asked_at", INSTANT),
        sa.Column("delete_asked_by", ID, sa.ForeignKey("person.id", name="fk_resource_delete_asked_by_person")),
        sa.Column("erase_approved_at", INSTANT),
        sa.Column("erase_approved_by", ID, sa.ForeignKey("person.id", name="fk_resource_erase_approved_by_person")),
        sa.Column("gone_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_resource"),
    )
    op.create_index("ix_resource_contract", "resource", ["contract_id", "id"])
    op.create_index("ix_resource_live", "resource", ["gone_at", "id"])
    op.create_index("ix_resource_tenant", "resource", ["tenant_id", "kind", "name"])
    op.create_index(
        "uq_resource_live_name",
        "resource",
        ["tenant_id", "kind", "name"],
        unique=True,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_table(
        "allocation",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "resource_id", ID, sa.ForeignKey("resource.id", name="fk_allocation_resource_id_resource"), nullable=False
        ),
        sa.Column("pool", sa.String(60), nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_allocation"),
    )
    op.create_index(
        "uq_allocation_pool",
        "allocation",
        ["resource_id", "pool"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_index(
        "uq_allocation_value",
        "allocation",
        ["pool", "scope", "value"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "certificate",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "resource_id", ID, sa.ForeignKey("resource.id", name="fk_certificate_resource_id_resource"), nullable=False
        ),
        sa.Column("volume_id", sa.String(60), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("volume_id", name="uq_certificate_volume_id"),
    )
    op.create_table(
        "draw",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, sa.ForeignKey("contract.id", name="fk_draw_contract_id_contract"), nullable=False),
        sa.Column("price_line_id", ID, sa.ForeignKey("price_line.id", name="fk_draw_price_line_id_price_line")),
        sa.Column("burst_id", ID, sa.ForeignKey("burst.id", name="fk_draw_burst_id_burst")),
        sa.Column("resource_id", ID, sa.ForeignKey("resource.id", name="fk_draw_resource_id_resource")),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("quantity_micro", BIG, nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT),
        sa.Column("ready_at", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("end_recorded_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_draw"),
        sa.CheckConstraint("kind in ('span','run','piece','deliverable')", name=op.f("ck_draw_kind")),
        sa.CheckConstraint("(price_line_id IS NULL) <> (burst_id IS NULL)", name=op.f("ck_draw_one_origin")),
        sa.CheckConstraint("end_at >= start_at", name=op.f("ck_draw_order")),
        sa.CheckConstraint("quantity_micro > 0", name=op.f("ck_draw_positive")),
    )
    op.create_index("ix_draw_contract", "draw", ["contract_id", "item"])
    op.create_index("ix_draw_line", "draw", ["price_line_id", "end_at"])
    op.create_index("ix_draw_resource", "draw", ["resource_id"])
    op.create_index(
        "uq_draw_open_burst",
        "draw",
        ["resource_id", "burst_id"],
        unique=True,
        sqlite_where=sa.text("end_at IS NULL AND kind = 'span'"),
        postgresql_where=sa.text("end_at IS NULL AND kind = 'span'"),
    )
    op.create_index(
        "uq_draw_open_line",
        "draw",
        ["resource_id", "price_line_id"],
        unique=True,
        sqlite_where=sa.text("end_at IS NULL AND kind = 'span'"),
        postgresql_where=sa.text("end_at IS NULL AND kind = 'span'"),
    )
    op.create_table(
        "resource_spec",
        sa.Column(
            "resource_id",
            ID,
            sa.ForeignKey("resource.id", name="fk_resource_spec_resource_id_resource"),
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column(
            "work_order_id", ID, sa.ForeignKey("case.id", name="fk_resource_spec_work_order_id_case"), nullable=False
        ),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_resource_spec_person_id_person")),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("resource_id", "generation", name="pk_resource_spec"),
    )
    op.create_table(
        "resource_status",
        sa.Column(
            "resource_id",
            ID,
            sa.ForeignKey("resource.id", name="fk_resource_status_resource_id_resource"),
            nullable=False,
        ),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("observed_generation", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("ready_at", INSTANT),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("resource_id", name="pk_resource_status"),
    )


def downgrade() -> None:
    op.drop_table("resource_status")
    op.drop_table("resource_spec")
    op.drop_table("draw")
    op.drop_table("certificate")
    op.drop_table("allocation")
    op.drop_table("resource")
    op.drop_table("run_step")
    op.drop_table("run")
    op.drop_table("lease")
