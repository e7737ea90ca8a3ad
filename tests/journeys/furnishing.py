"""What is laid into the demonstration so that each page has something to show."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments import actions as comments
from app.comments.moderation import deeds, reports
from app.comments.moderation.deeds import Order
from app.comments.moderation.models import Deed, Reason
from app.lib import clock
from app.lib.storage import Storage
from app.members import tickets
from app.members.models import Passkey, Purpose
from app.members.queries import by_login
from app.pagecache.version import raise_version
from app.posts import actions as posts
from app.posts import queries
from app.posts.models import Post
from app.resources import targets
from app.resources.models import Item
from app.site import links, settings
from tests import cast
from tests.lib import pictures

LETTERS = {
    Purpose.CONFIRM: links.confirmation,
    Purpose.SIGN_IN: links.sign_in_by_link,
    Purpose.RESET: links.new_password,
}


def by_letter(session: Session) -> list[str]:
    """The pages that the links in letters lead Connie to."""
    connie, now = by_login(session, "connie"), clock.now()
    return [
        link(tickets.issue(session, connie, purpose, connie.email, now))
        for purpose, link in LETTERS.items()
    ]


def furnish(session: Session, storage: Storage, path: str) -> list[str]:
    """Lay all of it; the pages of what Jeffrey has by it. `path` is that of a post of his."""
    post = session.scalar(select(Post).where(Post.path == path.removeprefix("/")))
    _let_comments_wait(session, post)
    pages = [_passkey(session), *_illustrated(session, storage)]
    _curate(session)  # What a post points to is noted anew when it is saved.
    return pages


def _let_comments_wait(session: Session, post: Post) -> None:
    """Something in each tab of the queue, and in the log."""
    connie, jeffrey, now = by_login(session, "connie"), by_login(session, "jeffrey"), clock.now()
    settings.change(session, "moderation", "all")
    waits = [
        comments.add(session, connie, post, f"What of {n}?", None, f"looks-{n}", now) for n in "ab"
    ]
    cast.elsewhere(session, post, name="Frances", at=now, waits=True)
    settings.change(session, "moderation", "at-once")
    order = Order(Deed.REFUSE, (waits[0].id,), "looks", "It is a trial.")
    deeds.carry_out(session, jeffrey, order, now)
    site = settings.site(session)
    reports.report(session, connie, post, 3, Reason.OTHER, "Out of place.", site, now)


def _curate(session: Session) -> None:
    """A resource that is broken, one that has moved, and a link that no collection has."""
    broken, moved = session.get_one(Item, 2), session.get_one(Item, 3)
    broken.broken_since, broken.trouble = clock.now(), "it answers 404 (Not Found)"
    moved.moved_to, moved.moved_at = "https://elsewhere.example/a/longer/way/to/it", clock.now()
    targets.note_post(session, 2, {"https://a.example/": "a"}, clock.now())
    raise_version(session)


def _passkey(session: Session) -> str:
    kept = {"digest": "x", "handle": b"x", "credential": b"x", "count": 0}
    jeffrey = by_login(session, "jeffrey")
    passkey = Passkey(member_id=jeffrey.id, name="Ladder", created_at=clock.now(), **kept)
    session.add(passkey)
    session.flush()
    return links.passkey_removal(passkey)


def _illustrated(session: Session, storage: Storage) -> list[str]:
    """A picture in a post that was corrected twice and of which a page elsewhere speaks, and at the
    head of the blog."""
    jeffrey = by_login(session, "jeffrey")
    cast.elsewhere(session, session.get_one(Post, 2), name="Frances", at=clock.now())
    post = queries.for_writing(session, jeffrey, 2)
    upload = cast.media(session, storage, jeffrey, pictures.made("PNG", (700, 400)), "heron.png")
    settings.change(session, "header_picture", links.media(upload))
    draft = cast.draft(post.title, f"{post.source}\n\n![A heron]({links.media(upload)})")
    for number in (1, 2):
        posts.save(session, jeffrey, post, draft, clock.now(), correction=f"{number}.")
        draft = replace(draft, text=f"{draft.text}\n\nMore.")
    begun = posts.begin(session, jeffrey, cast.draft("A river"), "looks", clock.now())
    pages = [links.desk_media(upload), links.desk_revision(post, 2), links.post(post)]
    return [*pages, links.desk_post_part(begun, "removal")]
