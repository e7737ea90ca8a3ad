"""The queue, its undo and its log, and reporting, as people press their buttons."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.comments.models import Comment, State
from app.comments.moderation.models import Entry, Report
from app.lib import clock
from app.members.models import Member, Standing
from app.posts.models import Post
from app.site import settings
from tests import cast
from tests.cast import NOW
from tests.lib.xss import PAYLOADS

QUEUE, UNDOING, LOG = "/desk/comments", "/desk/comments/undoing", "/desk/comments/log"


@pytest.fixture
def now():
    with clock.frozen(NOW + timedelta(days=2)) as stopped:
        yield stopped


@pytest.fixture
def bo(world, now, signed_in):
    return signed_in("bow")


def set_to(world, **values: str) -> None:
    with world.database.writing() as session:
        for name, value in values.items():
            settings.change(session, name, value)


def write(reader, world, text: str, status: int = 303):
    reader.get(world.address)
    return reader.send(f"{world.address}/comments#comment-form", status, text=text, do="post")


def ids(page) -> list[str]:
    return [box.get("value") for box in page.all("input") if box.get("name") == "comment"]


def press(moderator, tab: str, deed: str, status: int = 303, which=slice(None), **typed):
    """Tick comments in a tab and press a button under them."""
    page = moderator.get(f"{QUEUE}?tab={tab}")
    data = {**page.fields(QUEUE), "comment": ids(page)[which], "do": deed, **typed}
    return moderator.post(QUEUE, status, data)


def comments(world, **wanted) -> list[Comment]:
    with world.database.reading() as session:
        return list(session.scalars(select(Comment).filter_by(**wanted).order_by(Comment.id)))


def test_a_comment_waits_is_seen_by_its_author_alone_and_is_let_in(world, bo, signed_in, browser):
    set_to(world, moderation="all")
    cyd, cleo = signed_in("cyd"), signed_in("cleo")
    page = write(cyd, world, "Patience, *please*.")
    assert page.headers["Location"] == f"{world.address}#waiting"
    page = cyd.get(world.address)
    assert "waits for a moderator Only you" in page.words(page.by_id("waiting"))
    assert "<em>please</em>" in page.text
    assert page.words(page.by_id("comments")) == "2 comments"
    for reader in (browser, cleo, bo):
        for address in (world.address, f"{world.address}.rss", "/comments", "/comments.json"):
            assert "Patience" not in reader.get(address).text
    assert "Patience" in cyd.get("/account/export.json").text
    page = press(bo, "waiting", "approve")
    page = bo.follow()
    assert "Approved: 1 comment." in page.words(page.by_id("done"))
    assert "Nothing waits." in page.words()
    page = browser.get(world.address)
    assert "Patience, please." in page.words(page.by_id("comment-3"))
    assert page.words(page.by_id("comments")) == "3 comments"
    assert "Patience" in browser.get("/comments.rss").text
    assert cyd.get(world.address).by_id("waiting") is None


def test_what_waits_is_withdrawn_behind_one_more_page_however_often_it_is_pressed(
    world, bo, signed_in
):
    set_to(world, moderation="all")
    cyd = signed_in("cyd")
    page = write(cyd, world, "Rather not.")
    page = cyd.get(world.address)
    [address] = [a.get("href") for a in page.all("a") if "/comments/waiting/" in a.get("href", "")]
    fields = cyd.get(address).fields(address)
    for _ in range(2):
        cyd.post(address, 303, fields)
    assert "You have withdrawn" in cyd.get(address).words()
    assert cyd.get(world.address).by_id("waiting") is None
    assert "Nothing waits." in bo.get(QUEUE).words()
    signed_in("cleo").get(address, 404)


def test_an_edit_that_would_wait_is_refused_with_the_text_and_moderators_find_the_earlier(
    world, bo, signed_in, browser
):
    set_to(world, waiting_words="casino")
    cyd = signed_in("cyd")
    cyd.get(world.address)
    cyd.send(f"{world.address}/comments#comment-form", text="Of ponds.", do="post")
    place, editing = f"{world.address}?edit=3", f"{world.address}/comments/3/editing#comment-form"
    cyd.get(place)
    page = cyd.send(editing, 422, text="Of a casino.", do="post")
    assert "a comment that shows already cannot wait" in page.words(page.by_id("text-errors"))
    assert page.fields(editing)["text"] == "Of a casino."
    assert "casino" not in browser.get(world.address).text
    cyd.send(editing, text="Of lakes.", do="post")
    earlier = f"{world.address}/comments/3/versions"
    for address in (f"{QUEUE}?tab=posted", LOG):
        found = {a.get("href") for a in bo.get(address).all("a")}
        assert (earlier in found) == (address != LOG)
    press(bo, "posted", "hide", comment=[str(comments(world, number=3)[0].id)])
    assert earlier in {a.get("href") for a in bo.get(LOG).all("a")}
    assert "Of ponds." in bo.get(earlier).text
    set_to(world, moderation="all")
    press(bo, "hidden", "show", comment=[str(comments(world, number=3)[0].id)])
    cyd.get(world.address)
    assert "Edit" not in cyd.page.words(cyd.page.by_id("comment-3"))
    fields = cyd.page.fields(f"{world.address}/comments#comment-form")
    address = editing.partition("#")[0]
    page = cyd.post(address, 403, {**fields, "text": "Of rivers.", "do": "post"})
    assert "reads each comment before it shows" in page.words()
    assert page.fields(f"{world.address}/comments#comment-form")["text"] == "Of rivers."


def test_one_button_decides_about_one_comment_and_the_ticks_about_many(world, bo, signed_in):
    set_to(world, moderation="all")
    cyd = signed_in("cyd")
    for number in range(5):
        write(cyd, world, f"Number {number}.")
    page = bo.get(QUEUE)
    second = ids(page)[1]
    bo.send(QUEUE, do=f"refuse {second}", comment=ids(page)[3])
    assert [str(one.id) for one in comments(world, state=State.REFUSED)] == [second]
    press(bo, "waiting", "refuse", which=slice(0, 2))
    page = bo.follow()
    assert "Refused: 2 comments." in page.words(page.by_id("done"))
    assert len(ids(page)) == 2
    page = press(bo, "waiting", "approve", 422, which=slice(0, 0))
    assert "tick the box" in page.words()


def test_what_was_done_is_undone_within_thirty_seconds_by_a_plain_form(world, bo, now, browser):
    press(bo, "posted", "hide")
    page = bo.follow()
    assert "First." not in browser.get(world.address).text
    now.travel(timedelta(seconds=29))
    bo.send(UNDOING)
    page = bo.follow()
    assert "And undone" in page.words(page.by_id("done"))
    assert "First." in browser.get(world.address).text
    press(bo, "posted", "hide")
    page = bo.follow()
    now.travel(timedelta(seconds=30))
    page = bo.send(UNDOING, 409)
    assert "30 seconds" in page.words()
    assert "First." not in browser.get(world.address).text
    page = bo.get(bo.page.response.request.path.replace("undoing", "log"))
    assert page.words().count("Hidden by Bow") == 4
    assert len(page.by_class("badge")) == 2  # Two of the four were undone.
    assert not bo.get(QUEUE).by_id("done")


def test_a_refusal_with_a_reason_goes_by_letter_with_the_text_and_else_does_not(
    world, bo, signed_in, letters_to, now
):
    def refusals(login: str) -> list:
        subject = f"Your comment on “{world.post.title}”"
        return [one for one in letters_to(f"{login}@example.org") if one["Subject"] == subject]

    set_to(world, moderation="all")
    write(signed_in("cyd"), world, "Buy <b>this</b> & that.")
    write(signed_in("cleo"), world, "And that.")
    page = press(bo, "waiting", "refuse", 422, tells="y", reason=" ")
    assert "reason" in page.words(page.by_id("reason-errors"))
    assert len(comments(world, state=State.WAITING)) == 2
    page = bo.send(QUEUE, do="refuse", comment=ids(page)[0], reason="Off <the> point", tells="y")
    assert refusals("cyd") == []
    now.travel(timedelta(seconds=40))
    (letter,) = refusals("cyd")
    plain = letter.get_body(("plain",)).get_content()
    assert "Off <the> point" in plain
    assert "Buy <b>this</b> & that." in plain
    assert "http://127.0.0.1:8000/2010/01/a-small-pond" in plain
    assert "Off &lt;the&gt; point" in letter.get_body(("html",)).get_content()
    press(bo, "waiting", "refuse", reason="Kept in the log")
    now.travel(timedelta(seconds=40))
    assert refusals("cleo") == []
    log = bo.get(LOG)
    assert "Kept in the log" in log.text
    assert log.words().count("(sent)") == 1


def test_safety_43_who_is_suspended_in_the_queue_can_do_nothing_on_the_next_request(
    world, bo, signed_in, browser
):
    cyd = signed_in("cyd")
    cyd.get(world.address)
    fields = cyd.page.fields(f"{world.address}/comments#comment-form")
    ada = signed_in("ada")
    report = f"{world.address}/comments/2/report"
    token = cyd.get(report).fields(report)["csrf_token"]
    press(ada, "posted", "suspend", comment=[str(comments(world, number=1)[0].id)])
    cyd.post(f"{world.address}/comments", 403, {**fields, "text": "But I", "do": "post"})
    cyd.post(report, 403, {"reason": "spam", "csrf_token": token})
    assert "First." in browser.get(world.address).text  # What was said stays.
    page = ada.get(f"{QUEUE}?tab=posted")
    assert "suspended" in page.words(page.by_class("ledger")[0])
    with world.database.writing() as session:
        session.get(Member, world.people["bow"].id).standing = Standing.SUSPENDED
    for address in (QUEUE, LOG):
        bo.get(address, 403)
    assert "suspended" in bo.page.words()


def test_safety_04_the_queue_shows_an_author_nothing_under_posts_of_others(world, bo, signed_in):
    set_to(world, moderation="all")
    write(signed_in("cyd"), world, "For Bow alone.")
    bea = signed_in("bea")
    id = comments(world, state=State.WAITING)[0].id
    for tab in ("waiting", "reported", "posted", "hidden", "refused"):
        assert "No" in bea.get(f"{QUEUE}?tab={tab}").words()
        assert ids(bea.page) == []
    token = bea.page.fields("/sign-out")["csrf_token"]
    for deed in ("approve", "refuse", "hide", "suspend"):
        bea.post(QUEUE, 403, {"csrf_token": token, "do": f"{deed} {id}", "tab": "waiting"})
    press(bo, "waiting", "refuse", reason="Not for Bea")
    bea.post(UNDOING, 404, {"csrf_token": token, "press": bo.page.headers["Location"][-40:]})
    assert "Not for Bea" not in bea.get(LOG).text


def test_safety_22_the_same_press_sent_twice_is_done_once(world, bo, signed_in):
    set_to(world, moderation="all")
    write(signed_in("cyd"), world, "Once.")
    page = bo.get(QUEUE)
    data = {**page.fields(QUEUE), "comment": ids(page), "do": "approve"}
    places = {bo.post(QUEUE, 303, data).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert "Approved: 1 comment." in bo.follow().words()
    bo.get(QUEUE)
    bo.post(QUEUE, 303, {**data, "key": "another"})
    assert "somebody else has decided" in bo.follow().words()
    with world.database.reading() as session:
        assert len(session.scalars(select(Entry)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"do": ""}, 422),
        ({"do": "delete 1"}, 422),
        ({"do": "put-aside 1"}, 422),
        ({"do": "approve 0"}, 422),
        ({"do": "approve -1"}, 422),
        ({"do": "approve ٣"}, 422),
        ({"do": "approve 99999999999999999"}, 404),
        ({"do": "approve", "comment": ["x", "", "9" * 300]}, 422),
        ({"do": "approve", "tab": "nothing", "key": "k" * 500}, 422),
        ({"do": "refuse 1", "reason": "x" * 301}, 422),
        ({"do": "refuse 1", "reason": "a\0b"}, 422),
        ({}, 422),
    ],
)
def test_a_form_that_is_none_of_ours_gets_a_sentence(world, bo, typed, status):
    token = bo.get(QUEUE).fields("/sign-out")["csrf_token"]
    page = bo.post(QUEUE, status, {"csrf_token": token, **typed})
    assert page.words(page.all("main")[0])
    assert len(comments(world, state=State.PUBLISHED)) == 2


@pytest.mark.parametrize("query", ["tab=x", "tab=waiting&before=x", "tab=posted&before=1-1"])
def test_an_address_that_makes_no_sense_is_400(bo, query):
    bo.get(f"{QUEUE}?{query}", 400)


def test_an_unknown_press_says_that_nothing_was_left_and_one_that_is_none_is_passed_by(bo):
    assert "Nothing was left to do" in bo.get(f"{QUEUE}?done=x").words()
    for none in ("%00x", "x" * 65, "%ED%A0%80", "a b"):
        assert bo.get(f"{QUEUE}?done={none}").by_id("done") is None


def test_the_queue_goes_on_behind_a_link(world, bo):
    set_to(world, moderation="all")
    with world.database.writing() as session:
        post = session.get(Post, world.post.id)
        people = [cast.member(session, f"reader{number}") for number in range(12)]
        session.flush()
        for number in range(60):
            at = NOW + timedelta(minutes=number)
            cast.comment(session, people[number % 12], post, f"No. {number}", at=at)
    first = bo.get(QUEUE)
    assert "60" in first.words(first.by_class("filter")[0])
    second = bo.get(first.by_class("pager-older")[0].get("href"))
    assert [len(ids(first)), len(ids(second))] == [50, 10]
    assert not set(ids(first)) & set(ids(second))


def test_reporting_takes_a_reason_and_thanks(world, bo, signed_in, browser):
    set_to(world, reports_to_hide="1")
    cleo, report = signed_in("cleo"), f"{world.address}/comments/1/report"
    page = cleo.get(world.address)
    assert report in {link.get("href") for link in page.all("a")}
    assert report not in browser.get(world.address).text
    cleo.get(report)
    page = cleo.send(report, 422, words="Kept.")
    assert "Choose" in page.words(page.by_id("reason-errors"))
    assert page.fields(report)["words"] == "Kept."
    assert "up to 300" in cleo.send(report, 422, reason="other", words="x" * 301).words()
    page = cleo.send(report, 200, reason="hurtful", words="He <means> me.")
    assert "Thank you" in page.words()
    token = page.fields("/sign-out")["csrf_token"]
    assert "Thank you" in cleo.post(report, 200, {"reason": "spam", "csrf_token": token}).words()
    assert "First." not in browser.get(world.address).text
    page = bo.get(f"{QUEUE}?tab=reported")
    assert "Hurts or threatens, says Cleo: “He <means> me.”" in page.words()
    cleo.get(f"{world.address}/comments/9/report", 404)
    cleo.get(f"{world.address}/comments/1/report", 409)
    press(bo, "reported", "keep")
    assert "First." in browser.get(world.address).text
    with world.database.reading() as session:
        assert len(session.scalars(select(Report)).all()) == 1


def test_safety_01_nothing_in_the_queue_or_the_log_runs(world, bo, signed_in):
    set_to(world, moderation="all")
    cyd = signed_in("cyd")
    plain = [payload for payload in PAYLOADS[::10] if "&#1;" not in payload]  # Is no valid HTML.
    text = "\n\n".join(plain)[:4000]
    write(cyd, world, text)
    with world.database.writing() as session:
        session.get(Member, world.people["cyd"].id).name = "<img src=x onerror=alert(1)>"
    bo.get(QUEUE)  # The strict browser takes no script and no handler.
    press(bo, "waiting", "refuse", reason='"><script>alert(1)</script>')
    bo.follow()
    bo.get(LOG)
    assert "<script>alert" not in bo.page.text
    assert re.search("&lt;script&gt;alert", bo.page.text)


def test_settings_that_make_no_sense_are_refused_with_what_would(app):
    runner = app.test_cli_runner()
    for name, value in (
        ("moderation", "maybe"),
        ("most_links", "some"),
        ("most_links", "101"),
        ("reports_to_hide", "three"),
        ("reports_to_hide", "9" * 5000),
        ("waiting_words", ", ".join(f"word{n}" for n in range(201))),
        ("waiting_words", "!, casino"),
        ("waiting_words", "a\nb"),
    ):
        result = runner.invoke(args=["site", "set", name, value])
        assert result.exit_code == 1, name
        assert len(result.output.strip().splitlines()) == 1
    result = runner.invoke(args=["site", "set", "waiting_words", " casino ,, free  money,casino"])
    assert result.output == "waiting_words = casino, free money\n"
