"""A blog with the cast and one post, as the doors find it."""

from types import SimpleNamespace

import pytest

from tests import cast


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
    return lambda login: browser.another().sign_in(login, cast.PASSWORD)
