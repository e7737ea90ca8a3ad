"""Curated resources, for readers."""

from flask import Blueprint, Response

from app.feeds import from_resources
from app.feeds.dress import DRESSES
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import config, reading, site
from app.posts import queries as posts
from app.posts.models import Post
from app.resources import queries as resources
from app.resources import removing
from app.resources.models import Item
from app.site import links
from app.web import listings

IN_FEED = 50

door = Blueprint("resources", __name__)


@door.get("/resources", defaults={"dress": None})
@door.get("/resources<resource_dress:dress>")
def index(dress: str | None) -> Response:
    if dress:
        items, key = resources.newest(reading(), IN_FEED, page_key())
        made = from_resources.of_all(site(), config().site_url, items, key)
        return listings.feed(made, dress)
    found = resources.collections(reading())
    return render("resources/index.html", collections=found, feeds=_feeds(links.RESOURCES))


@door.get("/resources/<slug:slug>", defaults={"dress": None})
@door.get("/resources/<slug:slug><resource_dress:dress>")
def show(slug: str, dress: str | None) -> Response:
    found = removing.for_readers(reading(), slug)
    return listings.answer(
        "resources/collection.html",
        dress,
        lambda: from_resources.of_collection(site(), config().site_url, found),
        links.collection(found),
        collection=found,
        items=found.items,
        feeds=_feeds(links.collection(found)),
        spoken=_spoken(found.items),
    )


def _feeds(address: str) -> listings.Feeds:
    return listings.feeds_at(address, tuple(DRESSES))


def _spoken(items: list[Item]) -> dict[int, list[Post]]:
    """For each item the public posts that speak of it."""
    ids = resources.posts_by_item(reading(), [item.id for item in items])
    public = posts.visible(reading(), sorted({id for found in ids.values() for id in found}), now())
    return {
        item_id: [public[id] for id in post_ids if id in public]
        for item_id, post_ids in ids.items()
    }
