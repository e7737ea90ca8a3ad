"""Comments that wait, what is decided about them, and how it is undone, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app import events
from app.comments import actions, own, queries, withdrawing
from app.comments.events import CommentPosted
from app.comments.models import Comment, State
from app.comments.moderation import deeds, queue, undoing, waiting
from app.comments.moderation.deeds import Order
from app.comments.moderation.models import Case, Deed, Entry, Kind
from app.comments.moderation.rules import LETTERS, UNDO
from app.jobs.models import Job
from app.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from app.mail.models import Owed
from app.members.models import Member, Standing
from app.posts.models import Post
from app.site import settings
from app.spam import training
from app.spam.models import Word
from tests import cast
from tests.cast import NOW

SOON = NOW + timedelta(minutes=5)
SECOND = timedelta(seconds=1)


@pytest.fixture
def blog(database):
    """Comments wait; there are three by Cyd and one on another post, which is noise."""
    with database.writing() as session:
        people = cast.people(session)
        settings.change(session, "moderation", "all")
        post, other = cast.post(session, people["bow"]), cast.post(session, people["bea"])
        waiting = [cast.comment(session, people["cyd"], post, f"No. {n}.") for n in range(3)]
        noise = cast.comment(session, people["cleo"], other)
        ids = tuple(comment.id for comment in waiting)
        return SimpleNamespace(people=people, post=post, other=other, ids=ids, noise=noise.id)


def of(session, blog, login: str) -> Member:
    return session.get(Member, blog.people[login].id)


def decide(database, blog, deed: Deed, ids, by="bow", at=SOON, key="press", **more) -> list[Entry]:
    with database.writing() as session:
        order = Order(deed, tuple(ids), key, **more)
        return deeds.carry_out(session, of(session, blog, by), order, at)


def undo(database, blog, by="bow", at=SOON, key="press") -> list[Entry]:
    with database.writing() as session:
        return undoing.undo(session, of(session, blog, by), key, at)


def shown(database, blog) -> list[tuple[int, bool]]:
    with database.reading() as session:
        rows = queries.of_post(session, blog.post)
        return [(row.number, not row.is_published) for row in rows]


def answers(session, blog) -> dict[int, str]:
    """The numbers of those that answer a comment, by its number."""
    rows = queries.of_post(session, blog.post)
    return {row.number: row.answered_by for row in rows if row.answered_by}


def counts(database, blog) -> tuple[int, int]:
    with database.reading() as session:
        post = session.get(Post, blog.post.id)
        return post.comment_count, post.last_comment_number


def state(database, id: int) -> str:
    with database.reading() as session:
        return session.get(Comment, id).state


def cases(database, blog, login="bow", kind=Kind.WAITING) -> list[int]:
    with database.reading() as session:
        found, _ = queue.cases(session, of(session, blog, login), kind, 50)
        return [case.comment_id for case in found]


def jobs(database, kind: str) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.run_at)))


def learned(database) -> tuple[int, int]:
    with database.reading() as session:
        row = session.get(Word, training.ALL)
        return (row.wanted, row.unwanted) if row else (0, 0)


def test_what_waits_has_no_number_and_only_its_author_and_moderators_see_it(database, blog):
    assert counts(database, blog) == (0, 0)
    assert shown(database, blog) == []
    with database.reading() as session:
        assert queries.latest(session, SOON, 10) == ([], None)
        assert queries.latest_of_post(session, blog.post, 10) == ([], None)
        mine = queries.waiting_of(session, blog.post, blog.people["cyd"])
        assert [row.html for row in mine] == [f"<p>No. {n}.</p>" for n in range(3)]
        assert not queries.waiting_of(session, blog.post, blog.people["cleo"])
        with pytest.raises(NotFound):
            queries.numbered(session, blog.post, 1)
    assert cases(database, blog) == list(blog.ids)
    assert cases(database, blog, "bea") == [blog.noise]
    assert cases(database, blog, "ada") == [*blog.ids, blog.noise]


def test_numbers_are_given_in_the_order_of_becoming_public_and_nothing_leaves_a_gap(database, blog):
    decide(database, blog, Deed.REFUSE, blog.ids[:1])
    decide(database, blog, Deed.APPROVE, blog.ids[1:])
    assert shown(database, blog) == [(1, False), (2, False)]
    assert counts(database, blog) == (2, 2)
    with database.reading() as session:
        first = queries.numbered(session, blog.post, 1)
        assert (first.id, first.created_at) == (blog.ids[1], SOON)
    assert cases(database, blog) == []
    decide(database, blog, Deed.APPROVE, blog.ids[:1])  # A second thought.
    assert [number for number, _ in shown(database, blog)] == [1, 2, 3]


@pytest.mark.parametrize("login", ["bow", "ada", "bea"])
def test_who_writes_here_never_waits(database, blog, login):
    with database.writing() as session:
        links = "https://a.example " * 20
        said = cast.comment(
            session, of(session, blog, login), session.get(Post, blog.post.id), links
        )
        assert (said.state, said.number) == (State.PUBLISHED, 1)


def test_the_first_of_a_member_waits_until_one_was_let_in(database, blog):
    with database.writing() as session:
        settings.change(session, "moderation", "first")
    decide(database, blog, Deed.APPROVE, blog.ids[:1])
    with database.writing() as session:
        post = session.get(Post, blog.post.id)
        assert cast.comment(session, of(session, blog, "cyd"), post).number == 2
        assert cast.comment(session, of(session, blog, "cleo"), post).number is None


def test_an_answer_that_waited_is_known_by_what_it_answers(database, blog):
    decide(database, blog, Deed.APPROVE, blog.ids[:2])
    with database.writing() as session:
        post = session.get(Post, blog.post.id)
        cleo = of(session, blog, "cleo")
        answer = cast.comment(session, cleo, post, "As #1 says.", answer=2)
        assert answers(session, blog) == {}
    decide(database, blog, Deed.APPROVE, [answer.id])
    with database.reading() as session:
        assert answers(session, blog) == {1: "3", 2: "3"}


def test_a_comment_let_in_takes_its_place_in_the_thread_and_speaks_to_who_is_there_by_now(
    database, blog
):
    decide(database, blog, Deed.APPROVE, blog.ids[:1])
    with database.writing() as session:
        post, bow = session.get(Post, blog.post.id), of(session, blog, "bow")
        text = "As #2 and @bea say, @cyd."
        late = cast.comment(session, of(session, blog, "cleo"), post, text, answer=1)
        assert (late.thread_number, late.excerpt) == (None, text)
        assert "comment-2" not in late.html
        assert queries.mentioned(session, late) == []
        cast.comment(session, bow, post, answer=1)
        cast.comment(session, of(session, blog, "bea"), post)
    decide(database, blog, Deed.APPROVE, [late.id], key="late")
    with database.reading() as session:
        late = session.get(Comment, late.id)
        assert (late.number, late.thread_number) == (4, 1)
        assert "comment-2" in late.html
        assert [one.login for one in queries.mentioned(session, late)] == ["bea", "cyd"]
        rows, _ = queries.in_threads(session, blog.post)
        assert [(row.thread_number, row.number) for row in rows] == [(1, 1), (1, 2), (1, 4), (3, 3)]


def test_what_was_let_in_or_shows_is_not_edited_into_what_would_wait(database, blog):
    decide(database, blog, Deed.APPROVE, blog.ids[:1])

    def edit(text: str) -> None:
        with database.writing() as session:
            post = session.get(Post, blog.post.id)
            actions.edit(session, of(session, blog, "cyd"), post, 1, text, SOON)

    with pytest.raises(NotAllowed):
        edit("No. 0, mended.")
    with database.writing() as session:
        settings.change(session, "moderation", "first")
        settings.change(session, "waiting_words", "casino")
    for text in ("A c\u00adasino", "https://a.example " * 6):
        with pytest.raises(Invalid):
            edit(text)
    edit("No. 0, mended.")
    with database.reading() as session:
        comment = queries.numbered(session, blog.post, 1)
        assert comment.source == "No. 0, mended."
        assert len(queries.versions(session, comment)) == 1


def test_what_was_let_in_with_its_links_can_be_edited_if_nothing_is_added(database, blog):
    links = "https://a.example/1 [b](//b.example) www.c.example " + "https://d.example " * 3
    with database.writing() as session:
        settings.change(session, "moderation", "first")
        settings.change(session, "waiting_words", "casino, poker")
        cyd, post = of(session, blog, "cyd"), session.get(Post, blog.post.id)
        waits = cast.comment(session, cyd, post, f"No casino: {links}")
        assert waits.state == State.WAITING
    decide(database, blog, Deed.APPROVE, [waits.id])

    def edit(text: str) -> None:
        with database.writing() as session:
            post = session.get(Post, blog.post.id)
            actions.edit(session, of(session, blog, "cyd"), post, 1, text, SOON)

    for text in (
        f"No casino: {links} https://d.example",
        f"No casino: {links.replace('a.example/1', 'a.example/2')}",
        f"No poker: {links}",
    ):
        with pytest.raises(Invalid):
            edit(text)
    edit(f"No casinos, no casino: {links} Mended.")
    edit(f"None: {links.replace('https://d.example', '')}")


def test_what_waits_is_withdrawn_by_who_wrote_it_and_nobody_decides_any_more(database, blog):
    def withdraw(login: str, id: int) -> None:
        with database.writing() as session:
            post = session.get(Post, blog.post.id)
            withdrawing.withdraw_waiting(session, of(session, blog, login), post, id)

    for login, id in (("cleo", blog.ids[0]), ("bow", blog.ids[0]), ("cleo", blog.noise)):
        with pytest.raises(NotFound):
            withdraw(login, id)
    withdraw("cyd", blog.ids[0])
    decide(database, blog, Deed.APPROVE, blog.ids[1:2])
    undo(database, blog)
    withdraw("cyd", blog.ids[1])  # The public has seen that one.
    decide(database, blog, Deed.REFUSE, blog.ids[2:], key="refused")
    withdraw("cyd", blog.ids[0])
    with pytest.raises(Conflict):
        withdraw("cyd", blog.ids[2])
    assert cases(database, blog) == []
    assert shown(database, blog) == []
    assert decide(database, blog, Deed.APPROVE, blog.ids[:2], key="too late") == []
    with database.writing() as session:
        comment = session.get(Comment, blog.ids[1])
        assert (comment.state, comment.number, comment.source) == (State.WITHDRAWN, 1, "")
        bow, post = of(session, blog, "bow"), session.get(Post, blog.post.id)
        for deed in (deeds.show, deeds.hide):
            with pytest.raises(Conflict):
                deed(session, bow, post, 1, SOON)
            with pytest.raises(NotAllowed):
                deed(session, of(session, blog, "bea"), post, 1, SOON)
    assert counts(database, blog) == (0, 1)


def test_safety_22_the_same_form_makes_one_comment_that_waits(database, blog):
    def press(_: int) -> int:
        with database.writing() as session:
            member, under = of(session, blog, "cleo"), session.get(Post, blog.post.id)
            return actions.add(session, member, under, "Once.", None, "one form", NOW).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(press, range(20)))) == 1
    assert len(cases(database, blog)) == 4


def test_safety_22_twenty_who_approve_at_once_give_one_number(database, blog):
    def press(number: int) -> int:
        by = ("bow", "ada")[number % 2]
        ids = blog.ids if number % 3 else reversed(blog.ids)
        return len(decide(database, blog, Deed.APPROVE, ids, by, key=f"{number}"))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(20))) == [0] * 19 + [3]
    assert counts(database, blog) == (3, 3)
    assert learned(database) == (3, 0)
    with database.reading() as session:
        assert session.scalar(select(func.count(Entry.id))) == 3


@pytest.mark.parametrize("login", ["bea", "cyd", "cleo", "eve"])
def test_safety_04_nobody_else_decides_and_one_foreign_comment_stops_the_whole(
    database, blog, login
):
    with pytest.raises(NotAllowed):
        decide(database, blog, Deed.APPROVE, [*blog.ids, blog.noise], login)
    with pytest.raises(NotAllowed):
        decide(database, blog, Deed.APPROVE, [*blog.ids, blog.noise])
    with pytest.raises(NotFound):
        decide(database, blog, Deed.APPROVE, [*blog.ids, 10**17], "ada")
    with pytest.raises(Invalid):
        decide(database, blog, Deed.APPROVE, [])
    assert cases(database, blog, "ada") == [*blog.ids, blog.noise]
    assert learned(database) == (0, 0)


def test_an_approval_undone_keeps_the_number_and_tells_nobody(database, blog):
    decide(database, blog, Deed.APPROVE, blog.ids)
    assert [job.run_at for job in jobs(database, deeds.TELL)] == [SOON + LETTERS] * 3
    undo(database, blog, at=SOON + UNDO - SECOND)
    assert jobs(database, deeds.TELL) == []
    assert learned(database) == (0, 0)
    assert counts(database, blog) == (0, 3)
    assert shown(database, blog) == [(1, True), (2, True), (3, True)]
    assert cases(database, blog) == list(blog.ids)
    with database.writing() as session:
        assert session.get(Comment, blog.ids[0]).created_at == NOW
        with pytest.raises(Conflict):
            cast.comment(
                session, of(session, blog, "cleo"), session.get(Post, blog.post.id), answer=1
            )
    decide(database, blog, Deed.APPROVE, blog.ids[2:], key="again")
    assert shown(database, blog) == [(1, True), (2, True), (3, False)]


def test_a_refusal_is_told_when_it_cannot_be_undone_any_more(database, blog):
    decide(database, blog, Deed.REFUSE, blog.ids[:1], reason="Off the point", tells=True)
    (job,) = jobs(database, "send a letter")
    assert job.run_at == SOON + LETTERS > SOON + UNDO
    assert state(database, blog.ids[0]) == State.REFUSED
    undo(database, blog)
    assert jobs(database, "send a letter") == []
    with database.reading() as session:
        assert session.scalar(select(func.count(Owed.id))) == 0
    assert state(database, blog.ids[0]) == State.WAITING
    assert learned(database) == (0, 0)
    decide(database, blog, Deed.REFUSE, blog.ids[:1], reason="Off the point", key="silent")
    assert jobs(database, "send a letter") == []
    with pytest.raises(Invalid):
        decide(database, blog, Deed.REFUSE, blog.ids[1:2], tells=True)


def test_what_is_undone_late_twice_or_by_another_is_not(database, blog):
    decide(database, blog, Deed.REFUSE, blog.ids[:1])
    with pytest.raises(NotFound):
        undo(database, blog, by="ada")
    with pytest.raises(NotFound):
        undo(database, blog, key="another")
    with pytest.raises(Conflict):
        undo(database, blog, at=SOON + UNDO)
    assert state(database, blog.ids[0]) == State.REFUSED
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: undo(database, blog), range(8)))
    assert undo(database, blog, at=SOON + UNDO)[0].undone_at == SOON
    assert (state(database, blog.ids[0]), learned(database)) == (State.WAITING, (0, 0))


def test_undoing_does_not_touch_what_somebody_has_done_since(database, blog):
    decide(database, blog, Deed.APPROVE, blog.ids[:2])
    decide(database, blog, Deed.HIDE, blog.ids[:1], by="ada", key="hers")
    undo(database, blog)
    assert [state(database, id) for id in blog.ids[:2]] == [State.HIDDEN, State.WAITING]
    decide(database, blog, Deed.SHOW, blog.ids[:1], by="ada", key="shows")
    decide(database, blog, Deed.HIDE, blog.ids[:1], by="ada", key="hides")
    decide(database, blog, Deed.SHOW, blog.ids[:1], key="bow shows")
    undo(database, blog, by="ada", key="hides")
    assert state(database, blog.ids[0]) == State.PUBLISHED
    assert counts(database, blog)[0] == 1


def test_a_second_thought_teaches_the_other_thing(database, blog):
    decide(database, blog, Deed.REFUSE, blog.ids)
    assert learned(database) == (0, 3)
    decide(database, blog, Deed.APPROVE, blog.ids[:2], key="two")
    assert learned(database) == (2, 1)
    undo(database, blog, key="two")
    assert learned(database) == (0, 3)
    assert state(database, blog.ids[0]) == State.REFUSED


def test_the_owner_suspends_and_undoes_it(database, blog):
    with pytest.raises(NotAllowed):
        decide(database, blog, Deed.SUSPEND, blog.ids)
    assert len(decide(database, blog, Deed.SUSPEND, blog.ids, "ada")) == 1
    with database.writing() as session:
        cyd = of(session, blog, "cyd")
        assert cyd.standing == Standing.SUSPENDED
        with pytest.raises(NotAllowed):
            cast.comment(session, cyd, session.get(Post, blog.post.id))
    undo(database, blog, "ada")
    with database.writing() as session:
        assert of(session, blog, "cyd").standing == Standing.ADMITTED
        own_comment = cast.comment(
            session, of(session, blog, "ada"), session.get(Post, blog.post.id)
        )
    with pytest.raises(NotAllowed):
        decide(database, blog, Deed.SUSPEND, [own_comment.id], "ada", key="herself")


def test_a_comment_let_in_is_told_once_when_it_is_sure(database, blog, monkeypatch):
    decide(database, blog, Deed.APPROVE, blog.ids[:1])
    said = []
    monkeypatch.setattr(events, "record", lambda _session, event: said.append(event))
    with database.writing() as session:
        deeds.tell(session, {"comment": blog.ids[0]}, SOON)
        deeds.tell(session, {"comment": blog.ids[1]}, SOON)
    assert [(type(event), event.comment.number) for event in said] == [(CommentPosted, 1)]


def test_the_queue_begins_with_what_is_most_likely_wanted(database, blog):
    with database.writing() as session:
        for number in range(6):
            training.learn(session, f"Casino bonus {number}", training.Kind.UNWANTED)
            training.learn(session, f"Pond and fish {number}", training.Kind.WANTED)
        post, cleo = session.get(Post, blog.post.id), of(session, blog, "cleo")
        bad = cast.comment(session, cleo, post, "A casino bonus")
        good = cast.comment(session, cleo, post, "A fish in the pond")
    assert cases(database, blog) == [good.id, *blog.ids, bad.id]
    with database.writing() as session:
        for number in range(20):
            training.learn(session, f"No. {number}", training.Kind.WANTED)
        session.get(Case, blog.ids[0]).rank = 99
        waiting.weigh(session, {}, SOON)
    assert cases(database, blog)[0] == good.id
    with database.reading() as session:
        found, place = queue.cases(session, of(session, blog, "bow"), Kind.WAITING, 2)
        more, end = queue.cases(session, of(session, blog, "bow"), Kind.WAITING, 9, place)
        assert [case.comment_id for case in (*found, *more)] == cases(database, blog)
        assert end is None


def test_who_leaves_with_their_texts_leaves_nothing_to_decide(database, blog):
    with database.writing() as session:
        own.withdraw_all(session, of(session, blog, "cyd"))
    assert {state(database, id) for id in blog.ids} == {State.WITHDRAWN}
    assert cases(database, blog, "ada") == [blog.noise]
    assert counts(database, blog) == (0, 0)
