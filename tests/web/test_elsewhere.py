"""A thread in which a page elsewhere speaks: as it is read, followed, moderated and told of."""

import json
from html import escape

import feedparser
import pytest

from app.comments.moderation.models import Deed
from app.following import composing, queries
from app.following.models import Preference
from app.following.telling import tell
from app.members.models import Member
from app.posts.models import Post
from tests import cast
from tests.cast import NOW
from tests.web.test_moderation import LOG, QUEUE, ids, press

PAGE = "https://www.silence.example/2010/ponds?a=1&b=2"
REL = "nofollow ugc noopener"


@pytest.fixture
def spoken(world):
    """After Cyd's comment and Bow's answer a page speaks (3), and Cyd answers it (4); another page
    waits."""
    with world.database.writing() as session:
        post, cyd = session.get(Post, world.post.id), session.get(Member, world.people["cyd"].id)
        cast.elsewhere(session, post, "Still <b>water</b>.", PAGE)
        cast.comment(session, cyd, post, "It is.", answer=3)
        cast.comment(session, cyd, post, "Once more.")
        cast.comment(session, cyd, post, "Still.", answer=3)
        cast.elsewhere(session, post, "Of a lake.", "http://lake.example/", waits=True)
    return world


def links_of(page, node) -> list[tuple[str, str]]:
    return [(a.get("href"), a.get("rel")) for a in node.iter("a") if a.get("rel") == REL]


@pytest.mark.parametrize("order", ["", "?view=threads"])
def test_it_stands_in_the_thread_with_its_name_and_where_it_is(spoken, browser, order):
    page = browser.get(f"{spoken.address}{order}")
    said = page.by_id("comment-3")
    assert "Jeffrey on silence.example" in page.words(said)
    assert "Still <b>water</b>." in page.words(said)
    assert links_of(page, said) == [(PAGE, REL)]
    assert "answered by 4, 6" in page.words(said)
    assert "in reply to 3" in page.words(page.by_id("comment-4"))
    quotes = "Jeffrey: Still <b>water</b>." in page.words(page.by_id("comment-6"))
    assert quotes == (order == "")
    assert "lake" not in page.text
    assert page.words(page.by_id("comments")) == "6 comments"


def test_it_is_among_the_newest_and_in_every_feed(spoken, browser):
    page = browser.get("/comments")
    assert "Jeffrey on silence.example" in page.words()
    for address in ("/comments", spoken.address):
        rss = feedparser.parse(browser.get(f"{address}.rss").text).entries[-3]
        atom = feedparser.parse(browser.get(f"{address}.atom").text).entries[-3]
        item = json.loads(browser.get(f"{address}.json").text)["items"][-3]
        assert rss.author == atom.author == item["authors"][0]["name"] == "Jeffrey"
        assert atom.author_detail.href == item["authors"][0]["url"] == item["external_url"] == PAGE
        way = f'<a href="{escape(PAGE)}" rel="{REL}">Said on silence.example</a>'
        for html in (rss.content[0].value, atom.content[0].value, item["content_html"]):
            assert way in html
        titles = [one.title for one in feedparser.parse(browser.get(f"{address}.rss").text).entries]
        assert any(title.startswith("#4 Cyd to #3 Jeffrey") for title in titles)


def test_members_answer_it_and_report_it(spoken, signed_in):
    cleo = signed_in("cleo")
    page = cleo.get(f"{spoken.address}?answer=3")
    assert "Your answer to Jeffrey" in page.words()
    page = cleo.get(f"{spoken.address}/comments/3/report")
    assert "by Jeffrey on “A small pond”" in page.words()
    for action in ("withdrawal", "versions"):
        cleo.get(f"{spoken.address}/comments/3/{action}", 403)


