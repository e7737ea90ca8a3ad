"""Ending letters by the link in one, without signing in (RFC 8058). The link is good for one
member and one thread, or for all letters to a member."""

import re
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.following import choosing
from app.following.models import Choice, Preference
from app.lib import tokens
from app.lib.errors import NotFound
from app.members.models import Member
from app.posts.models import Post
from app.site import links

ALL = 0
SHAPE = re.compile(r"([1-9]\d{0,17})-(\d{1,18})-([0-9a-f]{32})", re.ASCII)


class Ending(NamedTuple):
    """What a link ends: letters about the thread under a post, or all."""

    member: Member
    post: Post | None


def address(preference: Preference, post_id: int) -> str:
    words = f"{preference.member_id}-{post_id}"
    return links.notices_ending(f"{words}-{tokens.sign(preference.key, words)}")


def read(session: Session, token: str) -> Ending:
    """What the link is for; raises NotFound for one that is not ours or that belongs to nobody
    any more."""
    match = SHAPE.fullmatch(token)
    preference = session.get(Preference, int(match[1])) if match else None
    if preference is not None:
        words = f"{match[1]}-{match[2]}"
        post = session.get(Post, int(match[2]))
        is_whole = post is not None or int(match[2]) == ALL
        if is_whole and tokens.is_signed(preference.key, words, match[3]):
            return Ending(session.get_one(Member, preference.member_id), post)
    raise NotFound("This link is not one of ours, or it belongs to nobody any more.")


def end(session: Session, token: str, now: datetime) -> Ending:
    """Send no such letters any more; raises NotFound."""
    ended = read(session, token)
    if ended.post is None:
        session.get_one(Preference, ended.member.id).by_mail = False
    else:
        choosing.choose(session, ended.member, ended.post, Choice.NOTHING, now)
    return ended
