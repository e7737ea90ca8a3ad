"""What tries to be a program, said everywhere it can be, in a browser that is told of no policy;
and what tries to keep the others waiting."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from threading import Event
from time import perf_counter
from urllib.parse import urlsplit

import pytest
from werkzeug import Response

from app.comments import actions
from app.comments.rules import LONGEST
from app.lib import clock
from app.lib.db import Database
from app.lib.errors import Invalid
from app.lib.text import why_not_text
from app.members import account
from app.reactions import react
from app.site import settings as settings_of_site
from tests import cast
from tests.browser import Browser
from tests.lib.hostile import SHAPES
from tests.lib.xss import PAYLOADS
from tests.server import command, serving, settings
from tests.wire import Wire

EVERY, DAY = timedelta(minutes=25), timedelta(days=1)  # Nobody may write faster.
IN_A_POST = 40
OPEN = """() => document.querySelectorAll("main details").forEach(one => one.open = true)"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A blog in which all of it was said, in comments, posts, names, reports and by pages
    elsewhere."""
    instance = tmp_path_factory.mktemp("instance")
    env = settings(instance)
    command(env, "db", "upgrade")
    database = Database(f"sqlite:///{instance / 'blog.sqlite3'}", react)
    with database.writing() as session:
        _lay(session)
    database.close()
    with serving(env) as server:
        yield server


def test_safety_01_nothing_runs_even_without_a_policy(hostile, look):
    watched = look(hostile, bypass_csp=True)
    entries = json.loads(hostile.get("/feed.json"))["items"]
    posts = [urlsplit(entry["url"]).path for entry in entries]
    talk = next(path for path in posts if path.endswith("/the-last"))
    watched.sign_in("ada", cast.PASSWORD)
    pages = ["/", "/comments", *posts, f"{talk}?after=50", f"{talk}?after=100"]
    pages += [
        f"{talk}?view=threads",
        "/desk/comments",
        "/desk/comments?tab=posted",
        "/desk/members",
        "/account/notices",
    ]
    for address in pages:
        page = watched.go(address).page
        page.evaluate(OPEN)
        assert page.evaluate("document.scripts.length") == page.locator("script[src]").count()
    # Only pictures may be asked for, of which there are none.
    watched.said[:] = [line for line in watched.said if "status of 404" not in line]
    assert watched.said == []


def test_safety_13_hostile_markdown_keeps_nobody_waiting(hostile):
    """Over the wire, while somebody else asks for pages that are not kept yet."""
    talk = urlsplit(json.loads(hostile.get("/comments.json"))["items"][0]["url"]).path
    with closing(Wire(hostile.url)) as wire, closing(Wire(hostile.url)) as other:
        page = Browser(wire).sign_in("ada", cast.PASSWORD).get(talk)
        preview = {**page.fields(f"{talk}/comments#comment-form"), "do": "preview"}
        over = Event()
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(_read, other, talk, over)
            taken = [
                _seconds(wire.post, f"{talk}/comments", {**preview, "text": shape(LONGEST)})
                for shape in SHAPES.values()
            ]
            over.set()
        waited = sorted(reading.result())
    assert max(taken) < 1
    assert len(waited) > 50
    assert waited[len(waited) * 99 // 100] < 0.3


def _read(reader: Wire, address: str, over: Event) -> list[float]:
    waited = []
    while not over.is_set():
        waited.append(_seconds(reader.get, f"{address}?n={len(waited)}"))
    return waited


def _seconds(ask: Callable[..., Response], *what: object) -> float:
    started = perf_counter()
    assert ask(*what).status_code in (200, 422)
    return perf_counter() - started


def _lay(session) -> None:
    people, now = cast.people(session), clock.now()
    bow, cyd, site = people["bow"], people["cyd"], settings_of_site.site(session)
    cyd.joined_at = now - timedelta(days=30)
    settings_of_site.change(session, "most_links", "100")
    for start in range(0, len(PAYLOADS), IN_A_POST):
        payloads = PAYLOADS[start : start + IN_A_POST]
        title = payloads[0].replace("\n", " ")[:90]
        text = "\n\n".join(payload for payload in payloads if not why_not_text(payload))
        cast.post(session, bow, title, text, at=now - 9 * DAY)
    echo = cast.post(session, bow, "An echo", at=now - 9 * DAY)
    for number, payload in enumerate(PAYLOADS[1::4]):
        with suppress(Invalid):
            cast.elsewhere(session, echo, payload, f"https://a.example/{number}", at=now)
        with suppress(Invalid):
            address, name = f"https://b.example/{number}", payload[:60]
            cast.elsewhere(session, echo, "An echo.", address, name, now)
        with suppress(Invalid):
            cast.elsewhere(session, echo, "An echo.", f"https://c.example/{payload}", at=now)
    post = cast.post(session, bow, "The last", at=now - 9 * DAY)
    said = []
    for number, payload in enumerate(PAYLOADS[::2]):
        if len(said) == 150:
            settings_of_site.change(session, "moderation", "all")
        at = now - EVERY * (len(PAYLOADS) - number)
        with suppress(Invalid):
            answer = 1 if said else None
            said.append(actions.add(session, cyd, post, payload, answer, f"x-{number}", at, site))
        with suppress(Invalid):
            account.change_profile(session, cyd, payload[:60], payload[:300], "", at)
    assert said[-1].number is None
