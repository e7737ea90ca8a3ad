"""Threads: to which thread a comment belongs, the beginning of its words for where it is quoted,
what it said before it was edited, and whom it mentions.

Why: a discussion of any length is read in pages of 50, so each page has to be handed over by an
index, and links from one comment to another have to name the page. What members who left took
back was kept as a comment that says so; it becomes a state, and no longer counts.
"""

import re
from html import unescape

import sqlalchemy as sa
from alembic import op

revision = "threads"
down_revision = "following"

ON_A_PAGE = 50
AT_ONCE = 1000
MADE = ("html", "excerpt")
EXCERPT = 160
WITHDRAWN = "<p><em>This comment was withdrawn by its author.</em></p>"
TAG = re.compile(r"<[^>]*>")
REFERENCE = re.compile(r'href="#comment-([1-9][0-9]{0,6})"')

comments = sa.table(
    "comments",
    *map(sa.column, "id post_id number parent_id thread_number source html excerpt state".split()),
)
posts = sa.table("posts", *map(sa.column, ("id", "path", "comment_count")))


def upgrade() -> None:
    for name, type, default in (
        ("thread_number", sa.Integer(), "0"),
        ("excerpt", sa.String(length=200), ""),
    ):
        column = sa.Column(name, type, nullable=False, server_default=default)
        op.add_column("comments", column)
    op.add_column("comments", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    _make_tables()
    _name_withdrawn()
    _fill()
    op.drop_index(op.f("ix_comments_member_id_created_at"), table_name="comments")
    op.drop_index(op.f("ix_answers_to_id"), table_name="answers")
    for table, *columns in (
        ("comments", "member_id", "post_id", "number"),
        ("comments", "post_id", "thread_number", "number"),
        ("answers", "to_id", "comment_id"),
        ("members", "name"),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_members_name"), table_name="members")
    op.drop_index(op.f("ix_answers_to_id_comment_id"), table_name="answers")
    op.create_index(op.f("ix_answers_to_id"), "answers", ["to_id"], unique=False)
    op.drop_index(op.f("ix_comments_post_id_thread_number_number"), table_name="comments")
    op.drop_index(op.f("ix_comments_member_id_post_id_number"), table_name="comments")
    op.create_index(
        op.f("ix_comments_member_id_created_at"),
        "comments",
        ["member_id", "created_at"],
        unique=False,
    )
    op.drop_table("mentions")
    op.drop_table("comment_versions")
    withdrawn = comments.c.state == "withdrawn"
    _count(+1, withdrawn)
    back = comments.update().where(withdrawn)
    op.execute(back.values(state="published", html=WITHDRAWN))
    with op.batch_alter_table("comments") as batch:
        for name in ("edited_at", "excerpt", "thread_number"):
            batch.drop_column(name)


def _make_tables() -> None:
    wide = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "comment_versions",
        sa.Column("id", wide, nullable=False),
        sa.Column("comment_id", wide, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_versions_comment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_versions")),
    )
    op.create_index(op.f("ix_comment_versions_comment_id"), "comment_versions", ["comment_id"])
    op.create_table(
        "mentions",
        sa.Column("comment_id", wide, nullable=False),
        sa.Column("member_id", wide, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_mentions_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mentions_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "member_id", name=op.f("pk_mentions")),
    )
    op.create_index(op.f("ix_mentions_member_id"), "mentions", ["member_id"], unique=False)


def _name_withdrawn() -> None:
    was = (comments.c.source == "", comments.c.html == WITHDRAWN)
    _count(-1, *was, comments.c.state == "published")
    op.execute(comments.update().where(*was).values(state="withdrawn", html=""))


def _count(step: int, *which: sa.ColumnElement[bool]) -> None:
    """Change the count of each post by the number of these comments under it."""
    found = sa.select(sa.func.count()).where(comments.c.post_id == posts.c.id, *which)
    under = posts.c.id.in_(sa.select(comments.c.post_id).where(*which))
    count = posts.c.comment_count + step * found.scalar_subquery()
    op.execute(posts.update().where(under).values(comment_count=count))


def _fill() -> None:
    """Comments answer earlier ones, so in the order of the numbers each thread is known."""
    connection, key, threads = op.get_bind(), (0, 0), {}
    wanted = (comments.c.id, comments.c.post_id, comments.c.number, comments.c.parent_id)
    place = sa.tuple_(comments.c.post_id, comments.c.number)
    rows = (
        sa.select(*wanted, comments.c.html, posts.c.path)
        .join_from(comments, posts, comments.c.post_id == posts.c.id)
        .order_by(comments.c.post_id, comments.c.number)
        .limit(AT_ONCE)
    )
    change = comments.update().where(comments.c.id == sa.bindparam("of"))
    change = change.values({name: sa.bindparam(name) for name in ("thread_number", *MADE)})
    while found := connection.execute(rows.where(place > sa.tuple_(*key))).all():
        for row in found:
            if row.post_id != key[0]:
                threads.clear()
            threads[row.id] = threads.get(row.parent_id, row.number)
            key = (row.post_id, row.number)
        made = ({"of": row.id, "thread_number": threads[row.id], **_made(row)} for row in found)
        connection.execute(change, list(made))


def _made(row: sa.Row) -> dict[str, str]:
    def address(match: re.Match) -> str:
        start = (int(match[1]) - 1) // ON_A_PAGE * ON_A_PAGE
        page = f"?after={start}" if start else ""
        return f'href="/{row.path}{page}#comment-{match[1]}"'

    words = " ".join(unescape(TAG.sub(" ", row.html)).split())
    if len(words) > EXCERPT:
        words = words[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
    return {"excerpt": words, "html": REFERENCE.sub(address, row.html)}
