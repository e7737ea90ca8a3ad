"""When readers last got something new of a post.

Why: any save, such as pinning, made a feed tell of a change that no reader finds. What was changed
after its day counts as new to readers, as it did so far.
"""

import sqlalchemy as sa
from alembic import op

revision = "changed"
down_revision = "post_author"


def upgrade() -> None:
    op.add_column("posts", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE posts SET changed_at = updated_at WHERE updated_at > published_at")


def downgrade() -> None:
    with op.batch_alter_table("posts") as batch:
        batch.drop_column("changed_at")
