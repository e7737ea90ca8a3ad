"""What several processes do at once; a module of its own, so that they start fast."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.http import assets
from app.lib import clock, limits, migrate, secret
from app.lib.db import Database
from app.lib.errors import TooMany
from app.site.models import Site
from config import Config
from tests.processes import forked


def crowd(size: int, task: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What the task gave in each of so many processes of their own."""
    with ProcessPoolExecutor(size, mp_context=forked()) as pool:
        return [future.result() for future in [pool.submit(task, *arguments) for _ in range(size)]]


def count_up(url: str, times: int) -> None:
    """Read a number, and write it one higher."""
    database = Database(url, pool_size=1)
    for _ in range(times):
        with database.writing() as session:
            site = session.scalars(select(Site).with_for_update()).one()
            site.posts_per_page += 1
    database.close()


def take(url: str, limit: limits.Limit, times: int) -> int:
    """How many of so many takes were allowed."""
    database = Database(url, pool_size=1)
    allowed = 0
    for _ in range(times):
        try:
            with database.writing() as session:
                limits.take(session, limit, "cyd", clock.now())
            allowed += 1
        except TooMany:
            pass
    database.close()
    return allowed


def migrated(url: str) -> bool:
    return migrate.upgrade(url)


def secret_of(path: Path) -> str:
    return secret.read_or_make(path)


def static_files(folder: Path) -> list[str]:
    """The addresses that are served after a start in the folder."""
    return sorted(assets.serve(Flask(__name__), Config(instance_path=folder)).files)
