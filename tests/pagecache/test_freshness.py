"""Whatever changes what strangers see shows on the very next request: pages, lists and feeds, also
in another process that had kept them. A door or command that is added later and is not on the
walk fails the suite."""

from contextlib import closing
from datetime import timedelta

import pytest
from flask import request_finished

from app.cli.mail import carrier
from app.factory import create_app
from app.lib import clock
from app.members.models import Member
from app.posts import actions as posts
from app.resources import actions as resources
from app.resources.rules import Reference
from app.site.settings import READERS
from app.worker import HANDLERS, errands
from config import Config
from tests import cast
from tests.house.routes import EVERYBODY, NEVER_KEPT, READ, WRITE
from tests.house.test_told import commands
from tests.pagecache import crowd
from tests.pagecache import walk as walks
from tests.pagecache.public import Public
from tests.pagecache.walk import Walk
from tests.server import serving, settings

# On the walk in `nobody_sees` and `alone`, which show that no page is another.
NOBODY_SEES = {
    "/join": "a member has no page before there is a word or a role of theirs",
    "/sign-in": "who is signed in is shown to nobody else",
    "/sign-out": "likewise",
    "/sign-in/letter": "a letter is for one person",
    "/sign-in/link": "is one more way to sign in",
    "/sign-in/password": "likewise",
    "/account/confirmation": "lets a member comment, and says nothing yet",
    "/account/confirmation/letter": "a letter is for one person",
    "/account/email": "no page shows an address",
    "/account/password": "ends what is signed in, and that is private",
    "/account/sign-ins/<number:id>/ending": "likewise",
    "/account/sign-ins/ending": "likewise",
    "/sign-in/passkey": "is one more way to sign in",
    "/sign-in/passkey/challenge": "likewise",
    "/account/passkeys": "likewise",
    "/account/passkeys/challenge": "likewise",
    "/account/passkeys/<number:id>/removal": "likewise",
    "/account/notices": "what a member is told is nobody else's",
    "/account/notices/feed": "likewise",
    "/account/notices/feed/ending": "likewise",
    "/account/notices/ending": "likewise",
    "/<year:year>/<month:month>/<slug:slug>/notices": "likewise",
    "/desk/posts/new/autosave": "is not saved, let alone published",
    "/desk/posts/<number:id>/autosave": "likewise",
    "/desk/autosaves/<number:id>/removal": "likewise",
    "/desk/signing-in": "keeps what was typed, and is one more way to sign in",
    "/desk/posts/<number:id>/preview-link": "a secret link is for those who get it",
    "/desk/posts/<number:id>/preview-link/removal": "likewise",
    "/desk/posts/<number:id>/removal": "only what nobody has read is thrown away",
    "/desk/invitations": "an invitation is a link for one person",
    "/desk/invitations/<number:id>/revocation": "likewise",
    "/desk/members/<login:login>/admission": "what a member may do changes no word of theirs",
    "/desk/members/<login:login>/suspension": "likewise; what was said stays",
    "/desk/members/<login:login>/restoration": "likewise",
    "flask member password": "ends what is signed in, and that is private",
    "flask site show": "only reads",
    "flask mail try": "a letter is for one person",
    "flask mail retry": "likewise",
}
NOT_WALKED = {
    "flask bench fill": "takes an empty blog, which has a test of its own",
    "flask serve": "is what serves the other process",
    "flask worker": "what it does is in its handlers",
    "flask db downgrade": "is for a blog that is not being served",
    "flask db revision": "writes a file for developers",
}
JOBS_THAT_NOBODY_SEES = {
    "tell who has joined",
    "tell of failed letters",
    "forget old sign-ins",
    "forget old invitations",
    "forget old tickets",
    "forget old ceremonies",
    "forget old counts",
    "check foreign keys",
    "count the days",
    "note links",
    "forget what nobody speaks of",
    "ask about what waits",
    "tell of a decision about spam",
    "forget old opinions on spam",
    "send what waits",
    "tell moderators",
    "drop old salts",
    "weigh what waits",
    "tell of a comment that was let in",
    "write to who joined",
    "write to who cannot sign in",
    "send a letter",
    "sweep mail files",
    "sweep media files",
    "forget old letters",
    "forget old mail files",
    "forget old notices",
    "owe daily letters",
    "tell of a comment",
    "send a notice",
    "send a daily letter",
}


