"""The picture at the head of the front page, and the other places that show what was uploaded."""

import io

import pytest
from sqlalchemy import func, select

from app.media.models import Media
from app.site import curating, settings
from tests import cast
from tests.lib import pictures

SETTINGS = "/desk/settings"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def ada(world, signed_in):
    browser = signed_in("ada")
    browser.get(SETTINGS)
    return browser


@pytest.fixture
def heron(world, house):
    with house.database.writing() as session:
        bow = session.merge(world.people["bow"])
        made = pictures.made("PNG", (1700, 500))
        return cast.media(session, house.storage, bow, made, "heron.png", "A heron")


def bring(browser, action: str, content: bytes, status: int = 303, **typed: str):
    """Send the file by the form of the present page."""
    field = "header_file" if action == SETTINGS else "file"
    page = browser.send(action, status, **{field: (io.BytesIO(content), "reeds.jpg")}, **typed)
    page.response.request.environ["wsgi.input"].close()  # The client leaves it open.
    return page


def shared(page) -> list[str]:
    return [e.get("content") for e in page.all("meta") if e.get("property") == "og:image"]


def test_it_is_brought_and_shown_across_the_front_page_and_beside_links(ada, world, browser):
    form = ada.page
    for _ in range(2):  # The button is pressed twice.
        ada.page = form
        bring(ada, SETTINGS, pictures.made("JPEG", (1200, 400)), do="save")
    with world.database.reading() as session:
        assert session.scalar(select(func.count(Media.id))) == 1
    page = browser.get("/")
    (image,) = page.by_class("site-picture")[0].iter("img")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("1200", "400", "")
    assert image.get("loading") is None
    assert next(page.by_class("site-picture")[0].iter("source")).get("sizes").endswith("96vw")
    assert browser.client.get(image.get("src"), buffered=True).mimetype == "image/jpeg"
    (address,) = shared(page)
    assert shared(browser.get(world.address)) == [address]
    assert browser.get("/2010").by_class("site-picture") == []
    led = browser.client.get(address.removeprefix(SITE)).headers["Location"]
    assert led == image.get("src")


def test_it_is_chosen_replaced_and_goes_with_the_upload(ada, heron, browser):
    named = f"/media/{heron.name}"
    ada.get(SETTINGS)
    ada.send(SETTINGS, do="save", header_picture=named)
    assert ada.get(SETTINGS).fields(SETTINGS)["header_picture"] == named
    assert 'alt="A heron"' in browser.get("/").text
    place = f"/desk/media/{heron.id}"
    assert "The head of the front page" in ada.get(place).words()
    bring(ada, f"{place}/replacement", pictures.made("JPEG", (800, 300)))
    assert 'width="800"' in browser.get("/").text
    ada.get(place)
    assert "still in use" in ada.send(f"{place}/removal", 409).words()
    ada.send(f"{place}/removal", is_sure="y")
    assert browser.get("/").by_class("site-picture") == []
    assert ada.get(SETTINGS).fields(SETTINGS)["header_picture"] == ""


def test_what_cannot_be_shown_there_is_told_beside_the_field(ada, world, house, browser):
    for content, sentence in (
        (b"water", "no picture that can be taken"),
        (pictures.bomb(9000, 9000), "up to 40 megapixels"),
        (pictures.made() + b"\0" * 30_000_000, "up to 20 MB"),
    ):
        page = bring(ada, SETTINGS, content, 422, title="Ponds")
        assert sentence in page.words(page.by_id("header_file-errors"))
        assert page.fields(SETTINGS)["title"] == "Ponds"
    page = ada.send(SETTINGS, 422, header_picture="/media/0123456789abcdef")
    assert "not in the library any more" in page.words()
    assert list(house.storage.listed()) == []
    with house.database.reading() as session:
        assert settings.site(session).title == "Commonplace"


def test_notes_of_collections_and_pictures_elsewhere_are_uses(ada, world, heron, house):
    bow = ada.another().sign_in("bow", cast.PASSWORD)
    bow.get("/desk/resources")
    bow.send("/desk/resources", title="Birds")
    note = f"See [the heron](/media/{heron.name})."
    bow.get(curating.new("https://birds.example/", "Birds", note, "birds"))
    bow.send("/desk/resources/new", do="add")
    post = f"/desk/posts/{world.post.id}"
    bow.get(post)
    bow.send(post, do="save", picture_url=f"/media/{heron.name}")
    page = bow.get(f"/desk/media/{heron.id}")
    assert [page.words(one) for one in page.by_class("upload-uses")[0]] == ["A small pond", "Birds"]
    bow.get(post)
    bow.send(post, do="save", picture_url="")
    assert "in use" in bow.get("/desk/media").words()
    assert "not in use" not in bow.page.words()
    bow.get(f"/desk/media/{heron.id}")
    bow.send(f"/desk/media/{heron.id}/removal", 409)
