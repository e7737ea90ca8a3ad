"""Listings of posts: home, a tag, an author, a year, a month."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.feeds.guids import post_guid
from app.feeds.listing import Enclosure, Entry, Listing, Person
from app.lib import markup
from app.lib.clock import EPOCH
from app.lib.paging import Key
from app.media.models import Media
from app.posts.models import Post
from app.site import links
from app.site.models import Site

# What an empty feed says of its last change: a time that does not change either.


def listing(
    site: Site,
    site_url: str,
    posts: list[Post],
    enclosed: Mapping[int, list[Media]],
    *,
    title: str,
    address: str,
    url: str,
    next_key: Key | None,
) -> Listing:
    """`address` is the feed's without its suffix, `url` that of the page it is the feed of;
    `enclosed` has by a post's id what comes with it."""
    return Listing(
        title=title,
        description=site.tagline or site.title,
        url=site_url + url,
        address=address,
        site_url=site_url,
        language=site.language,
        updated=max((post_changed(post) for post in posts), default=EPOCH),
        entries=tuple(entry(site, site_url, post, enclosed.get(post.id, ())) for post in posts),
        next_key=str(next_key) if next_key else None,
    )


def entry(site: Site, site_url: str, post: Post, enclosed: Sequence[Media] = ()) -> Entry:
    url = site_url + links.post(post)
    return Entry(
        guid=post_guid(site, post),
        url=url,
        title=post.title,
        html=markup.absolute(markup.plain_pictures(post.html), url),
        summary=post.excerpt,
        published=post.published_at,
        updated=post_changed(post),
        authors=(Person(post.author.name, site_url + links.author(post.author.login)),),
        tags=tuple(tag.name for tag in post.tags),
        comments_url=f"{url}#comments",
        comments_feed=f"{url}.rss",
        comment_count=post.comment_count,
        enclosures=tuple(enclosure(site_url, row) for row in enclosed),
    )


def enclosure(site_url: str, row: Media) -> Enclosure:
    return Enclosure(site_url + links.media_file(row), row.mime, row.bytes, row.file_name)


def post_changed(post: Post) -> datetime:
    """When readers last got something new; what was written before its day is new on its day."""
    return max(post.published_at, post.changed_at or post.published_at)
