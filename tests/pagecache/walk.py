"""A walk through every door and command, each change looked for where strangers would see it."""

import io
import re
from contextlib import ExitStack
from datetime import timedelta

from flask import request
from sqlalchemy import select, update

from app.comments.rules import CLOSED, STRANGER
from app.following import ending as notice_ending
from app.following.models import Preference
from app.lib import clock
from app.members import tickets
from app.members.models import Member, Purpose
from app.posts import actions as posts
from app.posts.models import Kind, Post
from app.resources.health.checking import CHECK, Checker
from app.resources.models import Collection, Item
from app.site import curating
from app.site.theme import Theme
from tests import cast
from tests.abroad import abroad
from tests.authenticator import add, at_a_name, sign_in
from tests.browser import HERE
from tests.lib import pictures
from tests.pagecache.public import Public

POND = "/2010/01/a-small-pond"
FEED = ("/feed.rss", "/feed.atom", "/feed.json")
SEEN_BY_ALL = ("/", *FEED, POND, "/comments", "/authors/bow", "/no-such-page")
LAKES = "/resources/lakes"
ALL_RESOURCES = ("/resources", "/resources.rss", "/resources.opml", LAKES, f"{LAKES}.atom")
NEW = {
    "name": "Fay",
    "login": "fay",
    "email": "fay@example.org",
    "password": "quite long enough",
}
FORMER = "A former member"
FIRST_OF_ALL = (
    '</div>\n<section class="collection spread" aria-labelledby="collection-small-ponds">'
)
FIRST = '<ul class="bibliography">\n  <li id="item-{}"'


class Walk:
    """`done` are the routes that were posted to with success and the commands that were run,
    `set` the site's settings that were changed, `jobs` what the worker did for all to see."""

    def __init__(self, app, house, public: Public, signed_in):
        self.app, self.house, self.public = app, house, public
        self.bow, self.ada, self.cyd, self.cleo = map(signed_in, ("bow", "ada", "cyd", "cleo"))
        self.done: set[str] = set()
        self.set: set[str] = set()
        self.jobs: set[str] = set()
        day = clock.now()
        self.year, self.month = f"/{day.year}", f"/{day.year}/{day.month:02}"
        self.heron = f"{self.month}/heron-day"

    def note(self, _sender, response) -> None:
        if request.method == "POST" and response.status_code in (200, 303):
            self.done.add(request.url_rule.rule)

    def run(self, *words: str) -> None:
        result = self.app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code == 0, result.output
        named = 1 if words[0] in ("demo", "check-links") else 2
        self.done.add(" ".join(("flask", *words[:named])))
        if words[:2] == ("site", "set"):
            self.set.add(words[2])

    def write(self, do: str, **typed: str) -> None:
        self.bow.get("/desk/posts/new")
        self.bow.send("/desk/posts/new", do=do, **typed)

    def rewrite(self, path: str, do: str = "save", **typed: str) -> None:
        with self.house.database.reading() as session:
            id = session.scalar(select(Post.id).where(Post.path == path.removeprefix("/")))
        self.bow.get(f"/desk/posts/{id}")
        self.bow.send(f"/desk/posts/{id}", do=do, **typed)

    def press(self, browser, page: str, action: str, **typed) -> None:
        browser.get(page)
        browser.send(action, **typed)

    def decide(self, tab: str, deed: str) -> None:
        """Press the button beside the first comment of a tab of the queue."""
        page = self.bow.get(f"/desk/comments?tab={tab}")
        buttons = (button.get("value", "") for button in page.all("button"))
        value = next(value for value in buttons if value.startswith(f"{deed} "))
        self.bow.send("/desk/comments", do=value)

    def ticket(self, purpose: Purpose) -> str:
        """What a letter to Fay would bring."""
        with self.house.database.writing() as session:
            fay = session.scalar(select(Member).where(Member.login == "fay"))
            return tickets.issue(session, fay, purpose, fay.email, clock.now())

    def lists_of(self, tag: str) -> tuple[str, ...]:
        """Every list that the new post stands in."""
        day = (self.year, f"{self.year}.rss", self.month, f"{self.month}.json")
        author = ("/authors/bow", "/authors/bow.atom")
        return ("/", *FEED, *day, *author, f"/tags/{tag}", f"/tags/{tag}.rss")


