"""Writing at the desk so that no word and no address is lost."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.lib import clock
from app.members import queries as members
from app.posts import actions
from app.posts.models import Autosave, Post, Revision
from tests import cast
from tests.browser import HERE
from tests.cast import NOW, PASSWORD
from tests.lib import pictures

NEW = "/desk/posts/new"
LATER = timedelta(days=1)
TYPED = {"title": "On fish", "text": "Fish are quiet.", "key": "a tab", "tags": "Ponds"}


@pytest.fixture
def now():
    with clock.frozen(NOW) as stopped:
        yield stopped


@pytest.fixture
def bo(world, now, signed_in):
    return signed_in("bow")


@pytest.fixture
def pond(world):
    return f"/desk/posts/{world.post.id}"


@pytest.fixture
def draft(world, now):
    """A draft of Bo's, at its place at the desk."""
    with world.database.writing() as session:
        bow = members.by_login(session, "bow")
        post = actions.begin(session, bow, cast.draft("A lake", "Deep."), "lake", NOW)
    return f"/desk/posts/{post.id}"


def save(author, place: str, status: int = 303, do: str = "save", **typed):
    author.get(place)
    return author.send(place, status, do=do, **typed)


def count(world, model, **wanted) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**wanted))


def token(author) -> str:
    return author.get("/account").fields("/sign-out")["csrf_token"]


def marks(page) -> list[tuple[str, str]]:
    """What was taken out and what was put in."""
    return [
        (e.tag, page.words(e).split(": ")[1].strip(" ]"))
        for e in page.tree.iter()
        if e.tag in ("del", "ins")
    ]


def test_a_correction_is_told_kept_read_and_put_back(world, bo, browser, now, pond):
    now.travel(LATER)
    said = "The pond is a lake."
    save(bo, pond, text="A lake, mostly.", correction=said)
    page = browser.get(world.address)
    assert (
        page.words(page.by_class("correction")[0])
        == f"Corrected on Sunday, January 10, 2010: {said}"
    )
    assert "2010-01-10T15:00:00+00:00</updated>" in browser.get("/feed.atom").text
    assert "2010-01-10T15:00:00+00:00</atom:updated>" in browser.get("/feed.rss").text
    assert '"date_modified": "2010-01-10T15:00:00+00:00"' in browser.get("/feed.json").text
    page = bo.get(f"{pond}/revisions")
    assert page.words(page.by_class("ledger")[0]).count("Bow") == 2
    page = bo.get(f"{pond}/revisions/2")
    assert marks(page) == [
        ("del", "Some [water](https://water.example/)."),
        ("ins", "A lake, mostly."),
    ]
    bo.get(f"{pond}/revisions/1")
    bo.send(f"{pond}/revisions/1/restoration")
    assert "Some water." in browser.get(world.address).words()
    assert count(world, Revision) == 3
    bo.get(f"{pond}/revisions/4", 404)


def test_only_what_readers_get_raises_when_a_feed_was_updated(world, bo, browser, now, pond):
    def updated() -> list[str]:
        atom = browser.get("/feed.atom").text
        return re.findall("<updated>(.*?)</updated>", atom)

    before = updated()
    now.travel(LATER)
    for unseen in ({"is_pinned": "y"}, {"close_after_days": "20"}, {"comments": "closed"}):
        save(bo, pond, **unseen)
    save(bo, pond, description="Of water.", canonical_url="https://first.example/")
    assert updated() == before
    assert "article:modified_time" not in browser.get(world.address).text
    save(bo, pond, tags="Water")
    assert updated() == ["2010-01-10T15:00:00+00:00"] * 2
    assert "article:modified_time" in browser.get(world.address).text


def test_readers_find_all_corrections_the_newest_first(world, bo, browser, now, pond):
    for day, said in enumerate(("It is deep.", "It is wide.", "It is cold.")):
        save(bo, pond, text=f"Water {day}.", correction=said)
        now.travel(LATER)
    save(bo, pond, text="Water, as before.")
    page = browser.get(world.address)
    told = [page.words(one) for one in page.by_class("correction")]
    assert told == [
        "Corrected on Monday, January 11, 2010: It is cold.",
        "Corrected on Sunday, January 10, 2010: It is wide.",
        "Corrected on Saturday, January 9, 2010: It is deep.",
    ]
    assert page.words(page.by_class("corrections")[0]).startswith("2 earlier corrections")


