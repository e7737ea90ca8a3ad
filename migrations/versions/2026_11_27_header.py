"""The picture at the head of the front page: which upload it is, and its HTML.

Why: an owner wants their blog to look like theirs. The HTML is made when it is chosen, so that the
front page asks for nothing more.
"""

import sqlalchemy as sa
from alembic import op

revision = "header"
down_revision = "changed"

COLUMNS = (("header_picture", sa.String(length=40)), ("header_html", sa.Text()))


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("site", sa.Column(name, kind, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("site") as batch:
        for name, _ in COLUMNS:
            batch.drop_column(name)
