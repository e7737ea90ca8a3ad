"""The members-only rule at the door, and what a member can do there."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, func, select, update

from app.comments.models import Comment
from app.comments.texts import written
from app.members.models import Member, SignIn, Standing
from app.posts.models import Post


def comments_in(world) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count(Comment.id)))


def test_a_stranger_reads_the_note_and_finds_the_ways_in(world, browser):
    page = browser.get(world.address)
    assert "Note: Only a member of this blog may post a comment." in page.words()
    spot = f"?next={world.address}%23comment-form"
    hrefs = {link.get("href") for link in page.all("a")}
    assert {f"/join{spot}", f"/sign-in{spot}"} <= hrefs
    assert not list(page.all("form"))


@pytest.mark.parametrize("token", [None, "taken"])
def test_a_strangers_post_writes_nothing_and_leads_to_sign_in(world, browser, token):
    data = {"text": "Let me in", "do": "post"}
    if token:
        data["csrf_token"] = browser.get("/sign-in").fields("/sign-in")["csrf_token"]
    page = browser.post(f"{world.address}/comments", 303, data)
    assert page.headers["Location"] == f"/sign-in?next={world.address}%23comment-form"
    assert comments_in(world) == 2


def test_a_suspended_members_form_writes_nothing_and_says_why(world, signed_in):
    eve = signed_in("eve")
    page = eve.get(world.address)
    assert "suspended" in page.words(page.by_id("comment-form"))
    token = page.fields("/sign-out")["csrf_token"]
    page = eve.post(
        f"{world.address}/comments", 403, {"text": "But I", "do": "post", "csrf_token": token}
    )
    assert "suspended" in page.words()
    assert comments_in(world) == 2


def test_a_member_waiting_to_be_admitted_is_told_to_wait(world, signed_in):
    page = signed_in("dee").get(world.address)
    assert "admit" in page.words(page.by_id("comment-form"))


def test_safety_43_a_member_suspended_while_writing_cannot_post_and_keeps_the_text(
    world, signed_in
):
    cy = signed_in("cyd")
    cy.get(world.address)
    with world.database.writing() as session:
        session.get(Member, world.people["cyd"].id).standing = Standing.SUSPENDED
    page = cy.send(f"{world.address}/comments#comment-form", 403, text="My words", do="post")
    assert "suspended" in page.words()
    assert "My words" in page.text
    assert comments_in(world) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (update(Member).values(standing=Standing.SUSPENDED), "suspended"),
        (update(Member).values(standing=Standing.WAITING), "admit"),
        (update(Member).values(verified_at=None), "Please confirm your e-mail address first"),
        (delete(SignIn), "Sign in first."),
    ],
)
def test_safety_43_what_happens_between_reading_and_writing_counts(
    world, signed_in, monkeypatch, change, says
):
    """While the text is made nobody is kept waiting; only then is the comment written."""
    cy = signed_in("cyd")
    cy.get(world.address)

    def making(session, *args):
        with world.database.writing() as other:
            other.execute(change)
        return written(session, *args)

    monkeypatch.setattr("app.web.comments.written", making)
    page = cy.send(f"{world.address}/comments#comment-form", 403, text="My words", do="post")
    assert says in page.words()
    assert "My words" in page.text
    assert comments_in(world) == 2


def test_a_member_comments_and_lands_on_the_comment(world, signed_in):
    cy = signed_in("cyd")
    cy.get(world.address)
    page = cy.send(f"{world.address}/comments#comment-form", text="See #1, *really*.", do="post")
    assert page.headers["Location"] == f"{world.address}#comment-3"
    page = cy.get(world.address)
    comment = page.by_id("comment-3")
    assert "See #1, really." in page.words(comment)
    assert f"{world.address}#comment-1" in [a.get("href") for a in comment.iter("a")]
    assert "answered by 2, 3" in page.words(page.by_id("comment-1"))


@pytest.mark.parametrize(
    ("times", "missing", "status", "count"),
    [(1, 0, 303, 3), (1, 50, 400, 2), (9000, 0, 422, 2), (9000, 50, 400, 2)],
)
def test_half_of_a_comment_is_not_posted(world, signed_in, times, missing, status, count):
    """The server takes the end of a line that broke for the end of what was sent."""
    cy, address = signed_in("cyd"), f"{world.address}/comments"
    fields = cy.get(world.address).fields(f"{address}#comment-form")
    sent = urlencode({**fields, "text": "Half a sent" * times, "do": "post"}).encode()
    said = {"CONTENT_LENGTH": str(len(sent) + missing), "wsgi.input_terminated": True}
    answer = cy.client.post(
        address,
        data=sent,
        content_type="application/x-www-form-urlencoded",
        environ_overrides=said,
    )
    assert answer.status_code == status
    assert comments_in(world) == count


def test_a_preview_shows_what_would_be_and_posts_nothing(world, signed_in):
    cy = signed_in("cyd")
    cy.get(world.address)
    page = cy.send(
        f"{world.address}/comments#comment-form", 200, text="So *it* reads", do="preview"
    )
    assert "<em>it</em>" in page.text
    assert page.fields(f"{world.address}/comments#comment-form")["text"] == "So *it* reads"
    assert comments_in(world) == 2


def test_an_answer_says_what_it_answers(world, signed_in):
    cy = signed_in("cyd")
    page = cy.get(f"{world.address}?answer=2")
    assert "In reply to comment 2" in page.words(page.by_id("comment-form"))
    cy.send(f"{world.address}/comments#comment-form", text="Yes.", do="post")
    page = cy.get(world.address)
    assert "in reply to 2" in page.words(page.by_id("comment-3"))


@pytest.mark.parametrize("answer", ["99", "0", "-1", "x", "9" * 30, "1 OR 1=1"])
def test_a_form_that_answers_nothing_that_is_there_is_still_a_form(world, signed_in, answer):
    page = signed_in("cyd").get(world.address, query_string={"answer": answer})
    assert "Your comment" in page.words(page.by_id("comment-form"))


@pytest.mark.parametrize(
    ("text", "status"),
    [("", 422), ("  \n ", 422), ("x" * 5001, 422), ("a\0b", 422), ("[" * 5000, 422)],
)
def test_what_cannot_be_posted_comes_back_with_a_reason(world, signed_in, text, status):
    cy = signed_in("cyd")
    cy.get(world.address)
    page = cy.send(f"{world.address}/comments#comment-form", status, text=text, do="post")
    assert page.by_class("field-error")
    assert comments_in(world) == 2


def test_a_comment_too_long_is_not_lost(world, signed_in):
    cy = signed_in("cyd")
    cy.get(world.address)
    long = "word " * 1200
    page = cy.send(f"{world.address}/comments#comment-form", 422, text=long, do="post")
    assert page.fields(f"{world.address}/comments#comment-form")["text"] == long.strip()


def test_safety_22_the_same_form_sent_twenty_times_makes_one_comment_and_equal_answers(
    world, signed_in
):
    cy = signed_in("cyd")
    data = cy.get(world.address).fields(f"{world.address}/comments#comment-form")
    data["key"] += "x" * 5000  # However long somebody makes it.
    cookie = cy.client.get_cookie("session").value

    def press(_: int) -> str:
        tab = cy.another()
        tab.client.set_cookie("session", cookie)
        typed = {**data, "text": "Once", "do": "post"}
        return tab.post(f"{world.address}/comments", 303, typed).headers["Location"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(press, range(20))) == [f"{world.address}#comment-3"] * 20
    assert comments_in(world) == 3


def test_safety_41_the_sixth_comment_in_a_minute_is_told_when_to_come_back(world, signed_in):
    cleo = signed_in("cleo")
    for number in range(6):
        cleo.get(world.address)
        expected = 303 if number < 5 else 429
        page = cleo.send(
            f"{world.address}/comments#comment-form", expected, text=f"No. {number}", do="post"
        )
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "No. 5" in page.text


def test_hiding_keeps_the_place_and_takes_the_words(world, signed_in, browser):
    bo = signed_in("bow")
    bo.get(world.address)
    bo.send(f"{world.address}/comments/1/hiding")
    page = browser.get(world.address)
    assert "First." not in page.text
    assert "hidden" in page.words(page.by_id("comment-1"))
    assert "1 comment" in page.words(page.by_id("comments"))
    assert "First." not in browser.get(f"{world.address}.rss").text
    bo.get(world.address)
    bo.send(f"{world.address}/comments/1/showing")
    assert "First." in browser.get(world.address).text


@pytest.mark.parametrize(("login", "status"), [("cyd", 403), ("bea", 403), ("ada", 303)])
def test_who_may_hide(world, signed_in, login, status):
    browser = signed_in(login)
    token = browser.get(world.address).fields("/sign-out")["csrf_token"]
    browser.post(f"{world.address}/comments/1/hiding", status, {"csrf_token": token})


def test_a_comment_on_nothing_is_404(world, signed_in):
    cy = signed_in("cyd")
    token = cy.get("/").fields("/sign-out")["csrf_token"]
    for address in ("/2010/01/nothing/comments", f"{world.address}/comments/77/hiding"):
        cy.post(address, 404 if "hiding" not in address else 403, {"csrf_token": token})


def test_a_thread_closed_while_writing_gives_the_text_back(world, signed_in):
    cy = signed_in("cyd")
    cy.get(world.address)
    with world.database.writing() as session:
        session.get(Post, world.post.id).comments = "closed"
    page = cy.send(f"{world.address}/comments#comment-form", 403, text="Too late", do="post")
    assert "Too late" in page.text
    assert "closed" in page.words()
