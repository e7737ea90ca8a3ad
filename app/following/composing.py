"""What a letter about comments says. It is put together when it leaves, of what is to be seen
then, so that nothing is kept of who has left or of what was hidden."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.models import Comment, State
from app.following import ending
from app.following.models import Notice, Preference, Reason
from app.lib import markup
from app.lib.web import host
from app.mail import letters
from app.mail.letters import Letter
from app.members.models import Member
from app.site import links, settings

QUOTE = 240
# Enough for a mail program to find the conversation, and short enough for a header.
MOST_REFERENCES = 10
BECAUSE = {
    Reason.ANSWER: "You get this letter because you are answered.",
    Reason.MENTION: "You get this letter because you are mentioned.",
    Reason.POST: "You get this letter because you wrote the post.",
    Reason.THREAD: "You get this letter because you follow the thread.",
}


def of_comment(session: Session, notice: Notice, preference: Preference) -> Letter:
    comment, member = notice.comment, notice.member
    unsubscribe = ending.address(preference, comment.post_id)
    letter = letters.comment(
        settings.site(session).title,
        member.name,
        member.email,
        comment.post.title,
        comment.author_name,
        **_said(comment),
        because=BECAUSE[notice.reason],
        ending=unsubscribe,
    )
    answers = (f"post-{comment.post_id}", *map(_id, _answered(session, comment)))
    return replace(
        letter,
        id=_id(comment.id),
        answers=answers,
        unsubscribe=unsubscribe,
        about=_about([comment]),
    )


def of_the_day(
    session: Session,
    member: Member,
    notices: Sequence[Notice],
    older: int,
    preference: Preference,
    day: date,
) -> Letter:
    """About these, and that there are so many `older` ones for which it has no room."""
    comments = sorted((one.comment for one in notices), key=lambda one: (one.post_id, one.number))
    threads = []
    for _, under in groupby(comments, lambda one: one.post_id):
        of_post = list(under)
        post = of_post[0].post
        here = {one.id for one in of_post}
        told = [_said(one, here) for one in of_post]
        threads.append({"title": post.title, "link": links.post(post), "comments": told})
    blog, counted = settings.site(session).title, _counted(threads, older)
    letter = letters.daily(blog, member.name, member.email, counted, threads, older)
    unsubscribe = ending.address(preference, ending.ALL)
    id = f"daily-{member.id}-{day:%Y%m%d}"
    return replace(letter, id=id, unsubscribe=unsubscribe, about=_about(comments))


def of_waiting(session: Session, member: Member, count: int, preference: Preference) -> Letter:
    """About so many comments that wait for the member's decision."""
    blog, last = settings.site(session).title, preference.waiting_told_at
    letter = letters.waiting(blog, member.name, member.email, count, links.DESK_COMMENTS)
    unsubscribe = ending.address(preference, ending.ALL)
    # The same as often as it is tried.
    id = f"waiting-{member.id}-{last:%Y%m%d%H%M%S}" if last else f"waiting-{member.id}"
    return replace(letter, id=id, unsubscribe=unsubscribe)


def _about(comments: list[Comment]) -> tuple[int, ...]:
    answered = [one.parent for one in comments if one.parent is not None]
    ids = {one.member_id for one in (*comments, *answered)}
    return tuple(ids - {None})


def _who(comment: Comment) -> str:
    if comment.elsewhere_url is None:
        return comment.author_name
    return f"{comment.author_name} ({host(comment.elsewhere_url)})"


def _said(comment: Comment, here: Collection[int] = ()) -> dict[str, Any]:
    """Plain values about a comment, without anything of which a program would make a link. What
    it answers is quoted unless it is `here` as well."""
    post = comment.post
    return {
        "who": markup.inert(_who(comment)),
        "number": comment.number,
        "blocks": [tuple(block) for block in markup.blocks(comment.html)],
        "answered": _quoted(comment, with_words=comment.parent_id not in here),
        "answer": links.answer(post, comment.number),
        "place": links.comment(post, comment.number),
    }


def _quoted(comment: Comment, with_words: bool) -> dict[str, Any] | None:
    answered = comment.parent
    if answered is None or not answered.source or answered.state != State.PUBLISHED:
        return None
    return {
        "who": markup.inert(answered.author_name),
        "number": answered.number,
        "words": markup.inert(markup.plain(answered.html, QUOTE)) if with_words else "",
    }


def _counted(threads: list[dict[str, Any]], older: int) -> str:
    count = sum(len(thread["comments"]) for thread in threads) + older
    comments = "1 comment" if count == 1 else f"{count:,} comments"
    if older:
        return comments
    if len(threads) == 1:
        return f"{comments} on “{threads[0]['title']}”"
    return f"{comments} on {len(threads)} posts"


def _answered(session: Session, comment: Comment) -> list[int]:
    """What the comment answers, what that answers, and so on; the first of it first."""
    found: list[int] = []
    parent_id = comment.parent_id
    while parent_id is not None and len(found) < MOST_REFERENCES:
        found.append(parent_id)
        parent_id = session.scalar(select(Comment.parent_id).where(Comment.id == parent_id))
    return found[::-1]


def _id(comment_id: int) -> str:
    return f"comment-{comment_id}"
