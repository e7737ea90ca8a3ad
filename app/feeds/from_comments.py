"""Listings of comments. Feed readers ignore the thread extensions, so titles and bodies alone
must say who answers whom: "#2 Jeffrey to #1 Connie", a short quote, then the answer."""

from dataclasses import replace
from datetime import datetime
from html import escape

from app.comments.models import Comment
from app.feeds.guids import comment_guid, post_guid
from app.feeds.listing import Entry, Listing, Person, Reply
from app.lib import markup
from app.lib.clock import EPOCH
from app.lib.paging import Key
from app.lib.web import host
from app.posts.models import Post
from app.site import links
from app.site.models import Site

SUMMARY = 280


def of_post(
    site: Site, site_url: str, post: Post, comments: list[Comment], next_key: Key | None
) -> Listing:
    return _listing(
        site,
        site_url,
        comments,
        title=f"Comments on “{post.title}”",
        address=links.post(post),
        url=f"{links.post(post)}#comments",
        next_key=next_key,
        entries=tuple(entry(site, site_url, comment, with_post=False) for comment in comments),
    )


def of_blog(site: Site, site_url: str, comments: list[Comment], next_key: Key | None) -> Listing:
    return _listing(
        site,
        site_url,
        comments,
        title=f"Comments on {site.title}",
        address=links.COMMENTS,
        url=links.COMMENTS,
        next_key=next_key,
        entries=tuple(entry(site, site_url, comment, with_post=True) for comment in comments),
    )


def of_member(site: Site, site_url: str, address: str, comments: list[Comment]) -> Listing:
    """What a member is told; each entry leads to where one answers."""
    return _listing(
        site,
        site_url,
        comments,
        title=f"For you · {site.title}",
        address=address,
        url=links.NOTICES,
        next_key=None,
        entries=tuple(_to_answer(site, site_url, comment) for comment in comments),
    )


def entry(site: Site, site_url: str, comment: Comment, with_post: bool) -> Entry:
    url = site_url + links.comment(comment.post, comment.number)
    html = markup.absolute(comment.html, site_url + links.post(comment.post))
    return Entry(
        guid=comment_guid(site, comment),
        url=url,
        title=_title(comment) + (f" on “{comment.post.title}”" if with_post else ""),
        html=_quote(comment) + html + _place_elsewhere(comment),
        summary=markup.plain(comment.html, SUMMARY),
        published=comment.created_at,
        updated=_changed(comment),
        authors=(Person(comment.author_name, comment.elsewhere_url),),
        in_reply_to=_reply(site, site_url, comment),
        external_url=comment.elsewhere_url,
    )


def _to_answer(site: Site, site_url: str, comment: Comment) -> Entry:
    told = entry(site, site_url, comment, with_post=True)
    answer = site_url + links.answer(comment.post, comment.number)
    ways = (
        f'<p><a href="{escape(answer)}">Answer</a> · '
        f'<a href="{escape(told.url)}">See it in its place</a></p>\n'
    )
    return replace(told, url=answer, comments_url=answer, html=told.html + ways)


def _listing(site, site_url, comments, *, title, address, url, next_key, entries) -> Listing:
    return Listing(
        title=title,
        description=site.tagline or site.title,
        url=site_url + url,
        address=address,
        site_url=site_url,
        language=site.language,
        updated=max(map(_changed, comments), default=EPOCH),
        entries=entries,
        next_key=str(next_key) if next_key else None,
    )


def _title(comment: Comment) -> str:
    title = f"#{comment.number} {comment.author_name}"
    answered = comment.parent
    if answered is None:
        return title
    name = f" {answered.author_name}" if answered.is_published else ""
    return f"{title} to #{answered.number}{name}"


def _changed(comment: Comment) -> datetime:
    return comment.edited_at or comment.created_at


def _quote(comment: Comment) -> str:
    answered = comment.parent
    if answered is None or not answered.is_published:
        return ""
    words = f"{answered.author_name}: {answered.excerpt}"
    return f"<blockquote><p>{escape(words)}</p></blockquote>\n"


def _place_elsewhere(comment: Comment) -> str:
    """Where a page elsewhere says it: not all dresses have an address for who wrote something."""
    if comment.elsewhere_url is None:
        return ""
    href, words = escape(comment.elsewhere_url), escape(host(comment.elsewhere_url))
    return f'\n<p><a href="{href}" rel="nofollow ugc noopener">Said on {words}</a></p>'


def _reply(site: Site, site_url: str, comment: Comment) -> Reply | None:
    """What the comment answers: a comment, or else the post (RFC 4685)."""
    answered = comment.parent
    if answered is not None:
        return Reply(
            comment_guid(site, answered), site_url + links.comment(comment.post, answered.number)
        )
    return Reply(post_guid(site, comment.post), site_url + links.post(comment.post))