def test_a_draft_keeps_the_time_for_which_it_is_planned(world, bo, browser, now, draft):
    planned = "2010-01-12T19:30"
    save(bo, draft, publish_at=planned)
    assert bo.get(draft).fields(draft)["publish_at"] == planned
    save(bo, draft, text="Deeper.")
    now.travel(5 * LATER)
    browser.get("/2010/01/a-lake", 404)
    assert bo.get(draft).fields(draft)["publish_at"] == planned
    assert "has passed" in save(bo, draft, 422, do="publish").words()
    save(bo, draft, do="publish", publish_at="2010-01-20T08:00")
    save(bo, draft, do="draft")
    assert bo.get(draft).fields(draft)["publish_at"] == "2010-01-20T08:00"
    save(bo, draft, publish_at="")
    assert bo.get(draft).fields(draft)["publish_at"] == ""


def test_what_no_reader_saw_makes_no_revision_and_what_is_the_same_neither(world, bo, pond, draft):
    save(bo, draft, text="Shallow.")
    save(bo, pond)
    assert count(world, Revision) == 0
    for place, sentence in ((draft, "Nobody has read"), (pond, "as it was")):
        page = bo.get(place)
        form = {**page.fields(place), "correction": "Not so.", "do": "save"}
        if place == draft:
            form["text"] = "Deep again."
        page = bo.post(place, 422, form)
        assert sentence in page.words()


def test_a_renamed_post_answers_at_every_old_address_for_ever(world, bo, browser, signed_in, pond):
    old, first, last = world.address, "/2010/01/a-pool", "/2010/01/a-puddle"
    for slug in ("a-pool", "a-puddle"):
        save(bo, pond, slug=slug)
    for address in (old, first):
        for suffix in ("", ".rss", "?answer=1"):
            page = browser.get(address + suffix, 301)
            assert page.headers["Location"] == last + suffix
    assert "First." in browser.get(last).words()
    assert f"{last}</" in browser.get("/feed.rss").text
    cyd = signed_in("cyd")
    cyd.get(last)
    typed = {
        **cyd.page.fields(f"{last}/comments#comment-form"),
        "text": "Still here.",
        "do": "post",
    }
    assert cyd.post(f"{old}/comments", 308, typed).headers["Location"] == f"{last}/comments"
    save(bo, NEW, do="publish", title="A small pond", text="Another.")
    assert browser.get(old, 301)
    assert "Another." in browser.get(f"{old}-2").words()
    save(bo, pond, slug="a-small-pond")
    assert "First." in browser.get(old).words()
    browser.get(last, 301)
    save(bo, pond, do="withdraw")
    browser.get(browser.get(last, 301).headers["Location"], 410)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "a-small-pond"),
        ("slug", "No Slug"),
        ("slug", "x" * 81),
        ("description", "x" * 301),
        ("picture_url", "javascript:alert(1)"),
        ("picture_url", "//evil.example/x.png"),
        ("canonical_url", "https:///x"),
        ("canonical_url", "https://x.example/" + "x" * 500),
        ("publish_at", "2010-01-09T14:58"),
        ("title", "x" * 500),
    ],
)
def test_what_cannot_be_published_comes_back_with_a_sentence_beside_it(
    world, bo, draft, field, value
):
    typed = {"title": "A large lake", "text": "Deep and *cold*.", field: value}
    page = save(bo, draft, 409 if value == "a-small-pond" else 422, do="publish", **typed)
    assert page.words(page.by_id(f"{field}-errors"))
    assert typed.items() <= page.fields(draft).items()
    assert count(world, Post, state="published") == 1


