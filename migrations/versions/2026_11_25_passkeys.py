"""One holder of an address that is confirmed, and passkeys with their ceremonies.

Why: two members who confirmed one address at once, or one who was made at the command line with
the address of another, could both hold it, and a letter to it would open either. Where that is so
already, no membership is lost and no password changes: an owner keeps the address before an
author, an author before a member, and of several the oldest. The others sign in by name as before,
and are asked to confirm an address again.
"""

import sqlalchemy as sa
from alembic import op

revision = "passkeys"
down_revision = "accounts"

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONFIRMED = sa.text("verified_at IS NOT NULL")
RANK = "CASE {0}.role WHEN 'owner' THEN 0 WHEN 'author' THEN 1 ELSE 2 END"


def upgrade() -> None:
    other, own = RANK.format("other"), RANK.format("members")
    op.execute(
        "UPDATE members SET verified_at = NULL WHERE verified_at IS NOT NULL AND EXISTS ("
        "SELECT 1 FROM members other WHERE other.email = members.email"
        " AND other.verified_at IS NOT NULL"
        f" AND ({other} < {own} OR ({other} = {own} AND other.id < members.id)))"
    )
    op.create_index(
        "uq_members_email_verified",
        "members",
        ["email"],
        unique=True,
        sqlite_where=CONFIRMED,
        postgresql_where=CONFIRMED,
    )
    op.create_table(
        "passkeys",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("member_id", WIDE, nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("count", WIDE, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_passkeys_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("digest", name=op.f("uq_passkeys_digest")),
    )
    op.create_index(op.f("ix_passkeys_member_id"), "passkeys", ["member_id"], unique=False)
    op.create_table(
        "ceremonies",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("member_id", WIDE, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_ceremonies_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremonies")),
        sa.UniqueConstraint("digest", name=op.f("uq_ceremonies_digest")),
    )
    op.create_index(op.f("ix_ceremonies_expires_at"), "ceremonies", ["expires_at"], unique=False)
    op.create_index(op.f("ix_ceremonies_member_id"), "ceremonies", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ceremonies")
    op.drop_table("passkeys")
    op.drop_index("uq_members_email_verified", table_name="members")
