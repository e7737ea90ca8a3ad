"""Passkeys at the door: whose browser was given a challenge, and what its member sees."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from app.lib import clock
from app.members import ceremonies
from tests.authenticator import (
    ADDING,
    ORIGIN,
    SIGNING_IN,
    Authenticator,
    add,
    at_a_name,
    challenged,
    sign_in,
)
from tests.browser import Browser
from tests.cast import NOW, PASSWORD

CYD = "cyd@example.org"


@pytest.fixture(autouse=True)
def named(app, house):
    with at_a_name(app):
        yield


def test_a_passkey_is_added_listed_used_and_removed(world, app, signed_in, letters_to):
    cy = signed_in("cyd")
    assert "not used yet" not in cy.get("/account").words()
    device = add(cy, "Cyd’s  phone")
    assert "Cyd’s phone added" in cy.get("/account").words()
    phone = Browser(app)
    page = sign_in(phone, device, page=f"/sign-in?next={world.address}")
    assert page.headers["Location"] == world.address
    page = phone.get("/account")
    assert "last used" in page.words(page.by_class("ledger")[0])
    removal = next(a.get("href") for a in page.all("a") if "passkeys" in a.get("href"))
    other = signed_in("cleo")
    other.get(removal, 404)
    phone.get(removal)
    phone.send(removal)
    phone.get(removal, 404)
    assert "Cyd’s phone" not in phone.get("/account").words()
    page = sign_in(Browser(app), device, 422)
    assert "not known here" in page.words()
    subjects = [letter["Subject"] for letter in letters_to(CYD)]
    assert subjects == ["A passkey was added", "A passkey was removed"]


def test_safety_45_after_ten_minutes_a_passkey_takes_the_password(world, app):
    with clock.frozen(NOW) as now:
        cy = Browser(app).sign_in("cyd", PASSWORD)
        device = add(cy)
        links = [a.get("href") for a in cy.get("/account").all("a")]
        removal = next(link for link in links if "removal" in link)
        now.travel(timedelta(minutes=10))
        said = challenged(cy, "/account", ADDING, 422)
        assert "password once more" in said["sentence"]
        said = challenged(cy, "/account", ADDING, 422, present="wrong")
        assert "not your present password" in said["sentence"]
        cy.get(removal)
        cy.send(removal, 422)
        challenged(cy, "/account", ADDING, present=PASSWORD)
        now.travel(timedelta(minutes=10))
        assert sign_in(Browser(app), device).headers["Location"] == "/"


def test_safety_54_an_answer_counts_in_the_browser_that_was_asked_and_once(world, app, signed_in):
    cy = signed_in("cyd")
    device = add(cy)
    asked, thief = Browser(app), Browser(app)
    answer = {"credential": device.get(challenged(asked, "/sign-in", SIGNING_IN))}
    challenged(thief, "/sign-in", SIGNING_IN)
    thief.get("/sign-in")
    thief.send("/sign-in/passkey", 422, **answer)
    replayed = asked.client.get_cookie("session").value
    asked.get("/sign-in")
    asked.send("/sign-in/passkey", 303, **answer)
    thief.client.set_cookie("session", replayed)
    thief.get("/sign-in")
    thief.send("/sign-in/passkey", 422, **answer)
    thief.get("/account", 303)


def test_a_ceremony_in_one_tab_leaves_that_of_another_as_it_is(world, app, signed_in):
    cy = signed_in("cyd")
    first, second = Authenticator(ORIGIN), Authenticator(ORIGIN)
    begun = [(device, challenged(cy, "/account", ADDING)) for device in (first, second)]
    for device, options in begun:
        cy.get("/account")
        cy.send("/account/passkeys", credential=device.create(options), name="One of two")
    browser = Browser(app)
    begun = [(device, challenged(browser, "/sign-in", SIGNING_IN)) for device in (first, second)]
    for device, options in reversed(begun):
        tab = browser.another()
        tab.client.set_cookie("session", browser.client.get_cookie("session").value)
        tab.get("/sign-in")
        tab.send("/sign-in/passkey", credential=device.get(options))


@pytest.mark.parametrize(
    "client", ["", "?", "bm90IGpzb24", "W10", "eyJjaGFsbGVuZ2UiOiJcdWQ4MDAifQ"]
)
def test_an_answer_that_names_no_challenge_is_refused(world, app, client):
    browser = Browser(app)
    challenged(browser, "/sign-in", SIGNING_IN)
    browser.get("/sign-in")
    answer = json.dumps({"response": {"clientDataJSON": client}})
    page = browser.send("/sign-in/passkey", 422, credential=answer)
    assert "Please try again." in page.words()


def test_safety_18_a_password_by_letter_shuts_a_thiefs_passkey_out_and_a_change_names_it(
    world, app, signed_in, letters_to, link_to
):
    thief = signed_in("cyd")
    device = add(thief)
    words = thief.get("/account").words()
    assert "your passkeys stay" in words
    assert "the passkey Phone" in words
    thief.send("/account/password", password="a brook of one's own")
    assert _said(letters_to(CYD)[-1], "Your passkeys still open it.", "/account")
    assert sign_in(Browser(app), device).status == 303
    for is_first in (True, False):
        browser = Browser(app)
        browser.get("/sign-in/letter")
        browser.send("/sign-in/letter", 200, login="cyd", do="password")
        page = browser.get(link_to(CYD))
        assert ("removes your passkeys" in page.words()) is is_first
        browser.send("/sign-in/password", password="a brook of another's")
        assert "the passkey Phone" not in browser.get("/account").words()
        letter = letters_to(CYD)[-1]
        assert letter["Subject"] == "Your password was changed"
        assert _said(letter, "Your passkeys were removed as well.", "/account") is is_first
        assert "not known here" in sign_in(Browser(app), device, 422).words()


def _said(letter, *words: str) -> bool:
    """Whether both parts say all of it."""
    parts = [letter.get_body((kind,)).get_content() for kind in ("plain", "html")]
    return all(said in part for said in words for part in parts)


def test_where_passkeys_cannot_be_added_the_page_says_why(world, app, signed_in, house):
    assert "Confirm your e-mail address first" in signed_in("una").get("/account").words()
    said = challenged(signed_in("una"), "/account", ADDING, 403)
    assert "Confirm" in said["sentence"]
    page = signed_in("cyd").get("/account")
    assert "takes JavaScript" in page.words()
    form = page.form("/account/passkeys")
    assert form.get("hidden") is not None
    app.extensions["commonplace"] = house
    assert signed_in("cyd").get("/account").by_id("passkeys") is None
    assert "passkey" not in Browser(app).get("/sign-in").text


def test_challenges_for_one_place_are_limited(world, app, monkeypatch):
    limit = replace(ceremonies.FROM_ONE_PLACE, most=2)
    monkeypatch.setattr(ceremonies, "FROM_ONE_PLACE", limit)
    browser = Browser(app)
    for status in (200, 200, 429):
        said = challenged(browser, "/sign-in", SIGNING_IN, status)
    assert "too often" in said["sentence"]
    assert int(browser.page.headers["Retry-After"]) > 3000
