"""A Listing in the dress that its address asks for: a page, or one of its feeds."""

from collections.abc import Callable

from flask import Flask, Response, current_app

from app.feeds.dress import DRESSES
from app.feeds.listing import Listing
from app.http.pages import render
from app.site import links

Feeds = tuple[tuple[str, str], ...]  # In which dress, and where.


def init(app: Flask) -> None:
    app.context_processor(_given)


def answer(
    template: str, dress: str | None, make: Callable[[], Listing], address: str, **context: object
) -> Response:
    """The feed of `make()`, or the page of `template`, which names the feeds at `address`."""
    if dress:
        return feed(make(), dress)
    return render(template, **{"feeds": feeds_at(address), **context})


def feed(listing: Listing, dress: str) -> Response:
    found = DRESSES[dress]
    response = current_app.response_class(found.render(listing), content_type=found.mime)
    response.last_modified = listing.updated
    return response


def feeds_at(address: str, dresses: tuple[str, ...] = ("rss", "atom", "json")) -> Feeds:
    return tuple((dress, f"{address}.{dress}") for dress in dresses)


def _given() -> dict[str, object]:
    return {"blog_feeds": feeds_at(links.FEED)}
