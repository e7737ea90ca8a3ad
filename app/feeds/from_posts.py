"""Listings of posts: home, a tag, an author, a year, a month."""

from datetime import UTC, datetime

from app.feeds.guids import post_guid
from app.feeds.listing import Entry, Listing, Person
from app.lib import markup
from app.lib.paging import Key
from app.posts.models import Post
from app.site import links
from app.site.models import Site

# What an empty feed says of its last change: a time that does not change either.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def listing(
    site: Site,
    site_url: str,
    posts: list[Post],
    *,
    title: str,
    address: str,
    url: str,
    next_key: Key | None,
) -> Listing:
    """`address` is the feed's without its suffix, `url` that of the page it is the feed of."""
    return Listing(
        title=title,
        description=site.tagline or site.title,
        url=site_url + url,
        address=address,
        site_url=site_url,
        language=site.language,
        updated=max((post_changed(post) for post in posts), default=EPOCH),
        entries=tuple(entry(site, site_url, post) for post in posts),
        next_key=str(next_key) if next_key else None,
    )


def entry(site: Site, site_url: str, post: Post) -> Entry:
    url = site_url + links.post(post)
    return Entry(
        guid=post_guid(site, post),
        url=url,
        title=post.title,
        html=markup.absolute(post.html, url),
        summary=post.excerpt,
        published=post.published_at,
        updated=post_changed(post),
        authors=(Person(post.author.name, site_url + links.author(post.author.login)),),
        tags=tuple(tag.name for tag in post.tags),
        comments_url=f"{url}#comments",
        comments_feed=f"{url}.rss",
        comment_count=post.comment_count,
    )


def post_changed(post: Post) -> datetime:
    """When readers last got something new; what was written before its day is new on its day."""
    return max(post.published_at, post.updated_at)