def test_the_page_says_how_long_and_what_that_is_in_utc(world, bo, draft):
    save(bo, draft, do="publish", publish_at="2010-01-12T19:30")
    page = bo.get(draft)
    assert "Opens in 3 days and 4 hours" in page.words(page.by_class("write-times")[0])
    assert "2010-01-12 19:30 UTC" in page.words()
    save(bo, draft, publish_at="2010-01-09T16:30")
    assert "Opens in 1 hour and 30 minutes" in bo.get(draft).words()
    save(bo, draft, do="draft")
    assert bo.get(draft).words(bo.page.by_class("state")[0]) == "draft"


def test_what_was_public_goes_back_to_draft_and_keeps_its_place(world, bo, browser, pond):
    save(bo, pond, do="draft")
    browser.get(world.address, 410)
    assert world.address not in browser.get("/feed.rss").text
    save(bo, pond, slug="a-pool")
    browser.get("/2010/01/a-pool", 410)
    bo.get(f"{pond}/removal")
    bo.send(f"{pond}/removal", 409)
    save(bo, pond, do="publish")
    assert "First." in browser.get("/2010/01/a-pool").words()


def test_other_places_are_told_what_the_author_says(world, bo, browser, pond):
    picture, first = "/media/pond.webp", "https://first.example/pond"
    save(bo, pond, description="Of <water>.", picture_url=picture, canonical_url=first)
    page = browser.get(world.address)
    told = {e.get("property") or e.get("name"): e.get("content") for e in page.all("meta")}
    site = "http://127.0.0.1:8000"
    assert told["og:url"] == site + world.address
    assert told["og:image"] == site + picture
    assert told["og:description"] == told["description"] == "Of <water>."
    assert [e.get("href") for e in page.all("link") if e.get("rel") == "canonical"] == [first]


def test_home_begins_with_what_is_pinned_and_shows_it_once(world, bo, browser, pond):
    save(bo, NEW, do="publish", title="On fish", text="Fish.")
    save(bo, pond, is_pinned="y")
    page = browser.get("/")
    assert [page.words(title) for title in page.all("h2")] == ["A small pond", "On fish"]
    assert page.by_class("pinned")
    page = bo.get(pond)
    data = page.fields(pond)
    del data["is_pinned"]
    bo.post(pond, 303, {**data, "do": "save"})
    assert not browser.get("/").by_class("pinned")


def test_a_secret_link_shows_a_draft_until_it_is_revoked_or_public(world, bo, browser, draft):
    bo.get(draft)
    page = bo.send(f"{draft}/preview-link", 200)
    link = page.words(page.by_class("invitation")[0]).rpartition("8000")[2]
    page = browser.get(link)
    assert "Deep." in page.words()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "private, no-store"
    with world.database.reading() as session:
        assert link.partition("=")[2] not in repr(session.execute(select(Post.__table__)).all())
    save(bo, draft, do="publish")
    assert browser.get(link, 303).headers["Location"] == "/2010/01/a-lake"
    save(bo, draft, do="withdraw")
    browser.get(link, 404)
    save(bo, draft, do="draft")
    bo.get(draft)
    bo.send(f"{draft}/preview-link", 200)
    bo.get(draft)
    bo.send(f"{draft}/preview-link/removal")
    for gone in (link, "/preview", "/preview?token=x"):
        browser.get(gone, 404)


@pytest.mark.parametrize("is_public", [True, False])
def test_the_second_of_two_tabs_is_shown_both_texts_and_overwrites_nothing(
    world, bo, signed_in, pond, draft, is_public
):
    place = pond if is_public else draft
    ada = signed_in("ada")
    ada.get(place)
    save(bo, place, text="Deep and *cold* and wide.")
    page = ada.send(place, 409, do="save", text="Deep and *warm* and wide.")
    assert page.fields(place)["text"] == "Deep and *warm* and wide."
    assert page.words(page.by_id("other-text")) == "Deep and *cold* and wide."
    assert marks(page) == [("del", "*cold*"), ("ins", "*warm*")]
    assert bo.get(place).fields(place)["text"] == "Deep and *cold* and wide."
    ada.page = page
    ada.send(place, do="save")
    assert bo.get(place).fields(place)["text"] == "Deep and *warm* and wide."


