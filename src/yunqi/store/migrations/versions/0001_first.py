"""Parties, contract and cases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
DIGEST = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
INSTANT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", ID, nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size_bytes", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("sm3", name="uq_document_sm3"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
        sa.CheckConstraint(
            "role in ('using_unit','provider','administration','supervisor','integrator')",
            name=op.f("ck_organisation_role"),
        ),
    )
    op.create_table(
        "contract",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(100)),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column(
            "using_unit_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_contract_using_unit_id_organisation"),
            nullable=False,
        ),
        sa.Column(
            "provider_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_contract_provider_id_organisation"),
            nullable=False,
        ),
        sa.Column(
            "document_id", ID, sa.ForeignKey("document.id", name="fk_contract_document_id_document"), nullable=False
        ),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("start_on", sa.String(10)),
        sa.Column("end_on", sa.String(10)),
        sa.Column("total_fen", BIG),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("provider_id", "number", name="uq_contract_provider_id_number"),
        sa.CheckConstraint("state in ('imported','signed','ended')", name=op.f("ck_contract_state")),
    )
    op.create_table(
        "information_system",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "organisation_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_information_system_organisation_id_organisation"),
            nullable=False,
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_information_system"),
        sa.UniqueConstraint("organisation_id", "name", name="uq_information_system_organisation_id_name"),
    )
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "organisation_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_person_organisation_id_organisation"),
            nullable=False,
        ),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("organisation_id", "name", name="uq_person_organisation_id_name"),
    )
    op.create_table(
        "tenant",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "organisation_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_tenant_organisation_id_organisation"),
            nullable=False,
        ),
        sa.Column(
            "provider_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_tenant_provider_id_organisation"),
            nullable=False,
        ),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenant"),
        sa.UniqueConstraint("organisation_id", "provider_id", name="uq_tenant_organisation_id_provider_id"),
    )
    op.create_table(
        "burst",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_burst_contract_id_contract"), nullable=False
        ),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("quantity_micro", BIG, nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column(
            "using_unit_person_id",
            ID,
            sa.ForeignKey("person.id", name="fk_burst_using_unit_person_id_person"),
            nullable=False,
        ),
        sa.Column(
            "provider_person_id",
            ID,
            sa.ForeignKey("person.id", name="fk_burst_provider_person_id_person"),
            nullable=False,
        ),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_burst"),
        sa.CheckConstraint("quantity_micro > 0", name=op.f("ck_burst_positive")),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_burst_span")),
    )
    op.create_index("ix_burst_lookup", "burst", ["contract_id", "item"])
    op.create_table(
        "case",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("contract_id", ID, sa.ForeignKey("contract.id", name="fk_case_contract_id_contract"), nullable=False),
        sa.Column("tenant_id", ID, sa.ForeignKey("tenant.id", name="fk_case_tenant_id_tenant")),
        sa.Column("system_id", ID, sa.ForeignKey("information_system.id", name="fk_case_system_id_information_system")),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("contract_id", "kind", "number", name="uq_case_contract_id_kind_number"),
    )
    op.create_table(
        "contract_signature",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "contract_id",
            ID,
            sa.ForeignKey("contract.id", name="fk_contract_signature_contract_id_contract"),
            nullable=False,
        ),
        sa.Column(
            "organisation_id",
            ID,
            sa.ForeignKey("organisation.id", name="fk_contract_signature_organisation_id_organisation"),
            nullable=False,
        ),
        sa.Column(
            "person_id", ID, sa.ForeignKey("person.id", name="fk_contract_signature_person_id_person"), nullable=False
        ),
        sa.Column("data_sm3", DIGEST, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contract_signature"),
        sa.UniqueConstraint("contract_id", "organisation_id", name="uq_contract_signature_contract_id_organisation_id"),
    )
    op.create_table(
        "person_role",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_person_role_person_id_person"), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person_role"),
    )
    op.create_index("ix_person_role_lookup", "person_role", ["person_id", "role"])
    op.create_table(
        "price_line",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_price_line_contract_id_contract"), nullable=False
        ),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(60)),
        sa.Column("name", sa.String(400), nullable=False),
        sa.Column("unit", sa.String(40)),
        sa.Column("unit_price", sa.String(40)),
        sa.Column("quantity_micro", BIG),
        sa.Column("period_count", sa.Integer()),
        sa.Column("period_unit", sa.String(10)),
        sa.Column("total_fen", BIG),
        sa.Column("bundle_no", sa.Integer()),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("draw_kind", sa.String(12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_line"),
        sa.UniqueConstraint(
            "contract_id", "no", "valid_from", "recorded_at", name="uq_price_line_contract_id_no_valid_from_recorded_at"
        ),
        sa.CheckConstraint("draw_kind in ('span','run','piece','deliverable')", name=op.f("ck_price_line_draw_kind")),
        sa.CheckConstraint("quantity_micro >= 0", name=op.f("ck_price_line_quantity")),
    )
    op.create_index("ix_price_line_item", "price_line", ["contract_id", "item"])
    op.create_table(
        "reading",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_reading_contract_id_contract"), nullable=False
        ),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("agreement", sa.String(200), nullable=False),
        sa.Column(
            "using_unit_person_id",
            ID,
            sa.ForeignKey("person.id", name="fk_reading_using_unit_person_id_person"),
            nullable=False,
        ),
        sa.Column(
            "provider_person_id",
            ID,
            sa.ForeignKey("person.id", name="fk_reading_provider_person_id_person"),
            nullable=False,
        ),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
    )
    op.create_index("ix_reading_lookup", "reading", ["contract_id", "code"])
    op.create_table(
        "system_deployment",
        sa.Column(
            "system_id",
            ID,
            sa.ForeignKey("information_system.id", name="fk_system_deployment_system_id_information_system"),
            nullable=False,
        ),
        sa.Column(
            "tenant_id", ID, sa.ForeignKey("tenant.id", name="fk_system_deployment_tenant_id_tenant"), nullable=False
        ),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("system_id", "tenant_id", name="pk_system_deployment"),
    )
    op.create_table(
        "system_flag",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "system_id",
            ID,
            sa.ForeignKey("information_system.id", name="fk_system_flag_system_id_information_system"),
            nullable=False,
        ),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("value", sa.String(60)),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_system_flag"),
    )
    op.create_index("ix_system_flag_lookup", "system_flag", ["system_id", "name"])
    op.create_table(
        "case_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, sa.ForeignKey("case.id", name="fk_case_event_case_id_case"), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_case_event_person_id_person")),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_event"),
        sa.UniqueConstraint("case_id", "no", name="uq_case_event_case_id_no"),
    )


def downgrade() -> None:
    op.drop_table("case_event")
    op.drop_table("system_flag")
    op.drop_table("system_deployment")
    op.drop_table("reading")
    op.drop_table("price_line")
    op.drop_table("person_role")
    op.drop_table("contract_signature")
    op.drop_table("case")
    op.drop_table("burst")
    op.drop_table("tenant")
    op.drop_table("person")
    op.drop_table("information_system")
    op.drop_table("contract")
    op.drop_table("organisation")
    op.drop_table("document")
