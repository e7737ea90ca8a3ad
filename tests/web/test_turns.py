"""Those who read take turns in Python, and whoever has long to wait leaves the turn to others."""

from contextlib import contextmanager, nullcontext

import pytest

from app.http.store import let_go, writing
from app.lib.errors import NotFound


@pytest.fixture
def turns(app):
    """Ask for a page that does something in its turn; whether the turn was free before that,
    meanwhile, and when all was done."""

    def ask(do, method="GET") -> tuple[bool, ...]:
        seen = []

        def view() -> str:
            seen.append(is_free())
            with do():
                seen.append(is_free())
            return ""

        def is_free() -> bool:
            has = turn._free.acquire(blocking=False)
            if has:
                turn._free.release()
            return has

        turn = app.extensions["commonplace"].turn
        app.add_url_rule("/a/turn", view_func=view, methods=["GET", "POST"])
        app.view_functions["view"].is_from_anywhere = True
        app.test_client().open("/a/turn", method=method)
        return (*seen, is_free())

    return ask


@contextmanager
def speaking():
    let_go()
    yield


@contextmanager
def failing():
    yield
    raise NotFound


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("do", "is_free"),
    [(nullcontext, False), (writing, True), (speaking, True), (failing, False)],
)
def test_the_turn_is_held_while_a_page_is_made_and_no_longer(turns, do, is_free):
    assert turns(do) == (False, is_free, True)


@pytest.mark.on("sqlite")
def test_who_sends_something_keeps_nobody_waiting(turns):
    assert turns(nullcontext, "POST") == (True, True, True)