def test_a_form_sent_again_after_more_was_typed_overwrites_nothing(world, bo):
    page = bo.get(NEW)
    form = {**page.fields(NEW), **TYPED, "do": "save"}
    place = bo.post(NEW, 303, form).headers["Location"]
    page = bo.post(NEW, 409, {**form, "text": "Fish are loud."})
    assert page.fields(place)["text"] == "Fish are loud."
    assert count(world, Post) == 2


def test_what_is_typed_is_kept_and_offered_until_it_is_saved(world, bo, browser, pond, draft):
    for place in (NEW, pond):
        data = {**bo.get(place).fields(place), **TYPED, "key": place, "title": "\0 x"}
        answer = bo.client.post(f"{place}/autosave", data={**data, "text": "Half a wo"})
        assert json.loads(answer.get_data())["version"] == (None if place == NEW else 1)
        for _ in range(2):
            bo.client.post(f"{place}/autosave", data=data)
        page = bo.get(place)
        link = page.by_class("unsaved")[0].find(".//a").get("href")
        kept = bo.get(link).fields(place)
        assert {**TYPED, "key": place, "title": "\ufffd x"}.items() <= kept.items()
        assert "quiet" not in browser.get(world.address).text
        bo.send(place, do="save", title="On fish")
        assert [bar for bar in bo.get(place).by_class("unsaved") if bar.get("hidden") is None] == []
    assert count(world, Autosave) == 0
    bo.client.post(f"{NEW}/autosave", data={**TYPED, "csrf_token": token(bo), "key": ""})
    assert count(world, Autosave) == 0


def test_safety_04_what_is_private_at_the_desk_is_shown_to_nobody_else(
    world, bo, browser, signed_in, pond, draft
):
    save(bo, draft, text="Deep [secret](https://secret.example/) water.", publish_at="")
    save(bo, NEW, do="publish", title="A hidden brook", publish_at="2010-02-01T08:00")
    brook = bo.page.headers["Location"]
    save(bo, pond, do="withdraw")
    bo.get(draft)
    bo.send(f"{draft}/preview-link", 200)
    for place in (NEW, draft):
        form = {**TYPED, "csrf_token": token(bo), "key": place, "title": "An unsaved lake"}
        bo.client.post(f"{place}/autosave", data=form)
    bea = signed_in("bea")
    pages = ["/desk", "/desk?days=365", "/desk/posts", NEW, "/desk/media", "/desk/resources"]
    pages += ["/", "/feed.rss", "/feed.atom", "/feed.json", "/authors/bow", "/comments", "/2010/02"]
    for reader in (bea, signed_in("cyd"), browser):
        for address in pages:
            text = reader.client.get(address).get_data(as_text=True)
            for private in ("A lake", "A hidden brook", "secret.example", "An unsaved lake"):
                assert private not in text, address
    for place in (draft, brook, pond):
        for part in ("", "/revisions", "/removal"):
            bea.get(place + part, 404)
    for path in ("/2010/02/a-hidden-brook", "/2010/01/a-lake"):
        for suffix in ("", ".rss", "?answer=1"):
            bea.get(path + suffix, 404)
            browser.get(path + suffix, 404)


def test_unsaved_text_is_its_writers_alone_few_and_survives_its_post(world, bo, signed_in, draft):
    form = {**TYPED, "csrf_token": token(bo)}
    for number in range(25):
        bo.client.post(f"{draft}/autosave", data={**form, "key": f"tab {number}"})
    assert count(world, Autosave) == 20
    link = bo.get(draft).by_class("unsaved")[0].find(".//a").get("href")
    signed_in("ada").get(link, 404)
    assert "On fish" not in signed_in("ada").get(draft).text
    bo.get(f"{draft}/removal")
    bo.send(f"{draft}/removal")
    bo.get(link, 404)
    link = bo.get(NEW).by_class("unsaved")[0].find(".//a").get("href")
    assert bo.get(link).fields(NEW)["text"] == "Fish are quiet."
    remove = [
        f.get("action") for f in bo.get(NEW).all("form") if "/autosaves/" in f.get("action", "")
    ]
    bo.send(remove[0])
    assert count(world, Autosave) == 19


