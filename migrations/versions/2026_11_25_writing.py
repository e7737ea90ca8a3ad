"""Writing: revisions, old addresses, what is typed and not saved, and what a post tells elsewhere.

Why: a text is changed after it is published, by more than one person and from more than one
place, and neither a word nor an address may be lost by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "writing"
down_revision = "stats"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = {"description": 300, "canonical_url": 500, "picture_url": 500, "correction": 300}


def upgrade() -> None:
    op.add_column("posts", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for name, length in TEXTS.items():
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("posts", column)
    for name in ("corrected_at", "pinned_at"):
        op.add_column("posts", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("posts") as batch:
        batch.add_column(sa.Column("preview_digest", sa.String(length=64), nullable=True))
        batch.create_unique_constraint(op.f("uq_posts_preview_digest"), ["preview_digest"])
    op.create_index(
        op.f("ix_posts_kind_state_pinned_at"), "posts", ["kind", "state", "pinned_at"], unique=False
    )
    _create_old_paths()
    _create_revisions()
    _create_autosaves()


def _create_old_paths() -> None:
    op.create_table(
        "old_paths",
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_old_paths_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_old_paths")),
    )
    op.create_index(op.f("ix_old_paths_post_id"), "old_paths", ["post_id"], unique=False)


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.String(length=500), nullable=False),
        sa.Column("correction", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_revisions_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_revisions_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_revisions_post_id_number")),
    )
    op.create_index(op.f("ix_revisions_member_id"), "revisions", ["member_id"], unique=False)


def _create_autosaves() -> None:
    op.create_table(
        "autosaves",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_autosaves_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_autosaves_post_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autosaves")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_autosaves_member_id_key")),
    )
    op.create_index(
        op.f("ix_autosaves_member_id_post_id_saved_at_id"),
        "autosaves",
        ["member_id", "post_id", "saved_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_autosaves_post_id"), "autosaves", ["post_id"], unique=False)


def downgrade() -> None:
    for table in ("autosaves", "revisions", "old_paths"):
        op.drop_table(table)
    op.drop_index(op.f("ix_posts_kind_state_pinned_at"), table_name="posts")
    with op.batch_alter_table("posts") as batch:
        batch.drop_constraint(op.f("uq_posts_preview_digest"), type_="unique")
        for name in ("preview_digest", "pinned_at", "corrected_at", *TEXTS, "version"):
            batch.drop_column(name)
