"""Curating at the desk, and what readers then see."""

import pytest

from app.site import curating
from tests import cast

DESK = "/desk/resources"
NEW = "/desk/resources/new"
PONDS = "/desk/resources/ponds"


@pytest.fixture
def bow(world, signed_in):
    """An author at the desk of an empty collection."""
    bow = signed_in("bow")
    bow.get(DESK)
    bow.send(DESK, title="Ponds", intro="Still *water*.")
    bow.follow()
    return bow


def add(bow, status: int = 303, **typed):
    given = {"url": "https://water.example/", "title": "All about water", **typed}
    bow.get(curating.new("https://x.example", "x", collection="ponds"))
    page = bow.send(NEW, status, do="add", **given)
    return bow.follow() if status == 303 else page


def item_address(bow) -> str:
    links = [link.get("href") for link in bow.get(PONDS).all("a")]
    return next(href for href in links if href and href.startswith(f"{DESK}/items/"))


def test_a_collection_is_there_for_readers_with_its_feeds(bow, browser):
    add(bow, origin="W. Ater", note="Deep & *clear*.")
    page = browser.get("/resources/ponds")
    assert page.words(page.all("h1")[0]) == "Ponds"
    for words in ("Still water.", "All about water", "W. Ater", "Deep & clear."):
        assert words in page.words()
    assert "Ponds" in browser.get("/resources").words()
    for address in ("/resources", "/resources/ponds"):
        for dress in ("rss", "atom", "json", "opml"):
            assert b"https://water.example/" in browser.client.get(f"{address}.{dress}").data


def test_a_post_and_a_resource_find_each_other_by_the_link_alone(world, bow, browser):
    add(bow, url="http://www.water.example/#top")
    post = browser.get(world.address)
    assert "All about water" in post.words()
    collection = browser.get("/resources/ponds")
    assert world.address in {link.get("href") for link in collection.all("a")}


def test_a_resource_does_not_tell_of_posts_that_are_not_public(world, bow, browser):
    with world.database.writing() as session:
        bow_again = session.merge(world.people["bow"])
        secret = cast.post(session, bow_again, "A secret", "[w](https://water.example)")
        secret.state = "draft"
    add(bow)
    assert "A secret" not in browser.get("/resources/ponds").text


def test_an_item_is_changed_and_removed(bow, browser):
    add(bow)
    address = item_address(bow)
    bow.get(address)
    bow.send(address, title="Less about water")
    assert "Less about water" in browser.get("/resources/ponds").words()
    page = bow.get(f"{address}/removal")
    assert "Less about water" in page.words()
    bow.send(f"{address}/removal")
    assert "about water" not in browser.get("/resources/ponds").words()
    bow.get(address, 404)


def test_a_collection_gets_another_title_and_keeps_its_address(bow, browser):
    bow.get(PONDS)
    bow.send(PONDS, title="Lakes", intro="Wide.")
    page = browser.get("/resources/ponds")
    assert page.words(page.all("h1")[0]) == "Lakes"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("url", "javascript:alert(1)", 422),
        ("url", "http://www.water.example", 409),
        ("url", "https://a.example/" + "x" * 2000, 422),
        ("title", "", 422),
        ("origin", "x" * 201, 422),
        ("note", "x" * 5001, 422),
        ("note", "[" * 4000, 422),
        ("note", "a\0b", 422),
    ],
)
def test_what_cannot_be_kept_comes_back_with_what_was_typed(bow, field, value, status):
    add(bow)
    typed = {
        "url": "https://other.example/",
        "title": "Other",
        "origin": "Me",
        "note": "N.",
        field: value,
    }
    page = add(bow, status, **typed)
    assert page.by_id(f"{field}-errors") is not None
    kept = page.fields(NEW)
    assert {name: kept[name] for name in typed} == {
        name: text.replace("\0", "\ufffd") for name, text in typed.items()
    }


@pytest.mark.parametrize(
    ("typed", "field", "status"),
    [
        ({"title": ""}, "title", 422),
        ({"title": "x" * 201}, "title", 422),
        ({"title": "Ponds"}, "slug", 409),
        ({"title": "New"}, "slug", 409),
        ({"title": "池塘"}, "slug", 422),
        ({"title": "Lakes", "slug": "Not a slug"}, "slug", 422),
        ({"title": "Lakes", "intro": "x" * 5001}, "intro", 422),
    ],
)
def test_a_collection_that_cannot_be_comes_back(bow, typed, field, status):
    bow.get(DESK)
    page = bow.send(DESK, status, **typed)
    assert page.by_id(f"{field}-errors") is not None
    assert typed.items() <= page.fields(DESK).items()
