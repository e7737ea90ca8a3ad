"""What was read, day by day: views, referring hosts, subscribers, and who has been counted today;
and settings for the looks of the site, its menu, its foot and crawlers.

Why: an author wants to know that somebody reads. Counts alone are kept, and no reader is known.
Drafts get an index, since the overview lists them among however many posts.
"""

import sqlalchemy as sa
from alembic import op

revision = "stats"
down_revision = "moderation"

TABLES = ("salts", "pollers", "subscribers", "referrals", "post_views", "days")


def upgrade() -> None:
    op.create_table(
        "days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("subscribers", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_days")),
    )
    op.create_table(
        "post_views",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_views_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day", "post_id", name=op.f("pk_post_views")),
    )
    op.create_table(
        "referrals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("host", sa.String(length=100), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "host", name=op.f("pk_referrals")),
    )
    _create_subscribers()
    _add_settings()
    op.create_index(
        op.f("ix_posts_state_updated_at_id"), "posts", ["state", "updated_at", "id"], unique=False
    )


def _create_subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("feed", sa.String(length=100), nullable=False),
        sa.Column("reader", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "feed", "reader", "source", name=op.f("pk_subscribers")),
    )
    op.create_table(
        "pollers",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", "digest", name=op.f("pk_pollers")),
    )
    op.create_table(
        "salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_salts")),
    )


def _add_settings() -> None:
    """What is there gets what a new blog has."""
    for column in (
        sa.Column("accent", sa.String(length=7), nullable=False, server_default=""),
        sa.Column("accent_dark", sa.String(length=7), nullable=False, server_default=""),
        sa.Column("face", sa.String(length=20), nullable=False, server_default="serif"),
        sa.Column("menu_links", sa.Text(), nullable=False, server_default=""),
        sa.Column("footer_text", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("robots", sa.String(length=20), nullable=False, server_default="welcome"),
    ):
        op.add_column("site", column)


def downgrade() -> None:
    with op.batch_alter_table("site") as batch:
        for name in ("robots", "footer_text", "menu_links", "face", "accent_dark", "accent"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_posts_state_updated_at_id"), table_name="posts")
    for table in TABLES:
        op.drop_table(table)
