"""What members choose to be told, at the door; the link in a letter, and the private feed."""

import json
from datetime import timedelta

import feedparser
import pytest
from sqlalchemy import select

from app.comments.moderation import deeds
from app.following import ending
from app.following.models import Follow, Notice, Preference
from app.jobs import queue
from app.jobs.models import Job
from app.lib import clock
from app.mail import letters, outbox
from app.mail.models import Owed
from app.members.models import Member, Standing
from app.posts.models import Post
from app.worker import HANDLERS, Worker
from tests import cast
from tests.browser import Browser
from tests.cast import NOW

SITE = "http://127.0.0.1:8000"
NOTICES = "/account/notices"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
BOW = "bow@example.org"


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def feed_of(signed_in):
    """The address of a new private feed of somebody, without its suffix."""

    def make(login: str) -> str:
        browser = signed_in(login)
        browser.get(NOTICES)
        page = browser.send(f"{NOTICES}/feed", 200)
        return page.by_id("feed-address").get("value").removeprefix(SITE).removesuffix(".rss")

    return make


def say(world, login: str, text: str, answer: int | None = None) -> None:
    with world.database.writing() as session:
        by, post = session.get(Member, world.people[login].id), session.get(Post, world.post.id)
        cast.comment(session, by, post, text, answer)


def test_a_member_chooses_for_a_thread_below_it_and_at_the_account(world, signed_in, letters_to):
    ada = signed_in("ada")
    assert "As usual: only answers and mentions" in ada.get(world.address).words()
    ada.send(f"{world.address}/notices", choice="every")
    assert ada.page.headers["Location"] == f"{world.address}#notices"
    assert ada.get(world.address).fields(f"{world.address}/notices")["choice"] == "every"
    say(world, "cleo", "Third.")
    assert len(letters_to("ada@example.org")) == 3  # Whatever was not told yet.
    ada.get(NOTICES)
    assert "A small pond" in ada.page.words(ada.page.by_class("followed")[0])
    ada.send(f"{world.address}/notices", choice="default")
    assert ada.page.headers["Location"] == NOTICES
    say(world, "cleo", "Fourth.")
    assert len(letters_to("ada@example.org")) == 3
    ada.get(NOTICES)
    ada.send(NOTICES, by_default="every")
    say(world, "cleo", "Fifth.")
    assert len(letters_to("ada@example.org")) == 4
    ada.get(NOTICES)
    ada.send(NOTICES, 422, by_default="whatever")
    stranger = ada.another()
    assert f"{world.address}/notices" not in stranger.get(world.address).text


