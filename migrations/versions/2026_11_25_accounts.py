"""Accounts that can be trusted: confirmed addresses, mailed links that work once, and when and
where a sign-in was last proved.

Why: who is a member already keeps taking part, so the addresses of members that are there count
as confirmed, unless several members gave the same. Addresses are compared, so they are kept in
small letters from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "accounts"
down_revision = "letters"


def upgrade() -> None:
    op.add_column("members", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "members", sa.Column("website", sa.String(length=300), nullable=False, server_default="")
    )
    op.execute("UPDATE members SET email = lower(email)")
    op.execute(
        "UPDATE members SET verified_at = joined_at WHERE email IN"
        " (SELECT email FROM members GROUP BY email HAVING count(*) = 1)"
    )
    op.add_column("sign_ins", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "sign_ins", sa.Column("agent", sa.String(length=60), nullable=False, server_default="")
    )
    op.execute("UPDATE sign_ins SET proved_at = created_at")
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tickets_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("digest", name=op.f("uq_tickets_digest")),
    )
    op.create_index(op.f("ix_tickets_expires_at"), "tickets", ["expires_at"], unique=False)
    op.create_index(op.f("ix_tickets_member_id"), "tickets", ["member_id"], unique=False)


def downgrade() -> None:
    op.execute("UPDATE members SET standing = 'suspended' WHERE standing = 'left'")
    op.drop_index(op.f("ix_tickets_member_id"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_expires_at"), table_name="tickets")
    op.drop_table("tickets")
    with op.batch_alter_table("sign_ins") as batch:
        batch.drop_column("agent")
        batch.drop_column("proved_at")
    with op.batch_alter_table("members") as batch:
        batch.drop_column("website")
        batch.drop_column("verified_at")
