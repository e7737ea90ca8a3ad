"""The rules of moderation: what makes a comment wait, who may decide, who may report."""

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from app.comments.models import State
from app.comments.moderation.models import Deed, Reason
from app.lib.errors import Invalid
from app.members.models import Standing
from app.spam.rules import folded_text

# How long what was done can be undone.
UNDO = timedelta(seconds=30)
# Letters leave a little later: the machines of web and worker need not agree to the second.
LETTERS = UNDO + timedelta(seconds=5)
# A new member may link to so much (SAFETY 41); more waits, since nothing is lost by waiting.
NEW, LINKS_OF_THE_NEW = timedelta(days=7), 3
# Reports of who joined later than this do not hide: a crowd made for the purpose has to wait.
MAY_HIDE_AFTER = timedelta(days=1)
LONGEST_REASON = 300
# What begins like an address counts as one, however it goes on.
LINK = re.compile(
    r"(?:https?:|\bwww\.|\]\(\s*//)(?:(?!https?:|\bwww\.|\]\(\s*//)[^\s<>\")])*", re.IGNORECASE
)
# From which states a deed leads somewhere.
FROM = {
    Deed.APPROVE: (State.WAITING, State.REFUSED),
    Deed.REFUSE: (State.WAITING,),
    Deed.HIDE: (State.PUBLISHED, State.HIDDEN),
    Deed.SHOW: (State.HIDDEN,),
    Deed.KEEP: (State.PUBLISHED, State.HIDDEN),
}


def why_text_waits(site: Any, joined_at: datetime, text: str, now: datetime) -> str | None:
    """What in a text makes it wait, in words for the moderator; None when nothing does."""
    links = len(_links(text))
    if links > site.most_links:
        return f"It has {links} links."
    if links > LINKS_OF_THE_NEW and now < joined_at + NEW:
        return f"It has {links} links and is by a new member."
    found = _words(site, text)
    return f"It says “{found[0]}”." if found else None


def adds_what_waits(site: Any, joined_at: datetime, before: str, text: str, now: datetime) -> bool:
    """Whether this text would wait for what was not there before."""
    if why_text_waits(site, joined_at, text, now) is None:
        return False
    has_new_links = Counter(_links(text)) - Counter(_links(before))
    return bool(has_new_links) or not set(_words(site, text)) <= set(_words(site, before))


def why_not_decide(member: Any, comment: Any, deed: Deed) -> str | None:
    """Why the member may not do this about a comment, whose post is loaded."""
    if member.is_owner:
        return None
    if not member.is_author or comment.post.author_id != member.id:
        return "Only the post's author and the owner decide about a comment."
    if deed == Deed.SUSPEND:
        return "Only the owner of this blog may suspend a member."
    if deed == Deed.KEEP and comment.member_id == member.id:
        return "Others have reported this comment of yours, so the owner looks at it."
    return None


def why_not_report(member: Any, comment: Any) -> str | None:
    if member.standing in (Standing.SUSPENDED, Standing.LEFT):
        return "Your membership is suspended, so you cannot report a comment."
    if member.standing == Standing.WAITING or not member.is_verified:
        return "You can report a comment once you may write one."
    if comment.member_id == member.id:
        return "This comment is your own."
    return None


def report_reason(value: str) -> Reason:
    try:
        return Reason(value)
    except ValueError as error:
        raise Invalid("Choose what is wrong with it.", "reason") from error


def checked_words(words: str, field: str) -> str:
    """A sentence or two on one line; raises Invalid for more."""
    on_one_line = " ".join(words.split())
    if len(on_one_line) > LONGEST_REASON:
        raise Invalid(f"This has up to {LONGEST_REASON} characters.", field)
    return on_one_line


def _links(text: str) -> list[str]:
    return LINK.findall(text)


def _words(site: Any, text: str) -> list[str]:
    """Those in the text for which a comment waits."""
    return _pattern(site.waiting_words).findall(folded_text(text)) if site.waiting_words else []


@lru_cache(maxsize=8)
def _pattern(words: str) -> re.Pattern[str]:
    each = (re.escape(folded_text(word).strip()) for word in words.split(","))
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")
