"""Who is told of comments that wait, of new members, and of letters that could not be sent.

Why: an owner decides who is troubled with what. What was told so far is told on; who waits to be
admitted is told of as well, since nobody else can do anything about it.
"""

import sqlalchemy as sa
from alembic import op

revision = "told_owners"
down_revision = "header"

COLUMNS = (("told_waiting", "both"), ("told_members", "waiting"), ("told_failed", "owners"))


def upgrade() -> None:
    for name, default in COLUMNS:
        kind = sa.String(length=20)
        op.add_column("site", sa.Column(name, kind, nullable=False, server_default=default))


def downgrade() -> None:
    with op.batch_alter_table("site") as batch:
        for name, _ in COLUMNS:
            batch.drop_column(name)
