"""Whether somebody is a member cannot be told by what an answer costs: for known and unknown the
same statements reach the database and as many passwords are hashed."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from app.lib.passwords import Hasher
from tests.browser import Browser
from tests.cast import PASSWORD

NEW = {"name": "Fay", "login": "fay", "password": "quite long enough"}
WRONG = {"password": "not the password"}
LETTER = "/sign-in/letter"
DOORS = {
    "sign-in by name": ("/sign-in", 422, "login", "cyd", "nobody", WRONG),
    "sign-in by address": ("/sign-in", 422, "login", "cyd@example.org", "no@example.org", WRONG),
    "joining": ("/join", 303, "email", "cyd@example.org", "no@example.org", NEW),
    "link by name": (LETTER, 200, "login", "cyd", "nobody", {"do": "link"}),
    "link by address": (LETTER, 200, "login", "cyd@example.org", "no@example.org", {"do": "link"}),
    "reset by name": (LETTER, 200, "login", "cyd", "nobody", {"do": "password"}),
    "reset of who is not confirmed": (LETTER, 200, "login", "una", "nobody", {"do": "password"}),
    "another address": ("/account/email", 200, "email", "cyd@example.org", "no@example.org", {}),
}


@pytest.fixture
def spent(app, house):
    """What is done in the database and by the hasher inside the block, one line each."""
    done: list[str] = []

    class Noting(Hasher):
        def hash(self, password: str) -> str:
            done.append("hash")
            return super().hash(password)

        def matches(self, password_hash: str | None, password: str) -> bool:
            done.append("compare")
            return super().matches(password_hash, password)

    app.extensions["commonplace"] = replace(house, hasher=Noting(cheap=True))
    event.listen(
        house.database.engine, "before_cursor_execute", lambda *given: done.append(given[2])
    )

    @contextmanager
    def noting():
        done.clear()
        found: list[str] = []
        yield found
        found += done

    return noting


@pytest.mark.parametrize("door", DOORS)
def test_safety_19_known_and_unknown_cost_the_same(world, app, spent, door):
    address, status, field, known, unknown, typed = DOORS[door]
    costs = []
    for value in (unknown, known, unknown):  # Once to fill what is remembered.
        browser = Browser(app)
        if address.startswith("/account"):
            browser.sign_in("cleo", PASSWORD)
        browser.get("/account" if address.startswith("/account") else address)
        fields = {**browser.page.fields(address), **typed, field: value}
        fields["login"] = fields.get("login", "") + ("" if field == "login" else f"{len(costs)}")
        with spent() as cost:
            browser.post(address, status, fields)
        costs.append(cost)
    assert costs[1] == costs[2]
    assert len(costs[1]) >= 3
