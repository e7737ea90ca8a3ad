"""What checking found out about each resource, the links in comments, and every address that is
spoken of once, with where and when.

Why: an address that no collection has yet is offered to be curated, and one that is broken or has
moved is told. What is there is owed to be looked through, since only the engine finds links.
"""

import sqlalchemy as sa
from alembic import op

revision = "curating"
down_revision = "told_owners"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EPOCH = "1970-01-01 00:00:00.000000"
COLUMNS = (
    ("next_check_at", sa.DateTime(timezone=True), EPOCH),
    ("checked_at", sa.DateTime(timezone=True), None),
    ("failures", sa.Integer(), "0"),
    ("failing_since", sa.DateTime(timezone=True), None),
    ("recoveries", sa.Integer(), "0"),
    ("broken_since", sa.DateTime(timezone=True), None),
    ("trouble", sa.String(length=200), ""),
    ("moved_to", sa.String(length=2000), ""),
    ("moved_at", sa.DateTime(timezone=True), None),
)
INDEXED = ("next_check_at", "broken_since", "moved_at")
LOOK_THROUGH = """INSERT INTO jobs (kind, payload, key, run_at, attempts)
    SELECT 'note links', '{}', 'note links', '1970-01-01 00:00:00.000000', 0
    WHERE EXISTS (SELECT 1 FROM posts)"""

JOBS = """DELETE FROM jobs
    WHERE kind IN ('note links', 'check links', 'forget what nobody speaks of')"""


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column("items", column)
    for name in INDEXED:
        op.create_index(op.f(f"ix_items_{name}_id"), "items", [name, "id"], unique=False)
    for name, length in (("url", 2000), ("words", 200)):
        kind = sa.String(length=length)
        op.add_column("links", sa.Column(name, kind, nullable=False, server_default=""))
    op.create_table(
        "comment_links",
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_links_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_comment_links_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "key", name=op.f("pk_comment_links")),
    )
    op.create_index(op.f("ix_comment_links_key_comment_id"), "comment_links", ["key", "comment_id"])
    op.create_index(op.f("ix_comment_links_post_id"), "comment_links", ["post_id"])
    _create_targets()
    op.execute(LOOK_THROUGH)


def _create_targets() -> None:
    op.create_table(
        "targets",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("key", name=op.f("uq_targets_key")),
    )
    op.create_index(op.f("ix_targets_spoken_at_id"), "targets", ["spoken_at", "id"])


def downgrade() -> None:
    op.execute(JOBS)
    for table in ("targets", "comment_links"):
        op.drop_table(table)
    with op.batch_alter_table("links") as batch:
        for name in ("words", "url"):
            batch.drop_column(name)
    for name in INDEXED:
        op.drop_index(op.f(f"ix_items_{name}_id"), table_name="items")
    with op.batch_alter_table("items") as batch:
        for name, _, _ in COLUMNS:
            batch.drop_column(name)
