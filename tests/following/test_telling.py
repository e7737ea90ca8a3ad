"""Whom a comment is told, by letters to a real mail server, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from app.comments import actions
from app.comments.moderation import deeds, reports, undoing
from app.comments.moderation.deeds import Order
from app.comments.moderation.models import Deed, Reason
from app.comments.moderation.rules import LETTERS, UNDO
from app.following import choosing, queries, telling
from app.following.models import Choice, Follow, Notice
from app.jobs import queue, timetable
from app.jobs.models import Job
from app.members.models import Member, Standing
from app.members.queries import by_login
from app.posts.models import Post
from app.site import settings
from tests import cast
from tests.cast import NOW
from tests.server import free_port

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_author_is_told_of_all_and_who_takes_part_of_answers_and_mentions(say, told, choose):
    say("cyd")
    assert told() == ["bow"]
    say("cleo", answer=1)
    assert told() == ["bow", "cyd"]
    say("cyd", answer=2)
    assert told() == ["bow", "cleo"]
    say("cleo")
    assert told() == ["bow"]
    say("cleo", "As in #1 and #3.")
    assert told() == ["bow", "cyd"]
    say("cyd", "Is it so, @cleo? @bea writes elsewhere.")
    assert told() == ["bow", "cleo"]
    say("bow", answer=5)
    assert told() == ["cleo"]
    choose("cyd", Choice.EVERY)
    say("cleo")
    assert told() == ["bow", "cyd"]
    choose("bow", Choice.NOTHING)
    choose("cyd", None)
    say("cleo")
    assert told() == []


def test_who_follows_without_a_word_of_their_own_is_told(say, told, choose):
    choose("bea", Choice.EVERY)
    choose("ada", Choice.ANSWERS)
    choose("bow", Choice.EVERY, by_mail=False)
    say("cyd")
    assert told() == ["bea"]


@pytest.mark.parametrize("login", ["eve", "una"])
def test_who_may_not_take_part_is_told_of_nothing(say, told, choose, login):
    choose(login, Choice.EVERY)
    say("cyd")
    assert told() == ["bow"]


def test_who_is_suspended_or_ends_letters_before_one_has_left_does_not_get_it(
    database, worker, pond, say, told, choose
):
    for login in ("bea", "cleo"):
        choose(login, Choice.EVERY)
    say("cyd")
    while worker.run_handler(NOW):
        pass
    with database.writing() as session:
        session.get(Member, pond.bea).standing = Standing.SUSPENDED
    choose("cleo", Choice.NOTHING)
    assert told() == ["bow"]
    with database.writing() as session:
        session.get(Member, pond.bea).standing = Standing.ADMITTED
    assert told() == []


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_hidden_before_its_letters_have_left_is_told_once_it_is_shown_again(
    database, worker, pond, say, told, choose, is_known
):
    def do(deed, at=NOW) -> None:
        with database.writing() as session:
            deed(session, session.get(Member, pond.bow), session.get(Post, pond.post), 1, at)

    choose("bea", Choice.DAILY)
    say("cyd")
    while is_known and worker.run_handler(NOW):
        pass
    do(deeds.hide)
    assert told() == []
    assert told(NOW + DAY) == []
    with database.reading() as session:
        assert queries.to_read(session, session.get(Member, pond.bow), NOW, 10) == []
    do(deeds.show, NOW + DAY)
    assert told(NOW + DAY) == []
    assert told(NOW + DAY + LETTERS) == ["bow"]
    assert told(NOW + 2 * DAY) == ["bea"]
    choose("cleo", Choice.EVERY)
    do(deeds.hide)
    do(deeds.show)
    assert told(NOW + 3 * DAY) == []


def test_what_reports_put_aside_is_told_when_a_moderator_has_kept_it(database, pond, say, told):
    comment = say("cyd", at=NOW)
    with database.writing() as session:
        settings.change(session, "reports_to_hide", "1")
        cleo, post = session.get(Member, pond.cleo), session.get(Post, pond.post)
        cleo.joined_at = NOW - DAY
        site = settings.site(session)
        reports.report(session, cleo, post, 1, Reason.HURTFUL, "", site, NOW)
    assert told() == []
    with database.writing() as session:
        order = Order(Deed.KEEP, (comment.id,), "kept")
        deeds.carry_out(session, session.get(Member, pond.bow), order, NOW)
    assert told(NOW + LETTERS) == ["bow"]
    assert told(NOW + HOUR) == []


def test_an_edit_while_its_comment_is_being_told_tells_whom_it_adds(database, pond, say, told):
    say("cleo")
    comment = say("cyd")
    assert told() == ["bow", "bow"]
    _edit(database, pond, "Very well said.")
    with ThreadPoolExecutor(1) as pool, database.writing() as session:
        telling.tell(session, {"comment": comment.id, "after": 0}, NOW)
        edited = pool.submit(_edit, database, pond, "Well said, @cleo.")
        with suppress(TimeoutError):
            edited.result(0.2)
        queue.drop(session, [f"tell {comment.id}"])  # As the worker does when it is told.
    edited.result()
    assert told(NOW + LETTERS) == ["cleo"]


def _edit(database, pond, text: str) -> None:
    with database.writing() as session:
        cyd, post = session.get(Member, pond.cyd), session.get(Post, pond.post)
        actions.edit(session, cyd, post, 2, text, NOW)


def test_telling_twice_tells_once(database, pond, say, told):
    comment = say("cyd")
    for _ in range(2):
        with database.writing() as session:
            telling.tell(session, {"comment": comment.id, "after": 0}, NOW)
    assert told() == ["bow"]
    with database.writing() as session:
        telling.tell(session, {"comment": comment.id, "after": 0}, NOW)
    assert told() == []


def test_however_many_follow_all_are_told_once_and_posting_costs_the_same(
    database, pond, say, told, monkeypatch
):
    monkeypatch.setattr(telling, "AT_ONCE", 3)
    statements = []
    listener = lambda *given: statements.append(given[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listener)
    say("cyd")
    alone = len(statements)
    told()
    with database.writing() as session:
        post = session.get(Post, pond.post)
        for number in range(8):
            member = cast.member(session, f"reed{number}")
            session.flush()
            choosing.choose(session, member, post, Choice.EVERY, NOW)
    del statements[:]
    say("cyd")
    assert len(statements) == alone
    assert told() == ["bow", *(f"reed{number}" for number in range(8))]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 10


def test_who_wrote_shortly_before_follows_though_their_comment_is_not_dealt_with_yet(
    database, pond, say, told
):
    say("cyd")
    with database.writing() as session:
        cyd = session.get(Member, pond.cyd)
        choosing.choose_for_all(session, cyd, Choice.EVERY, Choice.EVERY, by_mail=True)
        session.execute(update(Job).values(run_at=NOW + HOUR))
    say("cleo")
    assert told() == ["bow", "cyd"]
    with database.reading() as session:
        follows = session.scalars(select(Follow.member_id).where(Follow.post_id == pond.post))
        assert set(follows) == {pond.cyd, pond.cleo}


def test_who_is_mentioned_by_an_edit_is_told_and_nobody_twice(database, pond, say, told):
    say("cleo")
    say("cyd")
    assert told() == ["bow", "bow"]
    with database.writing() as session:
        cyd, post = by_login(session, "cyd"), session.get(Post, pond.post)
        actions.edit(session, cyd, post, 2, "Well said, @cleo.", NOW)
    assert told() == []  # One that was let in just now could still be taken away.
    assert told(NOW + LETTERS) == ["cleo"]


def test_who_is_spoken_to_by_a_comment_that_waited_is_told_when_it_cannot_be_undone(
    database, pond, say, told
):
    say("cleo")
    told()
    with database.writing() as session:
        settings.change(session, "waiting_words", "casino")
    waits = say("cyd", "No casino, @cleo.", answer=1)

    def press(key: str, at) -> None:
        with database.writing() as session:
            bow = session.get(Member, pond.bow)
            deeds.carry_out(session, bow, Order(Deed.APPROVE, (waits.id,), key), at)

    with database.writing() as session:
        for login in (pond.ada, pond.bow):
            choosing.choose_for_all(
                session, session.get(Member, login), Choice.EVERY, Choice.NOTHING, by_mail=True
            )
    assert told() == []
    press("first", NOW)
    with database.writing() as session:
        cyd, post = session.get(Member, pond.cyd), session.get(Post, pond.post)
        actions.edit(session, cyd, post, 2, "Not at all, @cleo.", NOW)
    assert told(NOW + UNDO / 2) == []
    with database.writing() as session:
        undoing.undo(session, session.get(Member, pond.bow), "first", NOW + UNDO / 2)
    assert told(NOW + LETTERS) == []
    later = NOW + HOUR
    press("second", later)
    assert told(later + UNDO) == []
    assert told(later + LETTERS) == ["cleo"]


def test_what_waited_comes_first_in_a_private_feed_when_it_is_let_in(database, pond, say, told):
    with database.writing() as session:
        settings.change(session, "waiting_words", "casino")
    waits = say("cleo", "No casino.")
    for _ in range(3):
        say("cyd")
    told()
    later = NOW + 3 * DAY
    with database.writing() as session:
        order = Order(Deed.APPROVE, (waits.id,), "first")
        deeds.carry_out(session, session.get(Member, pond.bow), order, later)
    told(later + LETTERS)
    with database.reading() as session:
        read = queries.to_read(session, session.get(Member, pond.bow), later, 2)
        assert [comment.number for comment in read] == [4, 3]


def test_old_talk_that_is_brought_in_is_told_nobody(say, told):
    say("cyd")
    assert told(NOW + timedelta(days=31)) == []


def test_safety_20_a_mail_server_that_is_down_for_an_hour_loses_no_notice(
    database, mail_server, say, told, carrier
):
    url = mail_server.url
    say("cyd")
    say("cleo", answer=1)
    object.__setattr__(carrier, "mail_url", f"smtp://127.0.0.1:{free_port()}")
    now = NOW
    while now < NOW + HOUR:
        assert told(now) == []
        now += timedelta(minutes=5)
    object.__setattr__(carrier, "mail_url", url)
    assert told(now + 3 * HOUR) == ["bow", "bow", "cyd"]
    with database.reading() as session:
        assert set(session.scalars(select(Job.kind))) == set(timetable.EVERY)
