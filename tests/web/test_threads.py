"""A long discussion in pages, and what a member does there with their own comments."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.comments.models import Comment
from app.comments.rules import TOO_LATE
from app.lib import clock
from tests import cast

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def long(house):
    """The address of a post with 120 comments by Cyd, the last written five minutes ago."""
    with house.database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        newest = cast.talk(session, people["cyd"], post, 120)[-1]
        newest.created_at = clock.now() - timedelta(minutes=5)
        return f"/{post.path}"


def canonical(page) -> str:
    return next(link for link in page.all("link") if link.get("rel") == "canonical").get("href")


def hrefs(page) -> dict[str, str]:
    """Where the ways from page to page lead, by their words."""
    ways = page.by_class("comment-pages")
    return {page.words(a): a.get("href") for way in ways for a in way.iter("a")}


def send(browser, address: str, action: str, status: int = 303, **typed: str):
    browser.get(address)
    return browser.send(f"{action}#comment-form", status, **typed)


def test_a_long_discussion_is_read_in_pages_that_keep_their_addresses(long, browser):
    page = browser.get(long)
    assert canonical(page) == SITE + long
    assert (len(page.by_class("comment")), page.by_id("comment-51")) == (50, None)
    assert hrefs(page) == {"Later": f"{long}?after=50", "Last": f"{long}?after=100"}
    page = browser.get(f"{long}?after=50")
    assert canonical(page) == f"{SITE}{long}?after=50"
    assert page.by_id("comment-51") is not None
    assert page.by_id("comment-100") is not None
    assert hrefs(page) == {"Earlier": long, "Later": f"{long}?after=100"}
    answer = page.by_id("comment-100")
    assert "Cyd: Word 1." in page.words(answer)
    assert {f"{long}#comment-1", f"{long}?after=50#comment-100"} <= {
        a.get("href") for a in answer.iter("a")
    }
    page = browser.get(f"{long}?after=100")
    assert hrefs(page) == {"First": long, "Earlier": f"{long}?after=50"}
    moved = browser.get(f"{long}?after=73", 301).headers["Location"]
    assert moved == f"{long}?after=50"
    for wrong in ("after=120", "after=-1", "after=x", "view=threads&after=1", "after=" + "9" * 20):
        browser.get(f"{long}?{wrong}", 404)


def test_the_same_discussion_is_read_in_threads(long, browser):
    page = browser.get(f"{long}?view=threads")
    assert canonical(page) == SITE + long
    numbers = [c.get("id") for c in page.by_class("comment")]
    assert numbers == [f"comment-{n}" for n in (1, *range(2, 100, 2))]
    assert "Cyd: Word 1." not in page.words()  # It leads the thread and is here.
    later = hrefs(page)["Later"]
    assert later == f"{long}?view=threads&after=1-98#comments"
    page = browser.get(later.partition("#")[0])
    assert "Continued from comment 1" in page.words()
    assert "Cyd: Word 1." in page.words(page.by_id("comment-100"))
    assert page.by_id("comment-3") is not None
    assert hrefs(page)["First"] == f"{long}?view=threads#comments"


def test_a_comment_far_back_is_found_from_wherever_it_is_spoken_of(long, signed_in):
    cleo = signed_in("cleo")
    page = send(cleo, f"{long}?after=50&answer=73", f"{long}/comments", text="As #3.", do="post")
    assert page.headers["Location"] == f"{long}?after=100#comment-121"
    page = cleo.get(f"{long}?after=100")
    links = {a.get("href") for a in page.by_id("comment-121").iter("a")}
    assert {f"{long}#comment-3", f"{long}?after=50#comment-73"} <= links
    assert f"{SITE}{long}?after=100#comment-121" in cleo.get(f"{long}.rss").text
    page = cleo.get("/comments")
    assert f"{long}?after=50#comment-73" in {a.get("href") for a in page.all("a")}


def test_a_refused_text_is_shown_where_it_belongs(long, signed_in):
    cleo = signed_in("cleo")
    answer = f"{long}?after=50&answer=73"
    page = send(cleo, answer, f"{long}/comments", 422, text="[" * 5000, do="post")
    assert page.by_id("comment-73") is not None
    page = send(cleo, long, f"{long}/comments", 200, text="So it reads", do="preview")
    assert page.by_id("comment-120") is not None


def test_a_member_mends_a_comment_and_it_says_so(long, house, signed_in, browser):
    cyd, address = signed_in("cyd"), f"{long}?after=100&edit=120"
    action = f"{long}/comments/120/editing"
    page = cyd.get(address)
    assert page.fields(f"{action}#comment-form")["text"] == "Word 120."
    page = cyd.send(f"{action}#comment-form", 200, text="Words, *mended*", do="preview")
    assert "<em>mended</em>" in page.text
    cyd.send(f"{action}#comment-form", 422, text="[" * 5000, do="post")
    page = cyd.send(f"{action}#comment-form", text="Words, *mended*", do="post")
    assert page.headers["Location"] == f"{long}?after=100#comment-120"
    page = browser.get(f"{long}?after=100")
    assert "Words, mended" in page.words(page.by_id("comment-120"))
    assert "edited" in page.words(page.by_id("comment-120"))
    entry = browser.client.get(f"{long}.json").json["items"][0]
    assert entry["url"] == f"{SITE}{long}?after=100#comment-120"
    assert entry["date_modified"] > entry["date_published"]
    bow = signed_in("bow")
    assert "Word 120." in bow.get(f"{long}/comments/120/versions").text
    exported = cyd.client.get("/account/export.json").json["comments"]
    mended = next(one for one in exported if one["number"] == 120)
    assert mended["earlier_texts"] == ["Word 120."]
    assert mended["edited_at"]


def test_an_edit_that_comes_too_late_gives_the_text_back(long, house, signed_in):
    cyd = signed_in("cyd")
    cyd.get(f"{long}?after=100&edit=120")
    with house.database.writing() as session:
        session.execute(update(Comment).values(created_at=clock.now() - timedelta(minutes=16)))
    page = cyd.send(f"{long}/comments/120/editing#comment-form", 403, text="Mended", do="post")
    assert TOO_LATE in page.words()
    fields = page.fields(f"{long}/comments#comment-form")
    assert (fields["text"], fields["answer"]) == ("Mended", "120")
    page = cyd.send(f"{long}/comments#comment-form", do="post")
    assert page.headers["Location"] == f"{long}?after=100#comment-121"
    assert TOO_LATE in cyd.get(f"{long}?after=100&edit=120").words()
    assert "Edit your comment" not in signed_in("bow").get(f"{long}?after=100&edit=120").words()


def test_a_withdrawn_comment_leaves_its_place_to_what_answers_it(long, signed_in, browser):
    cyd, cleo = signed_in("cyd"), signed_in("cleo")
    cleo.get(f"{long}?answer=1")
    for number in (1, 3):
        page = cyd.get(f"{long}/comments/{number}/withdrawal")
        assert f"Word {number}." in page.words()
        page = cyd.send(f"{long}/comments/{number}/withdrawal")
        assert page.headers["Location"] == f"{long}#comments"
    page = browser.get(long)
    place = page.words(page.by_id("comment-1"))
    assert "withdrawn by its author" in place
    assert "Cyd" not in place
    assert page.by_id("comment-3") is None
    assert "118 comments" in page.words(page.by_id("comments"))
    page = cleo.send(f"{long}/comments#comment-form", 409, text="Hear", do="post")
    assert "withdrawn by its author, so it cannot be answered" in page.words()
    page = cleo.send(f"{long}/comments#comment-form", do="post")
    assert page.headers["Location"] == f"{long}?after=100#comment-121"


def test_an_answer_to_what_is_not_there_gives_the_text_back(long, signed_in):
    cleo = signed_in("cleo")
    page = send(cleo, long, f"{long}/comments", 409, text="Hear", do="post", answer="999")
    fields = page.fields(f"{long}/comments#comment-form")
    assert (fields["text"], fields["answer"]) == ("Hear", "")


def test_who_reads_in_threads_stays_there_by_each_step(long, signed_in):
    cleo = signed_in("cleo")
    view = f"{long}?view=threads"
    second = f"{view}&after=1-98"
    page = cleo.get(second)
    links = {a.get("href") for a in page.by_id("comment-100").iter("a")}
    answer = f"{second}&answer=100#comment-form"
    assert answer in links
    page = cleo.get(answer.partition("#")[0])
    form = f"{long}/comments?view=threads&after=1-98#comment-form"
    assert "Your answer to Cyd" in page.words()
    for status, typed in ((422, {"text": "[" * 5000}), (200, {"text": "So", "do": "preview"})):
        page = cleo.send(form, status, **{"do": "post", **typed})
        assert "Continued from comment 1" in page.words()
        assert page.by_id("comment-100") is not None
    here = cleo.send(form, do="post").headers["Location"]
    assert here == f"{view}&after=1-120#comment-121"
    page = cleo.get(here.partition("#")[0])
    hrefs = [a.get("href") for a in page.by_id("comment-121").iter("a")]
    edit = next(one for one in hrefs if "edit=" in one)
    cleo.get(edit.partition("#")[0])
    action = f"{long}/comments/121/editing?view=threads&after=1-120#comment-form"
    assert cleo.send(action, text="Mended", do="post").headers["Location"] == here
    withdrawal = next(one for one in hrefs if "withdrawal" in one)
    page = cleo.get(withdrawal)
    assert f"{long}?view=threads&after=1-120#comment-121" in [a.get("href") for a in page.all("a")]
    back = cleo.send(withdrawal).headers["Location"]
    assert back == f"{view}&after=1-120#comments"
    assert "Continued from" not in cleo.get(back.partition("#")[0]).words()
    page = send(cleo, view, f"{long}/comments?view=threads", text="New", do="post")
    assert page.headers["Location"] == f"{view}&after=122-0#comment-122"


def test_a_view_that_is_none_of_ours_loses_no_text(long, signed_in):
    cleo = signed_in("cleo")
    typed = cleo.get(long).fields(f"{long}/comments#comment-form")
    for view in ("view=threads&after=x", "view=x", "view=threads&after=999-999"):
        data = {**typed, "text": "Hear", "do": "preview"}
        page = cleo.post(f"{long}/comments?{view}", 200, data)
        assert "Hear" in page.text
