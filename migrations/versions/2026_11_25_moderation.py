"""Moderation: comments that wait, what members report, a log of who did what, and the words by
which what waits is sorted.

Why: a comment has a number when the public has seen it and not before, so that what is refused
leaves no gap; the number, and that of its thread, may be missing from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "moderation"
down_revision = "threads"

NUMBERS = ("number", "thread_number")
WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("comments") as batch:
        for name in NUMBERS:
            batch.alter_column(name, existing_type=sa.Integer(), nullable=True)
    for column in (
        sa.Column("moderation", sa.String(length=20), nullable=False, server_default="at-once"),
        sa.Column("waiting_words", sa.String(length=2000), nullable=False, server_default=""),
        sa.Column("most_links", sa.Integer(), nullable=False, server_default="5"),
        sa.Column("reports_to_hide", sa.Integer(), nullable=False, server_default="3"),
    ):
        op.add_column("site", column)
    told = sa.Column("waiting_told_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("preferences", told)
    op.create_table(
        "spam_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("unwanted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_spam_words")),
    )
    _make_cases()
    _make_log()
    _make_reports()


def downgrade() -> None:
    for table in ("reports", "moderation_log", "cases", "spam_words"):
        op.drop_table(table)
    with op.batch_alter_table("preferences") as batch:
        batch.drop_column("waiting_told_at")
    with op.batch_alter_table("site") as batch:
        for name in ("reports_to_hide", "most_links", "waiting_words", "moderation"):
            batch.drop_column(name)
    # Before, every comment had a number, and what nobody was to see was hidden.
    unseen = "SELECT id FROM comments WHERE number IS NULL"
    for table in ("answers", "mentions", "comment_versions"):
        op.execute(f"DELETE FROM {table} WHERE comment_id IN ({unseen})")
    op.execute("DELETE FROM comments WHERE number IS NULL")
    op.execute("UPDATE comments SET state = 'hidden' WHERE state IN ('waiting', 'refused')")
    with op.batch_alter_table("comments") as batch:
        for name in NUMBERS:
            batch.alter_column(name, existing_type=sa.Integer(), nullable=False)


def _make_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("comment_id", WIDE, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("post_author_id", WIDE, nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_cases_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_author_id"], ["members.id"], name=op.f("fk_cases_post_author_id")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_cases")),
    )
    for columns in (
        ["kind", "rank", "comment_id"],
        ["post_author_id", "kind", "rank", "comment_id"],
    ):
        op.create_index(op.f(f"ix_cases_{'_'.join(columns)}"), "cases", columns, unique=False)


def _make_log() -> None:
    op.create_table(
        "moderation_log",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", WIDE, nullable=True),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("comment_id", WIDE, nullable=True),
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("post_author_id", WIDE, nullable=True),
        sa.Column("press", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("was", sa.String(length=20), nullable=False),
        sa.Column("was_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_kind", sa.String(length=20), nullable=True),
        sa.Column("case_why", sa.String(length=200), nullable=False),
        sa.Column("letter_id", WIDE, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_moderation_log_by_id")),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_moderation_log_comment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_moderation_log_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["post_author_id"], ["members.id"], name=op.f("fk_moderation_log_post_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_log")),
    )
    for columns in (
        ["at", "id"],
        ["post_author_id", "at", "id"],
        ["by_id", "press"],
        ["comment_id"],
    ):
        name = f"ix_moderation_log_{'_'.join(columns)}"
        op.create_index(op.f(name), "moderation_log", columns, unique=False)


def _make_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("comment_id", WIDE, nullable=False),
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", WIDE, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_reports_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_reports_member_id")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["moderation_log.id"], name=op.f("fk_reports_settled_by")
        ),
        sa.PrimaryKeyConstraint("comment_id", "member_id", name=op.f("pk_reports")),
    )
