"""Which schema a database has, and which one this version wants. Found out without Alembic, which
alone takes as much memory as all pages that are kept: programs that serve do not change it."""

import re
from pathlib import Path

from sqlalchemy import inspect, text

from app.lib.engines import make_engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
REVISION = re.compile(r'^(down_)?revision = "(\w+)"$', re.MULTILINE)


def current(url: str) -> str | None:
    """The revision that the database is at; None for an empty one."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.scalar(text("SELECT version_num FROM alembic_version"))
    finally:
        engine.dispose()


def newest() -> str:
    """The end of the one line of migrations: the revision that none comes after."""
    steps = [REVISION.findall(file.read_text()) for file in (FOLDER / "versions").glob("*.py")]
    named = {revision for step in steps for is_before, revision in step if not is_before}
    [last] = named - {revision for step in steps for is_before, revision in step if is_before}
    return last
