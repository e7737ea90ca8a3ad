"""Home, tags, authors, years, months, posts and pages, for readers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, Response

from app.comments import queries as comments
from app.feeds import from_comments, from_posts
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import config, reading, site
from app.lib.errors import NotFound
from app.media import queries as media
from app.members import queries as members
from app.posts import queries as posts
from app.posts.models import Kind, Post
from app.posts.queries import Page
from app.site import links
from app.tags import queries as tags
from app.web import listings
from app.web.discussion import discussion

COMMENTS_IN_FEED = 50

door = Blueprint("posts", __name__)


@door.get("/", defaults={"dress": None})
@door.get("/feed<dress:dress>")
def home(dress: str | None) -> Response:
    rows, key = posts.latest(reading(), now(), site().posts_per_page, page_key())
    pinned = None if dress or page_key() else posts.pinned(reading(), now())
    return _listing(
        (rows, key), dress, title=None, address=links.FEED, url=links.HOME, pinned=pinned
    )


@door.get("/tags/<slug:slug>", defaults={"dress": None})
@door.get("/tags/<slug:slug><dress:dress>")
def tagged(slug: str, dress: str | None) -> Response:
    tag = tags.by_slug(reading(), slug)
    page = posts.by_tag(reading(), tag.id, now(), site().posts_per_page, page_key())
    if not page[0]:
        raise NotFound("Nothing is filed under this tag.")
    return _listing(page, dress, title=f"Filed under “{tag.name}”", address=links.tag(tag))


@door.get("/authors/<login:login>", defaults={"dress": None})
@door.get("/authors/<login:login><dress:dress>")
def written_by(login: str, dress: str | None) -> Response:
    author = members.author(reading(), login)
    page = posts.by_author(reading(), author.id, now(), site().posts_per_page, page_key())
    return _listing(
        page,
        dress,
        title=f"Written by {author.name}",
        address=links.author(author.login),
        intro=author.about,
    )


@door.get("/<year:year>", defaults={"dress": None})
@door.get("/<year:year><dress:dress>")
def in_year(year: int, dress: str | None) -> Response:
    start, end = _first_of(year, 1), _first_of(year + 1, 1)
    return _period(start, end, dress, title=f"{year:04}", address=links.year(year))


@door.get("/<year:year>/<month:month>", defaults={"dress": None})
@door.get("/<year:year>/<month:month><dress:dress>")
def in_month(year: int, month: int, dress: str | None) -> Response:
    start = _first_of(year, month)
    end = _first_of(year + month // 12, month % 12 + 1)
    title = format_date(start, "MMMM y", locale=site().language.replace("-", "_"))
    return _period(start, end, dress, title=title, address=links.month(year, month))


@door.get("/<year:year>/<month:month>/<slug:slug>", defaults={"dress": None})
@door.get("/<year:year>/<month:month>/<slug:slug><dress:dress>")
def show(year: int, month: int, slug: str, dress: str | None) -> Response:
    path = f"{year:04}/{month:02}/{slug}"
    if dress:
        post = posts.at_path(reading(), path, now())
        rows, key = comments.latest_of_post(reading(), post, COMMENTS_IN_FEED, page_key())
        made = from_comments.of_post(site(), config().site_url, post, rows, key)
        return listings.feed(made, dress)
    return discussion(path)


@door.get("/<slug:slug>")
def page(slug: str) -> Response:
    post = posts.shown_at_path(reading(), slug, now())
    if post.kind != Kind.PAGE:
        raise NotFound
    return render("posts/page.html", post=post, feeds=None)


def _period(
    start: datetime, end: datetime, dress: str | None, *, title: str, address: str
) -> Response:
    page = posts.in_period(reading(), start, end, now(), site().posts_per_page, page_key())
    if not page[0]:
        raise NotFound("Nothing was published then.")
    return _listing(page, dress, title=title, address=address)


def _listing(
    page: Page,
    dress: str | None,
    *,
    title: str | None,
    address: str,
    url: str | None = None,
    intro: str | None = None,
    pinned: Post | None = None,
) -> Response:
    rows, key = page
    feed_title = f"{title} · {site().title}" if title else site().title
    url = url or address
    return listings.answer(
        "posts/listing.html",
        dress,
        lambda: from_posts.listing(
            site(),
            config().site_url,
            rows,
            media.enclosures(reading(), [post.id for post in rows]),
            title=feed_title,
            address=address,
            url=url,
            next_key=key,
        ),
        address,
        posts=[row for row in rows if pinned is None or row.id != pinned.id],
        pinned=pinned,
        heading=title or site().title,
        intro=intro,
        is_home=title is None,
        older_url=links.before(url, key) if key else None,
        newer_url=url if page_key() else None,
    )


def _first_of(year: int, month: int) -> datetime:
    """The first moment of a month in the site's zone; NotFound where no calendar has it."""
    try:
        return datetime(year, month, 1, tzinfo=ZoneInfo(site().zone))
    except ValueError as error:
        raise NotFound("The calendar has no such day.") from error
