"""A report says which document of Yunqi's it is, and which incident it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("report", sa.Column("composed", sa.String(40)))
    op.add_column("report", sa.Column("case_id", ID))
    op.create_index("ix_report_case", "report", ["case_id"])


def downgrade() -> None:
    op.drop_index("ix_report_case", "report")
    op.drop_column("report", "case_id")
    op.drop_column("report", "composed")
