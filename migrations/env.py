"""How Alembic sees our tables. The transaction is opened and closed by app.lib.migrate."""

import importlib
import pkgutil
from typing import Any

from alembic import context
from sqlalchemy import Enum, types

import app
from app.lib.db import Base, UTCDateTime


def load_models() -> None:
    """Import every module that declares tables."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.endswith(".models") or module.name == "app.lib.limits":
            importlib.import_module(module.name)


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as plain ones, so that a migration never needs our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def compare_type(_context: Any, _inspected: Any, _column: Any, found: Any, wanted: Any):
    """Our types against the plain ones that migrations write."""
    if isinstance(wanted, Enum):
        return not isinstance(found, types.String) or found.length != wanted.length
    if isinstance(wanted, UTCDateTime):
        return not isinstance(found, types.DateTime)
    return None


load_models()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_item,
    compare_type=compare_type,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
