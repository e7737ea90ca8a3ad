"""Comments whose author is a page elsewhere.

Why: what other sites say about a post belongs into the thread under it. So far each comment had a
member; from now on it has a member or the address of a page, and never both. In the log of
moderation the member of such a comment is missing as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "elsewhere"
down_revision = "opinions"

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_AUTHOR = "(member_id IS NULL) <> (elsewhere_url IS NULL)"
INDEX = "ix_comments_post_id_elsewhere_url"


def upgrade() -> None:
    with op.batch_alter_table("comments") as batch:
        batch.add_column(sa.Column("elsewhere_url", sa.String(length=2000), nullable=True))
        name = sa.Column("elsewhere_name", sa.String(length=60), nullable=False, server_default="")
        batch.add_column(name)
        batch.alter_column("member_id", existing_type=WIDE, nullable=True)
        batch.create_check_constraint(op.f("ck_comments_one_author"), ONE_AUTHOR)
    with op.batch_alter_table("moderation_log") as batch:
        batch.alter_column("member_id", existing_type=WIDE, nullable=True)
    is_said = sa.text("elsewhere_url IS NOT NULL AND state <> 'withdrawn'")
    op.create_index(
        INDEX,
        "comments",
        ["post_id", "elsewhere_url"],
        unique=True,
        sqlite_where=is_said,
        postgresql_where=is_said,
    )


def downgrade() -> None:
    # Before, every comment had a member; what pages said goes, with what was decided about it.
    spoken = "SELECT id FROM comments WHERE member_id IS NULL"
    counted = "SELECT count(*) FROM comments WHERE member_id IS NULL AND state = 'published'"
    op.execute(
        f"UPDATE posts SET comment_count = comment_count - ({counted} AND post_id = posts.id)"
        f" WHERE id IN (SELECT post_id FROM comments WHERE member_id IS NULL)"
    )
    for table in ("reports", "cases", "answers", "mentions", "comment_versions"):
        op.execute(f"DELETE FROM {table} WHERE comment_id IN ({spoken})")
    op.execute(f"DELETE FROM answers WHERE to_id IN ({spoken})")
    op.execute(f"DELETE FROM notices WHERE comment_id IN ({spoken})")
    op.execute(f"UPDATE comments SET parent_id = NULL WHERE parent_id IN ({spoken})")
    op.execute("DELETE FROM moderation_log WHERE member_id IS NULL")
    op.execute("DELETE FROM comments WHERE member_id IS NULL")
    op.drop_index(INDEX, table_name="comments")
    with op.batch_alter_table("moderation_log") as batch:
        batch.alter_column("member_id", existing_type=WIDE, nullable=False)
    with op.batch_alter_table("comments") as batch:
        batch.drop_constraint(op.f("ck_comments_one_author"), type_="check")
        batch.alter_column("member_id", existing_type=WIDE, nullable=False)
        batch.drop_column("elsewhere_name")
        batch.drop_column("elsewhere_url")
