"""Supplementary agreements, their signatures, and the contract data from each on."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, INSTANT, DIGEST = _text(40), _text(27), _text(64)


def _to(table: str, column: str, other: str) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, ID, key, nullable=False)


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", ID, nullable=False),
        _to("amendment", "contract_id", "contract"),
        sa.Column("number", sa.String(100)),
        sa.Column("title", sa.String(300), nullable=False),
        _to("amendment", "document_id", "document"),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("effective_on", sa.String(10)),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
        sa.CheckConstraint("state in ('imported','signed')", name=op.f("ck_amendment_state")),
    )
    op.create_index("ix_amendment_contract", "amendment", ["contract_id", "effective_on"])
    op.create_table(
        "amendment_signature",
        sa.Column("id", ID, nullable=False),
        _to("amendment_signature", "amendment_id", "amendment"),
        _to("amendment_signature", "organisation_id", "organisation"),
        _to("amendment_signature", "person_id", "person"),
        sa.Column("data_sm3", DIGEST, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_amendment_signature"),
        sa.UniqueConstraint(
            "amendment_id", "organisation_id", name="uq_amendment_signature_amendment_id_organisation_id"
        ),
    )
    op.create_table(
        "contract_version",
        sa.Column("id", ID, nullable=False),
        _to("contract_version", "contract_id", "contract"),
        _to("contract_version", "amendment_id", "amendment"),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contract_version"),
    )
    op.create_index("ix_contract_version_lookup", "contract_version", ["contract_id", "valid_from"])


def downgrade() -> None:
    op.drop_table("contract_version")
    op.drop_table("amendment_signature")
    op.drop_table("amendment")
