"""Comments whose author is a page elsewhere, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.comments import own, queries
from app.comments.models import Answer, Comment, Mention, State
from app.comments.moderation import queue
from app.comments.moderation.models import Case, Deed, Entry
from app.following.queries import concerned
from app.lib.errors import Conflict, Invalid, NotAllowed
from app.mail.models import Owed
from app.members.models import Member
from app.posts.models import CommentPolicy, Post
from app.resources.models import Link
from app.site import settings
from tests import cast
from tests.cast import NOW
from tests.comments.test_moderation import SOON, cases, counts, decide, jobs, shown, undo
from tests.comments.test_reports import is_shown, report

PAGE = "https://silence.example/2010/ponds"
OTHER = "https://elsewhere.example/"


@pytest.fixture
def blog(database):
    """A comment by Cyd; what pages say is shown at once."""
    with database.writing() as session:
        people = cast.people(session)
        people |= {f"reader{n}": cast.member(session, f"reader{n}") for n in range(3)}
        post, other = cast.post(session, people["bow"]), cast.post(session, people["bea"])
        cast.comment(session, people["cyd"], post)
        cast.elsewhere(session, other, "Noise.", OTHER)
        return SimpleNamespace(people=people, post=post, other=other)


def hear(database, blog, text: str = "Still water.", moderation: str = "", **more) -> int:
    """The id of what a page has said."""
    with database.writing() as session:
        if moderation:
            settings.change(session, "moderation", moderation)
        return cast.elsewhere(session, session.get(Post, blog.post.id), text, **more).id


def found(database, id: int) -> Comment:
    with database.reading() as session:
        return session.get(Comment, id)


def test_what_a_page_says_takes_the_next_number_and_is_answered(database, blog):
    id = hear(database, blog)
    with database.writing() as session:
        post, cleo = session.get(Post, blog.post.id), session.get(Member, blog.people["cleo"].id)
        cast.comment(session, cleo, post, "Is it?", answer=2)
    with database.reading() as session:
        said = [
            [(row.number, row.author_name, row.elsewhere_url, row.parent_name) for row in rows]
            for rows in (
                queries.of_post(session, blog.post),
                queries.in_threads(session, blog.post)[0],
            )
        ]
    flat = [(1, "Cyd", None, None), (2, "Jeffrey", PAGE, None), (3, "Cleo", None, "Jeffrey")]
    assert said == [flat, flat]
    assert counts(database, blog) == (3, 3)
    assert len(jobs(database, "tell of a comment")) == 4
    assert found(database, id).told_at is None


def test_safety_42_a_page_says_one_thing_about_a_post(database, blog):
    ids = {hear(database, blog) for _ in range(3)}
    assert len(ids) == 1
    assert counts(database, blog) == (2, 2)
    hear(database, blog, "Deep water.", name="Jeff")
    comment = found(database, ids.pop())
    assert (comment.author_name, comment.source, comment.excerpt) == ("Jeff", *["Deep water."] * 2)
    assert comment.edited_at == NOW
    with database.reading() as session:
        assert [one.source for one in queries.versions(session, comment)] == ["Still water."]
    hear(database, blog, url=OTHER)  # Which speaks of the other post as well.
    assert counts(database, blog) == (3, 3)


def test_safety_42_a_page_that_is_heard_by_many_at_once_says_it_once(database, blog):
    with ThreadPoolExecutor(8) as pool:
        heard = [pool.submit(hear, database, blog) for _ in range(8)]
    assert len({one.result() for one in heard}) == 1
    assert counts(database, blog) == (2, 2)


@pytest.mark.parametrize("columns", [{}, {"member_id": 1, "elsewhere_url": PAGE}])
def test_a_comment_is_by_a_member_or_by_a_page_and_never_by_both_or_none(database, blog, columns):
    given = {"member_id": None, "elsewhere_url": None, **columns}
    if given["member_id"]:
        given["member_id"] = blog.people["cyd"].id
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(update(Comment).where(Comment.number == 1).values(**given))


def test_safety_42_two_rows_of_one_page_cannot_be(database, blog):
    hear(database, blog)
    second = hear(database, blog, url=OTHER)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.get(Comment, second).elsewhere_url = PAGE


def test_safety_42_nothing_that_a_page_says_is_a_link_a_mark_or_markdown(database, blog):
    text = "<b>#1</b> @cyd *https://evil.example* [a](//evil.example)\n\n<script>alert(1)</script>"
    comment = found(database, hear(database, blog, text))
    assert comment.html == (
        "<p>&lt;b&gt;#1&lt;/b&gt; @cyd *https://evil.example* [a](//evil.example)</p>\n"
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
    with database.reading() as session:
        for model in (Answer, Mention, Link):
            assert session.scalar(select(func.count()).select_from(model)) == 0


@pytest.mark.parametrize(
    ("refusal", "more"),
    [
        (Invalid, {"url": "javascript:alert(1)"}),
        (Invalid, {"url": "//silence.example/"}),
        (Invalid, {"url": 'https://silence.example/"onclick'}),
        (Invalid, {"url": "https://silence.example/é"}),
        (Invalid, {"url": "https://silence.example:99999/"}),
        (Invalid, {"url": f"https://silence.example/{'x' * 2000}"}),
        (Invalid, {"name": "Jeff\u202erey"}),
        (Invalid, {"name": ""}),
        (Conflict, {"name": "B0W"}),
        (Invalid, {"text": " \n "}),
        (Invalid, {"text": "x" * 5001}),
        (Invalid, {"text": "Still\0 water."}),
    ],
)
def test_what_cannot_be_shown_is_not_heard(database, blog, refusal, more):
    with pytest.raises(refusal):
        hear(database, blog, **more)
    assert counts(database, blog) == (1, 1)


def test_where_nobody_may_comment_no_page_does(database, blog):
    with database.writing() as session:
        session.get(Post, blog.post.id).comments = CommentPolicy.CLOSED
    with pytest.raises(NotAllowed, match="closed"):
        hear(database, blog)


@pytest.mark.parametrize(
    ("moderation", "why"),
    [("all", "All comments wait."), ("first", "It was said on a page elsewhere.")],
)
def test_safety_42_what_a_page_says_waits_as_the_first_comment_of_a_member_would(
    database, blog, moderation, why
):
    id = hear(database, blog, "Water.\n\nStill @cyd.", moderation)
    assert cases(database, blog) == cases(database, blog, "ada") == [id]
    with database.reading() as session:
        assert session.get(Case, id).why == why
    decide(database, blog, Deed.APPROVE, [id])
    assert shown(database, blog) == [(1, False), (2, False)]
    assert found(database, id).html == "<p>Water.</p>\n<p>Still @cyd.</p>"
    assert len(jobs(database, "tell of a comment that was let in")) == 1
    undo(database, blog)
    assert (cases(database, blog), counts(database, blog)) == ([id], (1, 2))


def test_words_and_links_make_it_wait_where_all_else_is_shown_at_once(database, blog):
    with database.writing() as session:
        settings.change(session, "waiting_words", "casino")
    assert cases(database, blog) == []
    id = hear(database, blog, "Of a casino.")
    assert cases(database, blog) == [id]


def test_a_page_that_was_let_in_cannot_show_another_text_unseen(database, blog):
    id = hear(database, blog, moderation="all")
    decide(database, blog, Deed.APPROVE, [id])
    report(database, blog, 2, "reader0")
    hear(database, blog, "Buy this.")
    comment = found(database, id)
    assert (comment.state, comment.number) == (State.WAITING, 2)
    assert (cases(database, blog), counts(database, blog)) == ([id], (1, 2))
    with database.reading() as session:
        assert session.get(Case, id).why == "Its page has changed. All comments wait."
    decide(database, blog, Deed.APPROVE, [id], key="again")
    assert shown(database, blog) == [(1, False), (2, False)]


def test_what_was_refused_does_not_come_again(database, blog):
    id = hear(database, blog, moderation="all")
    decide(database, blog, Deed.REFUSE, [id], reason="No.", tells=True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Owed)) == 0
        [entry] = queue.log(session, session.get(Member, blog.people["ada"].id), 10)[0]
        assert (entry.member, entry.letter_id, entry.reason) == (None, None, "No.")
    hear(database, blog, "Buy this.")
    comment = found(database, id)
    assert (comment.state, comment.source) == (State.REFUSED, "Still water.")
    assert cases(database, blog) == []


def test_what_was_hidden_stays_hidden_whatever_its_page_says_now(database, blog):
    id = hear(database, blog)
    decide(database, blog, Deed.HIDE, [id])
    hear(database, blog, "Deep water.")
    assert shown(database, blog) == [(1, False), (2, True)]


def test_nobody_is_suspended_for_what_a_page_says(database, blog):
    id = hear(database, blog)
    with pytest.raises(Invalid, match="No member"):
        decide(database, blog, Deed.SUSPEND, [id], by="ada")
    with database.reading() as session:
        of_cyd = queries.numbered(session, blog.post, 1).id
    [entry] = decide(database, blog, Deed.SUSPEND, [id, of_cyd], by="ada")
    assert entry.comment_id == of_cyd


def test_reports_hide_what_a_page_says(database, blog):
    id = hear(database, blog)
    report(database, blog, 2, "reader0", "reader1", "reader2")
    assert not is_shown(database, blog, 2)
    with database.reading() as session:
        entry = session.scalars(select(Entry)).one()
        assert (entry.deed, entry.comment_id, entry.member_id) == (Deed.PUT_ASIDE, id, None)
    decide(database, blog, Deed.KEEP, [id], at=SOON)
    assert is_shown(database, blog, 2)


def test_no_page_is_told_of_answers_and_none_is_erased_with_a_member(database, blog):
    hear(database, blog)
    with database.writing() as session:
        cyd, post = session.get(Member, blog.people["cyd"].id), session.get(Post, blog.post.id)
        answer = cast.comment(session, cyd, post, "To #1 too.", answer=2)
        assert concerned(session, answer) == ({cyd.id}, set())
        own.withdraw_all(session, cyd)
    with database.reading() as session:
        rows = queries.of_post(session, blog.post)
        assert [(row.number, row.state) for row in rows] == [(2, State.PUBLISHED)]