def test_safety_52_one_click_ends_letters_about_a_thread_without_signing_in(
    world, browser, letters_to
):
    letter = letters_to(BOW)[-1]
    address = letter["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = browser.get(address)
    assert page.headers["Cache-Control"] == "private, no-store"
    say(world, "cyd", "Still told.")
    assert len(letters_to(BOW)) == 2
    for forged in (address[:-1] + ("0" if address[-1] != "0" else "1"), _another(world, address)):
        browser.get(forged, 404)
        browser.post(forged, 404, ONE_CLICK)
    say(world, "cyd", "Told as before.")
    assert len(letters_to(BOW)) == 3
    # As a mail program does it: no cookie, no token, from another place.
    page = Browser(browser.app).post(
        address, 200, ONE_CLICK, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert "No more letters" in page.words()
    assert "Set-Cookie" not in page.headers
    say(world, "cyd", "Nobody is told.")
    assert len(letters_to(BOW)) == 3
    browser.get(address)
    browser.send(address, 200)


def _another(world, address: str) -> str:
    """The link of somebody else, with the signature of this one."""
    mine, theirs = (f"token={world.people[login].id}-" for login in ("bow", "ada"))
    assert mine in address
    return address.replace(mine, theirs)


def test_one_click_in_a_daily_letter_ends_all_letters(world, house, browser, letters_to):
    letters_to(BOW)
    with house.database.reading() as session:
        address = ending.address(session.get(Preference, world.people["bow"].id), ending.ALL)
    browser.get(address)
    browser.send(address, 200)
    say(world, "cyd", "Nobody is told.")
    assert len(letters_to(BOW)) == 1


def test_the_private_feed_has_what_concerns_its_member_and_leads_to_where_one_answers(
    world, browser, feed_of, letters_to
):
    letters_to(BOW)
    address = feed_of("cyd")
    say(world, "cleo", "In the thread.")
    say(world, "cleo", "To you.\n\n> First.", answer=1)
    letters_to(BOW)
    page = browser.get(f"{address}.rss")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in page.headers
    found = feedparser.parse(page.text)
    assert not found.bozo
    assert [one.title for one in found.entries] == [
        "#4 Cleo to #1 Cyd on “A small pond”",
        "#2 Bow to #1 Cyd on “A small pond”",
    ]
    assert found.entries[0].link == f"{SITE}{world.address}?answer=4#comment-form"
    assert f'href="{SITE}{world.address}#comment-4"' in found.entries[0].content[0].value
    known = {"If-None-Match": page.headers["ETag"]}
    assert browser.client.get(f"{address}.rss", headers=known).status_code == 304
    with world.database.writing() as session:
        bow, post = session.get(Member, world.people["bow"].id), session.get(Post, world.post.id)
        deeds.hide(session, bow, post, 4, NOW)
    for dress in ("rss", "atom", "json"):
        text = browser.get(f"{address}.{dress}", headers=known).text
        assert "#2 Bow" in text
        assert "To you" not in text


def test_a_private_feed_ends_when_it_is_renewed_ended_or_its_member_is_out(
    world, browser, feed_of, signed_in, letters_to
):
    first = feed_of("cyd")
    second = feed_of("cyd")
    browser.get(f"{first}.rss", 410)
    assert browser.page.headers["Cache-Control"] == "private, no-store"
    browser.get(f"{second}.rss")
    with world.database.writing() as session:
        session.get(Member, world.people["cyd"].id).standing = Standing.SUSPENDED
    browser.get(f"{second}.rss", 403)
    with world.database.writing() as session:
        session.get(Member, world.people["cyd"].id).standing = Standing.ADMITTED
    cyd = signed_in("cyd")
    assert second not in cyd.get(NOTICES).text
    cyd.send(f"{NOTICES}/feed/ending")
    browser.get(f"{second}.rss", 410)
    third = feed_of("cyd")
    cyd.get("/account/leaving")
    cyd.send("/account/leaving", 200, sure="y")
    browser.get(f"{third}.rss", 410)
    with world.database.reading() as session:
        kept = str(session.execute(select(Preference.feed_digest)).all())
    assert second.rpartition("/")[2] not in kept


def test_safety_53_what_is_chosen_and_told_is_taken_along_and_forgotten(
    world, house, signed_in, letters_to
):
    cyd = signed_in("cyd")
    cyd.get(NOTICES)
    cyd.send(NOTICES, by_default="every")
    letters_to(BOW)
    data = json.loads(cyd.get("/account/export.json").text)["notices"]
    assert (data["by_default"], data["by_mail"]) == ("every", True)
    assert data["threads"][0]["url"] == world.address
    assert data["told_of"][0]["url"] == f"{world.address}#comment-2"
    assert data["told_of"][0]["because"] == "answer"
    say(world, "cleo", "Owed to Cyd.")
    _work(house)
    mine = world.people["cyd"].id
    with house.database.writing() as session:
        job = session.scalars(select(Job).where(Job.key.like(f"notice {mine} %"))).one()
        job.failed_at, job.last_error = NOW, "no such mailbox: cyd@example.org"
    cyd.get("/account/leaving")
    cyd.send("/account/leaving", 200, sure="y")
    with house.database.reading() as session:
        for table in (Notice, Follow, Preference):
            assert mine not in set(session.scalars(select(table.member_id)))
        assert "cyd@" not in str(session.execute(select(Job.last_error)).all())


def _work(house) -> None:
    worker = Worker(house.database, HANDLERS)
    while worker.run_handler(NOW):
        pass


def test_failed_letters_are_tried_again_when_asked_for_and_forgotten_after_a_month(
    world, house, app, letters_to
):
    with house.database.writing() as session:
        for job in session.scalars(select(Job)):
            session.delete(job)
        letter = letters.trial("A pond", "Cyd", "cyd@example.org")
        outbox.owe(session, letter, NOW, to=world.people["cyd"].id)
        session.flush()
        for job in session.scalars(select(Job)):
            job.failed_at = NOW
    run = app.test_cli_runner().invoke
    assert run(args=["mail", "retry"]).output == "1 letter is tried again.\n"
    assert run(args=["mail", "retry"]).output == "0 letters are tried again.\n"
    assert len(letters_to("cyd@example.org")) == 1
    with house.database.writing() as session:
        outbox.owe(session, letter, NOW)
        for job in session.scalars(select(Job)):
            job.failed_at = NOW
        outbox.forget_old(session, NOW + timedelta(days=30))
        assert session.scalar(select(Owed.id)) is not None
        outbox.forget_old(session, NOW + timedelta(days=30, seconds=1))
        assert session.scalar(select(Owed.id)) is None
        assert queue.lease(session, NOW) is None
