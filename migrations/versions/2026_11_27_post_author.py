"""Under whose post a comment stands, beside the comment.

Why: an author looks through the comments under their own posts, newest first; without this the
comments of the whole blog had to be gone through to find a few.
"""

import sqlalchemy as sa
from alembic import op

revision = "post_author"
down_revision = "told"

INDEX = "ix_comments_post_author_id_state_created_at_id"
WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("comments", sa.Column("post_author_id", WIDE, nullable=True))
    author = "SELECT author_id FROM posts WHERE posts.id = comments.post_id"
    op.execute(f"UPDATE comments SET post_author_id = ({author})")
    columns = ["post_author_id", "state", "created_at", "id"]
    op.create_index(op.f(INDEX), "comments", columns, unique=False)


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="comments")
    with op.batch_alter_table("comments") as batch:
        batch.drop_column("post_author_id")
