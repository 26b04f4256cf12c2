"""Evidence and statements."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
DIGEST = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
INSTANT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("key_id", DIGEST, nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_signing_key"),
    )
    op.create_table(
        "audit",
        sa.Column("no", BIG, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_audit_person_id_person")),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_audit"),
    )
    op.create_index("ix_audit_object", "audit", ["object", "at"])
    op.create_table(
        "day_root",
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_day_root_contract_id_contract"), nullable=False
        ),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("first_position", BIG, nullable=False),
        sa.Column("last_position", BIG, nullable=False),
        sa.Column("chain_sm3", DIGEST, nullable=False),
        sa.Column("verdict_count", sa.Integer(), nullable=False),
        sa.Column("verdicts_sm3", DIGEST, nullable=False),
        sa.Column("previous", DIGEST, nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column(
            "key_id", DIGEST, sa.ForeignKey("signing_key.key_id", name="fk_day_root_key_id_signing_key"), nullable=False
        ),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "day", name="pk_day_root"),
    )
    op.create_table(
        "exclusion",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_exclusion_contract_id_contract"), nullable=False
        ),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        sa.Column("clause", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column(
            "approved_by", ID, sa.ForeignKey("person.id", name="fk_exclusion_approved_by_person"), nullable=False
        ),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion"),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_exclusion_span")),
    )
    op.create_index("ix_exclusion_lookup", "exclusion", ["contract_id", "start_at"])
    op.create_table(
        "fact",
        sa.Column("no", BIG, autoincrement=True, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, sa.ForeignKey("contract.id", name="fk_fact_contract_id_contract"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(160)),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_fact"),
        sa.UniqueConstraint("contract_id", "key", name="uq_fact_contract_id_key"),
        sa.UniqueConstraint("id", name="uq_fact_id"),
    )
    op.create_index("ix_fact_contract", "fact", ["contract_id", "kind", "at"])
    op.create_table(
        "probe_day",
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_probe_day_contract_id_contract"), nullable=False
        ),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("probe", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "day", "object", "probe", "origin", name="pk_probe_day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "probe_result",
        sa.Column("no", BIG, autoincrement=True, nullable=False),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_probe_result_contract_id_contract"), nullable=False
        ),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("probe", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_probe_result"),
        sa.UniqueConstraint(
            "contract_id", "object", "probe", "origin", "at", name="uq_probe_result_contract_id_object_probe_origin_at"
        ),
        sa.CheckConstraint("at < until_at", name=op.f("ck_probe_result_span")),
        sa.CheckConstraint("verdict in ('up','down','unknown')", name=op.f("ck_probe_result_verdict")),
    )
    op.create_index("ix_probe_result_contract", "probe_result", ["contract_id", "at"])
    op.create_table(
        "statement",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_statement_contract_id_contract"), nullable=False
        ),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sa.UniqueConstraint("contract_id", "month", "version", name="uq_statement_contract_id_month_version"),
    )
    op.create_table(
        "verdict_day",
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_verdict_day_contract_id_contract"), nullable=False
        ),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("probe", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("raw_sm3", DIGEST, nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("sealed_on", sa.String(10), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "day", "object", "probe", "origin", name="pk_verdict_day"),
    )
    op.create_index("ix_verdict_day_root", "verdict_day", ["contract_id", "sealed_on"])
    op.create_table(
        "chain",
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_chain_contract_id_contract"), nullable=False
        ),
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("fact_no", BIG, sa.ForeignKey("fact.no", name="fk_chain_fact_no_fact"), nullable=False),
        sa.Column("previous", DIGEST, nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "position", name="pk_chain"),
        sa.UniqueConstraint("fact_no", name="uq_chain_fact_no"),
        sa.CheckConstraint("position > 0", name=op.f("ck_chain_position")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact_pending",
        sa.Column(
            "contract_id", ID, sa.ForeignKey("contract.id", name="fk_fact_pending_contract_id_contract"), nullable=False
        ),
        sa.Column("fact_no", BIG, sa.ForeignKey("fact.no", name="fk_fact_pending_fact_no_fact"), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "fact_no", name="pk_fact_pending"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample",
        sa.Column("no", BIG, autoincrement=True, nullable=False),
        sa.Column(
            "resource_id", ID, sa.ForeignKey("resource.id", name="fk_sample_resource_id_resource"), nullable=False
        ),
        sa.Column("meter", sa.String(60), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_sample"),
        sa.UniqueConstraint("resource_id", "meter", "at", name="uq_sample_resource_id_meter_at"),
    )


def downgrade() -> None:
    op.drop_table("sample")
    op.drop_table("fact_pending")
    op.drop_table("chain")
    op.drop_table("verdict_day")
    op.drop_table("statement")
    op.drop_table("probe_result")
    op.drop_table("probe_day")
    op.drop_table("fact")
    op.drop_table("exclusion")
    op.drop_table("day_root")
    op.drop_table("audit")
    op.drop_table("signing_key")
