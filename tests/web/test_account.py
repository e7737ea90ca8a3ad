"""What members do with their own account, at the door."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, inspect, select, text

from app.lib import clock
from app.lib.passwords import Hasher
from app.members import account
from app.members.models import Member, SignIn
from tests.browser import Browser
from tests.cast import NOW, PASSWORD

BETTER = "a brook of one's own"
CYD = "cyd@example.org"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SIGN_INS = "/account/sign-ins/ending"


def row(world, login: str = "cyd") -> Member:
    with world.database.reading() as session:
        return session.scalars(select(Member).where(Member.login == login)).one()


def test_a_new_name_is_shown_to_everybody_at_once(world, signed_in, browser):
    cy = signed_in("cyd")
    assert "Cyd" in browser.get(world.address).text
    cy.get("/account")
    cy.send("/account/profile", name="Cyd  Marsh", about="Reads.", website="https://cyd.example/")
    assert "Cyd Marsh" in browser.get(world.address).text
    page = cy.get("/account")
    link = next(a for a in page.all("a") if a.get("href") == "https://cyd.example/")
    assert link.get("rel") == "nofollow ugc noopener"
    assert page.words(page.by_class("initials")[0]) == "CM"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("name", "", 422),
        ("name", "Ada", 409),
        ("name", "a\u202eb", 422),
        ("about", "x" * 301, 422),
        ("website", "javascript:alert(1)", 422),
        ("website", "//evil.example", 422),
        ("website", "https://", 422),
        ("website", "http://[", 422),
        ("website", 'https://a.example/" onclick="x', 422),
        ("website", "https://a.example/" + "x" * 300, 422),
    ],
)
def test_what_cannot_be_shown_is_refused_beside_its_field(world, signed_in, field, value, status):
    cy = signed_in("cyd")
    cy.get("/account")
    page = cy.send("/account/profile", status, **{field: value})
    assert page.by_id(f"profile-{field}-errors") is not None
    assert row(world).name == "Cyd"


def test_one_of_the_staff_keeps_the_name_and_changes_the_rest(world, signed_in):
    bow = signed_in("bow")
    bow.get("/account")
    bow.send("/account/profile", about="Writes of ponds.")
    assert "Writes of ponds." in bow.get("/authors/bow").words()


def test_safety_45_after_ten_minutes_the_password_is_asked_for_again(world, app):
    with clock.frozen(NOW) as now:
        cy = Browser(app).sign_in("cyd", PASSWORD)
        cy.get("/account")
        cy.send("/account/profile", about="At once.")
        now.travel(timedelta(minutes=10))
        assert cy.get("/account").by_id("password-present") is not None
        for address, typed in (
            ("/account/profile", {"about": "Later."}),
            ("/account/email", {"email": "new@example.org"}),
            ("/account/password", {"password": BETTER}),
            ("/account/leaving", {"sure": "y"}),
        ):
            cy.get("/account/leaving" if "leaving" in address else "/account")
            cy.send(address, 422, **typed)
            page = cy.send(address, 422, **{**typed, "present": "not the password"})
            assert "not your present password" in page.words()
        assert row(world).about == "At once."
        cy.get("/account")
        cy.send("/account/profile", about="Later.", present=PASSWORD)
        cy.get("/account")
        cy.send("/account/profile", about="And again.")
        assert row(world).about == "And again."


def test_safety_12_the_present_password_cannot_be_guessed_either(world, app):
    with clock.frozen(NOW) as now:
        cy = Browser(app).sign_in("cyd", PASSWORD)
        now.travel(timedelta(hours=1))
        cy.get("/account")
        for number in range(6):
            status = 422 if number < 5 else 429
            cy.send("/account/profile", status, present=f"wrong {number}")


def test_safety_12_who_guesses_at_the_door_keeps_no_member_from_their_account(world, app):
    with clock.frozen(NOW) as now:
        cy, thief = Browser(app).sign_in("cyd", PASSWORD), Browser(app).sign_in("cyd", PASSWORD)
        now.travel(timedelta(hours=1))
        guesser = Browser(app)
        guesser.get("/sign-in")
        for number in range(6):
            status = 422 if number < 5 else 429
            guesser.send("/sign-in", status, login="cyd", password="wrong wrong wrong")
        thief.get("/account")
        for number in range(6):
            status = 422 if number < 5 else 429
            thief.send("/account/profile", status, present=f"wrong {number}")
        cy.get("/account")
        cy.send("/account/profile", about="Unhindered.", present=PASSWORD)
        now.travel(timedelta(minutes=15))
        thief.send("/account/profile", 422, present="wrong again")
        Browser(app).sign_in("cyd", PASSWORD)


def test_a_profile_changes_so_often_an_hour(world, signed_in, monkeypatch):
    monkeypatch.setattr(account, "PROFILES", replace(account.PROFILES, most=2))
    cy = signed_in("cyd")
    for number in range(3):
        cy.get("/account")
        cy.send("/account/profile", 303 if number < 2 else 429, about=f"{number}")
    assert row(world).about == "1"


def test_safety_08_another_password_ends_the_other_sign_ins(world, signed_in, app, letters_to):
    cy, other = signed_in("cyd"), signed_in("cyd")
    before = cy.client.get_cookie("session").value
    cy.get("/account")
    cy.send("/account/password", 422, password="short")
    cy.send("/account/password", password=BETTER)
    assert cy.client.get_cookie("session").value != before
    cy.get("/account")
    other.get("/account", 303)
    Browser(app).sign_in("cyd", BETTER).get("/account")
    assert letters_to(CYD)[-1]["Subject"] == "Your password was changed"


def test_the_sixth_new_password_within_an_hour_must_wait(world, signed_in, letters_to):
    cy = signed_in("cyd")
    for number in range(6):
        cy.get("/account")
        cy.send("/account/password", 303 if number < 5 else 429, password=f"{BETTER} {number}")
    assert len(letters_to(CYD)) == 5


def test_a_password_is_not_changed_by_a_sign_in_that_ends_meanwhile(world, app, signed_in):
    cy = signed_in("cyd")
    before = row(world).password_hash
    cy.get("/account")

    class Slow(Hasher):
        """Takes so long that somebody ends all sign-ins."""

        def hash(self, password: str) -> str:
            with world.database.writing() as session:
                session.execute(delete(SignIn))
            return super().hash(password)

    house = app.extensions["commonplace"]
    app.extensions["commonplace"] = replace(house, hasher=Slow(cheap=True))
    cy.send("/account/password", 403, password=BETTER)
    assert row(world).password_hash == before


def test_a_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told(
    world, signed_in, letters_to, link_to
):
    cy = signed_in("cyd")
    cy.get("/account")
    cy.send("/account/email", 200, email="New@Example.org")
    assert row(world).email == CYD
    assert letters_to(CYD) == []
    cy.get(link_to("new@example.org"))
    cy.send("/account/confirmation")
    assert row(world).email == "new@example.org"
    assert letters_to(CYD)[-1]["Subject"] == "Your e-mail address was changed"
    assert "new@example.org" not in letters_to(CYD)[-1].as_string()


def test_safety_19_another_members_address_looks_free_and_its_owner_is_told(
    world, signed_in, letters_to
):
    cy = signed_in("cyd")
    texts = set()
    for address in ("new@example.org", "cleo@example.org"):
        cy.get("/account")
        page = cy.send("/account/email", 200, email=address)
        token = page.fields("/sign-out")["csrf_token"]  # It has the time in it.
        texts.add(page.text.replace(address, "").replace(token, ""))
    assert len(texts) == 1
    assert "already" in letters_to("cleo@example.org")[-1]["Subject"]


def test_sign_ins_are_listed_and_ended(world, app, signed_in):
    cy, other, third = signed_in("cyd"), Browser(app), signed_in("cyd")
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    other.sign_in("cyd", PASSWORD)
    page = other.get("/account")
    assert "Firefox on Linux this one" in page.words()
    assert len(page.by_class("sign-in")) == 3
    ending = [form.get("action") for form in page.all("form") if "sign-ins" in form.get("action")]
    other.send(ending[0])
    other.get("/account")
    assert len(other.page.by_class("sign-in")) == 2
    eve = signed_in("eve")
    token = eve.get("/account").fields("/sign-out")["csrf_token"]
    eve.post(ending[1], 404, {"csrf_token": token})
    other.get("/account")
    other.send(SIGN_INS)
    for browser in (cy, third):
        browser.get("/account", 303)
    other.get("/account")


def test_ending_the_other_sign_ins_ends_what_they_asked_for(world, signed_in, link_to):
    thief, cy = signed_in("cyd"), signed_in("cyd")
    thief.get("/account")
    thief.send("/account/email", 200, email="thief@example.org")
    cy.get("/account")
    cy.send(SIGN_INS)
    thief.get(link_to("thief@example.org"), 410)


def test_safety_53_all_that_is_ones_own_can_be_taken_along(world, signed_in):
    cy = signed_in("cyd")
    page = cy.get("/account/export.json")
    data = json.loads(page.text)
    assert data["profile"]["email"] == CYD
    assert data["comments"][0]["text"] == "First."
    assert data["comments"][0]["url"] == f"http://127.0.0.1:8000{world.address}#comment-1"
    assert len(data["comments"]) == len(data["sign_ins"]) == 1
    assert page.headers["Content-Disposition"] == "attachment; filename=cyd.json"
    assert page.headers["Cache-Control"] == "private, no-store"


def everything(world, folder) -> str:
    """Every table and every file of the instance but the database itself, as text."""
    found = []
    with world.database.reading() as session:
        for table in inspect(world.database.engine).get_table_names():
            found += map(repr, session.execute(text(f"SELECT * FROM {table}")))
    files = [file for file in folder.rglob("*") if file.is_file() and "static" not in file.parts]
    found += [file.read_bytes().decode("latin-1") for file in files]
    return "\n".join(found)


@pytest.mark.parametrize("withdraws", [False, True])
def test_safety_53_who_leaves_is_forgotten_and_the_thread_stays_readable(
    world, house, app, browser, letters_to, withdraws
):
    with clock.frozen(NOW) as now:
        cy, other = Browser(app).sign_in("cyd", PASSWORD), Browser(app).sign_in("cyd", PASSWORD)
        cy.get("/account")
        cy.send("/account/profile", name="Cyd Marsh", website="https://cyd.example/")
        cy.get("/account")
        cy.send("/account/email", 200, email="new@cyd.example")
        browser.get("/sign-in/letter")
        browser.send("/sign-in/letter", 200, login="cyd", do="link")
        assert len(letters_to(CYD)) == 2  # One of them about an answer.
        browser.get("/sign-in/letter")
        browser.send("/sign-in/letter", 200, login="cyd", do="link")
        assert "Cyd Marsh" in everything(world, house.config.instance_path)
        cy.get("/account/leaving")
        cy.send("/account/leaving", 422)
        choice = {"withdraws": "y"} if withdraws else {}
        cy.send("/account/leaving", 200, sure="y", **choice)
        for one in (cy, other):
            one.get("/account", 303)
        now.travel(timedelta(minutes=2))
        letters_to("nobody@example.org")
        left = everything(world, house.config.instance_path)
        for trace in ("cyd", "Cyd", "Marsh"):
            assert trace not in left
        page = browser.get(world.address)
        first = page.words(page.by_id("comment-1"))
        assert ("A former member" in first) is not withdraws
        assert ("First." in first) is not withdraws
        assert ("withdrawn by its author" in first) is withdraws
        assert "in reply to 1" in page.words(page.by_id("comment-2"))
        assert ("1 comment" if withdraws else "2 comments") in page.words(page.by_id("comments"))


def test_the_only_owner_cannot_leave(world, signed_in):
    ada = signed_in("ada")
    assert "only owner" in ada.get("/account/leaving").words()
    token = ada.page.fields("/sign-out")["csrf_token"]
    ada.post("/account/leaving", 409, {"sure": "y", "csrf_token": token})
    ada.get("/account")


def test_nobody_brings_back_who_has_left(world, signed_in):
    cy, ada = signed_in("cyd"), signed_in("ada")
    former = f"former-{world.people['cyd'].id}"
    cy.get("/account/leaving")
    cy.send("/account/leaving", 200, sure="y")
    page = ada.get("/desk/members")
    assert f"/desk/members/{former}/restoration" not in page.text
    token = page.fields("/sign-out")["csrf_token"]
    ada.post(f"/desk/members/{former}/restoration", 404, {"csrf_token": token})
    stranger = ada.another()
    stranger.get("/join")
    taken = {"name": "Fay", "login": "former-999", "email": "f@example.org", "password": PASSWORD}
    stranger.send("/join", 409, **taken)
