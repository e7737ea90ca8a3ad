"""What tries to be a program, said everywhere it can be, in a browser that is told of no policy."""

import json
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from app.comments import actions
from app.lib import clock
from app.lib.db import Database
from app.lib.errors import Invalid
from app.lib.text import why_not_text
from app.members import account
from app.reactions import react
from app.site import settings as settings_of_site
from tests import cast
from tests.lib.xss import PAYLOADS
from tests.server import command, serving, settings

EVERY, DAY = timedelta(minutes=25), timedelta(days=1)  # Nobody may write faster.
IN_A_POST = 40
OPEN = """() => document.querySelectorAll("main details").forEach(one => one.open = true)"""


@pytest.fixture
def hostile(tmp_path):
    """A blog in which all of it was said, in comments, posts, names and reports."""
    env = settings(tmp_path)
    command(env, "db", "upgrade")
    database = Database(f"sqlite:///{tmp_path / 'blog.sqlite3'}", react)
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
