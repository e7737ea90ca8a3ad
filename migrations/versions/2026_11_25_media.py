"""Uploads, and which posts show them.

Why: pictures and other files are named by texts, and have to be found again from there.
"""

import sqlalchemy as sa
from alembic import op

revision = "media"
down_revision = "writing"

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("bytes", WIDE, nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("widths", sa.String(length=40), nullable=False),
        sa.Column("alt", sa.String(length=500), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_media_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("name", name=op.f("uq_media_name")),
        sa.UniqueConstraint("member_id", "submission", name=op.f("uq_media_member_id_submission")),
    )
    op.create_index(op.f("ix_media_added_at_id"), "media", ["added_at", "id"])
    op.create_table(
        "media_uses",
        sa.Column("post_id", WIDE, nullable=False),
        sa.Column("media_id", WIDE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["posts.id"],
            name=op.f("fk_media_uses_post_id_posts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media.id"],
            name=op.f("fk_media_uses_media_id_media"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", "media_id", name=op.f("pk_media_uses")),
    )
    op.create_index(op.f("ix_media_uses_media_id_post_id"), "media_uses", ["media_id", "post_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_media_uses_media_id_post_id"), table_name="media_uses")
    op.drop_table("media_uses")
    op.drop_index(op.f("ix_media_added_at_id"), table_name="media")
    op.drop_table("media")
