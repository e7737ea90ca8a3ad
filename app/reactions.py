"""When this has happened, do that, in the same transaction. The whole of it on one page."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.lib import markup
from app.posts.events import PostSaved
from app.resources import actions as resources


def note_links(session: Session, event: PostSaved) -> None:
    """A post's resources, and where a resource is spoken of, follow from the links in its text."""
    resources.note_links(session, event.post.id, markup.links(event.post.html))


REACTIONS: dict[type, tuple[Callable[[Session, Any], None], ...]] = {
    PostSaved: (note_links,),
}


def react(session: Session, event: Any) -> None:
    for reaction in REACTIONS.get(type(event), ()):
        reaction(session, event)
