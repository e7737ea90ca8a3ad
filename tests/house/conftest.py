"""A blog with one of everything, and a reader of each kind."""

from types import SimpleNamespace

import pytest

from app.lib import clock
from app.posts.models import Kind
from app.resources import actions as resources
from app.resources.rules import Reference
from app.site import links, settings
from tests import cast
from tests.browser import Browser
from tests.cast import NOW
from tests.house.routes import ROLES
from tests.lib import pictures

TOKEN = "csrf_token"


@pytest.fixture
def blog(house):
    """One of everything that an address can name."""
    with house.database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"], tags=["Water"])
        cast.post(session, people["bow"], "About", kind=Kind.PAGE)
        for at in (NOW, clock.now()):
            comment = cast.comment(session, people["cyd"], post, at=at)
        ponds = resources.add_collection(session, people["bow"], "Ponds", "", "", NOW)
        reference = Reference("https://water.example/", "Water")
        item = resources.add_item(session, people["bow"], ponds, reference, NOW)
        item.moved_to, item.moved_at = "https://moved.example/", NOW
        settings.change(session, "moderation", "all")
        waiting = cast.comment(session, people["cyd"], post)
        settings.change(session, "moderation", "at-once")
        desk = cast.desk(session, people["bow"], post)
        media = cast.media(session, house.storage, people["bow"], pictures.made(), "heron.png")
        desk |= {
            "media": media.id,
            "name": media.name,
            "file": links.media_file(media).removeprefix("/media/"),
        }
        ids = {"post": post.id, "item": item.id, "comment": comment.id, "waiting": waiting.id}
        return SimpleNamespace(database=house.database, named={**ids, **desk})


@pytest.fixture
def readers(app, blog):
    """A browser for each role, and the token of a form that was opened in it."""
    return {role: reader(app, login) for role, login in ROLES.items()}


def reader(app, login: str | None) -> tuple[Browser, str]:
    browser = Browser(app)
    if login:
        browser.enter(login)
    return browser, browser.token()
