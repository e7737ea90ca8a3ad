"""The demonstration, served by the real server, and Chromium to look at it with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from app.demo import build
from app.lib import clock
from app.lib.passwords import Hasher
from tests.cast import PASSWORD
from tests.journeys.watching import Watched
from tests.server import Server, command, serving, settings

PATIENCE_MS = 10_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture
def in_haste():
    """There are other processes, which have to learn of what is written."""


@pytest.fixture
def served(database, database_url, tmp_path) -> Iterator[Server]:
    """The demonstration on either database, for tests that write."""
    build.make(database, Hasher(), PASSWORD, clock.now())
    env = settings(tmp_path, DATABASE_URL=database_url)
    with serving(env) as server:
        yield server


@pytest.fixture(scope="session")
def instance(tmp_path_factory) -> Path:
    """The folder of the demonstration that is shown."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def shown(instance) -> Iterator[Server]:
    """The demonstration on SQLite, for tests that only look."""
    env = settings(instance, DEMO_PASSWORD=PASSWORD)
    command(env, "db", "upgrade")
    command(env, "demo")
    # A name, so that there are passkeys; they are for no number.
    with serving(env, host="localhost") as server:
        yield server


@pytest.fixture(scope="session")
def crowded(tmp_path_factory) -> Iterator[Server]:
    """A blog whose older post has a thousand comments, for tests that only look."""
    env = settings(tmp_path_factory.mktemp("instance"))
    command(env, "db", "upgrade")
    command(env, "bench", "fill", "--posts", "2", "--comments", "1000")
    with serving(env) as server:
        yield server


@pytest.fixture(scope="session")
def chromium_at() -> Iterator[Callable[[str], Browser]]:
    """Chromium at the given path, started at the first call."""
    with sync_playwright() as playwright:
        started = []

        def start(path: str) -> Browser:
            if not started:
                started.append(playwright.chromium.launch(executable_path=path, args=FLAGS))
            return started[0]

        yield start
        for browser in started:
            browser.close()


@pytest.fixture
def look(chromium_at, tool) -> Iterator[Callable[..., Watched]]:
    """A new window of Chromium; at the end nothing may have been said on its console."""
    windows: list[tuple[BrowserContext, Watched]] = []

    def window(server: Server, **options: object) -> Watched:
        # No press of a button waits until a page has scrolled gently to where it is.
        options = {"base_url": server.url, "reduced_motion": "reduce", **options}
        context = chromium_at(tool("chromium")).new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        watched = Watched(context.new_page())
        windows.append((context, watched))
        return watched

    yield window
    for context, watched in windows:
        context.close()
        assert watched.said == []
