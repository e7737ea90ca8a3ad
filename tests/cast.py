"""The people of the tests, a line each, and plain builders of what surrounds them."""

from datetime import UTC, datetime
from itertools import count
from tempfile import TemporaryFile

from sqlalchemy.orm import Session

from app.comments import actions as comments
from app.comments import elsewhere as pages
from app.comments.models import Answer, Comment
from app.comments.moderation import deeds
from app.comments.moderation.models import Deed
from app.lib.passwords import Hasher
from app.lib.storage import Storage
from app.media import actions as media_actions
from app.media import intake
from app.media.models import Media
from app.members.models import Member, Role, Standing
from app.posts import actions as posts
from app.posts import autosaves, previews
from app.posts.models import Post
from app.posts.rules import Draft

NOW = datetime(2010, 1, 9, 15, 0, tzinfo=UTC)
PASSWORD = "a pond of one's own"
HASHER = Hasher(cheap=True)
HASH = HASHER.hash(PASSWORD)

CAST = {
    "ada": ("Ada", Role.OWNER, Standing.ADMITTED),  # owns the blog
    "bow": ("Bow", Role.AUTHOR, Standing.ADMITTED),  # writes
    "bea": ("Bea", Role.AUTHOR, Standing.ADMITTED),  # writes too, but other posts
    "cyd": ("Cyd", Role.MEMBER, Standing.ADMITTED),  # comments
    "cleo": ("Cleo", Role.MEMBER, Standing.ADMITTED),  # answers
    "dee": ("Dee", Role.MEMBER, Standing.WAITING),  # waits to be admitted
    "una": ("Una", Role.MEMBER, Standing.ADMITTED),  # has not confirmed her address
    "eve": ("Eve", Role.MEMBER, Standing.SUSPENDED),  # is suspended
}
_serial = count(1)


def people(session: Session) -> dict[str, Member]:
    """All of the cast, as rows."""
    found = {login: member(session, login, *CAST[login]) for login in CAST}
    found["una"].verified_at = None
    session.flush()
    return found


def member(
    session: Session,
    login: str,
    name: str | None = None,
    role: Role = Role.MEMBER,
    standing: Standing = Standing.ADMITTED,
) -> Member:
    row = Member(
        login=login,
        name=name or login.title(),
        email=f"{login}@example.org",
        password_hash=HASH,
        role=role,
        standing=standing,
        joined_at=NOW,
        verified_at=NOW,
    )
    session.add(row)
    return row


def draft(title: str = "A small pond", text: str = "Water, *mostly*.", **more: object) -> Draft:
    return Draft(title=title, text=text, **more)


def post(
    session: Session,
    author: Member,
    title: str = "A small pond",
    text: str = "Water, *mostly*.",
    at: datetime = NOW,
    **more: object,
) -> Post:
    """A published post."""
    row = posts.begin(session, author, draft(title, text, **more), f"test-{next(_serial)}", at)
    row.author = author
    return posts.publish(session, author, row, at)


def desk(session: Session, author: Member, under: Post) -> dict[str, object]:
    """What addresses of the desk can name: a draft, text that was not saved, a secret link, and
    a first revision of the post."""
    posts.save(session, author, under, draft(text="Some *water*.", tags=["Water"]), NOW)
    begun = posts.begin(session, author, draft("A lake"), "lake", NOW)
    kept = autosaves.keep(session, author, None, "typed", {"title": "A brook"}, NOW)
    return {
        "draft": begun.id,
        "autosave": kept.id,
        "preview": previews.make(session, author, begun),
    }


def comment(
    session: Session,
    by: Member,
    under: Post,
    text: str = "Well said.",
    answer: int | None = None,
    at: datetime = NOW,
) -> Comment:
    return comments.add(session, by, under, text, answer, f"test-{next(_serial)}", at)


def elsewhere(
    session: Session,
    under: Post,
    text: str = "A pond worth reading about.",
    url: str = "https://silence.example/2010/ponds",
    name: str = "Jeffrey",
    at: datetime = NOW,
    waits: bool = False,
) -> Comment:
    """What a page elsewhere says about a post; the post's author has let it in unless it waits."""
    said = pages.hear(session, under, pages.Said(url, name, text), at)
    if not waits:
        author = session.get_one(Member, under.author_id)
        order = deeds.Order(Deed.APPROVE, (said.id,), f"test-{next(_serial)}")
        deeds.carry_out(session, author, order, at)
    return said


def media(
    session: Session,
    storage: Storage,
    by: Member,
    content: bytes = b"Pond, pike, perch.",
    file_name: str = "fish.txt",
    alt: str = "",
    at: datetime = NOW,
) -> Media:
    """An upload."""
    with TemporaryFile() as file:
        file.write(content)
        received = intake.take_in(storage, file, file_name)
    return media_actions.add(session, by, received, alt, f"test-{next(_serial)}", at)


def talk(session: Session, by: Member, under: Post, count: int) -> list[Comment]:
    """So many comments at once under a post that has none, each even one in answer to the first:
    more than anybody may write in a day."""
    rows: list[Comment] = []
    for number in range(1, count + 1):
        is_answer = number % 2 == 0
        row = Comment(
            post_id=under.id,
            post_author_id=under.author_id,
            number=number,
            thread_number=1 if is_answer else number,
            parent_id=rows[0].id if is_answer else None,
            member_id=by.id,
            source=f"Word {number}.",
            html=f"<p>Word {number}.</p>",
            excerpt=f"Word {number}.",
            renderer=1,
            created_at=NOW,
            submission=f"test-{next(_serial)}",
        )
        session.add(row)
        rows.append(row)
        if number == 1:
            session.flush()
    session.flush()
    session.add_all(Answer(comment_id=row.id, to_id=rows[0].id) for row in rows[1::2])
    under.last_comment_number = under.comment_count = count
    session.flush()
    return rows
