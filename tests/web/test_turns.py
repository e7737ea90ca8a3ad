"""Those who read take turns in Python, and so do those who write; whoever has long to wait leaves
the turn to others."""

from contextlib import contextmanager, nullcontext
from io import BytesIO

import pytest

from app.http.front import SMALL
from app.http.store import let_go, writing
from app.lib.db import afterwards
from app.lib.errors import NotFound

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def turns(app):
    """Ask for a page that does something in its turn; whether the turn was free before that,
    meanwhile, and when all was done."""

    def ask(do, method="GET", size=1) -> tuple[bool, ...]:
        seen = []

        def view() -> str:
            seen.append(is_free())
            with do() as unit:
                seen.append(is_free())
                if unit is not None:
                    afterwards(unit, lambda: seen.append(is_free()))
            return ""

        def is_free() -> bool:
            has = turn._free.acquire(blocking=False)
            if has:
                turn._free.release()
            return has

        both = app.extensions["commonplace"].turns
        turn = both.reading if method == "GET" else both.writing
        app.add_url_rule("/a/turn", view_func=view, methods=["GET", "POST"])
        app.view_functions["view"].is_from_anywhere = True
        data = None if method == "GET" else b"x" * size
        app.test_client().open("/a/turn", method=method, data=data)
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


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("do", "is_free"), [(nullcontext, False), (speaking, True), (failing, False)]
)
def test_the_turn_is_held_while_an_answer_is_made_and_no_longer(turns, method, do, is_free):
    assert turns(do, method) == (False, is_free, True)


def test_who_reads_and_then_writes_keeps_no_reader_waiting(turns):
    assert turns(writing) == (False, True, True, True)


def test_who_writes_has_the_turn_until_it_is_committed(turns):
    assert turns(writing, "POST") == (False, False, True, True)


@pytest.mark.parametrize(("size", "is_free"), [(SMALL, False), (SMALL + 1, True)])
def test_who_sends_much_waits_for_no_turn_and_keeps_nobody_waiting(turns, size, is_free):
    assert turns(nullcontext, "POST", size) == (is_free, is_free, True)


def test_what_comes_slowly_is_here_before_its_turn(app):
    free = []

    class Line(BytesIO):
        def read(self, size: int) -> bytes:
            free.append(not turn._free.locked())
            return super().read(size)

    turn = app.extensions["commonplace"].turns.writing
    app.test_client().post("/sign-out", input_stream=Line(b"next=/"), content_length=6)
    assert free == [True]
