"""In which state each discussion is, and the version of all but discussions.

Why: most of what changes is a comment, and it changes one discussion. What a process remembers of
other posts, and of the text above that discussion, need not be read again because of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "talk_state"
down_revision = "old_collections"


def upgrade() -> None:
    state = sa.Column("talk_state", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("posts", state)
    for name in ("texts", "traced"):
        version = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("content", version)


def downgrade() -> None:
    op.drop_column("content", "traced")
    op.drop_column("content", "texts")
    op.drop_column("posts", "talk_state")
