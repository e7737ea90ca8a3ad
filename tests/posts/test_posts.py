"""Writing and reading posts, on both databases."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.lib.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from app.lib.paging import Key
from app.posts import actions, around, queries
from app.posts.models import CommentPolicy, Kind, Post
from app.site import settings
from app.tags import queries as tags
from tests import cast
from tests.cast import NOW

SOON = NOW + timedelta(hours=1)


@contextmanager
def counted(database):
    """The SELECT statements that are sent meanwhile."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_post_keeps_its_address_when_its_title_changes(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        post = cast.post(session, bo, "A small pond")
        actions.save(session, bo, post, cast.draft("A large lake"), SOON)
        assert post.path == "2010/01/a-small-pond"
        assert queries.at_path(session, "2010/01/a-small-pond", SOON).title == "A large lake"


def test_the_address_has_the_day_of_the_sites_zone(database):
    with database.writing() as session:
        settings.change(session, "zone", "Pacific/Kiritimati")
        bo = cast.people(session)["bow"]
        post = cast.post(session, bo, at=NOW.replace(day=31, hour=12))
        assert post.path == "2010/02/a-small-pond"


def test_two_posts_of_one_title_and_month_have_two_addresses(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        paths = [cast.post(session, bo).path for _ in range(3)]
    assert paths == [
        "2010/01/a-small-pond",
        "2010/01/a-small-pond-2",
        "2010/01/a-small-pond-3",
    ]


def test_a_page_called_tags_steps_aside(database):
    with database.writing() as session:
        ada = cast.people(session)["ada"]
        page = cast.post(session, ada, "Tags", kind=Kind.PAGE)
    assert page.path == "tags-2"


def test_a_scheduled_post_appears_at_its_second_and_not_before(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        post = actions.begin(session, bo, cast.draft(tags=["Ponds"]), "one", NOW)
        actions.publish(session, bo, post, NOW, at=SOON)
        tag = tags.by_slug(session, "ponds")
    before = SOON - timedelta(seconds=1)
    with database.reading() as session:
        for key in (None, Key(SOON, post.id + 1), Key(SOON + timedelta(days=3000), 1)):
            assert queries.latest(session, before, 10, key)[0] == []
            assert queries.by_tag(session, tag.id, before, 10, key)[0] == []
            assert queries.by_author(session, bo.id, before, 10, key)[0] == []
            assert queries.in_period(session, NOW, SOON, before, 10, key)[0] == []
        with pytest.raises(NotFound):
            queries.at_path(session, post.path, before)
        assert [row.id for row in queries.latest(session, SOON, 10)[0]] == [post.id]
        assert [row.id for row in queries.by_tag(session, tag.id, SOON, 10)[0]] == [post.id]
        assert queries.at_path(session, post.path, SOON).id == post.id


def test_a_withdrawn_post_is_gone_from_everywhere_and_its_address_says_so(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        post = cast.post(session, bo, tags=["Ponds"])
        actions.withdraw(session, bo, post, SOON)
        tag = tags.by_slug(session, "ponds")
    with database.reading() as session:
        with pytest.raises(Gone):
            queries.at_path(session, post.path, SOON)
        assert queries.latest(session, SOON, 10)[0] == []
        assert queries.by_tag(session, tag.id, SOON, 10)[0] == []


def test_what_was_withdrawn_and_published_again_keeps_day_and_address(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        post = cast.post(session, bo)
        actions.withdraw(session, bo, post, SOON)
        actions.publish(session, bo, post, SOON)
        assert (post.published_at, post.path) == (NOW, "2010/01/a-small-pond")
        with pytest.raises(Invalid):
            actions.publish(session, bo, post, SOON, at=SOON)


def test_withdrawing_what_was_only_scheduled_makes_a_draft_of_it(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        post = actions.begin(session, bo, cast.draft(), "one", NOW)
        actions.publish(session, bo, post, NOW, at=SOON)
        actions.withdraw(session, bo, post, NOW)
        assert (post.state, post.path, post.published_at) == ("draft", None, SOON)


def test_the_same_form_sent_twice_makes_one_post(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        first = actions.begin(session, bo, cast.draft(), "same", NOW)
        assert actions.begin(session, bo, cast.draft(), "same", NOW) is first


def test_members_and_other_authors_are_refused(database):
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        for login in ("cyd", "dee", "eve"):
            with pytest.raises(NotAllowed):
                actions.begin(session, people[login], cast.draft(), "x", NOW)
        for change in (
            lambda: actions.save(session, people["bea"], post, cast.draft(), NOW),
            lambda: actions.withdraw(session, people["bea"], post, NOW),
            lambda: actions.publish(session, people["bea"], post, NOW),
        ):
            with pytest.raises(NotAllowed):
                change()


def test_authors_see_their_own_at_the_desk_and_owners_all(database):
    with database.writing() as session:
        people = cast.people(session)
        mine, other = cast.post(session, people["bow"]), cast.post(session, people["bea"])
    with database.reading() as session:
        rows = queries.written(session, people["bow"], 10)[0]
        assert [row.id for row in rows] == [mine.id]
        assert len(queries.written(session, people["ada"], 10)[0]) == 2
        with pytest.raises(NotFound):
            queries.for_writing(session, people["bow"], other.id)


def test_lists_go_by_key_and_meet_each_post_once(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        for number in range(7):  # Three of them in the same second.
            at = NOW + timedelta(seconds=max(0, number - 2))
            cast.post(session, bo, f"Post {number}", at=at, tags=["Ponds"])
        tag = tags.by_slug(session, "ponds")
    for page in (
        lambda key: queries.latest(session, SOON, 3, key),
        lambda key: queries.by_tag(session, tag.id, SOON, 3, key),
        lambda key: queries.by_author(session, bo.id, SOON, 3, key),
        lambda key: queries.in_period(session, NOW, SOON, SOON, 3, key),
    ):
        with database.reading() as session:
            titles, key = [], None
            for size in (3, 3, 1):
                rows, key = page(key and Key.parse(str(key)))
                titles += [row.title for row in rows]
                assert len(rows) == size
            assert key is None
        assert sorted(titles) == [f"Post {number}" for number in range(7)]
        assert titles[0] == "Post 6"


def test_neighbours_are_the_posts_before_and_after(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        first, second, third = (
            cast.post(session, bo, f"Post {n}", at=NOW + timedelta(days=n), tags=["Ponds", "Water"])
            for n in range(3)
        )
    later = NOW + timedelta(days=9)
    with database.reading() as session:
        found = [around.of_post(session, post.path, later) for post in (first, second, third)]
        titles = [[side and side.title for side in (one.older, one.newer)] for one in found]
        assert titles == [[None, "Post 1"], ["Post 0", "Post 2"], ["Post 1", None]]
        assert [tag.name for tag in found[1].tags] == ["Ponds", "Water"]
        assert around.of_post(session, second.path, NOW + timedelta(days=1)).newer is None


def test_twenty_posts_need_as_many_queries_as_ten(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        for number in range(20):
            cast.post(session, bo, f"Post {number}", tags=[f"Tag {number}", "Ponds"])
    with counted(database) as statements, database.reading() as session:
        ten = queries.latest(session, SOON, 10)[0]
        for_ten = len(statements)
        twenty = queries.latest(session, SOON, 20)[0]
    assert [tag.name for post in ten + twenty for tag in post.tags]
    assert len(statements) == 2 * for_ten


def test_how_long_a_list_may_be_stands_in_its_statement(database):
    with counted(database) as statements, database.reading() as session:
        queries.latest(session, NOW, 10)
        queries.by_tag(session, 1, NOW, 10)
        queries.pinned(session, NOW)
    asked = ["LIMIT 11", "LIMIT 11", "LIMIT 1"]
    assert [is_in in said for is_in, said in zip(asked, statements, strict=True)] == [True] * 3


def test_an_excerpt_is_taken_from_the_text_and_renewed_with_it(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        post = cast.post(session, bo, text="First words.\n\n<!--more-->\n\nMore words.")
        assert post.excerpt == "First words."
        assert "More words" not in post.lead_html
        actions.save(session, bo, post, cast.draft(text="Other words."), SOON)
        assert (post.excerpt, post.lead_html) == ("Other words.", None)
        actions.save(session, bo, post, cast.draft(excerpt="My own."), SOON)
        assert post.excerpt == "My own."


def test_what_has_an_address_cannot_turn_from_post_to_page(database):
    with database.writing() as session:
        ada = cast.people(session)["ada"]
        post = cast.post(session, ada)
        with pytest.raises(Invalid):
            actions.save(session, ada, post, cast.draft(kind=Kind.PAGE), SOON)


def test_a_hundredth_namesake_is_told_to_choose_another_title(database):
    with database.writing() as session:
        bo = cast.people(session)["bow"]
        for number in range(99):
            slug = "pond" if number == 0 else f"pond-{number + 1}"
            session.add(
                Post(
                    slug=slug,
                    path=f"2010/01/{slug}",
                    title="Pond",
                    source="",
                    html="",
                    excerpt="",
                    renderer=1,
                    author_id=bo.id,
                    created_at=NOW,
                    updated_at=NOW,
                    published_at=NOW,
                    state="published",
                    submission=slug,
                    comments=CommentPolicy.MEMBERS,
                )
            )
        session.flush()
        with pytest.raises(Conflict):
            cast.post(session, bo, "Pond")
