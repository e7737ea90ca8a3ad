"""What members report, and what so many reports do; as whoever would abuse it tries it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.comments.models import Comment, State
from app.comments.moderation import deeds, queue, reports
from app.comments.moderation.models import Case, Deed, Entry, Kind, Reason, Report
from app.lib.errors import Conflict, NotAllowed, TooMany
from app.members.models import Member, Standing
from app.posts.models import Post
from app.site import settings
from tests import cast
from tests.cast import NOW
from tests.comments.test_moderation import cases, decide, undo

LATER = NOW + timedelta(days=2)
SPAM, HURTFUL = Reason.SPAM, Reason.HURTFUL


@pytest.fixture
def blog(database):
    """A comment by Cyd (1), one by Bow under his own post (2), one by Bea (3); a crowd."""
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        ids = [cast.comment(session, people[by], post).id for by in ("cyd", "bow", "bea")]
        people |= {f"reader{n}": cast.member(session, f"reader{n}") for n in range(8)}
        return SimpleNamespace(people=people, post=post, ids=ids)


def report(database, blog, number: int, *logins: str, reason=SPAM, at=LATER) -> None:
    for login in logins:
        with database.writing() as session:
            member = session.get(Member, blog.people[login].id)
            post = session.get(Post, blog.post.id)
            site = settings.site(session)
            reports.report(session, member, post, number, reason, "", site, at)


def is_shown(database, blog, number: int = 1) -> bool:
    with database.reading() as session:
        post = session.get(Post, blog.post.id)
        rows = select(Comment).where(Comment.post_id == post.id)
        public = [row for row in session.scalars(rows) if row.state == State.PUBLISHED]
        assert post.comment_count == len(public)
        return number in {row.number for row in public}


def reported(database, blog, login: str) -> list[int]:
    return cases(database, blog, login, Kind.REPORTED)


def test_the_third_report_hides_until_a_person_has_looked(database, blog):
    report(database, blog, 1, "reader0", "reader1")
    assert is_shown(database, blog)
    assert reported(database, blog, "bow") == blog.ids[:1]
    report(database, blog, 1, "reader2")
    assert not is_shown(database, blog)
    with database.reading() as session:
        entry = session.scalars(select(Entry)).one()
        assert (entry.deed, entry.by_id) == (Deed.PUT_ASIDE, None)
        found = queue.open_reports(session, [session.get(Comment, blog.ids[0])])
        assert [one.member.login for one in found[blog.ids[0]]] == ["reader0", "reader1", "reader2"]
    with pytest.raises(Conflict):
        report(database, blog, 1, "reader3")
    decide(database, blog, Deed.KEEP, blog.ids[:1])
    assert is_shown(database, blog)
    assert reported(database, blog, "ada") == []


def test_what_was_kept_is_not_hidden_again_for_the_same_reasons(database, blog):
    report(database, blog, 1, "reader0", "reader1", "reader2")
    decide(database, blog, Deed.KEEP, blog.ids[:1])
    report(database, blog, 1, "reader3", "reader4", "reader5", "reader6")
    assert is_shown(database, blog)
    assert reported(database, blog, "bow") == blog.ids[:1]  # A person may still look.
    report(database, blog, 1, "cleo", "reader7", reason=HURTFUL)
    assert is_shown(database, blog)
    report(database, blog, 1, "bea", reason=HURTFUL)
    assert not is_shown(database, blog)


def test_a_decision_about_reports_is_undone_with_them(database, blog):
    report(database, blog, 1, "reader0", "reader1", "reader2")
    decide(database, blog, Deed.KEEP, blog.ids[:1])
    undo(database, blog)
    assert not is_shown(database, blog)
    assert reported(database, blog, "bow") == blog.ids[:1]
    decide(database, blog, Deed.HIDE, blog.ids[:1], key="hides")
    assert not is_shown(database, blog)
    assert reported(database, blog, "bow") == []
    undo(database, blog, key="hides")
    assert not is_shown(database, blog)
    with database.writing() as session:
        deeds.show(session, *bow_and_post(session, blog), 1, LATER)
        assert session.scalars(select(Report.settled_by)).all().count(None) == 0
    assert is_shown(database, blog)


def bow_and_post(session, blog) -> tuple[Member, Post]:
    return session.get(Member, blog.people["bow"].id), session.get(Post, blog.post.id)


def test_one_member_counts_once_however_often_and_fast(database, blog):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: report(database, blog, 1, "reader0"), range(12)))
    assert is_shown(database, blog)
    with database.reading() as session:
        assert len(session.scalars(select(Report)).all()) == 1
        assert session.get(Case, blog.ids[0]).rank == reports.FIRST_RANK - 1


def test_reports_of_newcomers_the_suspended_and_those_who_left_hide_nothing(database, blog):
    with database.writing() as session:
        for number in range(5):
            crowd = cast.member(session, f"crowd{number}")
            crowd.joined_at = LATER - timedelta(hours=23)
            blog.people[crowd.login] = crowd
    report(database, blog, 1, *(f"crowd{number}" for number in range(5)))
    report(database, blog, 1, "reader0", "reader1")
    assert is_shown(database, blog)
    with database.writing() as session:
        session.get(Member, blog.people["reader0"].id).standing = Standing.SUSPENDED
        session.get(Member, blog.people["reader1"].id).standing = Standing.LEFT
    report(database, blog, 1, "reader2", "reader3")
    assert is_shown(database, blog)
    report(database, blog, 1, "reader4")
    assert not is_shown(database, blog)


def test_no_number_of_reports_silences_who_writes_here(database, blog):
    for number in (2, 3):
        report(database, blog, number, *(f"reader{n}" for n in range(8)))
        report(database, blog, number, "ada")
        assert is_shown(database, blog, number)


def test_nobody_looks_at_reports_of_their_own_comment_but_an_owner(database, blog):
    report(database, blog, 2, "reader0")
    assert reported(database, blog, "bow") == []
    assert reported(database, blog, "ada") == [blog.ids[1]]
    with pytest.raises(NotAllowed):
        decide(database, blog, Deed.KEEP, [blog.ids[1]])
    decide(database, blog, Deed.HIDE, [blog.ids[1]], by="ada")
    assert not is_shown(database, blog, 2)


@pytest.mark.parametrize("login", ["cyd", "dee", "eve", "una"])
def test_who_may_not_report_changes_nothing(database, blog, login):
    with pytest.raises(NotAllowed):
        report(database, blog, 1, login)
    assert reported(database, blog, "ada") == []


def test_with_the_setting_at_nought_reports_only_tell(database, blog):
    with database.writing() as session:
        settings.change(session, "reports_to_hide", "0")
    report(database, blog, 1, *(f"reader{n}" for n in range(8)))
    assert is_shown(database, blog)
    with database.writing() as session:
        settings.change(session, "reports_to_hide", "1")
    report(database, blog, 1, "cleo")
    assert not is_shown(database, blog)


def test_the_eleventh_report_in_an_hour_has_to_wait(database, blog):
    with database.writing() as session:
        author, post = bow_and_post(session, blog)
        for minute in range(8):
            at = NOW + timedelta(minutes=2 + minute)
            cast.comment(session, author, post, at=at)
    for number in range(1, 11):
        report(database, blog, number, "cleo")
    with pytest.raises(TooMany):
        report(database, blog, 11, "cleo")
