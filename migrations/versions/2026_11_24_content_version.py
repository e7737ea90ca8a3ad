"""The content version: one number that every public change raises.

Why: finished answers are kept in front of the application, and are good as long as the number is.
"""

import sqlalchemy as sa
from alembic import op

revision = "content_version"
down_revision = "first_light"


def upgrade() -> None:
    content = op.create_table(
        "content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_content_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
    )
    op.bulk_insert(content, [{"id": 1, "version": 1}])


def downgrade() -> None:
    op.drop_table("content")
