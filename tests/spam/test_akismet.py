"""A service that speaks the protocol of Akismet: what it is told, and that it only sorts."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from sqlalchemy import func, select

from app.comments import own
from app.comments.models import Comment, State
from app.comments.moderation import deeds, undoing
from app.comments.moderation.advice import OBJECT, Adviser
from app.comments.moderation.deeds import Order
from app.comments.moderation.models import Case, Deed
from app.comments.moderation.rules import LETTERS, UNDO
from app.comments.moderation.waiting import weigh
from app.jobs.models import Job
from app.lib import clock
from app.members.models import Member
from app.posts.models import Post
from app.site import settings
from app.spam import akismet, opinions, training
from app.spam.models import Opinion
from app.spam.rules import Estimate, with_opinion
from app.worker import Worker
from tests import cast
from tests.abroad import Said, abroad
from tests.cast import NOW

CHECK = "http://spam.example/1.1/comment-check"
SPAM, HAM = "http://spam.example/1.1/submit-spam", "http://spam.example/1.1/submit-ham"
LATER = NOW + LETTERS
TEXT = {"Content-Type": "text/plain"}
BLOG = "http://127.0.0.1:8000"


@pytest.fixture
def out():
    """Takes what has a casino in it for spam, as the real one does of course not."""
    with abroad() as made:
        made.sites[CHECK] = lambda asked: Said(
            "true" if "casino" in told(asked)["comment_content"] else "false", headers=TEXT
        )
        yield made


@pytest.fixture
def adviser(out):
    fetcher = out.fetcher(seconds=0.5)
    return Adviser(akismet.service(fetcher, "http://spam.example/1.1", "the-key", BLOG))


@pytest.fixture
def waits(house, world):
    """Comments that wait, by their texts; an owner sees them in the order of the queue."""
    with house.database.writing() as session:
        settings.change(session, "moderation", "all")

    def write(*texts: str) -> None:
        with house.database.writing() as session:
            cyd = session.get(Member, world.people["cyd"].id)
            post = session.get(Post, world.post.id)
            cyd.website = "https://cyd.example"
            for text in texts:
                cast.comment(session, cyd, post, text)

    return write


def told(asked) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(asked.body.decode()).items()}


def ask(house, adviser) -> None:
    adviser.ask(house.database, {}, NOW)
    with house.database.writing() as session:
        weigh(session, {}, NOW)


def queue(house) -> list[str]:
    rows = select(Comment.source).join(Case, Case.comment_id == Comment.id)
    with house.database.reading() as session:
        return list(session.scalars(rows.order_by(Case.rank, Case.comment_id)))


def test_what_is_spam_by_the_service_comes_last_and_nothing_is_decided(
    house, out, adviser, waits, signed_in
):
    waits("Win at the casino.", "So still.", "The casino again.")
    ask(house, adviser)
    assert queue(house) == ["So still.", "Win at the casino.", "The casino again."]
    with house.database.reading() as session:
        states = set(session.scalars(select(Comment.state).where(Comment.number.is_(None))))
    assert states == {State.WAITING}
    words = signed_in("ada").get("/desk/comments").words()
    assert words.count("The service that was asked takes it for spam.") == 2
    assert words.count("The service that was asked does not take it for spam.") == 1
    assert "could be either" not in words


def test_it_is_told_what_the_public_would_see_and_no_more(house, out, adviser, waits):
    waits("So still & grün.")
    ask(house, adviser)
    [asked] = out.asked
    assert (asked.method, asked.path) == ("POST", "/1.1/comment-check")
    assert told(asked) == {
        "api_key": "the-key",
        "blog": BLOG,
        "user_ip": "0.0.0.0",
        "permalink": f"{BLOG}/2010/01/a-small-pond",
        "comment_type": "comment",
        "comment_author": "Cyd",
        "comment_author_url": "https://cyd.example",
        "comment_content": "So still & grün.",
        "comment_date_gmt": "2010-01-09T15:00:00Z",
        "blog_charset": "UTF-8",
    }
    assert b"example.org" not in asked.body  # Her e-mail address.


def test_it_is_told_where_a_page_elsewhere_says_something(house, world, out, adviser, waits):
    with house.database.writing() as session:
        post = session.get(Post, world.post.id)
        cast.elsewhere(session, post, "Of ponds.", "https://a.example/ponds", waits=True)
    ask(house, adviser)
    asked = told(out.asked[0])
    assert asked["comment_type"] == "pingback"
    assert (asked["comment_author"], asked["comment_author_url"]) == (
        "Jeffrey",
        "https://a.example/ponds",
    )


def test_it_is_asked_once_about_a_text(house, out, adviser, waits):
    waits("So still.", "So still.")
    ask(house, adviser)
    ask(house, adviser)
    waits("So still.")
    ask(house, adviser)
    assert len(out.asked) == 1


@pytest.mark.parametrize(
    "said",
    [
        None,
        Said("invalid", headers={**TEXT, "X-akismet-debug-help": "We were unable to parse it"}),
        Said("", headers=TEXT),
        Said("true", status=500, headers=TEXT),
        Said(status=302, headers={"Location": "http://elsewhere.example/"}),
        Said("x" * 2_000_000, headers=TEXT),
    ],
)
def test_with_the_service_down_nothing_is_lost_or_late(house, out, adviser, waits, caplog, said):
    waits("First.", "Second.")
    if said is None:
        out.sites = {}
    else:
        out.sites[CHECK] = said
    since = clock.ticks()
    ask(house, adviser)
    assert clock.ticks() - since < 2
    assert queue(house) == ["First.", "Second."]
    assert "the service that is asked about spam" in caplog.text
    assert "the-key" not in caplog.text
    out.sites[CHECK] = Said("true", headers=TEXT)
    ask(house, adviser)
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Opinion)) == 2


def test_no_session_is_open_while_it_is_asked(house, out, adviser, waits):
    held = []

    def answer(_asked):
        held.append(house.database.engine.pool.checkedout())
        return Said("false", headers=TEXT)

    out.sites[CHECK] = answer
    waits("So still.")
    adviser.ask(house.database, {}, NOW)
    assert held == [0]


def decide(house, deed: Deed, press: str = "press", at=NOW) -> None:
    with house.database.writing() as session:
        ada = session.scalar(select(Member).where(Member.login == "ada"))
        states = (State.WAITING, State.REFUSED)
        ids = session.scalars(select(Comment.id).where(Comment.state.in_(states))).all()
        deeds.carry_out(session, ada, Order(deed, tuple(ids), press), at)


def work(house, adviser, at=LATER) -> None:
    """What the worker does of objections that are due."""
    worker = Worker(house.database, {}, {OBJECT: adviser.object_to})
    while worker.run_errand(at):
        pass


def test_it_is_told_where_a_moderator_decides_otherwise(house, out, adviser, waits):
    out.sites[SPAM] = out.sites[HAM] = Said("Thanks for making the web a better place.")
    waits("Win at the casino.", "So still.")
    ask(house, adviser)
    out.asked.clear()
    decide(house, Deed.APPROVE)
    work(house, adviser, NOW + UNDO)
    assert out.asked == []  # It may still be undone.
    work(house, adviser)
    assert [(one.url, told(one)["comment_content"]) for one in out.asked] == [
        (HAM, "Win at the casino.")
    ]
    with house.database.reading() as session:
        assert opinions.of(session, ["Win at the casino.", "So still."]) == [False, False]
    waits("So still.")
    decide(house, Deed.REFUSE, "again")
    work(house, adviser)
    assert [one.url for one in out.asked] == [HAM, SPAM]
    decide(house, Deed.APPROVE, "after all")
    work(house, adviser)
    assert [one.url for one in out.asked] == [HAM, SPAM, HAM]


@pytest.mark.parametrize("deed", [Deed.APPROVE, Deed.REFUSE])
def test_it_is_not_told_of_what_was_undone_or_is_gone(house, world, out, adviser, waits, deed):
    waits("Win at the casino." if deed == Deed.APPROVE else "So still.")
    ask(house, adviser)
    out.asked.clear()
    decide(house, deed)
    with house.database.writing() as session:
        ada = session.scalar(select(Member).where(Member.login == "ada"))
        undoing.undo(session, ada, "press", NOW)
    work(house, adviser)
    decide(house, deed, "again")
    with house.database.writing() as session:
        own.withdraw_all(session, session.get(Member, world.people["cyd"].id))
    work(house, adviser)
    assert out.asked == []


def test_it_is_told_later_if_it_is_down_and_never_of_what_it_was_not_asked(
    house, out, adviser, waits
):
    waits("Win at the casino.")
    decide(house, Deed.REFUSE)
    waits("So still.")
    ask(house, adviser)
    out.asked.clear()
    decide(house, Deed.REFUSE, "again")
    for said in (None, Said("x", status=500), Said("invalid", headers={akismet.HELP: "No key."})):
        out.sites[SPAM] = said or Said(status=503)
        work(house, adviser)
        with house.database.writing() as session:
            [job] = session.scalars(select(Job).where(Job.kind == OBJECT))
            assert "the service that is told about spam" in job.last_error
            job.run_at = NOW
    out.sites[SPAM] = Said("Thanks for making the web a better place.")
    work(house, adviser)
    assert {told(one)["comment_content"] for one in out.asked} == {"So still."}
    with house.database.reading() as session:
        assert session.scalar(select(Job).where(Job.kind == OBJECT)) is None


def test_without_a_key_nobody_is_asked(house, out, waits):
    waits("So still.")
    Adviser(akismet.service(out.fetcher(), "http://spam.example/1.1", "", BLOG)).ask(
        house.database, {}, NOW
    )
    assert out.asked == []


def test_what_was_learned_here_counts_as_much_as_the_opinion():
    learned = Estimate(80, ("casino",))
    assert learned.rank == 80
    assert with_opinion(learned, True).rank == 85
    assert with_opinion(learned, False).rank == 45
    assert with_opinion(None, True).rank == 90
    assert with_opinion(None, False).rank == 10
    assert with_opinion(None, None) is None


def test_opinions_are_forgotten_after_a_month(database):
    with database.writing() as session:
        opinions.note(session, "Casino.", True, NOW)
        opinions.note(session, "Casino.", False, NOW)
        assert opinions.of(session, ["Pond.", "Casino."]) == [None, False]
        assert [one and one.opinion for one in training.judge(session, ["Casino."])] == [False]
        opinions.forget_old(session, NOW + timedelta(days=29))
        assert opinions.of(session, ["Casino."]) == [False]
        opinions.forget_old(session, NOW + timedelta(days=31))
        assert opinions.of(session, ["Casino."]) == [None]
