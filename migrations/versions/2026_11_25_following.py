"""Being told: what members have chosen, which threads they follow, what they are told, and whom
a letter is to.

Why: a member is told of a comment once, whatever dies in between, so that is a row of its own. Who
has taken part in a thread follows it. A letter is forgotten with its member, also when it went to
an address that is theirs no longer.
"""

import sqlalchemy as sa
from alembic import op

revision = "following"
down_revision = "passkeys"

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("by_default", sa.String(length=20), nullable=False),
        sa.Column("as_author", sa.String(length=20), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("feed_digest", sa.String(length=64), nullable=True),
        sa.Column("feed_made_at", MOMENT, nullable=True),
        sa.Column("daily_on", sa.Date(), nullable=True),
        _belongs_to("preferences", "member"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_preferences")),
        sa.UniqueConstraint("feed_digest", name=op.f("uq_preferences_feed_digest")),
    )
    op.create_table(
        "follows",
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("post_id", WIDE, nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        _belongs_to("follows", "member"),
        _belongs_to("follows", "post"),
        sa.PrimaryKeyConstraint("member_id", "post_id", name=op.f("pk_follows")),
    )
    op.create_index(op.f("ix_follows_post_id_member_id"), "follows", ["post_id", "member_id"])
    op.create_index(
        op.f("ix_follows_member_id_since_post_id"), "follows", ["member_id", "since", "post_id"]
    )
    op.create_table(
        "notices",
        sa.Column("comment_id", WIDE, nullable=False),
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        _belongs_to("notices", "comment"),
        _belongs_to("notices", "member"),
        sa.PrimaryKeyConstraint("comment_id", "member_id", name=op.f("pk_notices")),
    )
    for columns in (["member_id", "comment_id"], ["way", "sent_at", "member_id"], ["made_at"]):
        op.create_index(op.f(f"ix_notices_{'_'.join(columns)}"), "notices", columns)
    op.execute(
        "INSERT INTO follows (member_id, post_id, since) SELECT member_id, post_id, min(created_at)"
        " FROM comments JOIN members ON members.id = comments.member_id"
        " WHERE members.standing <> 'left' GROUP BY member_id, post_id"
    )
    with op.batch_alter_table("letters") as batch:
        batch.add_column(sa.Column("member_id", WIDE, nullable=True))
        batch.create_foreign_key(
            op.f("fk_letters_member_id"), "members", ["member_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_index(op.f("ix_letters_member_id"), ["member_id"])


def downgrade() -> None:
    with op.batch_alter_table("letters") as batch:
        batch.drop_index(op.f("ix_letters_member_id"))
        batch.drop_constraint(op.f("fk_letters_member_id"), type_="foreignkey")
        batch.drop_column("member_id")
    for table in ("notices", "follows", "preferences"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM jobs WHERE kind IN ('tell of a comment', 'send a notice',"
        " 'send a daily letter', 'owe daily letters', 'forget old notices', 'forget old letters',"
        " 'forget old mail files')"
    )


def _belongs_to(table: str, what: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{what}_id")
    return sa.ForeignKeyConstraint([f"{what}_id"], [f"{what}s.id"], name=name, ondelete="CASCADE")
