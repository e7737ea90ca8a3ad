"""Adding resources by their addresses, putting them in order, and what texts speak of."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import event, select

from app.comments.moderation import deeds
from app.lib import clock, limits
from app.lib.errors import Invalid
from app.lib.text import why_not_text
from app.members.models import Member
from app.posts import actions as posts
from app.posts import queries
from app.posts.models import Post
from app.reactions import note_links_anew
from app.resources import actions
from app.resources import queries as resources
from app.resources.models import CommentLink, Item, Link, Target
from app.resources.rules import Reference
from app.site import curating
from app.web.desk.adding import LOOKS
from app.worker import HANDLERS, Worker
from tests import cast
from tests.abroad import Said, abroad
from tests.cast import NOW
from tests.lib.test_xss import is_web_address
from tests.lib.xss import PAYLOADS

NEW = "/desk/resources/new"
PONDS = "/desk/resources/ponds"
LAKE = "http://lake.example/"
PAGE = """<title>The lake &amp; its fish</title><meta name=description content="All of *them*.">
<meta name=author content="L. Ake">"""


@pytest.fixture
def out(app, house):
    """The world out there, to which the blog goes."""
    with abroad() as made:
        app.extensions["commonplace"] = replace(house, fetcher=made.fetcher(seconds=0.5))
        made.sites[LAKE] = Said(PAGE)
        yield made


@pytest.fixture
def bow(world, signed_in):
    """An author with an empty collection."""
    bow = signed_in("bow")
    bow.get("/desk/resources")
    bow.send("/desk/resources", title="Ponds")
    return bow


def of(session, login: str) -> Member:
    return session.scalar(select(Member).where(Member.login == login))


def looked(bow, url: str = LAKE, status: int = 200, **typed):
    bow.get(NEW)
    return bow.send(NEW, status, do="look", url=url, **typed)


def gather(bow, *names: str) -> None:
    for name in names:
        bow.get(curating.new(f"https://{name}.example/", name, collection="ponds"))
        bow.send(NEW, do="add")


def order(bow) -> list[str]:
    return [bow.page.words(one) for one in bow.get(PONDS).by_class("ledger-title")]


def spoken_of(bow) -> list[str]:
    page = bow.get("/desk/links")
    return [page.words(one) for one in page.by_class("order-row")]


def test_a_page_says_what_it_is_and_the_author_has_the_last_word(out, bow, browser):
    fields = looked(bow).fields(NEW)
    assert (fields["url"], fields["title"]) == (LAKE, "The lake & its fish")
    assert (fields["origin"], fields["note"]) == ("L. Ake", "All of *them*.")
    bow.send(NEW, do="add", title="The lake", note="Mine.")
    words = browser.get("/resources/ponds").words()
    assert "L. Ake. The lake. lake.exampleMine." in words
    assert [one.method for one in out.asked] == ["GET"]


def test_what_was_typed_is_not_overwritten_by_the_page(out, bow):
    page = looked(bow)
    fields = bow.send(NEW, 200, do="look", title="My title", note="").fields(NEW)
    assert (fields["title"], fields["note"]) == ("My title", "All of *them*.")
    assert page.fields(NEW)["collection"] == "ponds"


def test_a_page_that_moved_for_good_comes_with_its_new_address(out, bow):
    out.sites["http://pond.example/"] = Said(status=301, headers={"Location": LAKE})
    page = looked(bow, "http://pond.example/")
    assert page.fields(NEW)["url"] == LAKE
    assert "moved for good from http://pond.example/" in page.words()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://nowhere.example/", "there is no site of the name nowhere.example"),
        ("http://lake.example/gone", "it answers 404 (Not Found)"),
        ("http://lake.example/fish.png", "it is no page but image/png"),
        ("http://lake.example/slow", "it took longer than 0.5 seconds"),
        ("http://inside.example/", "it is no address of the open web"),
        ("http://lake.example:8080/", "it is no address of the open web"),
        ("http://lake.example/nameless", "The page does not say its title."),
    ],
)
def test_a_page_that_cannot_be_read_is_added_by_hand_with_the_reason_said(out, bow, url, words):
    def drip():
        while True:
            yield b" "
            clock.pause(0.05)

    out.names["inside.example"] = ["10.0.0.1"]
    out.sites["http://lake.example/fish.png"] = Said(b"x", headers={"Content-Type": "image/png"})
    out.sites["http://lake.example/slow"] = Said(drip=drip())
    out.sites["http://lake.example/nameless"] = Said("<p>Who?")
    page = looked(bow, url)
    assert words in page.words()
    assert page.fields(NEW)["url"] == url
    bow.send(NEW, do="add", title="By hand")
    assert order(bow) == ["By hand"]


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "lake.example", "http://a\0b/", "http://["]
)
def test_an_address_that_is_none_comes_back(out, bow, url):
    page = looked(bow, url, 422)
    assert page.by_id("url-errors") is not None
    assert page.fields(NEW)["url"] == url.replace("\0", "\ufffd")
    assert out.asked == []


def test_no_session_is_open_while_another_machine_is_asked(out, bow, house):
    """Nothing is held that others could need, however long it takes."""
    pool, held = house.database.engine.pool, []

    def answer(_asked):
        held.append(pool.checkedout())
        return Said(PAGE)

    out.sites[LAKE] = answer
    looked(bow)
    assert held == [0]


def test_safety_41_looking_has_a_limit(out, bow, house, world):
    looked(bow)
    with house.database.writing() as session:
        for _ in range(LOOKS.most - 2):
            limits.take(session, LOOKS, str(world.people["bow"].id), clock.now())
    looked(bow)
    page = looked(bow, status=429)
    assert page.headers["Retry-After"]
    assert page.fields(NEW)["url"] == LAKE
    assert len(out.asked) == 2


def test_safety_01_a_hostile_page_stays_text(out, bow, browser):
    out.sites[LAKE] = Said(
        "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title><meta name=description "
        "content='<img src=x onerror=alert(1)> [x](javascript:alert(1))'>"
    )
    looked(bow)
    bow.send(NEW, do="add")
    page = browser.get("/resources/ponds")
    assert "<script>alert(1)</script>" in page.words()
    assert not [one for one in page.all("img") if one.get("onerror")]
    assert not [one for one in page.all("a") if "javascript" in (one.get("href") or "")]


def test_safety_01_no_words_of_a_resource_become_a_program(world, bow, browser):
    """Whatever a page, a curator or a text says, in every place where it is shown."""
    with world.database.writing() as session:
        author = of(session, "bow")
        ponds = resources.collection(session, "ponds")
        # Forms refuse such signs, and what texts make of numbers is shown by tests of their own.
        payloads = [one for one in PAYLOADS if not why_not_text(one) and "&#" not in one]
        for number, payload in enumerate(payloads):
            text = " ".join(payload.split())
            said = (f"http://{number}.example/", text[:300] or "-", text[:200])
            with suppress(Invalid):
                actions.add_item(session, author, ponds, Reference(*said, payload), NOW)
        links = [
            f"[{' '.join(payload.split())}](http://c{number}.example/)"
            for number, payload in enumerate(payloads)
        ]
        for start in range(0, len(links), 8):
            with suppress(Invalid):
                text = "\n\n".join(links[start : start + 8])
                cast.post(session, author, f"Linking {start}", text)
    assert len(bow.get(PONDS).by_class("order-row")) > 100
    assert len(bow.get("/desk/links").by_class("order-row")) == 50
    for address in ("/resources", "/resources/ponds", PONDS, "/desk/links"):
        page = bow.get(address)  # The browser itself looks for programs.
        addresses = [one.get("href") or "" for one in page.all("a")]
        assert not [one for one in addresses if not is_web_address(one)]


def test_safety_07_opening_the_form_asks_nobody(out, bow):
    page = bow.get(curating.new(LAKE, "From my browser", "What was *marked*", "ponds"))
    fields = page.fields(NEW)
    assert (fields["title"], fields["note"]) == ("From my browser", "What was *marked*")
    bow.get(curating.new(LAKE))
    bow.get(f"{NEW}?url=%00&title=%ff%00&collection=no-such")
    assert out.asked == []


def test_the_bookmarklet_leads_to_the_form(bow):
    link = next(one for one in bow.get(NEW).all("a") if "bookmarklet" in (one.get("class") or ""))
    program = unquote(link.get("href"))
    assert program.startswith("javascript:(()=>{")
    assert '"http://127.0.0.1:8000/desk/resources/new?"' in program
    assert all(name in program for name in ("location.href", "document.title", "getSelection"))


def test_safety_22_what_is_sent_twice_is_there_once(bow):
    bow.get(curating.new("https://brook.example/", "Brook", "Runs.", "ponds"))
    form = bow.page
    for _ in range(2):
        bow.page = form
        bow.send(NEW, do="add")
        assert bow.page.headers["Location"] == PONDS
    assert order(bow) == ["Brook"]
    bow.page = form
    bow.send(NEW, 409, do="add", note="Runs fast.")


def test_safety_22_what_begins_a_collection_twice_begins_it_once(bow):
    bow.get(curating.new("https://brook.example/", "Brook", "Runs."))
    brook = {**bow.page.fields(NEW), "new_collection": "Running water", "do": "add"}
    fields = bow.get("/desk/resources").fields("/desk/resources")
    lakes = {**fields, "title": "Lakes", "intro": "Deep."}
    for address, form in ((NEW, brook), ("/desk/resources", lakes)):
        places = {bow.post(address, 303, form).headers["Location"] for _ in range(2)}
        assert len(places) == 1
        bow.post(address, 409, {**form, "note": "Walks.", "intro": "Not so deep."})
    assert collections(bow) == ["Ponds", "Running water", "Lakes"]
    page = bow.post(NEW, 422, {**brook, "new_collection": "Run\0ning water"})
    assert page.fields(NEW)["note"] == "Runs."
    seas = {**brook, "new_collection": "Seas"}

    def press(_number: int) -> str:
        one = bow.another().enter("bow")
        token = one.get("/desk/resources").fields("/desk/resources")["csrf_token"]
        clock.pause(0.05)
        return one.post(NEW, 303, {**seas, "csrf_token": token}).headers["Location"]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {"/desk/resources/seas"}


def collections(bow) -> list[str]:
    page = bow.get("/desk/resources")
    return [page.words(one) for one in page.by_class("ledger-title")]


def begin(bow, *titles: str) -> None:
    for title in titles:
        bow.get("/desk/resources")
        bow.send("/desk/resources", title=title)


def test_collections_are_put_in_order_by_arrows_and_all_at_once(bow, browser):
    begin(bow, "Lakes", "Seas")
    ids = [one.get("data-id") for one in bow.get("/desk/resources").by_class("order-row")]
    for typed, expected in (
        ({"do": f"up {ids[2]}"}, "Ponds Seas Lakes"),
        ({"do": f"down {ids[0]}"}, "Seas Ponds Lakes"),
        ({"do": f"up {ids[2]}"}, "Seas Ponds Lakes"),
        ({"order": f"{ids[1]},99999,{ids[0]}"}, "Lakes Ponds Seas"),
    ):
        bow.get("/desk/resources")
        bow.send(curating.COLLECTIONS_ORDER, **typed)
        assert collections(bow) == expected.split()
    page = browser.get("/resources")
    titles = [page.words(one) for one in page.by_class("collection-title")]
    assert titles == ["Lakes", "Ponds", "Seas"]
    bow.get("/desk/resources")
    bow.send(curating.COLLECTIONS_ORDER, 404, do="up 99999")
    bow.get("/desk/resources")
    bow.send(curating.COLLECTIONS_ORDER, 422, do="sideways 1")


AWAY = f"{PONDS}/removal"


def take_away(bow, status: int = 303, **typed):
    bow.get(AWAY)
    return bow.send(AWAY, status, **typed)


def test_an_empty_collection_is_taken_away_and_its_address_says_so(bow, browser):
    bow.get(PONDS)
    assert AWAY in [link.get("href") for link in bow.page.all("a")]
    assert "It is empty." in bow.get(AWAY).words()
    take_away(bow)
    assert collections(bow) == []
    assert "taken away" in browser.get("/resources/ponds", 410).words()
    browser.get("/resources/ponds.rss", 410)
    browser.get("/resources/lakes", 404)
    bow.get(AWAY, 404)
    begin(bow, "Ponds")
    browser.get("/resources/ponds")


def test_what_is_in_a_collection_goes_only_when_that_is_meant(world, bow, browser):
    gather(bow, "one", "two")
    page = take_away(bow, 422)
    assert "There are 2 resources" in page.words()
    assert "tick the box" in page.words()
    for to in ("no-such", "\0"):
        page = take_away(bow, 422, to=to, is_sure="y")
        assert page.by_id("to-errors") is not None
    take_away(bow, 422, to="ponds", is_sure="y")
    assert order(bow) == ["one", "two"]
    take_away(bow, is_sure="y")
    browser.get("/resources/ponds", 410)
    with world.database.reading() as session:
        assert session.scalar(select(Item.id)) is None


def test_resources_that_move_take_the_address_of_their_collection_with_them(bow, browser):
    gather(bow, "one", "two")
    begin(bow, "Lakes", "Seas")
    bow.get(curating.new("https://two.example/", "Two of mine", collection="lakes"))
    bow.send(NEW, do="add")
    take_away(bow, to="lakes")
    assert bow.page.headers["Location"] == "/desk/resources/lakes"
    page = bow.follow()
    assert [page.words(w) for w in page.by_class("ledger-title")] == ["Two of mine", "one"]
    assert browser.get("/resources/ponds?a=b", 301).headers["Location"] == "/resources/lakes?a=b"
    assert browser.get("/resources/ponds.rss", 301).headers["Location"] == "/resources/lakes.rss"
    bow.get("/desk/resources")
    page = bow.send("/desk/resources", 409, title="Ponds")
    assert "leads to another collection" in page.words()
    bow.get("/desk/resources/lakes/removal")
    bow.send("/desk/resources/lakes/removal", to="seas")
    assert browser.get("/resources/ponds", 301).headers["Location"] == "/resources/seas"
    bow.get("/desk/resources/seas/removal")
    bow.send("/desk/resources/seas/removal", is_sure="y")
    browser.get("/resources/ponds", 410)


def test_a_resource_can_begin_a_collection(bow, browser):
    bow.get(curating.new("https://brook.example/", "Brook", collection="ponds"))
    bow.send(NEW, do="add", new_collection="Running water")
    assert "Brook" in browser.get("/resources/running-water").words()
    bow.get(curating.new("https://brook.example/", "Brook", "Another."))
    page = bow.send(NEW, 409, do="add", new_collection="Running water")
    assert page.by_id("new_collection-errors") is not None
    bow.send(NEW, 422, do="add", new_collection="", collection="\0")
    page = bow.send(NEW, 422, do="add", new_collection="", collection="no-such")
    assert page.by_id("collection-errors") is not None
    assert page.fields(NEW)["title"] == "Brook"


def test_the_first_resource_of_a_blog_begins_its_first_collection(world, signed_in):
    bow = signed_in("bow")
    bow.get(curating.new("https://brook.example/", "Brook"))
    page = bow.send(NEW, 422, do="add")
    assert page.by_id("new_collection-errors") is not None
    bow.send(NEW, do="add", new_collection="Water")
    assert bow.page.headers["Location"] == "/desk/resources/water"


def test_resources_are_put_in_order_by_arrows(bow, browser):
    gather(bow, "one", "two", "three")
    ids = [one.get("data-id") for one in bow.get(PONDS).by_class("order-row")]
    for do, expected in (
        (f"up {ids[2]}", "one three two"),
        (f"down {ids[0]}", "three one two"),
        (f"up {ids[2]}", "three one two"),
        (f"down {ids[1]}", "three one two"),
    ):
        bow.get(PONDS)
        bow.send(f"{PONDS}/order", do=do)
        assert order(bow) == expected.split()
    assert [w.text for w in browser.get("/resources/ponds").by_class("work-title")] == order(bow)


def test_resources_are_put_in_order_all_at_once(bow):
    gather(bow, "one", "two", "three", "four")
    ids = [one.get("data-id") for one in bow.get(PONDS).by_class("order-row")]
    # Somebody else has added the fourth meanwhile, and another is of no collection at all.
    bow.send(f"{PONDS}/order", order=f"{ids[2]},99999,{ids[0]},{ids[1]}")
    assert order(bow) == ["three", "one", "two", "four"]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 422),
        ({"do": "up"}, 422),
        ({"do": "up 99999"}, 404),
        ({"do": f"up {2**63}"}, 422),
        ({"do": "sideways 1"}, 422),
        ({"order": "a,b,,-1"}, 422),
    ],
)
def test_an_order_that_is_none_changes_nothing(bow, typed, status):
    gather(bow, "one", "two")
    bow.get(PONDS)
    bow.send(f"{PONDS}/order", status, **typed)
    assert order(bow) == ["one", "two"]


def test_a_resource_is_moved_to_another_collection(bow, browser):
    bow.get("/desk/resources")
    bow.send("/desk/resources", title="Lakes")
    gather(bow, "one", "two")
    address = bow.get(PONDS).by_class("ledger-title")[0].find("a").get("href")
    bow.get(address)
    bow.send(address, collection="lakes")
    assert order(bow) == ["two"]
    assert "one" in browser.get("/resources/lakes").words()
    gather(bow, "one")
    bow.get(address)
    page = bow.send(address, 409, collection="ponds", title="One")
    assert page.fields(address)["title"] == "One"
    bow.send(address, 422, collection="no-such")


def test_what_a_text_speaks_of_and_no_collection_has_is_listed(world, bow):
    assert spoken_of(bow) == [
        "water water.example · spoken of in 1 post, last in A small pond Curate: water"
    ]
    gather(bow, "water")
    assert spoken_of(bow) == []


def test_one_press_begins_to_curate(out, world, bow):
    with world.database.writing() as session:
        cast.post(session, of(session, "bow"), "Lakes", f"A [lake]({LAKE}).")
    bow.get("/desk/links")
    fields = bow.send(NEW, 200, do="look").fields(NEW)
    assert (fields["url"], fields["title"]) == (LAKE, "The lake & its fish")
    out.sites = {}
    bow.get("/desk/links")
    fields = bow.send(NEW, 200, do="look").fields(NEW)
    assert (fields["url"], fields["title"]) == (LAKE, "lake")


def test_comments_count_as_long_as_they_are_public(world, bow):
    with world.database.writing() as session:
        cyd, post = of(session, "cyd"), session.get_one(Post, world.post.id)
        cast.comment(session, cyd, post, "See <http://lake.example>.")
        cast.comment(session, cyd, post, "And [the lake](http://www.lake.example/#top).")
        cast.comment(session, cyd, post, "And #3, and [home](http://127.0.0.1:8000/about).")
    lake = "the lake lake.example · spoken of in 2 comments, in comment 4 under A small pond"
    assert spoken_of(bow)[0].startswith(lake)
    assert not [row for row in spoken_of(bow) if "127.0.0.1" in row]
    with world.database.writing() as session:
        ada, post = of(session, "ada"), session.get_one(Post, world.post.id)
        hidden = session.scalar(select(CommentLink.comment_id).where(CommentLink.number == 4))
        order = deeds.Order(deeds.Deed.HIDE, (hidden,), "press")
        deeds.carry_out(session, ada, order, clock.now())
    assert "1 comment, in comment 3" in spoken_of(bow)[0]
    with world.database.writing() as session:
        post = queries.for_writing(session, of(session, "bow"), world.post.id)
        posts.withdraw(session, of(session, "bow"), post, clock.now())
    assert spoken_of(bow) == []


def test_safety_04_nobody_learns_from_it_what_is_not_public(world, bow, signed_in):
    with world.database.writing() as session:
        bea = of(session, "bea")
        draft = cast.draft("Secret", "A [secret plan](http://lake.example/).")
        begun = posts.begin(session, bea, draft, "one", NOW)
        later = cast.draft(
            "Later", "Not [told yet](http://later.example/) nor [x](http://lake.example)."
        )
        later = posts.begin(session, bea, later, "two", NOW)
        posts.publish(session, bea, later, clock.now(), clock.now() + timedelta(days=1))
    assert len(spoken_of(bow)) == 1
    with world.database.writing() as session:
        cast.post(session, of(session, "bow"), "Open", "A <http://lake.example/>.")
    page = bow.get("/desk/links")
    assert "lake.example spoken of in 1 post, last in Open" in page.words()
    assert "secret" not in page.text.lower()
    assert "told yet" not in page.text
    with clock.frozen(clock.now() + timedelta(days=2)):
        words = signed_in("bow").get("/desk/links").words()
    assert "told yet later.example" in words
    assert "spoken of in 2 posts" in words
    assert begun.id


def test_what_a_post_no_longer_speaks_of_goes(world, bow):
    with world.database.writing() as session:
        author = of(session, "bow")
        post = queries.for_writing(session, author, world.post.id)
        posts.save(session, author, post, cast.draft(text="A <http://lake.example/>."), clock.now())
    assert [row.split()[0] for row in spoken_of(bow)] == ["lake.example"]
    with world.database.reading() as session:
        assert list(session.scalars(select(Target.key))) == ["lake.example"]


def test_what_only_a_draft_spoke_of_is_forgotten_with_it(world, house):
    with world.database.writing() as session:
        bow = of(session, "bow")
        draft = posts.begin(session, bow, cast.draft("D", "<http://secret.example/>"), "d", NOW)
        session.flush()
        posts.remove(session, bow, draft, NOW)
    with world.database.writing() as session:
        HANDLERS["forget what nobody speaks of"](session, {}, NOW)
        assert list(session.scalars(select(Target.key))) == ["water.example"]


def test_the_list_goes_on_behind_its_last_row(world, bow):
    links = " ".join(f"<http://{number:03}.example/>" for number in range(60))
    with world.database.writing() as session:
        cast.post(session, of(session, "bow"), "Many", links)
    first = spoken_of(bow)
    assert len(first) == 50
    [older] = [one for one in bow.page.all("a") if one.get("rel") == "next"]
    page = bow.get(older.get("href"))
    assert len(page.by_class("order-row")) == 11
    assert not {page.words(one) for one in page.by_class("order-row")} & set(first)
    bow.get("/desk/links?before=nonsense", 400)


def test_the_list_costs_the_same_however_long_it_is(world, bow, house):
    said = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *given: said.append(given))

    def cost() -> int:
        del said[:]
        bow.get("/desk/links")
        return len(said)

    with world.database.writing() as session:
        author, cyd = of(session, "bow"), of(session, "cyd")
        post = cast.post(session, author, "A few", "<http://a.example/>")
        cast.comment(session, cyd, post, "<http://b.example/>")
    before = cost()
    with world.database.writing() as session:
        author, cyd = of(session, "bow"), of(session, "cyd")
        links = " ".join(f"<http://{number}.example/>" for number in range(30))
        cast.comment(session, cyd, cast.post(session, author, "Many", links), "<http://c.example>")
    assert cost() == before


def test_links_that_were_there_before_they_were_noted_are_found(world, bow, house):
    with world.database.writing() as session:
        cyd, post = of(session, "cyd"), session.get_one(Post, world.post.id)
        cast.comment(session, cyd, post, "See <http://lake.example/>.", at=clock.now())
    expected = spoken_of(bow)
    assert len(expected) == 2
    with house.database.writing() as session:
        for model in (Target, CommentLink):
            session.query(model).delete()
        session.query(Link).update({"url": "", "words": ""})
        note_links_anew(session, {}, clock.now())
    worker = Worker(house.database, HANDLERS)
    while worker.run_once(clock.now()):
        pass
    assert spoken_of(bow) == expected


def test_who_leaves_with_their_words_takes_the_links_along(world, signed_in, bow):
    with world.database.writing() as session:
        cyd, post = of(session, "cyd"), session.get_one(Post, world.post.id)
        cast.comment(session, cyd, post, "See <http://lake.example/>.")
    cyd = signed_in("cyd")
    cyd.get("/account/leaving")
    cyd.send("/account/leaving", 200, sure="y", withdraws="y")
    assert len(spoken_of(bow)) == 1
    with world.database.reading() as session:
        assert list(session.scalars(select(Target.key))) == ["water.example"]
        assert list(session.scalars(select(CommentLink.key))) == []


def ailing(house, **what) -> str:
    """Make the first resource so; its address at the desk."""
    with house.database.writing() as session:
        item = session.scalar(select(Item).order_by(Item.id))
        for name, value in what.items():
            setattr(item, name, value)
        return f"/desk/resources/items/{item.id}"


def test_what_is_broken_is_told_to_curators_and_quietly_to_readers(bow, browser, house):
    gather(bow, "lake", "pond")
    assert "Every resource is where it should be" in bow.get("/desk/links/broken").words()
    item = ailing(house, broken_since=NOW, trouble="it answers 404 (Not Found)")
    for address in ("/desk/links/broken", PONDS, item):
        assert "broken since Jan 9, 2010: it answers 404 (Not Found)" in bow.get(address).words()
    assert "1 resource seems to be broken" in bow.get("/desk").words()
    page = browser.get("/resources/ponds")
    assert page.words().count("Seen broken since Jan 9, 2010") == 1
    assert "404" not in page.words()
    day = f"{clock.now():%Y%m%d}"
    archived = f"https://web.archive.org/web/{day}/https://lake.example/"
    assert archived in {one.get("href") for one in page.all("a")}


def test_a_new_address_is_taken_with_one_press(bow, house):
    gather(bow, "lake", "pond")
    moved = {"moved_to": "https://river.example/", "moved_at": NOW, "broken_since": NOW}
    item = ailing(house, **moved, trouble="gone", failures=5)
    assert "1 resource has another address" in bow.get("/desk").words()
    page = bow.get("/desk/links/broken")
    assert "https://lake.example/ is now https://river.example/" in page.words()
    bow.send(f"{item}/correction", do="take")
    fields = bow.get(item).fields(item)
    assert fields["url"] == "https://river.example/"
    words = bow.get("/desk/links/broken").words()
    assert "river" not in words
    with house.database.reading() as session:
        kept = session.scalar(select(Item).order_by(Item.id))
        assert (kept.failures, kept.trouble, kept.broken_since) == (0, "", None)


def test_the_old_address_can_be_kept(bow, house):
    gather(bow, "lake")
    item = ailing(house, moved_to="https://river.example/", moved_at=NOW)
    bow.get("/desk/links/broken")
    bow.send(f"{item}/correction", do="keep")
    assert "river" not in bow.get("/desk/links/broken").words()
    assert bow.get(item).fields(item)["url"] == "https://lake.example/"


def test_an_address_that_has_moved_on_or_is_there_already_is_not_taken(bow, house):
    gather(bow, "lake", "pond")
    item = ailing(house, moved_to="https://pond.example/", moved_at=NOW)
    bow.get("/desk/links/broken")
    bow.send(f"{item}/correction", 409, do="take")
    bow.get("/desk/links/broken")
    bow.send(f"{item}/correction", 409, do="take", url="https://elsewhere.example/")
    bow.get(item)
    token = bow.page.fields("/sign-out")["csrf_token"]
    ailing(house, moved_to="", moved_at=None)
    bow.post(f"{item}/correction", 409, {"csrf_token": token})


def test_who_is_not_signed_in_comes_back_to_the_form(world, browser):
    browser.get(curating.new(LAKE, "The lake"), 303)
    asked = parse_qs(urlsplit(browser.page.headers["Location"]).query)
    assert unquote(asked["next"][0]) == unquote(curating.new(LAKE, "The lake"))
