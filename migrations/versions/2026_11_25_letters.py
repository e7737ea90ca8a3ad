"""The outbox: letters that are owed, each with a job that sends it.

Why: a letter is committed together with its cause, so that neither is there without the other.
"""

import sqlalchemy as sa
from alembic import op

revision = "letters"
down_revision = "content_version"


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_address"), "letters", ["address"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_letters_address"), table_name="letters")
    op.drop_table("letters")
