"""What was asked once, what waits for a second person, files, progress of runs, and who an audit row speaks of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
KEY = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")
DIGEST = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
INSTANT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, other: str, *, nullable: bool = True) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("asker", ID, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("request_sm3", DIGEST, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("asker", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"])
    op.create_table(
        "proposal",
        sa.Column("id", ID, nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("needs", sa.String(20), nullable=False),
        _to("proposal", "contract_id", "contract"),
        _to("proposal", "using_unit_id", "organisation"),
        _to("proposal", "provider_id", "organisation"),
        _to("proposal", "organisation_id", "organisation", nullable=False),
        _to("proposal", "proposed_by", "person", nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        _to("proposal", "decided_by", "person"),
        sa.Column("decided_at", INSTANT),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.CheckConstraint("needs in ('colleague','counterparty')", name=op.f("ck_proposal_needs")),
        sa.CheckConstraint("state in ('proposed','agreed','refused','withdrawn')", name=op.f("ck_proposal_state")),
        sa.CheckConstraint(
            "decided_by is null or decided_by <> proposed_by or state = 'withdrawn'",
            name=op.f("ck_proposal_two_persons"),
        ),
    )
    op.create_index("ix_proposal_state", "proposal", ["state", "id"])
    op.create_index("ix_proposal_contract", "proposal", ["contract_id", "id"])
    op.create_table(
        "file",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("size_bytes", BIG, nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _to("file", "organisation_id", "organisation"),
        _to("file", "person_id", "person"),
        _to("file", "contract_id", "contract"),
        _to("file", "run_id", "run"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
    )
    op.create_index("ix_file_expires", "file", ["expires_at"])
    op.create_table(
        "audit_seal",
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("audit_no", BIG, sa.ForeignKey("audit.no", name="fk_audit_seal_audit_no_audit"), nullable=False),
        sa.Column("previous", DIGEST, nullable=False),
        sa.Column("sm3", DIGEST, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit_seal"),
        sa.UniqueConstraint("audit_no", name="uq_audit_seal_audit_no"),
        sa.CheckConstraint("position > 0", name=op.f("ck_audit_seal_position")),
    )
    for column in (
        sa.Column("organisation_id", ID),
        sa.Column("assumption_id", ID),
        sa.Column("session_id", ID),
        sa.Column("token_id", ID),
        sa.Column("address", sa.String(60)),
        sa.Column("outcome", sa.String(60)),
    ):
        op.add_column("audit", column)
    op.create_index("ix_audit_person", "audit", ["person_id", "no"])
    op.create_index("ix_audit_organisation", "audit", ["organisation_id", "no"])
    for added in (
        sa.Column("person_id", ID),
        sa.Column("organisation_id", ID),
        sa.Column("contract_id", ID),
        sa.Column("note", sa.String(300)),
        sa.Column("done", sa.Integer()),
        sa.Column("total", sa.Integer()),
        sa.Column("result", sa.Text()),
        sa.Column("caller", sa.Text()),
        sa.Column("holder", sa.String(120)),
        sa.Column("lease_until", INSTANT),
        sa.Column("cancel_asked_at", INSTANT),
    ):
        op.add_column("run", added)
    op.create_index("ix_run_person", "run", ["person_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_run_person", "run")
    for column in (
        "cancel_asked_at",
        "lease_until",
        "holder",
        "caller",
        "result",
        "total",
        "done",
        "note",
        "contract_id",
        "organisation_id",
        "person_id",
    ):
        op.drop_column("run", column)
    op.drop_index("ix_audit_organisation", "audit")
    op.drop_index("ix_audit_person", "audit")
    for column in ("outcome", "address", "token_id", "session_id", "assumption_id", "organisation_id"):
        op.drop_column("audit", column)
    for table in ("audit_seal", "file", "proposal", "idempotency"):
        op.drop_table(table)
