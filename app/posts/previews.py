"""The secret link by which somebody who is no author reads a post before it is public."""

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.lib import tokens
from app.lib.db import plain_rows
from app.lib.errors import NotFound, refuse_if
from app.members.models import Member
from app.posts.models import Post
from app.posts.queries import shown
from app.posts.rules import why_not_change

GONE = "This link leads nowhere any more. Ask whoever gave it to you for another."


def make(session: Session, member: Member, post: Post) -> str:
    """The token of a new link; an earlier one leads nowhere from now on."""
    refuse_if(why_not_change(member, post))
    token = tokens.new()
    post.preview_digest = tokens.digest(token)
    return token


def revoke(session: Session, member: Member, post: Post) -> None:
    refuse_if(why_not_change(member, post))
    post.preview_digest = None


def find(session: Session, token: str) -> Row:
    """What a page shows of the post that the link leads to; raises NotFound."""
    found = plain_rows(session, shown().where(Post.preview_digest == tokens.digest(token)))
    if not found:
        raise NotFound(GONE)
    return found[0]
