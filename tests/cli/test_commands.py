"""`flask member …`, `flask mail …` and `flask site …`."""

import pytest
from sqlalchemy import select

from app.members.models import Member, Role
from app.site import settings
from tests import cast
from tests.authenticator import add, at_a_name, sign_in
from tests.browser import Browser

CREATE = ["member", "create", "fay", "--name", "Fay", "--email", "fay@example.org"]
GOOD = "quite long enough"


@pytest.fixture
def run(app):
    def run(*words: str, status: int = 0) -> str:
        result = app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code == status, result.output
        return result.output

    return run


def test_a_member_is_made_and_signs_in(app, house, run):
    assert run(*CREATE, "--role", "owner", "--password", GOOD) == "fay is now a member, as owner.\n"
    assert "Sign out" in Browser(app).sign_in("fay", GOOD).get("/desk/members").text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*CREATE, "--password", "short"], "at least 12"),
        (["member", "create", "A", "--name", "A", "--email", "a@b.cc", "--password", GOOD], "3 to"),
        (["member", "role", "nobody", "author"], "There is no member nobody"),
        (["member", "password", "nobody", "--password", GOOD], "There is no member nobody"),
        (["site", "set", "zone", "Mars"], "not a time zone"),
        (["site", "set", "colour", "red"], "There is no setting colour"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(house, run, words, said):
    output = run(*words, status=1)
    assert said in output
    assert len(output.splitlines()) == 1


def test_a_role_holds_from_the_next_request(house, app, run):
    with house.database.writing() as session:
        cast.people(session)
    browser = Browser(app).sign_in("cyd", cast.PASSWORD)
    browser.get("/desk", 403)
    run("member", "role", "cyd", "author")
    browser.get("/desk")
    with house.database.reading() as session:
        assert session.scalar(select(Member.role).where(Member.login == "cyd")) == Role.AUTHOR


def test_safety_08_another_password_ends_what_was_signed_in(house, app, run):
    with house.database.writing() as session:
        cast.people(session)
    browser = Browser(app).sign_in("bow", cast.PASSWORD)
    with at_a_name(app):
        thief = add(browser)
    browser.get("/desk")
    said = run("member", "password", "bow", "--password", GOOD)
    assert "is signed out everywhere, and the passkeys are removed.\n" in said
    browser.get("/desk", 303)
    with at_a_name(app):
        sign_in(Browser(app), thief, 422)
    Browser(app).sign_in("bow", GOOD).get("/desk")
    assert "there were no passkeys" in run("member", "password", "bow", "--password", GOOD)


def test_a_letter_is_tried_and_what_stands_in_its_way_is_said_in_one_line(house, run, app):
    assert run("mail", "try", "ada@example.org") == "A letter to ada@example.org has left.\n"
    assert len(list((house.config.instance_path / "mail").glob("*.eml"))) == 1
    assert "one person" in run("mail", "try", "ada", status=1)


def test_settings_are_shown_and_set(house, run):
    assert run("site", "set", "title", "A pond") == "title = A pond\n"
    assert "title = A pond\n" in run("site", "show")
    with house.database.reading() as session:
        assert settings.site(session).title == "A pond"
