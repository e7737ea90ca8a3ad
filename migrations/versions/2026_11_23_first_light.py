"""First light: members, posts, comments, resources, jobs, and the one row of the site.

Why: nothing was there yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "first_light"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("intro_source", sa.Text(), nullable=False),
        sa.Column("intro_html", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("slug", name=op.f("uq_collections_slug")),
    )
    op.create_index(
        op.f("ix_collections_position_id"), "collections", ["position", "id"], unique=False
    )
    op.create_table(
        "counts",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counts")),
    )
    op.create_index(op.f("ix_counts_ends_at"), "counts", ["ends_at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index(op.f("ix_jobs_failed_at_run_at"), "jobs", ["failed_at", "run_at"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("login", name=op.f("uq_members_login")),
    )
    op.create_index(op.f("ix_members_email"), "members", ["email"], unique=False)
    op.create_index(op.f("ix_members_joined_at_id"), "members", ["joined_at", "id"], unique=False)
    op.create_index(op.f("ix_members_role"), "members", ["role"], unique=False)
    op.create_index(
        op.f("ix_members_standing_joined_at_id"),
        "members",
        ["standing", "joined_at", "id"],
        unique=False,
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("tagline", sa.String(length=250), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("membership", sa.String(length=20), nullable=False),
        sa.Column("posts_per_page", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=253), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("slug", name=op.f("uq_tags_slug")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["members.id"], name=op.f("fk_invitations_made_by"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(op.f("ix_invitations_expires_at"), "invitations", ["expires_at"], unique=False)
    op.create_index(op.f("ix_invitations_made_by"), "invitations", ["made_by"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "collection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("note_source", sa.Text(), nullable=False),
        sa.Column("note_html", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_items_collection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index(op.f("ix_items_added_at_id"), "items", ["added_at", "id"], unique=False)
    op.create_index(
        op.f("ix_items_collection_id_position_id"),
        "items",
        ["collection_id", "position", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_items_key"), "items", ["key"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=100), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("lead_html", sa.Text(), nullable=True),
        sa.Column("excerpt", sa.String(length=500), nullable=False),
        sa.Column("has_own_excerpt", sa.Boolean(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comments", sa.String(length=20), nullable=False),
        sa.Column("close_after_days", sa.Integer(), nullable=True),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("last_comment_number", sa.Integer(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR path IS NOT NULL", name=op.f("ck_posts_published_has_path")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR published_at IS NOT NULL", name=op.f("ck_posts_published_has_time")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name=op.f("fk_posts_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("author_id", "submission", name=op.f("uq_posts_author_id_submission")),
        sa.UniqueConstraint("path", name=op.f("uq_posts_path")),
    )
    op.create_index(
        op.f("ix_posts_author_id_kind_state_published_at_id"),
        "posts",
        ["author_id", "kind", "state", "published_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_posts_author_id_updated_at_id"),
        "posts",
        ["author_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_posts_kind_state_published_at_id"),
        "posts",
        ["kind", "state", "published_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_posts_updated_at_id"), "posts", ["updated_at", "id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_sign_ins_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_ins_digest")),
    )
    op.create_index(op.f("ix_sign_ins_member_id"), "sign_ins", ["member_id"], unique=False)
    op.create_index(op.f("ix_sign_ins_seen_at"), "sign_ins", ["seen_at"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_comments_member_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_comments_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint(
            "member_id", "submission", name=op.f("uq_comments_member_id_submission")
        ),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_comments_post_id_number")),
    )
    op.create_index(
        op.f("ix_comments_member_id_created_at"),
        "comments",
        ["member_id", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_comments_parent_id"), "comments", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_comments_state_created_at_id"),
        "comments",
        ["state", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "links",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_links_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "key", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_key_post_id"), "links", ["key", "post_id"], unique=False)
    op.create_table(
        "taggings",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_taggings_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_taggings_tag_id")),
        sa.PrimaryKeyConstraint("post_id", "tag_id", name=op.f("pk_taggings")),
    )
    op.create_index(
        op.f("ix_taggings_tag_id_published_at_post_id"),
        "taggings",
        ["tag_id", "published_at", "post_id"],
        unique=False,
    )
    op.create_table(
        "answers",
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_answers_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["comments.id"], name=op.f("fk_answers_to_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "to_id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_to_id"), "answers", ["to_id"], unique=False)
    op.execute(
        "INSERT INTO site (id, title, tagline, language, zone, membership, posts_per_page,"
        " authority) VALUES (1, 'Commonplace', '', 'en', 'UTC', 'open', 10, '')"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_answers_to_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_taggings_tag_id_published_at_post_id"), table_name="taggings")
    op.drop_table("taggings")
    op.drop_index(op.f("ix_links_key_post_id"), table_name="links")
    op.drop_table("links")
    op.drop_index(op.f("ix_comments_state_created_at_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_parent_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_member_id_created_at"), table_name="comments")
    op.drop_table("comments")
    op.drop_index(op.f("ix_sign_ins_seen_at"), table_name="sign_ins")
    op.drop_index(op.f("ix_sign_ins_member_id"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index(op.f("ix_posts_updated_at_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_kind_state_published_at_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_author_id_updated_at_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_author_id_kind_state_published_at_id"), table_name="posts")
    op.drop_table("posts")
    op.drop_index(op.f("ix_items_key"), table_name="items")
    op.drop_index(op.f("ix_items_collection_id_position_id"), table_name="items")
    op.drop_index(op.f("ix_items_added_at_id"), table_name="items")
    op.drop_table("items")
    op.drop_index(op.f("ix_invitations_made_by"), table_name="invitations")
    op.drop_index(op.f("ix_invitations_expires_at"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_table("tags")
    op.drop_table("site")
    op.drop_index(op.f("ix_members_standing_joined_at_id"), table_name="members")
    op.drop_index(op.f("ix_members_role"), table_name="members")
    op.drop_index(op.f("ix_members_joined_at_id"), table_name="members")
    op.drop_index(op.f("ix_members_email"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix_jobs_failed_at_run_at"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_counts_ends_at"), table_name="counts")
    op.drop_table("counts")
    op.drop_index(op.f("ix_collections_position_id"), table_name="collections")
    op.drop_table("collections")
