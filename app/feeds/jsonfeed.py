"""JSON Feed 1.1."""

import json
from datetime import datetime
from typing import Any

from app.feeds.listing import Enclosure, Entry, Listing
from app.feeds.text import xml_text

MIME = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render(listing: Listing) -> bytes:
    feed = _filled(
        version=VERSION,
        title=xml_text(listing.title),
        home_page_url=listing.url,
        feed_url=listing.feed_url("json"),
        description=xml_text(listing.description),
        next_url=listing.next_url("json"),
        language=listing.language,
        items=[_item(entry) for entry in listing.entries],
    )
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _item(entry: Entry) -> dict[str, Any]:
    return _filled(
        id=entry.guid,
        url=entry.url,
        external_url=entry.external_url,
        title=xml_text(entry.title),
        content_html=xml_text(entry.html),
        summary=xml_text(entry.summary) or None,
        date_published=_date(entry.published),
        date_modified=_date(entry.updated),
        authors=[_filled(name=xml_text(one.name), url=one.url) for one in entry.authors] or None,
        tags=[xml_text(tag) for tag in entry.tags] or None,
        attachments=[_attachment(one) for one in entry.enclosures] or None,
        _discussion=_discussion(entry),
    )


def _attachment(one: Enclosure) -> dict[str, Any]:
    return {
        "url": one.url,
        "mime_type": one.mime,
        "title": xml_text(one.title),
        "size_in_bytes": one.length,
    }


def _discussion(entry: Entry) -> dict[str, Any] | None:
    """Our extension: what the other dresses say with slash, wfw and thr."""
    reply = entry.in_reply_to
    return (
        _filled(
            comment_count=entry.comment_count,
            url=entry.comments_url,
            in_reply_to=_filled(id=reply.guid, url=reply.url) if reply else None,
        )
        or None
    )


def _date(moment: datetime) -> str:
    """RFC 3339."""
    return moment.isoformat()


def _filled(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