def test_a_moderator_sees_where_it_was_said_and_the_log_whose_it_was(spoken, signed_in, browser):
    ada = signed_in("ada")
    page = ada.get(QUEUE)
    assert "Jeffrey" in page.words()
    assert "A page elsewhere: lake.example" in page.words()
    assert "No letter goes to a page elsewhere." in page.words()
    assert ("http://lake.example/", REL) in links_of(page, page.tree)
    assert "No member wrote that" in press(ada, "waiting", Deed.SUSPEND, 422).words()
    press(ada, "waiting", Deed.REFUSE, reason="Of no use.", tells="y")
    page = ada.get(LOG)
    assert "Refused by Ada: a comment by Jeffrey" in page.words()
    assert "(sent)" not in page.words()
    press(ada, "refused", Deed.APPROVE)
    assert "Of a lake." in browser.get(spoken.address).words()
    assert "Approved by Ada: comment 7 by Jeffrey" in ada.get(LOG).words()
    ada.get(spoken.address)
    ada.send(f"{spoken.address}/comments/7/hiding", 303)
    assert "Of a lake." not in browser.get(spoken.address).words()
    assert "Jeffrey" in ada.get(f"{spoken.address}/comments/7/versions").words()


def test_strangers_see_no_name_and_no_link_of_what_is_out_of_sight(spoken, signed_in, browser):
    """Hidden, and then said no more by its page, with the new text waiting."""
    bow = signed_in("bow")

    def check(words: str) -> None:
        for order in ("", "?view=threads"):
            page = browser.get(f"{spoken.address}{order}")
            assert f"3 {words}" in page.words(page.by_id("comment-3"))
            for secret in ("Jeff", "silence", "Still &lt;b", "Deep water"):
                assert secret not in page.text
            assert "in reply to 3" in page.words(page.by_id("comment-4"))
        for dress in ("", ".rss", ".atom", ".json"):
            assert "silence" not in browser.get(f"/comments{dress}").text

    bow.get(spoken.address)
    bow.send(f"{spoken.address}/comments/3/hiding", 303)
    check("This comment has been hidden.")
    page = bow.get(spoken.address)
    assert "Jeffrey on silence.example" in page.words(page.by_id("comment-3"))
    bow.send(f"{spoken.address}/comments/3/showing", 303)
    with spoken.database.writing() as session:
        post = session.get(Post, spoken.post.id)
        cast.elsewhere(session, post, "Deep water.", PAGE, "Jeff", waits=True)
    check("The page that said this says it no more.")


def test_who_decides_about_a_text_that_its_page_has_changed_is_told_so(spoken, signed_in, browser):
    bow = signed_in("bow")
    page = bow.get(QUEUE)
    data = {**page.fields(QUEUE), "comment": ids(page), "do": Deed.APPROVE}
    with spoken.database.writing() as session:
        post = session.get(Post, spoken.post.id)
        cast.elsewhere(session, post, "Buy this.", "http://lake.example/", waits=True)
    bow.post(QUEUE, 303, data)
    page = bow.follow()
    assert "Nothing was left to do" in page.words(page.by_id("done"))
    assert "Buy this." in page.words()
    assert "which said something else before" in page.words()
    assert "Buy this." not in browser.get(spoken.address).text


def test_the_author_of_the_post_is_told_in_a_letter_and_a_feed(spoken, signed_in):
    bow = spoken.people["bow"].id
    with spoken.database.writing() as session:
        said = {row.number: row for row in queries.comments.of_post(session, spoken.post)}
        for number in (3, 4):
            tell(session, {"comment": said[number].id, "after": 0}, NOW)
    with spoken.database.reading() as session:
        preference = session.get(Preference, bow)
        letters = [
            composing.of_comment(session, queries.notice(session, said[n].id, bow), preference)
            for n in (3, 4)
        ]
    first, second = (letter.given for letter in letters)
    assert (first["who"], letters[0].about) == ("Jeffrey (silence.\u2060example)", ())
    assert second["answered"]["who"] == "Jeffrey"
    assert letters[1].about == (spoken.people["cyd"].id,)