def keeping(walk: Walk) -> None:
    """What is changed behind the back of the house is not seen: the answers really are kept."""
    at = ("/", *FEED, POND, f"{POND}.atom", "/2010", "/2010/01.rss", "/authors/bow", "/comments")
    before = walk.public.texts(at)
    for title in ("Behind our back", "A small pond"):
        with walk.house.database.engine.begin() as connection:
            connection.execute(update(Post).values(title=title))
        assert walk.public.texts(at) == before
        assert title in walk.public.new("/")


def writing(walk: Walk) -> None:
    change, lists = walk.public.change, walk.lists_of("water")
    with change("/tags/water", "/tags/water.json", POND, "/feed.rss", appears="Water"):
        walk.rewrite(POND, tags="Water")
    with change(*lists, walk.heron, f"{walk.heron}.rss", POND, appears="Heron day"):
        walk.write("publish", title="Heron day", text="Grey and *patient*.", tags="Water")
    with change(walk.heron, "/", *FEED, appears="patient and blue"):
        walk.rewrite(walk.heron, text="So patient and blue.")
    with change(*lists, walk.heron, f"{walk.heron}.atom", POND, appears="Heron night"):
        walk.rewrite(walk.heron, title="Heron night")
    with change(walk.heron, appears=CLOSED, goes=STRANGER):
        walk.rewrite(walk.heron, comments="closed")
    walk.rewrite(walk.heron, comments="members")


def revising(walk: Walk) -> None:
    with walk.house.database.reading() as session:
        desk = f"/desk/posts/{session.scalar(select(Post.id).where(Post.title == 'Heron night'))}"
    at = (walk.heron, "/", *FEED)
    with walk.public.change(*at, appears="Grey and", goes="patient and blue"):
        walk.press(walk.bow, f"{desk}/revisions/1", f"{desk}/revisions/1/restoration")
    walk.rewrite(walk.heron, title="Heron night")


def at_the_desk(walk: Walk) -> None:
    """What nobody is to read yet changes no page either."""
    bow, new = walk.bow, "/desk/posts/new"
    with walk.public.unchanged(SEEN_BY_ALL):
        walk.write("save", title="A draft of owls", text="Not yet.")
        draft = bow.page.headers["Location"]
        for place in (new, draft):
            bow.post(f"{place}/autosave", 200, {**bow.get(place).fields(place), "text": "Typed"})
        kept = [f.get("action") for f in bow.get(draft).all("form")]
        bow.send(next(action for action in kept if "/autosaves/" in action))
        bow.get(draft)
        bow.send(f"{draft}/preview-link", 200)
        bow.send(f"{draft}/preview-link/removal")
        walk.press(bow, f"{draft}/removal", f"{draft}/removal")
        away = bow.another()
        away.post(new, 403, {"text": "Signed out", "key": "away"}, headers=HERE)
        away.send("/desk/signing-in", login="bow", password=cast.PASSWORD)


def tags_and_pages(walk: Walk) -> None:
    change = walk.public.change
    with ExitStack() as at_once:
        at_once.enter_context(change("/tags/birds", "/tags/birds.rss", appears="Heron night"))
        at_once.enter_context(change("/tags/water", "/tags/water.rss", goes="Heron night"))
        at_once.enter_context(change("/", *FEED, walk.heron, appears="Birds"))
        walk.rewrite(walk.heron, tags="Birds")
    menu = ("/", POND, "/comments", "/resources", "/tags/birds", "/no-such-page")
    with change(*menu, "/colophon", appears="Colophon"):
        walk.write("publish", title="Colophon", text="Ink.", kind="page")
    with change("/colophon", appears="Paper."):
        walk.rewrite("/colophon", text="Paper.")
    with change(*menu, "/colophon", goes="Colophon"):
        walk.rewrite("/colophon", do="withdraw")


def withdrawing(walk: Walk) -> None:
    at = (*walk.lists_of("birds"), walk.heron, f"{walk.heron}.json", POND)
    with walk.public.change(*at, goes="Heron night"):
        walk.rewrite(walk.heron, do="withdraw")
    with walk.public.change(*at, appears="Heron night"):
        walk.rewrite(walk.heron, do="publish")


