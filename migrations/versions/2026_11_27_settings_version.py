"""The version of the settings, beside that of the content.

Why: settings change rarely, and content with every comment; a process need not read the one again
because of the other.
"""

import sqlalchemy as sa
from alembic import op

revision = "settings_version"
down_revision = "media"


def upgrade() -> None:
    op.add_column(
        "content", sa.Column("settings", sa.BigInteger(), nullable=False, server_default="1")
    )


def downgrade() -> None:
    op.drop_column("content", "settings")
