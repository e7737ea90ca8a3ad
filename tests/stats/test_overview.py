"""The overview at the desk: what needs a person, what is being written, how the blog is read."""

from datetime import date, timedelta

import pytest

from app.jobs import queue
from app.lib import clock
from app.posts import actions as posts
from app.stats.models import Day, PostViews, Referrals, Subscribers
from app.stats.plots import HEIGHT, plots
from app.stats.queries import Figures
from tests import cast
from tests.cast import NOW

TODAY = date(2010, 1, 9)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def read(world):
    """Counts of two days, with a draft and a post that is scheduled."""
    with world.database.writing() as session:
        bow = session.merge(world.people["bow"])
        session.add(Day(day=TODAY, views=12))
        session.add(Day(day=YESTERDAY, views=30, comments=4, members=5, subscribers=60))
        session.add(PostViews(day=TODAY, post_id=world.post.id, views=9))
        session.add(Referrals(day=TODAY, host="other.example", views=3))
        for day, reader, count in (
            (YESTERDAY, "Feedly", 40),
            (YESTERDAY, "", 20),
            (TODAY, "Feedly", 41),
        ):
            row = Subscribers(day=day, feed="/feed", reader=reader, source="rss", count=count)
            session.add(row)
        posts.begin(session, bow, cast.draft("On otters"), "otters", NOW)
        coming = posts.begin(session, bow, cast.draft("On herons"), "herons", NOW)
        posts.publish(session, bow, coming, NOW, NOW + timedelta(days=3))
    with clock.frozen(NOW + timedelta(minutes=1)):
        yield world


def days_of(page) -> list[str]:
    rows = list(page.all("table")[0].iter("tr"))[1:]
    return [" ".join(map(page.words, row)) for row in rows]


def fail_a_letter(session) -> None:
    queue.add(session, "send a letter", {}, NOW)
    job = queue.lease(session, NOW)
    queue.fail(session, job, "550 No such mailbox", NOW, attempts=1)


def test_an_owner_sees_what_waits_and_how_the_blog_is_read(read, signed_in):
    with read.database.writing() as session:
        fail_a_letter(session)
    page = signed_in("ada").get("/desk")
    words = page.words()
    for said in (
        "1 member waits to be admitted",
        "1 letter or job has failed for good",
        "550 No such mailbox",
        "On otters",
        "On herons",
        "other.example 3",
        "A small pond 9",
        "The whole blog 60 Feedly 40, readers of their own 20",
    ):
        assert said in words
    assert [page.words(total) for total in page.by_class("picture-total")] == [
        "42",
        "6",
        "13",
        "41",
    ]
    assert len(page.by_class("picture")) == 4
    rows = days_of(page)
    assert rows[:2] == ["Jan 9, 2010 12 2 8 41", "Jan 8, 2010 30 4 5 60"]
    assert len(rows) == 30


def test_a_year_is_shown_on_demand_and_nothing_else(read, signed_in):
    ada = signed_in("ada")
    page = ada.get("/desk?days=365")
    assert len(days_of(page)) == 365
    for wrong in ("7", "0", "-1", "x", "365000", "٣٠"):
        ada.get(f"/desk?days={wrong}", 400)


def test_an_author_sees_their_own_work_and_nothing_of_the_owners(read, signed_in):
    with read.database.writing() as session:
        fail_a_letter(session)
    bow, bea = signed_in("bow").get("/desk").words(), signed_in("bea").get("/desk").words()
    assert "On otters" in bow
    assert "On herons" in bow
    assert "On otters" not in bea
    assert "On herons" not in bea
    for words in (bow, bea):
        assert "Nothing waits for you." in words
        assert "550" not in words
        assert "other.example 3" in words


def test_a_withdrawn_post_is_not_among_those_read_most(read, signed_in):
    with read.database.writing() as session:
        bow, post = session.merge(read.people["bow"]), session.merge(read.post)
        posts.withdraw(session, bow, post, NOW)
    assert "Nothing was read yet." in signed_in("bow").get("/desk").words()


def test_a_plot_is_as_high_as_its_highest_day():
    days = [Figures(TODAY, views=views) for views in (0, 1, 1000, 500)]
    views, comments, *_ = plots(days)
    assert (views.total, views.highest) == (1501, 1000)
    heights = [float(bar.split("h")[0]) for bar in views.path.split("v-")[1:]]
    assert heights == [1.5, HEIGHT, HEIGHT / 2]
    assert (comments.total, comments.path) == (0, "")