def comments(walk: Walk) -> None:
    change, heron = walk.public.change, walk.heron
    at = (heron, f"{heron}.rss", f"{heron}.json", "/comments", "/comments.atom", "/comments.json")
    action = f"{heron}/comments#comment-form"
    with change(*at, appears="So still."), change("/", walk.month, appears="1 comment<"):
        walk.press(walk.cyd, heron, action, text="So still.", do="post")
    with change(*at, goes="So still."), change("/", appears="No comments", goes="1 comment<"):
        walk.press(walk.bow, heron, f"{heron}/comments/1/hiding")
    with change(*at, appears="So still."), change("/", appears="1 comment<"):
        walk.press(walk.bow, heron, f"{heron}/comments/1/showing")
    mended = f"{heron}/comments/1/editing#comment-form"
    with change(*at, f"{heron}?view=threads", appears="So very still.", goes="So still."):
        walk.press(walk.cyd, f"{heron}?edit=1", mended, text="So very still.", do="post")
    with change(*at, goes="So very still."), change("/", appears="No comments", goes="1 comment<"):
        walk.press(walk.cyd, *[f"{heron}/comments/1/withdrawal"] * 2)
    walk.press(walk.cyd, heron, action, text="Still so still.", do="post")


def moderation(walk: Walk) -> None:
    change, heron = walk.public.change, walk.heron
    at = (heron, f"{heron}.rss", f"{heron}.json", "/comments", "/comments.atom", "/comments.json")
    with walk.public.unchanged((*at, *SEEN_BY_ALL)):
        walk.run("site", "set", "moderation", "all")
        walk.run("site", "set", "waiting_words", "casino")
        walk.run("site", "set", "most_links", "4")
        walk.run("site", "set", "reports_to_hide", "1")
        for text in ("So high.", "So deep."):
            walk.press(walk.cyd, heron, f"{heron}/comments#comment-form", text=text, do="post")
        withdrawals = (link.get("href") for link in walk.cyd.get(heron).all("a"))
        first = next(link for link in withdrawals if "/comments/waiting/" in link)
        walk.press(walk.cyd, first, first)
    with change(*at, appears="So deep."), change("/", walk.month, goes="1 comment<"):
        walk.decide("waiting", "approve")
    with change(*at, goes="So deep."), change("/", appears="1 comment<"):
        walk.bow.follow()
        walk.bow.send("/desk/comments/undoing")
    with change(*at, appears="So deep."):
        walk.decide("waiting", "approve")
    report = f"{heron}/comments/3/report"
    with change(*at, goes="So deep."), change("/", appears="1 comment<"):
        walk.press(walk.cleo, report, report, reason="other", status=200)
    with change(*at, appears="So deep."), change("/", goes="1 comment<"):
        walk.decide("reported", "keep")
    walk.run("site", "set", "moderation", "at-once")


def resources(walk: Walk) -> None:
    change, press, desk = walk.public.change, walk.press, f"/desk{LAKES}"
    with change("/resources", LAKES, f"{LAKES}.opml", appears="Lakes"):
        press(walk.bow, "/desk/resources", "/desk/resources", title="Lakes")
    with change(LAKES, appears="A small pond"), change(*ALL_RESOURCES, POND, appears="Deep water"):
        new = curating.new("https://water.example/", "Deep water", collection="lakes")
        press(walk.bow, new, "/desk/resources/new", do="add")
    with change("/resources", LAKES, f"{LAKES}.rss", appears="Great lakes"):
        press(walk.bow, desk, desk, title="Great lakes")
    with walk.house.database.reading() as session:
        item = f"/desk/resources/items/{session.scalar(select(Item.id))}"
    with change(*ALL_RESOURCES, POND, appears="Deeper water"):
        press(walk.bow, item, item, title="Deeper water")
    with change(LAKES, appears="Heron night"), change(walk.heron, appears="Deeper water"):
        walk.rewrite(walk.heron, text="Stands in [water](https://water.example/).")
    health(walk, item)
    with change(LAKES, f"{LAKES}.opml", "/resources", appears="A brook"):
        new = curating.new("https://brook.example/", "A brook", collection="lakes")
        press(walk.bow, new, "/desk/resources/new", do="add")
    with walk.house.database.reading() as session:
        brook = session.scalar(select(Item.id).where(Item.title == "A brook"))
    with change(LAKES, appears=FIRST.format(brook)):
        press(walk.bow, desk, f"{desk}/order", do=f"down {item.rpartition('/')[2]}")
    with change("/resources", appears="Small ponds"):
        press(walk.bow, "/desk/resources", "/desk/resources", title="Small ponds")
    with change("/resources/small-ponds", appears="Deeper"), change(LAKES, goes="Deeper"):
        press(walk.bow, item, item, collection="small-ponds")
    with walk.house.database.reading() as session:
        ids = session.scalars(select(Collection.id).order_by(Collection.id.desc()))
        order = ",".join(map(str, ids))
    with change("/resources", appears=FIRST_OF_ALL):
        press(walk.bow, "/desk/resources", "/desk/collections/order", order=order)
    removal = f"{item}/removal"
    with change(*ALL_RESOURCES[:3], walk.heron, goes="Deeper water"):
        press(walk.bow, removal, removal)
    ponds, away = "/resources/small-ponds", "/desk/resources/small-ponds/removal"
    with change("/resources", LAKES, goes="Great lakes"), change(ponds, appears="A brook"):
        press(walk.bow, f"{desk}/removal", f"{desk}/removal", to="small-ponds")
    at = (ponds, "/resources", "/resources.rss")
    with change(*at, goes="A brook"), change(LAKES, f"{LAKES}.rss", appears="taken away"):
        press(walk.bow, away, away, is_sure="y")


