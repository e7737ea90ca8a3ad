"""What makes a text wait, and who may decide or report, without a database."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.comments.moderation import rules
from app.comments.moderation.models import Deed, Reason
from app.lib.errors import Invalid
from app.members.models import Standing
from tests.cast import NOW
from tests.comments.test_rules import a_member

LONG_AGO = NOW - timedelta(days=400)


def why(text: str, joined_at=LONG_AGO, words: str = "casino, free money", most: int = 5):
    site = SimpleNamespace(waiting_words=words, most_links=most)
    return rules.why_text_waits(site, joined_at, text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "At the Casino.",
        "FREE MONEY!",
        "ca\u200bsino",
        "ｃａｓｉｎｏ",
        "https://x.example/casino/1",
        "(casino)",
    ],
)
def test_a_word_of_the_list_makes_a_comment_wait_however_it_is_dressed(text):
    assert why(text).startswith("It says “")


@pytest.mark.parametrize("text", ["casinos are many", "freemoney", "money, free", "Ponds."])
def test_a_part_of_another_word_does_not(text):
    assert why(text) is None
    assert why("casino", words="") is None


def test_a_word_is_no_pattern():
    assert why("aXb", words="a.b") is None
    assert why("a.b and so on", words="a.b") == "It says “a.b”."


@pytest.mark.parametrize(
    "link", ["https://a.example", "HTTP://b", "www.c.example", "[x](//d.example)"]
)
def test_safety_41_a_new_members_fourth_link_waits_and_an_old_members_sixth(link):
    assert why(f"{link} " * 3, NOW) is None
    assert why(f"{link} " * 4, NOW) == "It has 4 links and is by a new member."
    assert why(f"{link} " * 4, NOW - timedelta(days=7)) is None
    assert why(f"{link} " * 5) is None
    assert why(f"{link} " * 6) == "It has 6 links."
    assert why(link, most=0) == "It has 1 links."


def a_comment(by: int = 1, post_by: int = 2, **more) -> SimpleNamespace:
    return SimpleNamespace(member_id=by, post=SimpleNamespace(author_id=post_by), **more)


def test_who_decides():
    owner = a_member(id=9, is_owner=True, is_author=True)
    author, other = (a_member(id=id, is_author=True) for id in (2, 3))
    assert rules.why_not_decide(owner, a_comment(), Deed.SUSPEND) is None
    assert rules.why_not_decide(author, a_comment(), Deed.APPROVE) is None
    assert "owner" in rules.why_not_decide(author, a_comment(), Deed.SUSPEND)
    assert rules.why_not_decide(other, a_comment(), Deed.HIDE)
    assert rules.why_not_decide(a_member(id=2), a_comment(), Deed.HIDE)
    own = a_comment(by=2)
    assert "owner" in rules.why_not_decide(author, own, Deed.KEEP)
    assert rules.why_not_decide(author, own, Deed.HIDE) is None


@pytest.mark.parametrize(
    ("member", "is_refused"),
    [
        (a_member(id=5), False),
        (a_member(id=1), True),  # It is their own.
        (a_member(Standing.SUSPENDED, id=5), True),
        (a_member(Standing.WAITING, id=5), True),
        (a_member(Standing.LEFT, id=5), True),
        (a_member(id=5, is_verified=False), True),
    ],
)
def test_who_reports(member, is_refused):
    assert bool(rules.why_not_report(member, a_comment())) == is_refused


def test_a_reason_is_one_that_was_offered_and_words_are_few():
    assert rules.report_reason("spam") == Reason.SPAM
    for value in ("", "SPAM", "x\0"):
        with pytest.raises(Invalid):
            rules.report_reason(value)
    assert rules.checked_words(" one\n two ", "words") == "one two"
    with pytest.raises(Invalid):
        rules.checked_words("x" * 301, "words")
