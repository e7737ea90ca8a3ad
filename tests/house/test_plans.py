"""Each list is handed over by an index in its order: however many rows there are, nothing is sorted
and no table gone through."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.comments import queries as comments
from app.comments import texts
from app.comments.models import Comment, State
from app.comments.moderation import queue, undoing
from app.comments.moderation.models import Kind
from app.following import queries as following
from app.jobs import queue as jobs
from app.lib.db import Database
from app.lib.errors import NotFound
from app.lib.paging import Key
from app.media import queries as media
from app.media.models import Media
from app.members import invitations
from app.members import queries as members
from app.members.models import Member, Role, Standing
from app.posts import addresses, around, autosaves, revisions
from app.posts import queries as posts
from app.posts.models import Post
from app.resources import queries as resources
from app.resources import targets
from app.resources.health import checking
from app.stats import queries as stats
from tests.cast import NOW

KEY = Key(NOW, 7)
PLACE = queue.Place(50, 7)
COMMENT = Comment(id=1)
POST = Post(id=1, author_id=1, last_comment_number=9, published_at=NOW)
POST.corrected_at = NOW
AUTHOR = Member(id=1, role=Role.AUTHOR, standing=Standing.ADMITTED)
OWNER = Member(id=1, role=Role.OWNER, standing=Standing.ADMITTED)
YEAR = timedelta(days=365)

LISTS = {
    "home": lambda s: posts.latest(s, NOW, 10),
    "home, older": lambda s: posts.latest(s, NOW, 10, KEY),
    "a tag": lambda s: posts.by_tag(s, 1, NOW, 10),
    "a tag, older": lambda s: posts.by_tag(s, 1, NOW, 10, KEY),
    "an author": lambda s: posts.by_author(s, 1, NOW, 10),
    "an author, older": lambda s: posts.by_author(s, 1, NOW, 10, KEY),
    "a year": lambda s: posts.in_period(s, NOW - YEAR, NOW, NOW, 10),
    "a year, older": lambda s: posts.in_period(s, NOW - YEAR, NOW, NOW, 10, KEY),
    "a post": lambda s: posts.at_path(s, "2010/01/a-small-pond", NOW),
    "a post and what is around it": lambda s: around.of_post(s, "a", NOW, resources.spoken_of()),
    "what is pinned": lambda s: posts.pinned(s, NOW),
    "where a post is now": lambda s: addresses.new_path(s, "2010/01/pond"),
    "revisions": lambda s: revisions.of_post(s, POST),
    "corrections": lambda s: revisions.corrections(s, POST),
    "pictures to choose from": lambda s: media.pictures(s, 10),
    "what an author has not saved": lambda s: autosaves.of_form(s, AUTHOR, None),
    "the menu": lambda s: posts.menu(s, NOW),
    "what opens next": lambda s: posts.next_publication(s, NOW),
    "an author's desk": lambda s: posts.written(s, AUTHOR, 10),
    "an author's desk, older": lambda s: posts.written(s, AUTHOR, 10, KEY),
    "an owner's desk": lambda s: posts.written(s, OWNER, 10),
    "an owner's desk, older": lambda s: posts.written(s, OWNER, 10, KEY),
    "the comments of a post": lambda s: comments.of_post(s, POST),
    "a later page of them": lambda s: comments.of_post(s, POST, 5000),
    "in threads": lambda s: comments.in_threads(s, POST),
    "in threads, further on": lambda s: comments.in_threads(s, POST, comments.ThreadKey(3, 120)),
    "who takes part under a post": lambda s: texts.written(s, POST, "@cyd and @Bow Brook, look."),
    "the newest comments of a post": lambda s: comments.latest_of_post(s, POST, 10),
    "those before": lambda s: comments.latest_of_post(s, POST, 10, KEY),
    "all comments": lambda s: comments.latest(s, NOW, 10),
    "all comments, older": lambda s: comments.latest(s, NOW, 10, KEY),
    "what of a member's waits": lambda s: comments.waiting_of(s, POST, AUTHOR),
    "what an owner decides": lambda s: queue.cases(s, OWNER, Kind.WAITING, 10),
    "what an owner decides, further": lambda s: queue.cases(s, OWNER, Kind.WAITING, 10, PLACE),
    "what an author decides": lambda s: queue.cases(s, AUTHOR, Kind.REPORTED, 10),
    "what an author decides, further": lambda s: queue.cases(s, AUTHOR, Kind.REPORTED, 10, PLACE),
    "how much an author decides": lambda s: queue.ids(s, AUTHOR, Kind.WAITING, 100),
    "what is hidden": lambda s: queue.in_state(s, OWNER, State.HIDDEN, 10),
    "what is hidden, older": lambda s: queue.in_state(s, OWNER, State.HIDDEN, 10, KEY),
    "what is hidden of an author's": lambda s: queue.in_state(s, AUTHOR, State.HIDDEN, 10, KEY),
    "what was reported": lambda s: queue.open_reports(s, [COMMENT]),
    "who did what": lambda s: queue.log(s, OWNER, 10),
    "who did what, earlier": lambda s: queue.log(s, OWNER, 10, KEY),
    "who did what under an author's posts": lambda s: queue.log(s, AUTHOR, 10, KEY),
    "what one press did": lambda s: undoing.of_press(s, OWNER, "x"),
    "the threads of a member": lambda s: following.followed(s, OWNER, 10, None),
    "the threads of a member, older": lambda s: following.followed(s, OWNER, 10, KEY),
    "what holds for a thread": lambda s: following.of_thread(s, OWNER, 1),
    "a private feed": lambda s: following.to_read(s, OWNER, NOW, 10),
    "whose a private feed is": lambda s: following.feed_holder(s, "x"),
    "a daily letter": lambda s: following.of_the_day(s, OWNER),
    "whom a comment answers": lambda s: following.concerned(s, COMMENT),
    "collections": lambda s: resources.collections(s),
    "the newest resources": lambda s: resources.newest(s, 10, None),
    "the newest resources, older": lambda s: resources.newest(s, 10, KEY),
    "what no collection has": lambda s: targets.uncurated(s, "a.example", NOW, 10, None),
    "what no collection has, older": lambda s: targets.uncurated(s, "a.example", NOW, 10, KEY),
    "which resources are due": lambda s: s.scalars(checking.due(NOW).limit(1)).all(),
    "what is broken": lambda s: resources.broken(s, 10, None),
    "what is broken, older": lambda s: resources.broken(s, 10, KEY),
    "what has moved": lambda s: resources.moved(s, 10),
    "how much is broken": lambda s: resources.how_many_ail(s, 100),
    "who speaks of a resource": lambda s: resources.posts_by_item(s, [1, 2]),
    "an author's drafts": lambda s: posts.drafts(s, AUTHOR, 10),
    "an owner's drafts": lambda s: posts.drafts(s, OWNER, 10),
    "what is scheduled": lambda s: posts.scheduled(s, OWNER, NOW, 10),
    "an author's scheduled posts": lambda s: posts.scheduled(s, AUTHOR, NOW, 10),
    "jobs that have failed": lambda s: jobs.failed(s, 10),
    "who waits": members.how_many_wait,
    "figures by day": lambda s: stats.by_day(s, NOW.date(), 30, "UTC"),
    "what is read most": lambda s: stats.top_posts(s, NOW.date(), NOW, 10),
    "where readers come from": lambda s: stats.referrers(s, NOW.date(), 10),
    "who subscribes": lambda s: stats.feeds(s, NOW.date()),
    "uploads": lambda s: media.newest(s, "", 10, None),
    "uploads, older": lambda s: media.newest(s, "", 10, KEY),
    "uploads with a word": lambda s: media.newest(s, "pond", 10, None),
    "the posts that show an upload": lambda s: media.post_ids(s, Media(id=1)),
    "which uploads are in use": lambda s: media.used(s, [Media(id=1), Media(id=2)]),
    "what feeds enclose": lambda s: media.enclosures(s, [1, 2]),
    "members": lambda s: members.newest(s, None, 10, None),
    "members, older": lambda s: members.newest(s, None, 10, KEY),
    "members of a name": lambda s: members.newest(s, None, 10, None, "fay"),
    "invitations": lambda s: invitations.still_good(s, NOW),
    "a member's comments": lambda s: comments.newest_of(s, AUTHOR, 10),
    "how much members say": lambda s: comments.counts_of(s, [1, 2]),
    "members who wait": lambda s: members.newest(s, Standing.WAITING, 10, None),
    "members who wait, older": lambda s: members.newest(s, Standing.WAITING, 10, KEY),
}

SORTED = {
    "a member's comments": "what one member has said, for the owner alone",
    "what is read most": "a month of counts is added up first",
    "where readers come from": "likewise",
    "what feeds enclose": "what each of some posts has, which no one index holds",
    "a post and what is around it": "the links of one post, 50 at most",
    "who speaks of a resource": "what each of some resources has, which no one index holds",
}


@pytest.fixture
def database(servers):
    with servers("sqlite").fresh() as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def plan(database):
    """What SQLite does for each statement of a query, a line a step."""

    def plan(query) -> list[str]:
        said = []
        event.listen(database.engine, "before_cursor_execute", lambda *given: said.append(given))
        with database.reading() as session:
            _ask(session, query)
            steps = []
            for _, cursor, statement, parameters, *_ in list(said):
                if statement.startswith("SELECT"):
                    rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                    steps += [row[3] for row in rows]
        return steps

    return plan


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_handed_over_by_an_index_in_its_order(plan, name):
    steps = plan(LISTS[name])
    assert [step for step in steps if "INDEX" in step]
    assert bool(_sorting(steps)) == (name in SORTED), steps
    assert not _going_through_all(steps)


@pytest.mark.parametrize("state", State)
def test_an_author_who_looks_through_comments_passes_by_those_of_others(plan, state):
    steps = plan(lambda session: queue.in_state(session, AUTHOR, state, 10))
    [step] = [step for step in steps if " comments " in f"{step} "]
    assert "ix_comments_post_author_id_state_created_at_id (post_author_id=? AND state=?)" in step


def test_posts_are_found_by_their_ids_and_not_among_all_that_are_public(plan):
    assert plan(lambda session: posts.visible(session, [1, 2], NOW))[0] == (
        "SEARCH posts USING INTEGER PRIMARY KEY (rowid=?)"
    )


def test_a_plan_without_an_index_is_found_out(plan):
    steps = plan(lambda session: session.scalars(select(Post).order_by(Post.title)).all())
    assert _sorting(steps)
    assert _going_through_all(steps)


def _sorting(steps: list[str]) -> list[str]:
    return [step for step in steps if "TEMP B-TREE" in step]


def _going_through_all(steps: list[str]) -> list[str]:
    """Steps that look at every row of a table; a bracket and a co-routine are what another step
    has found."""
    made = ("CO-ROUTINE", "MATERIALIZE")
    found = {step.partition(" ")[2] for step in steps if step.startswith(made)}
    scans = [step for step in steps if step.startswith("SCAN ") and step[5:] not in found]
    return [step for step in scans if "INDEX" not in step and "(" not in step]


def _ask(session: Session, query) -> None:
    with suppress(NotFound):  # The tables are empty.
        query(session)
