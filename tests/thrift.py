"""What the applications of all tests share, since each would make the same again: compiled
templates, statements and addresses. To make those takes longer than most tests do."""

import gc
import os
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

from app.http.assets import Files
from app.lib.engines import make_engine


class Statements:
    """What SQLAlchemy has made of statements, which it else keeps for each engine by itself."""

    def __init__(self, url: str):
        engine = make_engine(url)
        with engine.connect():  # Its dialect learns what the server can do.
            self._dialect = engine.dialect
        engine.dispose()
        self._made: dict = {}

    def share(self, engine: Engine) -> None:
        engine.dialect = self._dialect
        engine.update_execution_options(compiled_cache=self._made)


class Templates:
    def __init__(self, folder: Path):
        self._made = FileSystemBytecodeCache(folder)

    def share(self, app: Flask) -> None:
        app.jinja_env.bytecode_cache = self._made


class SharedRule(Rule):
    """What it writes addresses with is the same function in each map, bound to the rule there."""

    _made: dict = {}

    def _compile_builder(self, append_unknown: bool = True):
        key = (self.rule, append_unknown, *sorted((self.defaults or {}).items()))
        if key not in self._made:
            self._made[key] = super()._compile_builder(append_unknown)
        return self._made[key]


def collect_seldom() -> None:
    """Look for garbage less often, and never through what all tests have in common: Python would
    spend every seventh second on it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


def share_rules() -> None:
    Flask.url_rule_class = SharedRule


def share_files() -> None:
    """What is to be said of a static file is found out once, whichever folder leads to it."""
    made, get = {}, Files.get_static_file

    def known(self: Files, path: str, url: str, stat_cache: dict | None = None) -> object:
        added = Headers([])
        self.add_headers_function(added, path, url)
        key = (os.path.realpath(path), url, str(added))
        if key not in made:
            made[key] = get(self, path, url, stat_cache)
        return made[key]

    Files.get_static_file = known
