"""Pages of a long discussion, whom comments speak to, and changing one's own, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from app.comments import actions, own, queries, withdrawing
from app.comments.models import Answer, Comment, Mention, State, Version
from app.comments.moderation import deeds
from app.lib.errors import Conflict, Invalid, NotAllowed, TooMany
from app.members import leaving
from app.members.models import Member
from app.posts.models import Post
from tests import cast
from tests.cast import NOW

FEW = timedelta(minutes=5)


def numbers(rows) -> list[int]:
    return [row.number for row in rows]


def test_a_page_holds_fifty_numbers_and_stays_the_same(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        other = cast.post(session, people["bow"])
        cast.talk(session, people["cyd"], post, 120)
        cast.talk(session, people["cyd"], other, 60)
        deeds.hide(session, people["bow"], post, 51, NOW)
        withdrawing.withdraw(session, people["cyd"], post, 53)
        pages = [numbers(queries.of_post(session, post, after)) for after in (0, 50, 100, 150)]
        assert pages[0] == list(range(1, 51))
        assert pages[1] == [51, 52, *range(54, 101)]
        assert pages[2:] == [list(range(101, 121)), []]


def test_of_many_answers_no_more_are_read_than_are_shown(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.talk(session, people["cyd"], post, 60)
        deeds.hide(session, people["bow"], post, 2, NOW)
        first = queries.of_post(session, post)[0]
        named = sorted(map(int, first.answered_by.split(",")))
        assert named == list(range(4, 26, 2))
        assert len(named) == queries.MOST_ANSWERS + 1


def test_in_threads_each_comment_stands_once_with_those_of_its_thread(database):
    with database.writing() as session:
        people = cast.people(session)
        post, other = cast.post(session, people["bow"]), cast.post(session, people["bow"])
        cast.talk(session, people["cyd"], post, 120)
        cast.talk(session, people["cyd"], other, 9)
        seen, sizes, key = [], [], None
        while not sizes or key:
            rows, key = queries.in_threads(session, post, key)
            seen += numbers(rows)
            sizes.append(len(rows))
        assert sizes == [50, 50, 20]
        assert seen == [1, *range(2, 121, 2), *range(3, 120, 2)]


def test_an_answer_to_an_answer_stands_in_the_thread_of_the_first(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        cast.comment(session, people["cleo"], post)
        cast.comment(session, people["bow"], post, answer=1)
        cast.comment(session, people["cyd"], post, answer=3)
        rows, _ = queries.in_threads(session, post)
        assert [(row.thread_number, row.number) for row in rows] == [(1, 1), (1, 3), (1, 4), (2, 2)]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("@cleo is right", {"cleo": "@cleo"}),
        ("As @CLEO says, and @bow.", {"cleo": "@CLEO", "bow": "@bow"}),
        ("@Cleo Marsh's pond, @Cleo Marsh!", {"cleo": "@Cleo Marsh"}),
        ("(@Cleo Marsh) *@cleo*", {"cleo": "@Cleo Marsh"}),
        ("@bea and @Bea only write elsewhere", {}),
        ("@cyd, that is me", {}),
        ("`@cleo` x@cleo @@cleo @cleon https://a.example/@cleo", {}),
        ("[@cleo](https://a.example)", {}),
        ("@nobody @ @1 @" + "x" * 3000, {}),
    ],
)
def test_who_takes_part_can_be_spoken_to_and_nobody_else(database, text, links):
    with database.writing() as session:
        people = cast.people(session)
        people["cleo"].name = "Cleo Marsh"
        post, other = cast.post(session, people["bow"]), cast.post(session, people["bea"])
        cast.comment(session, people["bea"], other)
        cast.comment(session, people["cleo"], post)
        comment = cast.comment(session, people["cyd"], post, text)
        assert {member.login for member in queries.mentioned(session, comment)} == set(links)
        addresses = {"cleo": f"/{post.path}#comment-1", "bow": "/authors/bow"}
        for login, words in links.items():
            link = f'<a href="{addresses[login]}" rel="nofollow ugc noopener">{words}</a>'
            assert link in comment.html
        assert "/authors/bea" not in comment.html


def test_an_edited_comment_says_only_the_new_and_keeps_the_old_for_moderators(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cleo"], post)
        cast.comment(session, people["cyd"], post, "See #1, @cleo.")
        actions.edit(session, people["cyd"], post, 2, "See the pond, @bow.", NOW + FEW)
        actions.edit(session, people["cyd"], post, 2, "See the pond, @bow.", NOW + 2 * FEW)
    with database.reading() as session:
        comment = queries.numbered(session, post, 2)
        assert comment.edited_at == NOW + FEW
        assert comment.excerpt == "See the pond, @bow."
        assert [version.source for version in queries.versions(session, comment)] == [
            "See #1, @cleo."
        ]
        assert [member.login for member in queries.mentioned(session, comment)] == ["bow"]
        assert session.scalars(select(Answer)).all() == []
        assert session.get(Post, post.id).comment_count == 2


def test_an_edit_is_refused_for_the_reasons_of_a_comment_and_changes_nothing(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        late = NOW + timedelta(minutes=16)
        for login, text, at, refusal in (
            ("cyd", "", NOW, Invalid),
            ("cyd", "[" * 5000, NOW, Invalid),
            ("cyd", "Too late", late, NotAllowed),
            ("bow", "Not mine", NOW, NotAllowed),
        ):
            with pytest.raises(refusal):
                actions.edit(session, people[login], post, 1, text, at)
        for number in range(10):
            actions.edit(session, people["cyd"], post, 1, f"Again {number}", NOW)
        with pytest.raises(TooMany):
            actions.edit(session, people["cyd"], post, 1, "Once more", NOW)
        assert queries.numbered(session, post, 1).source == "Again 9"


def test_what_is_withdrawn_is_gone_and_its_place_is_seen_where_it_was_answered(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post, "Seldom heard words")
        cast.comment(session, people["cleo"], post, "Hear", answer=1)
        cast.comment(session, people["cyd"], post, "Seldom #1, @cleo", answer=2)
        actions.edit(session, people["cyd"], post, 1, "Seldom heard here", NOW + FEW)
        for number in (1, 3, 3):
            withdrawing.withdraw(session, people["cyd"], post, number)
        with pytest.raises(NotAllowed):
            withdrawing.withdraw(session, people["bow"], post, 2)
        for refused in (
            lambda: cast.comment(session, people["cleo"], post, answer=1),
            lambda: deeds.show(session, people["bow"], post, 1, NOW),
        ):
            with pytest.raises(Conflict):
                refused()
        assert cast.comment(session, people["cleo"], post).number == 4
    with database.reading() as session:
        rows = queries.of_post(session, post)
        assert numbers(rows) == [1, 2, 4]
        assert (rows[0].html, rows[1].parent_excerpt, rows[1].answered_by) == ("", None, None)
        assert session.get(Post, post.id).comment_count == 2
        assert not [row for row in session.scalars(select(Comment)) if "Seldom" in row.source]
        for model in (Version, Mention):
            assert session.scalars(select(model)).all() == []


def test_who_leaves_takes_all_of_theirs_along_and_the_counts_are_right(database):
    with database.writing() as session:
        people = cast.people(session)
        posts = [cast.post(session, people["bow"]) for _ in range(3)]
        for post in posts[:2]:
            for login in ("cyd", "cleo", "cyd"):
                cast.comment(session, people[login], post)
        cast.comment(session, people["cleo"], posts[2])
        deeds.hide(session, people["bow"], posts[0], 1, NOW)
        own.withdraw_all(session, people["cyd"])
    with database.reading() as session:
        counts = [session.get(Post, post.id).comment_count for post in posts]
        assert counts == [1, 1, 1]
        mine = own.of_member(session, people["cyd"])
        assert {comment.state for comment in mine} == {State.WITHDRAWN}
        cleos = own.of_member(session, people["cleo"])
        assert {comment.state for comment in cleos} == {State.PUBLISHED}


def test_one_comment_names_ten_others_at_most(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.talk(session, people["cyd"], post, 40)
        every = " ".join(f"#{number}" for number in range(40, 0, -1))
        comment = cast.comment(session, people["cleo"], post, f"{every} #40")
        mine = select(Answer).where(Answer.comment_id == comment.id)
        assert len(session.scalars(mine).all()) == 10
        assert ">#31</a>" in comment.html
        assert " #30 " in comment.html


def test_nobody_is_spoken_to_by_the_login_of_somebody_else(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        people["cleo"].name = "cyd"
        cast.comment(session, people["cleo"], post)
        comment = cast.comment(session, people["bow"], post, "You, @cyd?")
        assert [member.login for member in queries.mentioned(session, comment)] == ["cyd"]


def test_a_place_stays_as_long_as_something_leads_to_it(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
        for answer in (1, 2):
            cast.comment(session, people["cyd"], post, answer=answer)
        cast.comment(session, people["cyd"], post)
        for number in (2, 1, 4):
            withdrawing.withdraw(session, people["cyd"], post, number)
        assert numbers(queries.of_post(session, post)) == [1, 2, 3]


def test_who_leaves_and_who_speaks_to_them_wait_for_each_other_one_way_only(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["cyd"], post)
    has_post, left = Event(), Event()

    def speak() -> None:
        with database.writing() as session:
            session.get(Post, post.id, with_for_update=True)
            has_post.set()
            left.wait(0.5)
            cleo, under = session.get(Member, people["cleo"].id), session.get(Post, post.id)
            cast.comment(session, cleo, under, "Farewell, @cyd.")

    def leave() -> None:
        has_post.wait(5)
        with database.writing() as session:
            leaving.leave(session, session.get(Member, people["cyd"].id), True, NOW)
        left.set()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(speak), pool.submit(leave)]:
            done.result()
    with database.reading() as session:
        assert session.get(Post, post.id).comment_count == 1


def test_pages_in_threads_are_full_though_most_of_a_thread_is_gone(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        rows = cast.talk(session, people["cyd"], post, 120)
        own.take_back(session, [row.id for row in rows[1:119]])
        seen, key = queries.in_threads(session, post)
        assert numbers(seen) == [1, 120]
        assert key is None
