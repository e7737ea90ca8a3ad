"""Comments whose author is a page elsewhere, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.comments import elsewhere, own, queries
from app.comments.models import Answer, Comment, Mention, State
from app.comments.moderation import queue
from app.comments.moderation.models import Case, Deed, Entry, Kind
from app.following.queries import concerned
from app.lib.errors import Invalid, NotAllowed, TooMany
from app.mail.models import Owed
from app.members.models import Member
from app.pagecache.models import Content
from app.posts.models import CommentPolicy, Post
from app.resources.models import Link
from app.site import settings
from app.site.models import Moderation
from tests import cast
from tests.comments.test_moderation import SOON, cases, counts, decide, jobs, shown, undo
from tests.comments.test_reports import is_shown, report

PAGE = "https://silence.example/2010/ponds"
OTHER = "https://elsewhere.example/"


@pytest.fixture
def blog(database):
    """A comment by Cyd, and what a page says of another post, which is noise."""
    with database.writing() as session:
        people = cast.people(session)
        people |= {f"reader{n}": cast.member(session, f"reader{n}") for n in range(3)}
        post, other = cast.post(session, people["bow"]), cast.post(session, people["bea"])
        cast.comment(session, people["cyd"], post)
        cast.elsewhere(session, other, "Noise.", OTHER)
        return SimpleNamespace(people=people, post=post, other=other)


def hear(database, blog, text: str = "Still water.", **more) -> int:
    """The id of what a page has said, which waits."""
    with database.writing() as session:
        post = session.get(Post, blog.post.id)
        return cast.elsewhere(session, post, text, **more, waits=True).id


def let_in(database, blog, text: str = "Still water.", **more) -> int:
    """The id of what a page has said and Bow has let in."""
    with database.writing() as session:
        return cast.elsewhere(session, session.get(Post, blog.post.id), text, **more).id


def found(database, id: int) -> Comment:
    with database.reading() as session:
        return session.get(Comment, id)


def test_what_a_page_says_takes_the_next_number_and_is_answered(database, blog):
    id = let_in(database, blog)
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
    assert len(jobs(database, "tell of a comment")) == 2  # Of what members say.
    assert len(jobs(database, "tell of a comment that was let in")) == 2
    assert found(database, id).told_at is None


def test_safety_42_a_page_says_one_thing_about_a_post(database, blog):
    assert len({hear(database, blog) for _ in range(3)}) == 1
    assert len({hear(database, blog, url=f"{PAGE}{part}") for part in ("#", "#1", "#2#")}) == 1
    [id] = cases(database, blog)
    decide(database, blog, Deed.APPROVE, [id])
    assert hear(database, blog) == id
    assert (cases(database, blog), counts(database, blog)) == ([], (2, 2))
    let_in(database, blog, url=OTHER)  # Which speaks of the other post as well.
    assert counts(database, blog) == (3, 3)


def test_safety_42_a_page_that_is_heard_by_many_at_once_says_it_once(database, blog):
    with ThreadPoolExecutor(8) as pool:
        heard = [pool.submit(hear, database, blog) for _ in range(8)]
    assert {one.result() for one in heard} == set(cases(database, blog))
    assert len(cases(database, blog)) == 1


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
    comment = found(database, let_in(database, blog, text))
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
        (Invalid, {"text": " \n "}),
        (Invalid, {"text": "x" * 5001}),
        (Invalid, {"text": "Still\0 water."}),
    ],
)
def test_what_cannot_be_shown_is_not_heard(database, blog, refusal, more):
    with pytest.raises(refusal):
        hear(database, blog, **more)
    assert cases(database, blog) == []


def test_where_nobody_may_comment_no_page_does(database, blog):
    with database.writing() as session:
        session.get(Post, blog.post.id).comments = CommentPolicy.CLOSED
    with pytest.raises(NotAllowed, match="closed"):
        hear(database, blog)


WHY = "It was said on a page elsewhere"
BEFORE = ", which said something else before"
LIKE_STAFF = ", under a name that looks like an author's of this blog"


def why(database, id: int) -> str:
    with database.reading() as session:
        return session.get(Case, id).why


@pytest.mark.parametrize("moderation", Moderation)
def test_safety_42_what_a_page_says_waits_whatever_else_does(database, blog, moderation):
    with database.writing() as session:
        settings.change(session, "moderation", moderation)
    id = hear(database, blog, "Water.\n\nStill @cyd.")
    assert cases(database, blog) == cases(database, blog, "ada") == [id]
    assert why(database, id) == f"{WHY}."
    decide(database, blog, Deed.APPROVE, [id])
    assert shown(database, blog) == [(1, False), (2, False)]
    assert found(database, id).html == "<p>Water.</p>\n<p>Still @cyd.</p>"
    undo(database, blog)
    assert (cases(database, blog), counts(database, blog)) == ([id], (1, 2))


def test_an_author_may_speak_on_another_blog_if_the_moderator_finds_it_is_them(database, blog):
    assert why(database, hear(database, blog, name="B0W")) == f"{WHY}{LIKE_STAFF}."
    assert why(database, hear(database, blog, name="Bow")) == f"{WHY}{BEFORE}{LIKE_STAFF}."


@pytest.mark.parametrize("change", [{"text": "Buy this."}, {"name": "Jeff"}])
def test_safety_42_nobody_sees_a_text_or_a_name_that_no_moderator_has_seen(database, blog, change):
    old = let_in(database, blog)
    with database.writing() as session:
        cleo, post = session.get(Member, blog.people["cleo"].id), session.get(Post, blog.post.id)
        cast.comment(session, cleo, post, "Is it?", answer=2)
    new = hear(database, blog, **change)
    assert (cases(database, blog), why(database, new)) == ([new], f"{WHY}{BEFORE}.")
    before = found(database, old)
    assert (before.state, before.source, before.author_name) == (State.WITHDRAWN, "", "Jeffrey")
    assert (shown(database, blog), counts(database, blog)) == (
        [(1, False), (2, True), (3, False)],
        (2, 3),
    )
    decide(database, blog, Deed.APPROVE, [new], at=SOON)
    assert shown(database, blog)[-1] == (4, False)
    assert found(database, new).created_at == SOON


def test_safety_42_who_lets_in_what_the_queue_showed_lets_in_nothing_else(database, blog):
    first, other = hear(database, blog), hear(database, blog, url=OTHER)
    second = hear(database, blog, "Buy this.")
    assert [one.comment_id for one in decide(database, blog, Deed.APPROVE, [first, other])] == [
        other
    ]
    assert (cases(database, blog), counts(database, blog)) == ([second], (2, 2))


def test_a_change_that_nobody_sees_makes_no_finished_page_old(database, blog):
    def version() -> int:
        with database.reading() as session:
            return session.scalar(select(Content.version))

    before = version()
    hear(database, blog)
    hear(database, blog, "Deep water.")
    assert version() == before
    let_in(database, blog, "Deep water.")
    assert version() > before


def test_reports_of_what_a_page_said_do_not_count_against_what_it_says_now(database, blog):
    let_in(database, blog)
    report(database, blog, 2, "reader0", "reader1")
    new = let_in(database, blog, "Deep water.")
    assert cases(database, blog, kind=Kind.REPORTED) == []
    report(database, blog, 3, "reader2")
    assert is_shown(database, blog, 3)
    with database.reading() as session:
        reports = queue.open_reports(session, [session.get(Comment, new)])[new]
        assert [one.member.login for one in reports] == ["reader2"]


def test_what_was_refused_does_not_come_again(database, blog):
    id = hear(database, blog)
    decide(database, blog, Deed.REFUSE, [id], reason="No.", tells=True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Owed)) == 0
        [entry] = queue.log(session, session.get(Member, blog.people["bow"].id), 10)[0]
        assert (entry.member, entry.letter_id, entry.reason) == (None, None, "No.")
    for text in ("Still water.", "Buy this."):
        assert hear(database, blog, text) == id
    comment = found(database, id)
    assert (comment.state, comment.source) == (State.REFUSED, "Still water.")
    assert cases(database, blog) == []


def test_what_was_hidden_stays_hidden_and_undoing_it_shows_what_was_seen(database, blog):
    id = let_in(database, blog)
    decide(database, blog, Deed.HIDE, [id])
    assert hear(database, blog, "Buy this.") == id
    assert shown(database, blog) == [(1, False), (2, True)]
    undo(database, blog)
    assert shown(database, blog) == [(1, False), (2, False)]
    assert found(database, id).source == "Still water."


def test_a_page_changes_only_so_often_a_day(database, blog):
    for number in range(elsewhere.CHANGES.most + 1):
        id = hear(database, blog, f"Water {number}.")
    with pytest.raises(TooMany):
        hear(database, blog, "More water.")
    assert cases(database, blog) == [id]
    assert hear(database, blog, f"Water {number}.") == id


def test_nobody_is_suspended_for_what_a_page_says(database, blog):
    id = let_in(database, blog)
    with pytest.raises(Invalid, match="No member"):
        decide(database, blog, Deed.SUSPEND, [id], by="ada")
    with database.reading() as session:
        of_cyd = queries.numbered(session, blog.post, 1).id
    [entry] = decide(database, blog, Deed.SUSPEND, [id, of_cyd], by="ada")
    assert entry.comment_id == of_cyd


def test_reports_hide_what_a_page_says(database, blog):
    id = let_in(database, blog)
    report(database, blog, 2, "reader0", "reader1", "reader2")
    assert not is_shown(database, blog, 2)
    with database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.deed == Deed.PUT_ASIDE)).one()
        assert (entry.comment_id, entry.member_id) == (id, None)
    assert hear(database, blog, "Buy this.") == id  # What was reported is what is looked at.
    decide(database, blog, Deed.KEEP, [id], at=SOON)
    assert is_shown(database, blog, 2)


def test_no_page_is_told_of_answers_and_none_is_erased_with_a_member(database, blog):
    let_in(database, blog)
    with database.writing() as session:
        cyd, post = session.get(Member, blog.people["cyd"].id), session.get(Post, blog.post.id)
        answer = cast.comment(session, cyd, post, "To #1 too.", answer=2)
        assert concerned(session, answer) == ({cyd.id}, set())
        own.withdraw_all(session, cyd)
    with database.reading() as session:
        rows = queries.of_post(session, blog.post)
        assert [(row.number, row.state) for row in rows] == [(2, State.PUBLISHED)]
