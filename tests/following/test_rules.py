"""What holds for whom, without a database."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.comments.models import State
from app.following.models import Choice, Reason, Way
from app.following.rules import (
    NEWS_FOR,
    NONE_CHOSEN,
    Wishes,
    choice,
    is_news,
    is_to_be_seen,
    way,
    why_not_told,
)
from app.members.models import Standing
from app.posts.models import State as PostState
from tests.cast import NOW

HOUR = timedelta(hours=1)


def test_a_choice_for_the_thread_counts_before_what_was_chosen_for_all():
    mine = Wishes(by_default=Choice.DAILY, as_author=Choice.NOTHING)
    assert choice(Choice.EVERY, mine, is_author=True) == Choice.EVERY
    assert choice(None, mine, is_author=False) == Choice.DAILY
    assert choice(None, mine, is_author=True) == Choice.NOTHING
    assert choice(None, NONE_CHOSEN, is_author=False) == Choice.ANSWERS
    assert choice(None, NONE_CHOSEN, is_author=True) == Choice.EVERY


@pytest.mark.parametrize(
    ("chosen", "when_answered", "otherwise"),
    [
        (Choice.EVERY, Way.LETTER, Way.LETTER),
        (Choice.ANSWERS, Way.LETTER, None),
        (Choice.DAILY, Way.DAILY, Way.DAILY),
        (Choice.NOTHING, None, None),
    ],
)
def test_what_is_chosen_decides_the_way(chosen, when_answered, otherwise):
    for reason in Reason:
        expected = when_answered if reason in (Reason.ANSWER, Reason.MENTION) else otherwise
        assert way(chosen, True, reason) == expected
        assert way(chosen, False, reason) == (Way.FEED if expected else None)


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("is_verified", [True, False])
def test_who_is_suspended_has_left_or_is_not_confirmed_is_told_of_nothing(standing, is_verified):
    member = SimpleNamespace(standing=standing, is_verified=is_verified)
    is_told = is_verified and standing in (Standing.ADMITTED, Standing.WAITING)
    assert (why_not_told(member) is None) is is_told


def test_what_is_out_of_sight_or_no_news_is_not_told():
    post = SimpleNamespace(state=PostState.PUBLISHED, published_at=NOW)
    gone = SimpleNamespace(state=PostState.WITHDRAWN, published_at=NOW)

    def comment(**more):
        given = {"state": State.PUBLISHED, "source": "Well said.", "created_at": NOW}
        return SimpleNamespace(**{**given, **more})

    assert is_to_be_seen(comment(), post, NOW)
    assert not is_to_be_seen(comment(state=State.HIDDEN), post, NOW)
    assert not is_to_be_seen(comment(source=""), post, NOW)
    assert not is_to_be_seen(comment(), gone, NOW)
    assert not is_to_be_seen(comment(), post, NOW - HOUR)
    assert is_to_be_seen(comment(), post, NOW + NEWS_FOR)
    assert is_news(comment(), NOW + NEWS_FOR - HOUR)
    assert not is_news(comment(), NOW + NEWS_FOR)
