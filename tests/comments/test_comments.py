"""Writing, numbering and hiding comments, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.comments import actions, queries, withdrawing
from app.comments.models import Comment
from app.comments.moderation import deeds
from app.lib.errors import Conflict, Invalid, NotAllowed, TooMany
from app.members.models import Member, Standing
from app.pagecache.models import Content
from app.posts.models import CommentPolicy, Post
from tests import cast
from tests.cast import NOW


def test_numbers_are_given_once_and_hiding_takes_none_back(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        for _ in range(3):
            cast.comment(session, people["cyd"], post)
        deeds.hide(session, people["bow"], post, 3, NOW)
        deeds.hide(session, people["bow"], post, 2, NOW)
        fourth = cast.comment(session, people["cyd"], post)
        assert fourth.number == 4
        deeds.show(session, people["ada"], post, 2, NOW)
    with database.reading() as session:
        post = session.get(Post, post.id)
        assert (post.comment_count, post.last_comment_number) == (3, 4)
        shown = [(row.number, not row.is_published) for row in queries.of_post(session, post)]
        assert shown == [(1, False), (2, False), (3, True), (4, False)]


def test_no_two_states_of_a_discussion_have_the_same_mark(database):
    """Added, answered, edited, hidden, shown and withdrawn: by the mark, a process knows whether it
    has this one."""
    marks = []
    with database.writing() as session:
        people = cast.people(session)
        post, cyd = cast.post(session, people["bow"]), people["cyd"]
        deeds_in_turn = (
            lambda: cast.comment(session, cyd, post),
            lambda: cast.comment(session, people["cleo"], post, answer=1),
            lambda: actions.edit(session, cyd, post, 1, "Otherwise.", NOW),
            lambda: deeds.hide(session, people["bow"], post, 2, NOW),
            lambda: deeds.show(session, people["bow"], post, 2, NOW),
            lambda: withdrawing.withdraw(session, cyd, post, 1),
        )
        for deed in deeds_in_turn:
            deed()
            session.flush()
            marks.append(session.scalar(select(Post.talk_state).where(Post.id == post.id)))
    assert len({0, *marks}) == 1 + len(deeds_in_turn)


def test_each_post_counts_for_itself(database):
    with database.writing() as session:
        people = cast.people(session)
        one, other = cast.post(session, people["bow"]), cast.post(session, people["bow"])
        assert cast.comment(session, people["cyd"], one).number == 1
        assert cast.comment(session, people["cyd"], other).number == 1


@pytest.mark.parametrize("login", ["dee", "eve", "una"])
def test_who_may_not_comment_writes_nothing(database, login):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        with pytest.raises(NotAllowed):
            cast.comment(session, people[login], post)
        assert session.scalar(select(func.count(Comment.id))) == 0


def test_a_member_suspended_in_another_session_cannot_comment_with_an_old_form(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
    with database.writing() as session:
        session.get(Member, people["cyd"].id).standing = Standing.SUSPENDED
    with database.writing() as session, pytest.raises(NotAllowed):
        cast.comment(session, session.get(Member, people["cyd"].id), session.get(Post, post.id))


def test_a_closed_thread_takes_no_comment(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"], comments=CommentPolicy.CLOSED)
        with pytest.raises(NotAllowed):
            cast.comment(session, people["cyd"], post)


def test_an_answer_knows_what_it_answers_and_is_known_by_it(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        cast.comment(session, people["cleo"], post, answer=1)
        cast.comment(session, people["cyd"], post, "As #1 and #2 say, and not #9 or #3.")
        cast.comment(session, people["cleo"], post, "#2 again", answer=2)
    with database.reading() as session:
        rows = queries.of_post(session, post)
        assert [row.answered_by for row in rows] == ["2,3", "3,4", None, None]
        assert [row.parent_number for row in rows] == [None, 1, None, 2]
        assert [row.parent_excerpt for row in rows] == [None, "Well said.", None, "Well said."]


def test_what_is_hidden_answers_nothing_and_cannot_be_answered(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        cast.comment(session, people["cleo"], post, answer=1)
        deeds.hide(session, people["bow"], post, 2, NOW)
        assert [row.answered_by for row in queries.of_post(session, post)] == [None, None]
        with pytest.raises(Conflict):
            cast.comment(session, people["cyd"], post, answer=2)


def test_answering_a_comment_of_another_post_is_refused(database):
    with database.writing() as session:
        people = cast.people(session)
        one, other = cast.post(session, people["bow"]), cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], one)
        with pytest.raises(Conflict):
            cast.comment(session, people["cleo"], other, answer=1)


@pytest.mark.parametrize("text", ["", "   \n", "x" * 5001])
def test_an_empty_or_endless_comment_is_refused_with_a_reason(database, text):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        with pytest.raises(Invalid) as refusal:
            cast.comment(session, people["cyd"], post, text)
        assert refusal.value.field == "text"


def test_only_the_posts_author_and_the_owner_hide(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        for login in ("cyd", "bea", "eve"):
            with pytest.raises(NotAllowed):
                deeds.hide(session, people[login], post, 1, NOW)


def test_safety_41_the_sixth_comment_in_a_minute_must_wait(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        for _ in range(5):
            cast.comment(session, people["cyd"], post)
        with pytest.raises(TooMany) as refusal:
            cast.comment(session, people["cyd"], post, at=NOW + timedelta(seconds=20))
        assert refusal.value.retry_after == 40
        cast.comment(session, people["cleo"], post)
        cast.comment(session, people["cyd"], post, at=NOW + timedelta(seconds=61))


def test_safety_22_twenty_presses_of_the_button_make_one_comment(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])

    def press(_: int) -> int:
        with database.writing() as session:
            member, under = session.get(Member, people["cyd"].id), session.get(Post, post.id)
            return actions.add(session, member, under, "Once.", None, "one form", NOW).number

    press(0)
    with database.reading() as session:
        version = session.scalar(select(Content.version))
    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(press, range(20)))
    with database.reading() as session:
        assert numbers == {1}
        assert session.scalar(select(Content.version)) == version
        assert session.scalar(select(func.count(Comment.id))) == 1
        assert session.get(Post, post.id).comment_count == 1


def test_members_who_comment_at_once_get_different_numbers(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        crowd = [cast.member(session, f"member{number}") for number in range(20)]

    def speak(member: Member) -> int:
        with database.writing() as session:
            under = session.get(Post, post.id)
            return cast.comment(session, session.get(Member, member.id), under).number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(speak, crowd)) == list(range(1, 21))


def test_the_newest_comments_are_those_of_public_posts(database):
    with database.writing() as session:
        people = cast.people(session)
        public, other = cast.post(session, people["bow"]), cast.post(session, people["bow"])
        for minute in range(4):
            at = NOW + timedelta(minutes=minute)
            cast.comment(session, people["cyd"], public, f"Comment {minute}", at=at)
        cast.comment(session, people["cleo"], other)
        deeds.hide(session, people["bow"], public, 1, NOW)
        other.state = "withdrawn"
    with database.reading() as session:
        later = NOW + timedelta(hours=1)
        rows, key = queries.latest(session, later, 2)
        assert [row.number for row in rows] == [4, 3]
        rows, key = queries.latest(session, later, 2, key)
        assert ([row.number for row in rows], key) == ([2], None)
        assert rows[0].post.author.name == "Bow"
