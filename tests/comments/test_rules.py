"""The members-only rule and the shape of threads, without a database."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.comments import rules
from app.comments.models import State as Comment
from app.members.models import Standing
from app.posts.models import CommentPolicy, Kind, State
from app.site.models import Moderation
from tests.cast import NOW


def a_post(**more) -> SimpleNamespace:
    plain = {
        "kind": Kind.POST,
        "state": State.PUBLISHED,
        "published_at": NOW,
        "comments": CommentPolicy.MEMBERS,
        "close_after_days": None,
        "author_id": 2,
    }
    return SimpleNamespace(**{**plain, **more})


def a_site(moderation: Moderation = Moderation.AT_ONCE) -> SimpleNamespace:
    return SimpleNamespace(moderation=moderation)


def a_member(standing: Standing = Standing.ADMITTED, **more) -> SimpleNamespace:
    plain = {"id": 1, "is_owner": False, "is_author": False, "is_verified": True}
    return SimpleNamespace(standing=standing, **{**plain, **more})


def test_a_stranger_is_told_the_rule_of_the_model():
    sentence = "Note: Only a member of this blog may post a comment."
    assert rules.why_not_comment(None, a_post(), NOW) == sentence


def test_an_admitted_member_may_comment():
    assert rules.why_not_comment(a_member(), a_post(), NOW) is None


@pytest.mark.parametrize(
    ("standing", "word"), [(Standing.WAITING, "admit"), (Standing.SUSPENDED, "suspended")]
)
def test_a_member_who_may_not_comment_is_told_why(standing, word):
    assert word in rules.why_not_comment(a_member(standing), a_post(), NOW)


def test_an_address_is_confirmed_before_the_first_comment():
    for standing in (Standing.ADMITTED, Standing.WAITING):
        unverified = a_member(standing, is_verified=False)
        assert rules.why_not_comment(unverified, a_post(), NOW) == rules.UNVERIFIED
    suspended = a_member(Standing.SUSPENDED, is_verified=False)
    assert rules.why_not_comment(suspended, a_post(), NOW) == rules.SUSPENDED


@pytest.mark.parametrize("member", [None, a_member()])
def test_nobody_comments_where_comments_are_closed(member):
    closed = a_post(comments=CommentPolicy.CLOSED)
    assert rules.why_not_comment(member, closed, NOW) == rules.CLOSED


def test_comments_close_by_themselves_at_the_second():
    post = a_post(close_after_days=7)
    closing = NOW + timedelta(days=7)
    assert rules.why_not_comment(a_member(), post, closing - timedelta(seconds=1)) is None
    assert rules.why_not_comment(a_member(), post, closing) == rules.CLOSED


@pytest.mark.parametrize(
    "post",
    [
        a_post(state=State.DRAFT, published_at=None),
        a_post(state=State.WITHDRAWN),
        a_post(published_at=NOW + timedelta(seconds=1)),
    ],
)
def test_nobody_comments_on_what_is_not_public(post):
    assert rules.why_not_comment(a_member(), post, NOW) == rules.UNPUBLISHED


def test_pages_take_no_comments():
    assert rules.why_not_comment(a_member(), a_post(kind=Kind.PAGE), NOW) == rules.PAGE


def test_the_posts_author_and_the_owner_moderate_and_nobody_else():
    post = a_post()
    assert rules.why_not_moderate(a_member(id=2, is_author=True), post) is None
    assert rules.why_not_moderate(a_member(id=3, is_owner=True), post) is None
    for other in (None, a_member(id=2), a_member(id=3, is_author=True)):
        assert rules.why_not_moderate(other, post)


@pytest.mark.parametrize(
    ("change", "minutes", "reason"),
    [
        ({}, 15, None),
        ({}, 16, rules.TOO_LATE),
        ({"state": Comment.HIDDEN}, 1, rules.HIDDEN),
        ({"state": Comment.WITHDRAWN}, 1, rules.WITHDRAWN),
        ({"member_id": 2}, 1, rules.NOT_YOURS),
    ],
)
def test_ones_own_comment_can_be_edited_for_fifteen_minutes(change, minutes, reason):
    comment = {"member_id": 1, "state": Comment.PUBLISHED, "created_at": NOW, **change}
    at = NOW + timedelta(minutes=minutes)
    comment = SimpleNamespace(**comment)
    said = rules.why_not_edit(a_member(id=1), comment, a_post(), a_site(), at)
    assert said == reason


def test_where_all_comments_wait_only_who_writes_here_edits():
    comment = SimpleNamespace(member_id=1, state=Comment.PUBLISHED, created_at=NOW)
    for moderation, is_author, reason in (
        (Moderation.ALL, False, rules.ALL_WAIT),
        (Moderation.ALL, True, None),
        (Moderation.FIRST, False, None),
    ):
        member = a_member(id=1, is_author=is_author)
        said = rules.why_not_edit(member, comment, a_post(), a_site(moderation), NOW)
        assert said == reason


def test_who_may_not_comment_any_more_edits_nothing_but_takes_back_what_is_theirs():
    comment = SimpleNamespace(member_id=1, state=Comment.PUBLISHED, created_at=NOW)
    eve = a_member(Standing.SUSPENDED, id=1)
    assert rules.why_not_edit(eve, comment, a_post(), a_site(), NOW) == rules.SUSPENDED
    assert rules.why_not_withdraw(eve, comment) is None
    assert rules.why_not_withdraw(a_member(id=2, is_owner=True), comment)
    assert rules.why_not_withdraw(None, comment)


def test_a_thread_goes_on_where_the_page_before_ended():
    comments = [
        SimpleNamespace(thread_number=thread, number=number)
        for thread, number in [(1, 4), (1, 9), (3, 3), (5, 5), (5, 6)]
    ]
    shape = [
        (thread.comment and thread.comment.number, [reply.number for reply in thread.replies])
        for thread in rules.threads(comments)
    ]
    assert shape == [(None, [4, 9]), (3, []), (5, [6])]