def health(walk: Walk, item: str) -> None:
    """What has failed for days is marked, until it has another address."""
    with abroad() as out, clock.frozen(clock.now()) as time:
        checker = Checker(out.fetcher(), lambda seconds: time.travel(timedelta(seconds=seconds)))
        with walk.public.change("/resources", LAKES, walk.heron, appears="Seen broken since"):
            for _ in range(8):
                time.travel(timedelta(days=1))
                checker.run(walk.house.database, {}, clock.now())
        walk.jobs.add(CHECK)
        walk.run("check-links")  # Nothing is due any more, so nobody is asked.
    with walk.house.database.writing() as session:
        row = session.get_one(Item, int(item.rpartition("/")[2]))
        row.moved_to, row.moved_at = "https://deep.example/", clock.now()
    with walk.public.change("/resources", LAKES, goes="Seen broken since"):
        walk.press(walk.bow, "/desk/links/broken", f"{item}/correction", do="take")
    walk.rewrite(walk.heron, text="Stands in [water](https://deep.example/).")


def media(walk: Walk) -> None:
    change, press, desk = walk.public.change, walk.press, "/desk/media"
    with walk.public.unchanged(SEEN_BY_ALL):
        sent = {"file": (io.BytesIO(pictures.made()), "heron.png")}
        press(walk.bow, desk, desk, alt="A grey heron", **sent)
        upload = walk.bow.page.headers["Location"]
        markdown = walk.bow.get(upload).by_id("markdown").get("value")
    name = markdown.split("/")[-1].rstrip(")")
    with change(walk.heron, *FEED, appears=f"/media/{name}-"):
        walk.rewrite(walk.heron, text=f"![](/media/{name})")
    at = (walk.heron, *FEED)
    with change(*at, appears="A white egret", goes="A grey heron"):
        press(walk.bow, upload, upload, alt="A white egret")
    with change(*at, appears=".jpg"):
        other = {"file": (io.BytesIO(pictures.made("JPEG")), "egret.jpg")}
        press(walk.bow, upload, f"{upload}/replacement", **other)
    with change("/", appears="site-picture"), change(POND, appears="og:image"):
        walk.run("site", "set", "header_picture", f"/media/{name}")
    with change("/", goes="site-picture"), change(*at, goes=f"/media/{name}-"):
        press(walk.bow, upload, f"{upload}/removal", is_sure="y")


def moments(walk: Walk) -> None:
    """What was scheduled opens, and comments close, at their second and by themselves."""
    moment = clock.now() + timedelta(seconds=1.5)
    with walk.house.database.writing() as session:
        bow = session.scalar(select(Member).where(Member.login == "bow"))
        for kind in Kind:
            draft = cast.draft(f"Owl {kind}", "Hoo.", kind=kind, tags=["Dusk"])
            posts.publish(session, bow, posts.begin(session, bow, draft, kind, cast.NOW), moment)
        yesterday = moment - timedelta(days=1)
        cast.post(session, bow, "A short debate", at=yesterday, close_after_days=1)
        debate = f"/{yesterday.year}/{yesterday.month:02}/a-short-debate"
    owl = f"/{moment.year}/{moment.month:02}/owl-post"
    with ExitStack() as at_once:
        at_once.enter_context(walk.public.change("/", *FEED, owl, "/tags/dusk", appears="Owl post"))
        at_once.enter_context(walk.public.change("/owl-page", "/comments", appears="Owl page"))
        at_once.enter_context(walk.public.change(debate, appears=CLOSED, goes=STRANGER))
        assert clock.now() < moment
        clock.pause((moment - clock.now()).total_seconds())


