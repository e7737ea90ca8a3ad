"""Who writes which comments, prepared beforehand, and the books that are kept of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.actions import PACE
from app.comments.models import Comment
from app.comments.texts import EXCERPT
from app.lib import bulk, markup
from app.members.models import Member, Role, Standing
from app.posts.models import Post
from app.site import links
from bench import client, visitors
from bench.blogs import Blog
from bench.visitors import Visitor

POSTS = 200
# More than come in a second; nobody writes more than the pace of comments allows in all.
MOST_A_SECOND = 3000
EACH = PACE[0].most
TEXT = "We have had the same for years, only that ours hangs on the wall beside the door."


@dataclass(frozen=True)
class Prepared:
    """For each client its requests, and such comments as rows, under another 200 posts."""

    requests: list[list[bytes]]
    rows: list[dict]
    read: str  # The page that the reader looks at; under it is written too.


@dataclass(frozen=True)
class Books:
    """What the clients were told beside what stands in the database."""

    told: int
    lost: int  # Told and not there, or told twice.
    gaps: int  # Posts whose numbers are not 1 to n, or whose counters say something else.

    @classmethod
    def of(cls, blog: Blog, locations: list[str]) -> "Books":
        with blog.opened() as (_, database), database.reading() as session:
            posts = _newest(session, POSTS)
            numbers = _numbers(session, posts)
        there = {links.comment(p, number) for p in posts for number in numbers[p.id]}
        gaps = [
            post
            for post in posts
            if numbers[post.id] != list(range(1, post.last_comment_number + 1))
            or len(numbers[post.id]) != post.comment_count
        ]
        lost = len(locations) - len(there.intersection(locations))
        return cls(len(locations), lost, len(gaps))


def prepare(blog: Blog, clients: int, seconds: int) -> Prepared:
    """Enough to do for so many clients for so long."""
    count = MOST_A_SECOND * seconds // EACH
    with blog.opened() as (app, database):
        with database.writing() as session:
            ids = _lay_members(session, count)
            posts = _newest(session, 2 * POSTS)
            rows = _rows(session, posts[POSTS:], ids)
        people = visitors.signed_in(app, database, ids)
    requests = [_request(people[n // EACH], posts[n * 37 % POSTS], n) for n in range(count * EACH)]
    return Prepared(
        [requests[one::clients] for one in range(clients)],
        rows,
        f"/{posts[0].path}",
    )


def _lay_members(session: Session, count: int) -> list[int]:
    ids = bulk.new_ids(session, Member.__table__, count)
    rows = [
        {
            "id": id,
            "login": f"guest-{id}",
            "name": f"Guest {id}",
            "email": f"guest-{id}@example.org",
            "password_hash": "no password",
            "role": Role.MEMBER,
            "standing": Standing.ADMITTED,
            "about": "",
            "joined_at": datetime.now(UTC),
            "verified_at": datetime.now(UTC),
            "seen_at": None,
        }
        for id in ids
    ]
    bulk.lay(session, Member.__table__, rows)
    return ids


def _newest(session: Session, count: int) -> list[Post]:
    rows = select(Post).order_by(Post.published_at.desc(), Post.id.desc())
    return list(session.scalars(rows.where(Post.path.is_not(None)).limit(count)))


def _numbers(session: Session, posts: list[Post]) -> dict[int, list[int]]:
    found = defaultdict(list)
    rows = select(Comment.post_id, Comment.number).where(
        Comment.post_id.in_([post.id for post in posts])
    )
    for post_id, number in session.execute(rows.order_by(Comment.number)):
        found[post_id].append(number)
    return found


def _request(visitor: Visitor, post: Post, n: int) -> bytes:
    form = {
        "text": f"{TEXT} It is number {n}.",  # No two alike, or the second would be rendered.
        "answer": "1" if _is_answer(n) else "",
        "key": f"bench-{n}",
        "csrf_token": visitor.csrf,
    }
    return client.post(f"/{post.path}/comments", visitor.cookie, urlencode(form).encode())


def _rows(session: Session, posts: list[Post], member_ids: list[int]) -> list[dict]:
    html = markup.comment_html(TEXT, (("#1", "#comment-1"),))
    firsts = select(Comment.post_id, Comment.id).where(
        Comment.post_id.in_([post.id for post in posts]), Comment.number == 1
    )
    first = dict(session.execute(firsts).all())
    rows = []
    for n in range(len(member_ids) * EACH):
        post = posts[n * 37 % POSTS]
        rows.append(
            {
                "post_id": post.id,
                "post_author_id": post.author_id,
                "parent_id": first[post.id] if _is_answer(n) else None,
                "member_id": member_ids[n % len(member_ids)],
                "source": TEXT,
                "html": html,
                "excerpt": markup.plain(html, EXCERPT),
            }
        )
    return rows


def _is_answer(n: int) -> bool:
    return n % 3 == 0
