"""When those whom a comment concerns were told of it, and what a member was told in order of time.

Why: a comment that is hidden before its letters have left, and shown again, still has to be told;
and one that waited for a moderator is older than much that was told before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "told"
down_revision = "settings_version"

BY_COMMENT = "ix_notices_member_id_comment_id"
BY_TIME = "ix_notices_member_id_made_at_comment_id"


def upgrade() -> None:
    op.add_column("comments", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE comments SET told_at = created_at WHERE number IS NOT NULL")
    op.drop_index(op.f(BY_COMMENT), table_name="notices")
    op.create_index(op.f(BY_TIME), "notices", ["member_id", "made_at", "comment_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(BY_TIME), table_name="notices")
    op.create_index(op.f(BY_COMMENT), "notices", ["member_id", "comment_id"], unique=False)
    with op.batch_alter_table("comments") as batch:
        batch.drop_column("told_at")