def site(walk: Walk) -> None:
    change, run = walk.public.change, walk.run
    with change("/", POND, "/comments.rss", "/feed.json", "/no-page", appears="Another book"):
        run("site", "set", "title", "Another book")
    with change("/", POND, "/feed.rss", appears="kept by many"):
        run("site", "set", "tagline", "kept by many")
    with change(POND, "/2010", appears="Sunday, January 10, 2010"):
        run("site", "set", "zone", "Pacific/Kiritimati")
    with change(POND, "/2010", appears="10. Januar 2010"), change("/feed.rss", appears=">de<"):
        run("site", "set", "language", "de")
    with change("/", "/feed.atom", goes="A small pond"):
        run("site", "set", "posts_per_page", "1")
    with change("/join", appears="by invitation", goes="csrf_token"):
        run("site", "set", "membership", "invitation")
    with change("/join", appears="csrf_token", goes="by invitation"):
        run("site", "set", "membership", "open")
    looks(walk)
    run("site", "set", "posts_per_page", "10")
    run("site", "set", "language", "en")


def looks(walk: Walk) -> None:
    change, run = walk.public.change, walk.run
    sheet = f"/theme-{Theme('#7a1f1f').digest}.css"
    with change("/", POND, "/no-page", appears=sheet), change(sheet, appears="#7a1f1f"):
        run("site", "set", "accent", "#7a1f1f")
    with change(sheet, appears="#ffd0d0"):
        run("site", "set", "accent_dark", "#ffd0d0")
    with change(sheet, appears="--sans"):
        run("site", "set", "face", "sans")
    with change("/", POND, appears="Photographs"):
        run("site", "set", "menu_links", "Photographs | /photographs")
    with change("/", POND, appears="Take what you like."):
        run("site", "set", "footer_text", "Take what you like.")
    with change("/", POND, appears="noindex"), change("/robots.txt", appears="Disallow: /\n"):
        run("site", "set", "robots", "none")
    with change("/", POND, appears="Settled at the desk"):
        walk.press(walk.ada, "/desk/settings", "/desk/settings", footer_text="Settled at the desk")


def members(walk: Walk) -> None:
    at = ("/authors/cyd", "/authors/cyd.rss")
    with walk.public.change(*at, appears="Cyd"):
        walk.run("member", "role", "cyd", "author")
    with walk.public.change(*at, goes="Cyd"):
        walk.run("member", "role", "cyd", "member")
    for role, shown in (("author", {"appears": "Cyd"}), ("member", {"goes": "Cyd"})):
        with walk.public.change(*at, **shown):
            walk.press(walk.ada, "/desk/members/cyd", "/desk/members/cyd/role", role=role)
    words = ("--name", "Gil", "--email", "gil@example.org", "--password", NEW["password"])
    with walk.public.change("/authors/gil", appears="Gil"):
        walk.run("member", "create", "gil", *words, "--role", "author")


def setting_up(walk: Walk) -> None:
    """The ids in feeds are made with the host of the first `db upgrade`."""
    with walk.public.change("/feed.atom", f"{POND}.atom", appears="tag:127.0.0.1,"):
        walk.run("db", "upgrade")
    at = ("/2010/01/informal-learning-2010", "/2010/01", "/feed.rss", "/comments", "/resources")
    with walk.public.change(*at, appears="Informal Learning"):
        walk.run("demo")


def nobody_sees(walk: Walk) -> None:
    """What is done here changes no page."""
    with walk.public.unchanged(SEEN_BY_ALL):
        fay = walk.bow.another()
        walk.press(fay, "/join", "/join", **NEW)
        walk.press(fay, "/", "/sign-out")
        fay.sign_in("fay", NEW["password"])
        walk.write("save", title="A draft", text="Not yet.")
        walk.ada.get("/desk/members")
        walk.ada.send("/desk/invitations", 200)
        page = walk.ada.get("/desk/members")
        actions = [form.get("action") for form in page.all("form")]
        walk.ada.send(next(action for action in actions if action.endswith("/revocation")))
        for login, change in (("dee", "admission"), ("bow", "suspension"), ("bow", "restoration")):
            walk.press(walk.ada, "/desk/members", f"/desk/members/{login}/{change}")
        walk.run("member", "password", "fay", "--password", "another long one")
        walk.run("site", "show")
        walk.run("mail", "try", "fay@example.org")
        walk.run("mail", "retry")
        for told in ("told_waiting", "told_members", "told_failed"):
            walk.run("site", "set", told, "nobody")


