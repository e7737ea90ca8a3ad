"""A blog as large as wanted, to measure with: years of posts with their tags, links and comments,
laid in units of work, so that who is interrupted has a smaller blog and not a broken one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.comments.models import Answer, Comment
from app.comments.models import State as CommentState
from app.demo import build, bulk_texts
from app.demo.content_files import read_folder
from app.lib import bulk, markup
from app.lib.db import Database
from app.lib.errors import Conflict
from app.lib.slugs import slug
from app.members.models import Member
from app.pagecache.version import raise_version
from app.posts.models import CommentPolicy, Kind, Post, State, Tagging
from app.posts.rules import path_of
from app.resources.models import Link
from app.site import settings
from app.tags import actions as tags

ROWS_IN_A_UNIT = 20_000
POSTS_A_MONTH = 20
MOST_MONTHS = 15 * 12
COMMENTS_ON_THE_NEWEST = 20
BETWEEN_COMMENTS = timedelta(hours=5)


@dataclass
class Filling:
    """What is wanted, what it is made of, and how far it has come."""

    posts: int
    comments: int
    now: datetime
    done: int = 0
    rows: int = 0
    authors: list[Member] = field(default_factory=list)
    readers: list[Member] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    zone: ZoneInfo = field(default=ZoneInfo("UTC"))
    texts: list[bulk_texts.PostText] = field(default_factory=bulk_texts.post_texts)
    remarks: list[bulk_texts.CommentText] = field(default_factory=bulk_texts.comment_texts)
    paths: set[str] = field(default_factory=set)

    def comments_of(self, number: int) -> int:
        """All posts have the same number of comments but the newest, which has twenty."""
        return COMMENTS_ON_THE_NEWEST if number == self.posts - 1 else self.comments

    def moment(self, number: int) -> datetime:
        """When a post was published: evenly over the years up to now."""
        span = timedelta(days=30) * min(MOST_MONTHS, max(1, self.posts / POSTS_A_MONTH))
        at = self.now - span * (self.posts - number) / (self.posts + 1)
        return at.replace(second=0, microsecond=0)


def fill(
    database: Database, password_hash: str, posts: int, comments: int, now: datetime
) -> Iterator[Filling]:
    """Fill the blog, telling after each unit of work how far it is; raises Conflict for one that
    is not empty. All its members get the password of this hash."""
    filling = Filling(posts, comments, now)
    size = max(1, ROWS_IN_A_UNIT // (comments + 4))
    for start in range(0, posts, size):
        with database.writing() as session:
            if start == 0:
                _begin(session, filling, password_hash)
            _lay(session, filling, range(start, min(start + size, posts)))
            if filling.done == posts:
                bulk.analyse(session)
            raise_version(session)
        yield filling


def _begin(session: Session, filling: Filling, password_hash: str) -> None:
    """All but the posts: people, tags and resources."""
    if session.scalar(select(Post.id).limit(1)) is not None:
        raise Conflict("The blog has posts already. Only an empty one is filled.")
    try:
        people = build.make_people(session, password_hash)
        filling.readers = _readers(session, password_hash, filling.moment(0))
    except IntegrityError as error:
        raise Conflict("There are members whose sign-in names are needed.") from error
    filling.authors = [member for member in people.values() if member.is_author]
    for name, blocks in read_folder("collections").items():
        build.make_collection(session, people, name, blocks)
    filling.tag_ids = [tag.id for tag in tags.named(session, bulk_texts.TAGS)]
    filling.zone = ZoneInfo(settings.site(session).zone)


def _readers(session: Session, password_hash: str, joined_at: datetime) -> list[Member]:
    readers = [
        Member(
            login=slug(name),
            name=name,
            email=f"{slug(name)}@example.org",
            password_hash=password_hash,
            joined_at=joined_at,
        )
        for name in bulk_texts.names()
    ]
    session.add_all(readers)
    session.flush()
    return readers


def _lay(session: Session, filling: Filling, numbers: range) -> None:
    """The posts of these numbers with all that belongs to them."""
    post_ids = bulk.new_ids(session, Post.__table__, len(numbers))
    comments = sum(map(filling.comments_of, numbers))
    comment_ids = iter(bulk.new_ids(session, Comment.__table__, comments))
    laid = {Post: [], Tagging: [], Link: [], Comment: [], Answer: []}
    for number, id in zip(numbers, post_ids, strict=True):
        post = _post(filling, number, id)
        ids = list(islice(comment_ids, filling.comments_of(number)))
        laid[Post].append(post)
        laid[Tagging] += _taggings(filling, number, post)
        laid[Link] += _links(filling, number, post)
        laid[Comment] += _comments(filling, number, post, ids)
        laid[Answer] += _answers(ids)
    for model, rows in laid.items():
        filling.rows += bulk.lay(session, model.__table__, rows)
    filling.done += len(numbers)


def _post(filling: Filling, number: int, id: int) -> bulk.Row:
    text = filling.texts[number % len(filling.texts)]
    at, title = filling.moment(number), bulk_texts.title(number)
    path = _free_path(filling, slug(title), at)
    comments = filling.comments_of(number)
    return {
        "id": id,
        "kind": Kind.POST,
        "state": State.PUBLISHED,
        "slug": path.rpartition("/")[2],
        "path": path,
        "title": title,
        "source": text.source,
        "html": text.html,
        "lead_html": text.lead_html,
        "excerpt": text.excerpt,
        "has_own_excerpt": False,
        "renderer": markup.VERSION,
        "author_id": filling.authors[number % len(filling.authors)].id,
        "created_at": at,
        "updated_at": at,
        "published_at": at,
        "comments": CommentPolicy.MEMBERS,
        "close_after_days": None,
        "comment_count": comments,
        "last_comment_number": comments,
        "submission": f"fill:{number}",
    }


def _free_path(filling: Filling, wanted: str, at: datetime) -> str:
    """The address as posts.actions gives it: numbered where it is taken."""
    day = at.astimezone(filling.zone).date()
    paths = (path_of(Kind.POST, f"{wanted}-{n}" if n > 1 else wanted, day) for n in count(1))
    path = next(path for path in paths if path not in filling.paths)
    filling.paths.add(path)
    return path


def _taggings(filling: Filling, number: int, post: bulk.Row) -> Iterator[bulk.Row]:
    for position, place in enumerate(bulk_texts.tags_of(number)):
        yield {
            "post_id": post["id"],
            "tag_id": filling.tag_ids[place],
            "position": position,
            "published_at": post["published_at"],
        }


def _links(filling: Filling, number: int, post: bulk.Row) -> Iterator[bulk.Row]:
    for position, key in enumerate(filling.texts[number % len(filling.texts)].keys):
        yield {"post_id": post["id"], "key": key, "position": position}


def _comments(filling: Filling, number: int, post: bulk.Row, ids: list[int]) -> Iterator[bulk.Row]:
    """Comments at even distances; each third answers the one before it, each fifth names the
    first in its text."""
    at = post["published_at"]
    step = min(BETWEEN_COMMENTS, (filling.now - at) / (len(ids) + 1))
    for place, id in enumerate(ids):
        texts = filling.remarks
        text = texts[-1] if _names_the_first(place) else texts[(number + place) % (len(texts) - 1)]
        yield {
            "id": id,
            "post_id": post["id"],
            "post_author_id": post["author_id"],
            "number": place + 1,
            "thread_number": place if _answers_the_last(place) else place + 1,
            "parent_id": ids[place - 1] if _answers_the_last(place) else None,
            "member_id": filling.readers[(number * 7 + place * 29) % len(filling.readers)].id,
            "source": text.source,
            "html": text.html.replace(bulk_texts.TO_ONE, f'"/{post["path"]}#comment-1"'),
            "excerpt": text.excerpt,
            "renderer": markup.VERSION,
            "state": CommentState.PUBLISHED,
            "created_at": at + step * (place + 1),
            "submission": f"fill:{id}",
        }


def _answers(ids: list[int]) -> Iterator[bulk.Row]:
    for place, id in enumerate(ids):
        to = {ids[place - 1]} if _answers_the_last(place) else set()
        to |= {ids[0]} if _names_the_first(place) else set()
        for answered in sorted(to):
            yield {"comment_id": id, "to_id": answered}


def _answers_the_last(place: int) -> bool:
    return place % 3 == 2


def _names_the_first(place: int) -> bool:
    return place % 5 == 4
