"""The database as a request sees it: one session to read with, units of work to write in, and the
site's settings."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session

from app.http.moment import now
from app.lib import fetch
from app.lib.bounded import Bounded
from app.lib.db import Database
from app.lib.fetch import Fetcher
from app.lib.passwords import Hasher
from app.lib.storage import Storage, opened
from app.lib.turns import Turns
from app.pagecache.memory import Memory
from app.pagecache.version import Version
from app.site import settings
from app.site.models import Site
from app.stats.ledger import Ledger
from config import Config

# Python runs one thread of a process at a time. Answers made at once only take it from each other,
# at each step to the database, which costs them half as much again; so they take turns. But a
# database that is far away is to be waited for by many: whoever has stood in line for so long, in
# seconds, goes in.
PATIENCE = 0.05
# Where the environment of a request has a list under this name, what is owed after a unit of work
# is put there.
OWED = "commonplace.owed"
MOST_RECENT = 1536 * 1024  # In bytes, for each process.


@dataclass(frozen=True)
class House:
    """What an application holds on to: its settings, its database, how it hashes passwords, which
    content is the newest, what it has lately found and made there, what was read by whom, where
    files are kept, how it goes out, and whose turn it is."""

    config: Config
    database: Database
    hasher: Hasher
    version: Version
    site: Memory[Site]
    recent: Bounded[Hashable, Any]
    ledger: Ledger
    storage: Storage
    fetcher: Fetcher
    turns: Turns


def init(app: Flask, config: Config, database: Database) -> None:
    version = Version(database)
    site = Memory(database, version.settings, lambda session, _now: (settings.site(session), None))
    hasher = Hasher(config.cheap_passwords)
    recent: Bounded[Hashable, Any] = Bounded(MOST_RECENT)
    ledger = Ledger(database, urlsplit(config.site_url).netloc)
    storage = opened(config.media_url, config.instance_path / "media")
    fetcher = fetch.for_site(config.site_url)
    app.extensions["commonplace"] = House(
        config,
        database,
        hasher,
        version,
        site,
        recent,
        ledger,
        storage,
        fetcher,
        Turns(PATIENCE),
    )
    app.teardown_appcontext(_close)


def house() -> House:
    return current_app.extensions["commonplace"]


def config() -> Config:
    return house().config


def reading() -> Session:
    """The session that this request reads with; opened at the first call, closed at its end."""
    if "reading" not in g:
        # Before: what is read is never older than what it may be remembered as.
        g.texts = house().version.texts()
        g.reading = house().database.open_reader()
    return g.reading


def texts() -> int:
    """As of which version of all but discussions this request reads, at the least."""
    reading()
    return g.texts


def let_go() -> None:
    """Keep no session open, and nobody waiting, while another machine is spoken to. What is held
    goes on to be read."""
    house().turns.give_up()
    if "reading" in g:
        g.reading.close()


@contextmanager
def writing() -> Iterator[Session]:
    """A unit of work. What the request has read so far is let go, so that it reads it anew; the
    session stays the request's, since who holds it already may go on reading with it. What it owes
    once it is committed is left to who answers, if they see to that."""
    house().turns.reading.give_up()
    g.pop("site", None)
    if "reading" in g:
        g.reading.close()
    with house().database.writing(request.environ.get(OWED)) as session:
        yield session


def site() -> Site:
    here = g._get_current_object()  # Once: a page asks many times, and each way through costs.
    if "site" not in here:
        here.site = house().site.get(now())
    return here.site


def _close(_error: BaseException | None = None) -> None:
    session = g.pop("reading", None)
    if session is not None:
        session.close()
