"""What was recognised on the pages of a scanned file."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
_DOCUMENT = sa.ForeignKey("document.id", name="fk_document_text_document_id_document")
INSTANT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "document_text",
        sa.Column("document_id", ID, _DOCUMENT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_document_text"),
    )


def downgrade() -> None:
    op.drop_table("document_text")
