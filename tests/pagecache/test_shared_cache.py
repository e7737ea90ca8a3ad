"""A real cache in front (nginx) that keeps what our headers let it keep: what a member gets never
comes to a stranger, nor the other way round."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from app.members.models import Role
from app.posts.models import Kind
from app.resources import actions as resources
from app.resources.rules import Reference
from app.site.settings import change
from tests import cast
from tests.browser import Browser
from tests.cast import NOW, PASSWORD
from tests.house.routes import EVERYBODY, NEVER_KEPT, READ, WRITE
from tests.server import PATIENCE_SECONDS, free_port, serving, settings
from tests.wire import Wire

NAME = "Quillon Vane"  # Found in no page but those made for her.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {behind};
      proxy_cache pages;
      add_header X-Cache-Status $upstream_cache_status always;
    }}
  }}
}}
"""


@contextmanager
def nginx(program: str, folder: Path, behind: str) -> Iterator[str]:
    """The address of an nginx in front of `behind`, until the block ends."""
    port = free_port()
    (folder / "nginx.conf").write_text(
        CONFIGURATION.format(folder=folder, port=port, behind=behind)
    )
    log = folder / "error.log"
    line = [program, "-p", folder, "-c", folder / "nginx.conf", "-e", log]
    process = subprocess.Popen(line, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with closing(Wire(url)) as wire:
                wire.get("/healthz")
            return
        except (OSError, HTTPException):
            time.sleep(0.02)
    raise AssertionError(f"no answer in {PATIENCE_SECONDS} s: {log.read_text()}")


@pytest.fixture
def blog(house):
    """One of everything that an address can name, and a member who has said nothing."""
    with house.database.writing() as session:
        people = cast.people(session)
        cast.member(session, "quill", NAME, Role.OWNER)
        post = cast.post(session, people["bow"], tags=["Water"])
        cast.post(session, people["bow"], "About", kind=Kind.PAGE)
        cast.comment(session, people["cyd"], post)
        ponds = resources.add_collection(session, people["bow"], "Ponds", "", "", NOW)
        reference = Reference("https://water.example/", "Water")
        item = resources.add_item(session, people["bow"], ponds, reference, NOW)
        change(session, "moderation", "all")
        waiting = cast.comment(session, people["cyd"], post)
        change(session, "moderation", "at-once")
        media = cast.media(session, house.storage, people["bow"])
        ids = {
            "media": media.id,
            "post": post.id,
            "item": item.id,
            "comment": 1,
            "waiting": waiting.id,
        }
        return {**ids, **cast.desk(session, people["bow"], post)}


@pytest.fixture
def front(tool, blog, database_url, tmp_path, static_folder):
    """The address of nginx in front of a server of the blog."""
    program = tool("nginx")
    instance, folder = tmp_path / "server", tmp_path / "nginx"
    instance.mkdir()
    folder.mkdir()
    (instance / "static").symlink_to(static_folder)
    env = settings(instance, DATABASE_URL=database_url, SHARED_CACHE_SECONDS="60")
    with serving(env) as server, nginx(program, folder, server.url) as url:
        yield url


@pytest.fixture
def ask(front):
    """Ask as a stranger who has never been here."""

    def ask(address: str, method: str = "get", **more):
        with closing(Wire(front)) as wire:
            return getattr(wire, method)(address, **more)

    return ask


@pytest.fixture
def member(front):
    with closing(Wire(front)) as wire:
        Browser(wire).sign_in("quill", PASSWORD)
        yield wire


def addresses(blog) -> dict[str, tuple[str, bool]]:
    """Each route's address, and whether a cache may keep what is there; but for files, of which
    everybody gets the same."""
    return {
        rule: (
            address.format(**blog),
            # On this blog anyone may join, and a form is each reader's own.
            expected == EVERYBODY and rule not in ("/join", *NEVER_KEPT),
        )
        for rule, (address, expected) in READ.items()
        if not rule.startswith(("/media/", "/theme-"))
    }


def test_safety_28_a_shared_cache_gives_nobody_what_is_anothers(blog, member, ask):
    _no_stranger_gets_a_members_page_and_no_member_a_strangers(blog, member, ask)
    _what_is_kept_for_strangers_gives_nobody_a_cookie(blog, member, ask)
    _no_cookie_opens_the_cache(member, ask)


def _no_stranger_gets_a_members_page_and_no_member_a_strangers(blog, member, ask) -> None:
    secrets = [NAME, *member.cookies.values(), "Sign out"]
    for rule, (address, is_public) in addresses(blog).items():
        own = [member.get(address)]
        strangers = [ask(address), ask(address)]
        own.append(member.get(address))
        strangers.append(ask(address))
        said = [answer.headers["X-Cache-Status"] for answer in strangers]
        assert (said[1:] == ["HIT", "HIT"]) == is_public, f"{rule}: {said}"
        for answer in strangers:
            text = answer.get_data(as_text=True)
            assert not [secret for secret in secrets if secret in text], rule
            if is_public:
                assert "csrf_token" not in text, rule
                assert "Set-Cookie" not in answer.headers, rule
        for answer in own:
            assert answer.headers["X-Cache-Status"] != "HIT", rule
            assert answer.mimetype != "text/html" or NAME in answer.get_data(as_text=True), rule
            assert answer.status_code == READ[rule][1][-1], rule


def _what_is_kept_for_strangers_gives_nobody_a_cookie(blog, member, ask) -> None:
    for rule, (address, is_public) in addresses(blog).items():
        assert _is_public(ask(address)) == is_public, rule
        assert not _is_public(member.get(address)), rule
    for rule, (address, typed, _) in WRITE.items():
        where = address.format(**blog)
        for answer in (ask(where, "post", data=typed), member.post(where, data=typed)):
            assert not _is_public(answer), rule
            assert answer.headers.get("X-Cache-Status") != "HIT", rule
    assert not _is_public(ask("/sign-in"))
    assert _is_public(ask("/no-such-page"))


def _no_cookie_opens_the_cache(member, ask) -> None:
    """Neither the member's from another browser nor one that is empty or forged."""
    own = "; ".join(f"{name}={value}" for name, value in member.cookies.items())
    for cookie in (own, "session=", "session=forged"):
        answer = ask("/", headers={"Cookie": cookie})
        assert answer.headers["X-Cache-Status"] == "MISS"
        assert answer.headers["Cache-Control"] == "private, no-store"
    for _ in range(2):
        answer = ask("/", headers={"Cookie": "theme=dark"})
    assert answer.headers["X-Cache-Status"] == "HIT"
    assert NAME not in answer.get_data(as_text=True)


def _is_public(answer) -> bool:
    """Whether a shared cache may keep it; then it gives no cookie and hangs on the reader's."""
    is_public = answer.headers["Cache-Control"].startswith("public")
    if is_public:
        assert "Set-Cookie" not in answer.headers
        assert answer.vary == {"Accept-Encoding", "Cookie"}
    return is_public
