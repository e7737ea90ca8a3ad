"""What a page costs the database, and that it costs no more when there is more on it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.http.pages import BESIDE_ITS_TEXT
from app.http.store import reading
from app.lib import clock
from app.lib.db import Base
from app.members.queries import by_login
from app.posts import actions as posts
from app.posts.models import Post
from app.posts.queries import at_path
from app.site import settings
from app.web.discussion import discussion
from tests import cast
from tests.cast import NOW, PASSWORD

ON_A_POST = 2
MOST = 6
LISTS = ("/", "/feed.rss", "/tags/water", "/2010", "/authors/bow", "/comments", "/comments.atom")


@pytest.fixture(autouse=True)
def _people(house):
    with house.database.writing() as session:
        cast.people(session)


@pytest.fixture
def said(house):
    """The statements that were sent, but for those that open and close a transaction."""
    statements = []
    event.listen(
        house.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    return statements


def selects(said: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in said)


def lay(house, comments: int, posts: int = 1) -> str:
    """Posts by Bow, the last of them with comments; its address."""
    with house.database.writing() as session:
        people = [cast.member(session, f"person{n}-{comments}") for n in range(10)]
        bow = by_login(session, "bow")
        for number in range(posts):
            post = cast.post(session, bow, f"{comments} {number}", tags=["Water"])
        for number in range(comments):
            by = people[number % len(people)]
            cast.comment(session, by, post, answer=number // 2 or None)
        return f"/{post.path}"


@pytest.mark.parametrize("reader", [None, "cyd"])
def test_a_post_costs_two_statements_however_many_comments_it_has(house, browser, said, reader):
    addresses = [lay(house, comments) for comments in (2, 20)]
    if reader:
        browser.sign_in(reader, PASSWORD)
    browser.get("/")  # The site and its menu are known from here on.
    costs = []
    for address in addresses:
        del said[:]
        browser.get(address)
        costs.append(selects(said))
    # Who a member is takes one more, what they want to be told of this thread another, and what
    # of theirs waits for a moderator the third.
    assert costs == [ON_A_POST + (3 if reader else 0)] * 2
    del said[:]
    browser.get(f"{addresses[1]}?view=threads")
    assert selects(said) == costs[1]  # A look at the state of its discussion instead of all of it.


def test_a_comment_elsewhere_lets_nothing_be_read_again(house, browser, said):
    here, there = lay(house, 2), lay(house, 3)
    for address in (here, f"{here}?view=threads", there):
        browser.get(address)
    with house.database.writing() as session:
        people = (by_login(session, login) for login in ("cyd", "bow"))
        post = at_path(session, there[1:], NOW)
        cast.comment(session, next(people), post, "Here is something new.")
    del said[:]
    for address in (here, f"{here}?view=threads", f"{here}?new"):  # The last was not made before.
        browser.get(address)
    assert selects(said) == 3  # A look each at the state of its discussion.
    assert "something new" in browser.get(there).text
    assert selects(said) == 6  # Such a look for what was kept and for what is made.


def test_no_address_fills_the_memory(house, browser):
    address, recent = lay(house, 3), house.recent
    browser.get(address)
    recent.most = 100 * BESIDE_ITS_TEXT
    for number in range(300):
        browser.get(f"{address}?view=threads&after=3-{number}")
    assert len(recent) <= 100


@pytest.mark.parametrize("change", ["text", "discussion"])
def test_what_is_read_of_an_older_state_is_not_remembered_as_the_newer(app, house, browser, change):
    """A request whose session is open already sees what was before; others shall not."""
    address = lay(house, 2)
    browser.get(address)
    with app.test_request_context(address):
        reading().execute(select(Post.title)).all()
        with house.database.writing() as session:
            post = at_path(session, address[1:], NOW)
            if change == "text":
                posts.save(session, post.author, post, cast.draft("A new title"), NOW)
            else:
                cast.comment(session, post.author, post, "Here is something new.")
        discussion(address[1:])
    shown = browser.get(f"{address}?new").text
    assert ("A new title" if change == "text" else "something new") in shown


def test_what_is_remembered_of_a_post_ends_when_a_scheduled_one_opens(house, browser):
    address, later = lay(house, 2), NOW + timedelta(hours=1)
    with house.database.writing() as session:
        bow = by_login(session, "bow")
        post = posts.begin(session, bow, cast.draft("The next pond"), "next", NOW)
        posts.publish(session, bow, post, NOW, at=later)
    with clock.frozen(NOW) as now:
        assert "The next pond" not in browser.get(address).text
        now.travel(timedelta(hours=1, microseconds=-1))
        assert "The next pond" not in browser.get(f"{address}?view=threads").text
        now.travel(timedelta(microseconds=1))
        assert "The next pond" in browser.get(f"{address}?view=threads").text


def test_a_list_costs_no_more_when_there_is_more_in_it(house, browser, said):
    costs = []
    for comments in (2, 20):
        lay(house, comments, posts=4)
        browser.get("/resources")
        del said[:]
        for address in LISTS:
            browser.client.get(address)
        costs.append(selects(said))
    assert costs[0] == costs[1] <= len(LISTS) * MOST


def test_moderation_costs_who_posts_nothing_while_all_is_published_at_once(house, browser, said):
    address = lay(house, 2)
    browser.sign_in("cyd", PASSWORD).get(address)
    del said[:]
    browser.send(f"{address}/comments#comment-form", text="https://a.example", do="post")
    words = ("cases", "reports", "moderation_log", "spam_words", "FROM site")
    assert len(said) > 5
    assert not [statement for statement in said if any(word in statement for word in words)]


@pytest.fixture
def prepared_not(house):
    """The statements for which SQLAlchemy does more than to hand them over once compiled."""
    executed = []
    event.listen(house.database.engine, "before_execute", lambda *given: executed.append(given[1]))
    return executed


@pytest.mark.parametrize("reader", [None, "cyd"])
def test_all_that_a_post_costs_was_prepared(house, browser, prepared_not, reader):
    address = lay(house, 20)
    if reader:
        browser.sign_in(reader, PASSWORD)
    browser.get("/")
    del prepared_not[:]
    browser.get(address)
    browser.get(f"{address}?view=threads")
    assert prepared_not == []


def test_all_that_a_comment_costs_was_prepared(house, browser, prepared_not):
    address = lay(house, 2)
    browser.sign_in("cyd", PASSWORD).get(address)
    del prepared_not[:]
    browser.send(f"{address}/comments#comment-form", text="Deep.", answer="2", do="post")
    assert prepared_not == []


def test_nothing_is_loaded_by_accident():
    relationships = [one for mapper in Base.registry.mappers for one in mapper.relationships]
    assert len(relationships) > 5
    assert [str(one) for one in relationships if one.lazy != "raise"] == []


def test_what_was_made_for_one_zone_is_not_shown_in_another(house, browser):
    address = lay(house, 2)
    assert browser.get(address).text.count("3:00") >= 2
    with house.database.writing() as session:
        settings.change(session, "zone", "Asia/Tokyo")
    browser.get(address)
    assert "12:00" in browser.page.text
    assert "3:00" not in browser.page.text