def test_a_post_thrown_away_in_another_tab_becomes_a_new_draft(world, bo, draft):
    form = {**bo.get(draft).fields(draft), "text": "Deep, and more.", "do": "save"}
    bo.get(f"{draft}/removal")
    bo.send(f"{draft}/removal")
    page = bo.post(draft, 404, form)
    assert "not there any more" in page.words()
    bo.send(NEW, do="save")
    assert bo.follow().fields(bo.page.response.request.path)["text"] == "Deep, and more."


@pytest.mark.parametrize("place", [NEW, "a draft"])
def test_who_was_signed_out_while_writing_signs_in_in_place(world, bo, draft, place):
    place = NEW if place == NEW else draft
    typed = {"title": "On fish", "text": "Fish & <chips>.\n\n\tQuiet.", "tags": "Ponds"}
    form = {**bo.get(place).fields(place), **typed, "do": "save"}
    bo.get("/desk")
    bo.send("/sign-out")
    page = bo.post(place, 403, form, headers=HERE)
    assert "nothing was saved" in page.words()
    page = bo.send("/desk/signing-in", 422, login="bow", password="wrong and too long")
    assert page.fields("/desk/signing-in")["text"] == typed["text"]
    bo.send("/desk/signing-in", login="bow", password=PASSWORD)
    page = bo.follow()
    assert typed.items() <= page.fields(place).items()
    bo.send(place, do="save")
    assert bo.follow().fields(bo.page.response.request.path)["text"] == typed["text"]
    assert count(world, Autosave) == 0


@pytest.mark.parametrize("place", [NEW, "/desk/settings", "/account/profile"])
def test_a_form_that_was_opened_under_another_sign_in_comes_back_to_be_sent_again(
    world, now, signed_in, place
):
    ada = signed_in("ada")
    page = ada.get("/account" if place == "/account/profile" else place)
    form = {**page.fields(place), "do": "save"}
    form |= {"title": "On <fish>", "text": "Quiet &\n\nold."} if place == NEW else {}
    form |= {"tagline": "of <fish>"} if place == "/desk/settings" else {}
    form |= {"name": "Ada the <b>"} if place == "/account/profile" else {}
    ada.send("/sign-out")
    ada.sign_in("ada", PASSWORD)
    assert "gone stale" in ada.post(place, 400, form).words()
    page = ada.post(place, 400, form, headers=HERE)
    given = page.fields(place)
    assert {**form, "csrf_token": ""} == {**given, "csrf_token": ""}
    ada.send(place)


def test_who_was_signed_out_at_the_settings_or_the_library_signs_in_in_place(
    world, now, signed_in, house
):
    ada = signed_in("ada")
    with world.database.writing() as session:
        ada_there = members.by_login(session, "ada")
        heron = cast.media(session, house.storage, ada_there, pictures.made(), "heron.png")
    upload = f"/desk/media/{heron.id}"
    for place, typed in (("/desk/settings", {"tagline": "of fish"}), (upload, {"alt": "A <pike>"})):
        form = {**ada.get(place).fields(place), **typed, "do": "save"}
        ada.send("/sign-out")
        page = ada.post(place, 403, form, headers=HERE)
        assert "nothing was saved" in page.words()
        page = ada.send("/desk/signing-in", 422, login="ada", password="wrong and too long")
        page = ada.send("/desk/signing-in", 200, login="ada", password=PASSWORD)
        assert "Ada" in page.words()
        assert typed.items() <= page.fields(place).items()
        assert next(iter(typed.values())) in page.words(page.by_class("typed")[0])
        ada.send(place)
        assert typed.items() <= ada.follow().fields(place).items()
    assert count(world, Autosave) == 0


def test_a_member_who_signs_in_there_and_does_not_write_is_sent_home(world, now, browser):
    page = browser.post(NEW, 403, TYPED, headers=HERE)
    browser.send("/desk/signing-in", login="cyd", password=PASSWORD)
    assert browser.page.headers["Location"] == "/"
    assert "Fish" in page.text
    browser.another().post(NEW, 403, TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert count(world, Autosave) == 0
