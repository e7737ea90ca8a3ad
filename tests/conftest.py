"""What all tests share: both databases, the application, the strict browser."""

import os
import shutil
from collections import Counter
from types import SimpleNamespace

import pytest

from app.factory import create_app
from app.pagecache import version
from config import Config
from tests import cast
from tests.browser import Browser
from tests.databases import PostgreSQL, SQLite, opened
from tests.shares import Shares
from tests.thrift import Templates, collect_seldom, share_files, share_rules

BACKENDS = ("sqlite", "postgresql")
SITE = "http://127.0.0.1:8000"
PATHS = {
    "chromium": shutil.which("chromium"),
    "openssl": shutil.which("openssl"),
    "newsboat": shutil.which("newsboat"),
    "nginx": shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
    "vnu": os.environ.get("COMMONPLACE_VNU"),
    "axe": os.environ.get("COMMONPLACE_AXE"),
}

share_rules()
share_files()


def pytest_collection_finish():
    collect_seldom()


def pytest_xdist_make_scheduler(config, log):
    return Shares(config, log)


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("on")
        metafunc.parametrize("backend", only.args if only else BACKENDS, scope="session")


@pytest.fixture(scope="session")
def servers(worker_id):
    made = {}

    def server(backend: str):
        if backend not in made:
            name = f"commonplace_{worker_id}"
            made[backend] = SQLite() if backend == "sqlite" else PostgreSQL(name)
        return made[backend]

    yield server
    for one in made.values():
        one.close()


@pytest.fixture
def database_url(backend, servers):
    with servers(backend).fresh() as url:
        yield url


@pytest.fixture
def in_haste(monkeypatch):
    """No other process has anything old, so whoever writes need not wait until all know; and with
    SQLite nobody knows but by what is announced. Tests that start programs have a fixture of this
    name that does nothing."""
    monkeypatch.setattr(version, "LEASES", {"sqlite": 3600, "postgresql": 0.0002})


@pytest.fixture
def database(in_haste, database_url, backend, servers):
    database = opened(database_url)
    servers(backend).statements.share(database.engine)
    yield database
    database.close()


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory):
    """Where the applications of all tests put their static files, which takes a while once."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory):
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def app(in_haste, database_url, tmp_path, static_folder, compiled_templates, backend, servers):
    (tmp_path / "static").symlink_to(static_folder)
    config = Config(
        site_url=SITE,
        database_url=database_url,
        instance_path=tmp_path,
        join_seconds=0,  # Tests type faster than people.
        cheap_passwords=True,
    )
    app = create_app(config)
    compiled_templates.share(app)
    database = app.extensions["commonplace"].database
    servers(backend).statements.share(database.engine)
    yield app
    database.close()


@pytest.fixture
def house(app):
    """The application's settings, database and hasher, to lay rows with."""
    return app.extensions["commonplace"]


@pytest.fixture
def browser(app):
    """A stranger's browser; call it for one more."""
    return Browser(app)


@pytest.fixture
def world(house):
    """Bo's post, with a comment by Cy and an answer by Bo."""
    with house.database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"], text="Some [water](https://water.example/).")
        cast.comment(session, people["cyd"], post, "First.")
        cast.comment(session, people["bow"], post, "Second.", answer=1)
        return SimpleNamespace(
            database=house.database, people=people, post=post, address=f"/{post.path}"
        )


@pytest.fixture
def signed_in(browser):
    """A browser in which someone of the cast is signed in."""
    return lambda login: browser.another().enter(login)


@pytest.fixture
def tool():
    """The path of a tool that a bare machine lacks. Where it is missing the test is skipped, or
    fails if COMMONPLACE_REQUIRE names it."""

    def find(name: str) -> str:
        path = PATHS[name]
        if not path:
            required = os.environ.get("COMMONPLACE_REQUIRE", "").split(",")
            (pytest.fail if name in required else pytest.skip)(f"{name} is not installed")
        return path

    return find


def pytest_terminal_summary(terminalreporter):
    counts = Counter(
        backend
        for report in terminalreporter.stats.get("passed", [])
        for backend in BACKENDS
        if f"[{backend}" in report.nodeid or f"-{backend}" in report.nodeid
    )
    said = ", ".join(f"{counts[backend]} on {backend}" for backend in BACKENDS)
    terminalreporter.write_line(f"Passed on real databases: {said}")