@pytest.fixture
def walk(app, house, world, database_url, tmp_path, static_folder, signed_in):
    instance = tmp_path / "server"
    instance.mkdir()
    (instance / "static").symlink_to(static_folder)
    env = settings(instance, DATABASE_URL=database_url)
    with serving(env) as server, closing(Public(app, server.url)) as public:
        walk = Walk(app, house, public, signed_in)
        with request_finished.connected_to(walk.note, sender=app):
            yield walk


def test_whatever_strangers_see_is_fresh_in_every_process_at_once(walk):
    for part in walks.ALL:
        part(walk)
    assert walk.public.stale == []
    assert walk.done == {*WRITE, *commands(walk.app.cli, "flask")} - set(NOT_WALKED)
    assert set(NOBODY_SEES) <= walk.done
    assert walk.set == set(READERS)
    public = {rule for rule, (_, expected) in READ.items() if expected == EVERYBODY}
    assert walk.public.watched == public - set(NEVER_KEPT)
    jobs = {*HANDLERS, *errands(carrier(walk.house.config), walk.house.storage)}
    assert jobs - walk.jobs == JOBS_THAT_NOBODY_SEES


def test_what_fills_an_empty_blog_shows_at_once(app, browser):
    for _ in range(2):
        assert "Nothing is published here yet." in browser.get("/").words()
    result = app.test_cli_runner().invoke(args=["bench", "fill", "--posts", "2"])
    assert result.exit_code == 0, result.output
    assert len(browser.get("/").by_class("entry")) == 2


def test_ten_thousand_writes_and_reads_of_four_processes_show_nothing_stale(
    database, database_url, tmp_path, static_folder
):
    with database.writing() as session:
        bow = cast.member(session, "bow", role="author")
        session.flush()
        post, items, comments = cast.post(session, bow), [], []
        for me in range(crowd.PROCESSES):
            made = resources.add_collection(session, bow, f"Of {me}", "", "", cast.NOW)
            said = Reference(f"https://{me}.example/", f"{me} says 0")
            items.append(resources.add_item(session, bow, made, said, cast.NOW))
            comments.append(cast.comment(session, bow, post, f"{me} says 0"))
    for me in range(crowd.PROCESSES):
        instance = tmp_path / f"instance-{me}"
        instance.mkdir()
        (instance / "static").symlink_to(static_folder)
    ids = ([one.id for one in some] for some in (items, comments))
    tallies = crowd.crowd(database_url, tmp_path, crowd.Ours(bow.id, *ids, f"/{post.path}"))
    assert sum(tally.writes + tally.reads for tally in tallies) == 10_000
    assert 0 < sum(tally.asked for tally in tallies) < sum(tally.reads for tally in tallies)
    assert sum(tally.stale for tally in tallies) == 0


def test_a_shared_cache_is_not_late_for_what_opens_by_itself(
    database, database_url, tmp_path, static_folder
):
    """It may answer by itself for a minute, and once more while it asks."""
    (tmp_path / "static").symlink_to(static_folder)
    app = create_app(
        Config(database_url=database_url, instance_path=tmp_path, shared_cache_seconds=60)
    )
    said = []
    with clock.frozen(cast.NOW) as time:
        moment = cast.NOW + timedelta(minutes=5)
        with database.writing() as session:
            bow = cast.member(session, "bow", role="author")
            session.flush()
            post = posts.begin(session, bow, cast.draft(), "one", cast.NOW)
            posts.publish(session, bow, post, cast.NOW, moment)
        for _ in range(7):
            answer = app.test_client().get("/")
            said.append((answer.cache_control.s_maxage, "A small pond" in answer.text))
            time.travel(timedelta(minutes=1))
    app.extensions["commonplace"].database.close()
    assert said == [(60, False)] * 3 + [(0, False)] * 2 + [(60, True)] * 2


def test_a_post_that_is_withdrawn_as_its_moment_comes_is_gone(house, browser):
    """The author's request came before the moment, and is served after it."""
    with clock.frozen(cast.NOW) as time:
        moment = cast.NOW + timedelta(seconds=1)
        with house.database.writing() as session:
            bow = cast.member(session, "bow", role="author")
            session.flush()
            post = posts.begin(session, bow, cast.draft(), "one", cast.NOW)
            posts.publish(session, bow, post, cast.NOW, moment)
        address = f"/{post.path}"
        time.travel(timedelta(seconds=2))
        browser.get(address)
        with house.database.writing() as session:
            bow, post = session.get_one(Member, bow.id), session.merge(post)
            posts.withdraw(session, bow, post, cast.NOW)
        assert "A small pond" not in browser.another().get("/").text
        browser.another().get(address, 404)