def by_passkey(walk: Walk) -> None:
    """Nor does what they do with passkeys."""
    with walk.public.unchanged(SEEN_BY_ALL), at_a_name(walk.app):
        device = add(walk.cyd)
        sign_in(walk.cyd.another(), device)
        addresses = [a.get("href") for a in walk.cyd.get("/account").all("a")]
        removal = next(address for address in addresses if address.endswith("/removal"))
        walk.press(walk.cyd, removal, removal)


def alone(walk: Walk) -> None:
    """What members do by letter and with their own sign-ins changes no page either."""
    fay, press, ticket = walk.bow.another(), walk.press, walk.ticket
    with walk.public.unchanged(SEEN_BY_ALL):
        fay.sign_in("fay", "another long one").get("/account")
        fay.send("/account/confirmation/letter", 200)
        for purpose, door, typed in (
            (Purpose.CONFIRM, "/account/confirmation", {}),
            (Purpose.RESET, "/sign-in/password", {"password": "a third long one"}),
            (Purpose.SIGN_IN, "/sign-in/link", {}),
        ):
            press(fay, f"{door}?token={ticket(purpose)}", door, **typed)
        fay.get("/sign-in/letter")
        fay.send("/sign-in/letter", 200, login="fay", do="link")
        fay.get("/account")
        fay.send("/account/email", 200, email="fay@new.example")
        actions = [form.get("action") for form in fay.get("/account").all("form")]
        fay.send(next(action for action in actions if re.search(r"/\d+/ending$", action)))
        told(walk, fay)
        other = fay.another().sign_in("fay", "a third long one")
        press(other, "/account", "/account/password", password="a fourth long one")
        fay.sign_in("fay", "a fourth long one")
        press(fay, "/account", "/account/sign-ins/ending")


def told(walk: Walk, fay) -> None:
    walk.press(fay, "/account/notices", "/account/notices", by_default="every")
    walk.press(fay, POND, f"{POND}/notices", choice="daily")
    fay.get("/account/notices")
    fay.send("/account/notices/feed", 200)
    fay.send("/account/notices/feed/ending")
    with walk.house.database.reading() as session:
        mine = session.scalars(select(Preference)).one()
        post = session.scalar(select(Post).where(Post.path == POND.removeprefix("/")))
    ending = notice_ending.address(mine, post.id)
    fay.get(ending)
    fay.send(ending, 200)


def names(walk: Walk) -> None:
    change, press = walk.public.change, walk.press
    at = ("/", *FEED, POND, "/2010", "/2010/01.atom", "/tags/birds", walk.heron, "/authors/bow")
    with change(*at, appears="Bow Brook"), change("/authors/bow", appears="Fishes at dawn."):
        press(walk.bow, "/account", "/account/profile", name="Bow Brook", about="Fishes at dawn.")
    heron = (walk.heron, f"{walk.heron}.rss")
    with change(*heron, POND, f"{POND}.json", "/comments", "/comments.atom", appears="Cyd Marsh"):
        press(walk.cyd, "/account", "/account/profile", name="Cyd Marsh")


def leaving(walk: Walk) -> None:
    change, press = walk.public.change, walk.press
    at = (POND, f"{POND}.rss", "/comments", "/comments.json")
    with change(*at, goes="First."), change(POND, appears="withdrawn by its author"):
        press(walk.cyd, "/account/leaving", "/account/leaving", status=200, sure="y", withdraws="y")
    at = ("/", *FEED, POND, "/2010", "/2010/01.atom", "/tags/birds.rss", walk.heron)
    with change(*at, goes="Bow Brook"), change("/authors/bow", goes="Fishes at dawn."):
        press(walk.bow, "/account/leaving", "/account/leaving", status=200, sure="y")


ALL = (
    keeping,
    nobody_sees,
    alone,
    by_passkey,
    writing,
    revising,
    at_the_desk,
    tags_and_pages,
    withdrawing,
    comments,
    moderation,
    names,
    media,
    resources,
    moments,
    site,
    members,
    leaving,
    setting_up,
)
