"""Writing at the desk, and the owner's list of members."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.lib import clock
from app.members.models import Member, Standing
from app.posts import actions
from app.posts.models import CommentPolicy, Kind, Post
from app.site import settings
from tests import cast
from tests.cast import NOW

NEW = "/desk/posts/new"
FISH = "/2010/01/on-fish"
FEEDS = ("/feed.rss", "/feed.atom", "/feed.json")
SPOT = "#comment-form"
TYPED = {
    "title": "On fish",
    "text": "Fish are *quiet*.",
    "excerpt": "Of fish & men",
    "tags": "Ponds, <Lakes>",
    "kind": "post",
    "comments": "closed",
    "close_after_days": "14",
    "publish_at": "2010-02-03T04:05",
}


@pytest.fixture
def now():
    """The clock, stopped on the day of the cast."""
    with clock.frozen(NOW) as stopped:
        yield stopped


@pytest.fixture
def bo(world, now, signed_in):
    return signed_in("bow")


def write(author, do: str, status: int = 303, **typed):
    author.get(NEW)
    return author.send(NEW, status, **{"title": "On fish", "text": "Fish.", "do": do, **typed})


def rewrite(author, world, do: str, status: int = 303, **typed):
    address = f"/desk/posts/{world.post.id}"
    author.get(address)
    return author.send(address, status, do=do, **typed)


def stored(world, **wanted) -> Post:
    with world.database.reading() as session:
        return session.scalar(select(Post).filter_by(**wanted))


def count_posts(world) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count(Post.id)))


def set_zone(world, zone: str) -> None:
    with world.database.writing() as session:
        settings.change(session, "zone", zone)


def test_a_draft_is_kept_at_its_desk_page_and_shown_to_nobody(world, bo, browser):
    page = write(bo, "save", **{**TYPED, "publish_at": ""})
    post = stored(world, title="On fish")
    assert page.headers["Location"] == f"/desk/posts/{post.id}"
    page = bo.follow()
    assert page.words(page.by_class("state")[0]) == "draft"
    kept = page.fields(f"/desk/posts/{post.id}")
    assert TYPED.items() - kept.items() == {("publish_at", TYPED["publish_at"])}
    browser.get(FISH, 404)
    for address in ("/", *FEEDS, "/authors/bow", "/authors/bow.rss", "/2010/01"):
        assert "On fish" not in browser.get(address).text
    browser.get("/tags/lakes", 404)


def test_a_preview_shows_what_would_be_and_keeps_nothing(world, bo, browser):
    page = write(bo, "preview", 200, **TYPED)
    assert "<em>quiet</em>" in page.text
    assert page.by_class("preview")
    assert TYPED.items() <= page.fields(NEW).items()
    assert count_posts(world) == 1
    page = rewrite(bo, world, "preview", 200, title="On fish", text="<script>x</script>Changed")
    preview = page.by_class("preview")[0]
    assert "On fish Changed" in page.words(preview)
    assert not list(preview.iter("script"))
    assert "Changed" not in browser.get(world.address).text


def test_what_is_published_now_stands_at_its_address_at_home_and_in_feeds(bo, browser):
    write(bo, "publish", tags="Ponds")
    assert "Fish." in browser.get(FISH).words()
    for address in ("/", "/tags/ponds", *FEEDS):
        assert "On fish" in browser.get(address).text


def test_a_scheduled_post_is_404_until_its_time(world, bo, browser, now):
    set_zone(world, "Europe/Berlin")
    page = write(bo, "publish", publish_at="2010-01-09T17:00")
    assert page.headers["Location"].startswith("/desk/posts/")
    page = bo.follow()
    assert page.words(page.by_class("state")[0]) == "scheduled"
    assert page.fields(page.response.request.path)["publish_at"] == "2010-01-09T17:00"
    now.travel(timedelta(minutes=59, seconds=59))
    browser.get(FISH, 404)
    assert "On fish" not in browser.get("/feed.rss").text
    now.travel(timedelta(seconds=1))
    assert "On fish" in browser.get(FISH).words()
    assert "On fish" in browser.get("/feed.rss").text


def test_what_was_published_between_two_minutes_can_be_published_again(bo, browser, now):
    now.travel(timedelta(seconds=30))
    write(bo, "publish")
    for do in ("withdraw", "publish"):
        address = bo.page.headers["Location"]
        bo.get(address)
        bo.send(address, do=do)
    assert "Fish." in browser.get(FISH).words()


def test_a_withdrawn_post_says_so_and_comes_back_with_its_comments(world, bo, browser):
    rewrite(bo, world, "withdraw")
    assert "withdrawn" in browser.get(world.address, 410).words()
    for address in ("/", *FEEDS, "/comments", "/comments.rss"):
        text = browser.get(address).text
        assert world.address not in text
        assert "First." not in text
    rewrite(bo, world, "publish")
    page = browser.get(world.address)
    assert "First." in page.words(page.by_id("comment-1"))
    assert world.address in browser.get("/feed.rss").text


def test_safety_36_a_time_that_the_clocks_skip_is_refused_beside_its_field(world, bo):
    set_zone(world, "Europe/Berlin")
    typed = {**TYPED, "publish_at": "2026-03-29T02:30"}
    page = write(bo, "publish", 422, **typed)
    assert "does not exist" in page.words(page.by_id("publish_at-errors"))
    assert typed.items() <= page.fields(NEW).items()
    assert count_posts(world) == 1


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # The first of two.
        ("2026-03-29T01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
)
def test_safety_36_a_wall_time_means_one_moment(world, bo, wall, moment):
    set_zone(world, "Europe/Berlin")
    write(bo, "publish", publish_at=wall)
    assert stored(world, title="On fish").published_at == moment


@pytest.mark.parametrize("do", ["save", "publish"])
def test_safety_22_the_new_post_form_sent_twice_makes_one_post(world, bo, do):
    data = {**bo.get(NEW).fields(NEW), "title": "On fish", "text": "Fish.", "do": do}
    places = {bo.post(NEW, 303, data).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert count_posts(world) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("text", "x" * 200_001),
        ("tags", ", ".join(f"tag {number}" for number in range(13))),
        ("tags", "Ponds, 水"),
        ("tags", "x" * 81),
        ("excerpt", "x" * 501),
        ("close_after_days", "0"),
        ("close_after_days", "3651"),
        ("close_after_days", "ten"),
        ("close_after_days", "9" * 5000),
        ("publish_at", "soon"),
        ("publish_at", "9999-12-31T23:59"),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_cannot_be_kept_comes_back_with_all_that_was_typed(world, bo, field, value, is_new):
    set_zone(world, "America/New_York")
    typed = {**TYPED, field: value}
    page = write(bo, "save", 422, **typed) if is_new else rewrite(bo, world, "save", 422, **typed)
    assert page.by_id(f"{field}-errors") is not None
    assert typed.items() <= page.fields(page.response.request.path).items()
    assert stored(world, title="On fish") is None


@pytest.mark.parametrize("field", ["kind", "comments"])
@pytest.mark.parametrize("value", ["", "novel", "DRAFT", "post\0"])
def test_a_choice_that_was_not_offered_is_refused(world, bo, field, value):
    page = write(bo, "publish", 422, **{field: value})
    assert page.by_id(f"{field}-errors") is not None
    assert count_posts(world) == 1


def test_safety_04_the_post_of_another_author_is_not_there(world, now, signed_in):
    bea = signed_in("bea")
    address = f"/desk/posts/{world.post.id}"
    assert world.post.title not in bea.get("/desk/posts").text
    bea.get(address, 404)
    token = bea.page.fields("/sign-out")["csrf_token"]
    for do in ("save", "publish", "withdraw", "preview"):
        bea.post(address, 404, {**TYPED, "publish_at": "", "do": do, "csrf_token": token})
    assert stored(world, id=world.post.id).title == "A small pond"


def test_the_owner_may_change_every_post(world, now, signed_in, browser):
    rewrite(signed_in("ada"), world, "save", title="A smaller pond")
    page = browser.get(world.address)
    assert page.words(page.all("h1")[0]) == "A smaller pond"
    assert "Bow" in page.words()


def test_comments_close_as_the_form_says(world, bo, signed_in, now):
    cy = signed_in("cyd")
    rewrite(bo, world, "save", close_after_days="2")
    now.travel(timedelta(days=2, seconds=-1))
    cy.get(world.address)
    cy.send(f"{world.address}/comments{SPOT}", text="In time.", do="post")
    token = cy.get(world.address).fields("/sign-out")["csrf_token"]
    now.travel(timedelta(seconds=1))
    cy.post(f"{world.address}/comments", 403, {"text": "Late.", "csrf_token": token})
    rewrite(bo, world, "save", close_after_days="")
    cy.get(world.address)
    cy.send(f"{world.address}/comments{SPOT}", text="Open again.", do="post")
    rewrite(bo, world, "save", comments=CommentPolicy.CLOSED)
    page = cy.get(world.address)
    assert "closed" in page.words(page.by_id("comment-form"))


def test_a_page_stands_in_the_menu_and_takes_no_comments(bo, browser, signed_in):
    write(bo, "publish", title="Colophon", kind=Kind.PAGE)
    page = browser.get("/colophon")
    assert page.by_id("comment-form") is None
    assert "/colophon" in {link.get("href") for link in browser.get("/").all("a")}
    assert "Colophon" not in browser.get("/feed.rss").text
    cy = signed_in("cyd")
    token = cy.get("/colophon").fields("/sign-out")["csrf_token"]
    cy.post("/colophon/comments", 404, {"text": "But", "csrf_token": token})


@pytest.mark.parametrize(
    ("title", "address"),
    [("Feed", "/feed-2"), ("Desk", "/desk-2"), ("Sign in", "/sign-in-2"), ("2010", "/2010-2")],
)
def test_a_page_steps_aside_where_its_address_means_something_else(bo, browser, title, address):
    write(bo, "publish", title=title, kind=Kind.PAGE)
    page = browser.get(address)
    assert page.words(page.all("h1")[0]) == title


def test_namesakes_get_addresses_that_stay_when_titles_change(world, bo, browser):
    for _ in range(2):
        write(bo, "publish")
    assert browser.get(FISH).text != browser.get(f"{FISH}-2").text
    rewrite(bo, world, "save", title="On fish")
    assert "On fish" in browser.get(world.address).words()
    browser.get(f"{FISH}-3", 404)


def test_the_list_of_posts_goes_on_behind_a_link(world, bo):
    with world.database.writing() as session:
        author = session.get(Member, world.people["bow"].id)
        for number in range(45):
            actions.begin(session, author, cast.draft(f"Draft {number}"), f"{number}", NOW)
    first = bo.get("/desk/posts")
    older = first.by_class("pager-older")[0].get("href")
    second = bo.get(older)
    pages = [
        [first.words(title) for title in page.by_class("ledger-title")] for page in (first, second)
    ]
    assert [len(page) for page in pages] == [30, 16]
    assert len({*pages[0], *pages[1]}) == 46
    assert not second.by_class("pager-older")


def test_the_owner_admits_suspends_and_restores_but_not_themself(world, now, signed_in):
    ada = signed_in("ada")
    for login, change, standing in (
        ("dee", "admission", Standing.ADMITTED),
        ("dee", "suspension", Standing.SUSPENDED),
        ("dee", "restoration", Standing.ADMITTED),
        ("eve", "restoration", Standing.ADMITTED),
    ):
        ada.get("/desk/members")
        ada.send(f"/desk/members/{login}/{change}")
        with world.database.reading() as session:
            assert session.scalar(select(Member.standing).filter_by(login=login)) == standing
    page = ada.get("/desk/members")
    assert not [form for form in page.all("form") if "/ada/" in form.get("action", "")]
    token = page.fields("/sign-out")["csrf_token"]
    ada.post("/desk/members/ada/suspension", 403, {"csrf_token": token})
    ada.post("/desk/members/nobody/suspension", 404, {"csrf_token": token})


@pytest.mark.parametrize("standing", ["dead", "Waiting", "waiting'--", "\0"])
def test_a_standing_that_is_none_makes_no_sense(world, now, signed_in, standing):
    signed_in("ada").get("/desk/members", 400, query_string={"standing": standing})
