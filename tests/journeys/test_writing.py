"""An author writes in a real browser, and nothing is lost: not to time, not to a second tab, not to
a server that dies."""

import re
import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.lib.db import Database
from app.posts.models import Post
from tests.cast import PASSWORD
from tests.server import serving, settings

NEW = "/desk/posts/new"


def sign_in(look, server, **options):
    return look(server, **options).sign_in("jeffrey", PASSWORD)


def open_now(database: Database, title: str) -> None:
    """As if the time had come: the post's is set back, since the server's clock cannot be."""
    with database.writing() as session:
        session.execute(
            update(Post)
            .where(Post.title == title)
            .values(published_at=datetime.now(UTC) - timedelta(minutes=1))
        )
