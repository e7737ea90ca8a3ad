"""Getting in without the password, and telling nobody who is a member."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.following import telling
from app.jobs.models import Job
from app.lib import clock
from app.mail import outbox
from app.mail.models import Owed
from app.members import recovery
from app.members.models import Ticket
from app.worker import HANDLERS, Worker
from tests.browser import Browser
from tests.cast import NOW, PASSWORD

CYD = "cyd@example.org"
BETTER = "a brook of one's own"


def ask(browser, known: str = "cyd", do: str = "link", status: int = 200):
    browser.get("/sign-in/letter")
    return browser.send("/sign-in/letter", status, login=known, do=do)


@pytest.mark.parametrize("known", ["cyd", "Cyd@Example.org"])
def test_a_link_signs_in_by_name_or_address_and_leads_back(world, browser, link_to, known):
    browser.get(f"/sign-in/letter?next={world.address}")
    browser.send("/sign-in/letter", 200, login=known, do="link")
    page = browser.get(link_to(CYD))
    assert "signs you in as cyd." in page.words()
    page = browser.send("/sign-in/link")
    assert page.headers["Location"] == world.address
    assert "Post as Cyd" in browser.get(world.address).text


def test_one_signs_in_with_the_address_too(world, browser):
    browser.sign_in("Cyd@Example.org", PASSWORD)
    assert "Post as Cyd" in browser.get(world.address).text


def test_safety_08_a_forgotten_password_is_set_anew_and_ends_all_sign_ins(
    world, app, signed_in, letters_to, link_to
):
    thief, browser = signed_in("cyd"), Browser(app)
    ask(browser, do="password")
    link = link_to(CYD)
    browser.get(link)
    browser.send("/sign-in/password", 422, password="short")
    browser.send("/sign-in/password", password=BETTER)
    assert "Cyd" in browser.get("/account").words()
    thief.get("/account", 303)
    browser.another().get(link, 410)
    fresh = Browser(app)
    fresh.get("/sign-in")
    fresh.send("/sign-in", 422, login="cyd", password=PASSWORD)
    fresh.send("/sign-in", login="cyd", password=BETTER)
    assert letters_to(CYD)[-1]["Subject"] == "Your password was changed"


@pytest.mark.parametrize(("do", "place"), [("link", "link"), ("password", "password")])
def test_safety_18_a_link_is_for_one_purpose_one_address_half_an_hour_and_once(
    world, app, link_to, do, place
):
    with clock.frozen(NOW) as now:
        browser = Browser(app)
        ask(browser, do=do)
        token = link_to(CYD).partition("token=")[2].partition("&")[0]
        assert len(token) >= 32
        other = {"link": "password", "password": "link"}[place]
        browser.get(f"/sign-in/{other}?token={token}", 410)
        browser.get(f"/account/confirmation?token={token}", 410)
        with world.database.writing() as session:
            ticket = session.scalars(select(Ticket)).one()
            assert token not in (ticket.digest, ticket.address)
            ticket.address = "cyd@earlier.example"
        browser.get(f"/sign-in/{place}?token={token}", 410)
        with world.database.writing() as session:
            session.scalars(select(Ticket)).one().address = CYD
        now.travel(timedelta(minutes=30))
        browser.get(f"/sign-in/{place}?token={token}", 410)


def test_safety_19_nobody_is_told_who_is_a_member(world, app, letters_to):
    bodies = set()
    for known in ("cyd", "nobody", CYD, "nobody@example.org"):
        browser = Browser(app)
        bodies.add(ask(browser, known).text)
    assert len(bodies) == 1
    assert len(letters_to(CYD)) == 2
    assert letters_to("nobody@example.org") == []


def test_a_letter_that_would_bring_a_spent_link_is_not_sent(world, app, house, letters_to):
    with clock.frozen(NOW) as now:
        ask(Browser(app), "cleo")
        ask(Browser(app), "una")
        within = Worker(house.database, HANDLERS, {outbox.SEND: None, telling.SEND: None})
        while within.run_handler(clock.now()):
            pass
        now.travel(timedelta(minutes=30))
        assert letters_to("cleo@example.org") == []
        assert len(letters_to("una@example.org")) == 1  # This one holds for a day.
    with world.database.reading() as session:
        assert session.scalars(select(Owed)).all() == []


def test_a_link_is_not_sent_into_a_membership_that_another_may_have_made(
    world, browser, letters_to
):
    ask(browser, "una")
    assert letters_to("una@example.org")[-1]["Subject"].startswith("Confirm")


def test_letters_for_one_member_and_from_one_place_are_limited(world, browser):
    for number in range(4):
        page = ask(browser, status=200 if number < 3 else 429)
    assert int(page.headers["Retry-After"]) > 3000
    for number in range(7):
        ask(browser, f"nobody{number}")
    ask(browser, "cleo", status=429)
    with world.database.reading() as session:
        assert len(session.scalars(select(Job).where(Job.kind == recovery.WRITE)).all()) == 10


@pytest.mark.parametrize("known", ["", "x" * 255, "a\0b"])
def test_what_can_be_nobodys_name_is_refused(world, browser, known):
    ask(browser, known, status=422)
