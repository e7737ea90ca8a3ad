"""Collections that were taken away, by the name in their address.

Why: an address that was public answers for good. It leads to where the resources went, or says that
they are gone.
"""

import sqlalchemy as sa
from alembic import op

revision = "old_collections"
down_revision = "elsewhere"


def upgrade() -> None:
    op.create_table(
        "old_collections",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "collection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_old_collections_collection_id_collections"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_old_collections")),
    )
    op.create_index(op.f("ix_old_collections_collection_id"), "old_collections", ["collection_id"])


def downgrade() -> None:
    op.drop_table("old_collections")
