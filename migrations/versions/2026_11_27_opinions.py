"""What a service out there says of comments that wait, if the owner has named one.

Why: it is asked once about a text, and kept by a digest alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "opinions"
down_revision = "curating"


def upgrade() -> None:
    op.create_table(
        "spam_opinions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spam_opinions")),
    )
    op.create_index(op.f("ix_spam_opinions_said_at"), "spam_opinions", ["said_at"], unique=False)


def downgrade() -> None:
    op.execute(
        "DELETE FROM jobs WHERE kind IN ('ask about what waits', 'forget old opinions on spam')"
    )
    op.drop_table("spam_opinions")
