"""The demonstration blog, made from the files in content/ through the actions that everybody
uses, each at the moment that its file gives it."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.comments import actions as comments
from app.demo.content_files import FOLDER, Block, read, read_folder
from app.lib.db import Database
from app.lib.passwords import Hasher
from app.members.models import Member, Role
from app.posts import actions as posts
from app.posts.models import CommentPolicy, Kind, Post
from app.posts.rules import Draft
from app.resources import actions as resources
from app.resources.rules import Reference
from app.site import settings
from app.tags import rules as tags

SETTINGS = ("title", "tagline", "language", "zone")


def is_empty(database: Database) -> bool:
    with database.reading() as session:
        return not session.scalar(select(exists().where(Member.id.is_not(None))))


def make(database: Database, hasher: Hasher, password: str, now: datetime) -> list[Member]:
    """Make the whole of it in one transaction; the members made, none if it was there before.

    Each member gets the same `password`.
    """
    with database.writing() as session:
        if session.scalar(select(exists().where(Post.submission.like("demo:%")))):
            return []
        _set_up(session)
        people = make_people(session, hasher.hash(password))
        for name, blocks in read_folder("pages").items():
            _post(session, people, Kind.PAGE, name, blocks[0])
        for name, blocks in read_folder("posts").items():
            _post(session, people, Kind.POST, name, blocks[0])
        for name, blocks in read_folder("comments").items():
            _comments(session, people, name, blocks)
        for name, blocks in read_folder("collections").items():
            make_collection(session, people, name, blocks)
        return list(people.values())


def _set_up(session: Session) -> None:
    header = read(FOLDER / "site.md")[0].header
    for name in SETTINGS:
        settings.change(session, name, header[name])


def make_people(session: Session, password_hash: str) -> dict[str, Member]:
    people = {}
    for block in read(FOLDER / "people.md"):
        header = block.header
        member = Member(
            login=header["login"],
            name=header["name"],
            email=header["email"],
            role=Role(header["role"]),
            about=block.text,
            joined_at=block.moment("joined"),
            verified_at=block.moment("joined"),
            password_hash=password_hash,
        )
        people[member.login] = member
    session.add_all(people.values())
    session.flush()
    return people


def _post(session: Session, people: dict[str, Member], kind: Kind, name: str, block: Block) -> None:
    header, at = block.header, block.moment("date")
    author = people[header["author"]]
    draft = Draft(
        title=header["title"],
        text=block.text,
        excerpt=header.get("excerpt", ""),
        tags=tags.names(header.get("tags", "")),
        kind=kind,
        comments=CommentPolicy(header.get("comments", "members")),
    )
    post = posts.begin(session, author, draft, f"demo:{name}", at)
    post.slug = header["slug"]
    posts.publish(session, author, post, at)


def _comments(session: Session, people: dict[str, Member], name: str, blocks: list[Block]) -> None:
    post = session.scalars(select(Post).where(Post.submission == f"demo:{name}")).one()
    for number, block in enumerate(blocks, start=1):
        answers = block.header.get("answers")
        comments.add(
            session,
            people[block.header["by"]],
            post,
            block.text,
            int(answers) if answers else None,
            f"demo:{name}:{number}",
            block.moment("at"),
        )


def make_collection(
    session: Session, people: dict[str, Member], name: str, blocks: list[Block]
) -> None:
    head, *items = blocks
    curator = people[head.header["curator"]]
    collection = resources.add_collection(
        session, curator, head.header["title"], name, head.text, items[0].moment("added")
    )
    for block in items:
        header = block.header
        resources.add_item(
            session,
            curator,
            collection,
            Reference(header["url"], header["title"], header["origin"], block.text),
            block.moment("added"),
        )
