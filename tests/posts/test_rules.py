"""The rules of posts, without a database."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from app.lib.errors import Invalid
from app.posts import rules
from app.posts.models import Kind, State
from tests.cast import NOW, draft


def a_post(state: State = State.PUBLISHED, at=NOW, path="2010/01/pond") -> SimpleNamespace:
    return SimpleNamespace(state=state, published_at=at, path=path, author_id=2)


def a_member(id: int = 2, is_author: bool = True, is_owner: bool = False) -> SimpleNamespace:
    return SimpleNamespace(id=id, is_author=is_author, is_owner=is_owner)


def test_a_post_whose_time_has_not_come_is_scheduled():
    post = a_post(at=NOW + timedelta(seconds=1))
    assert rules.state_of(post, NOW) == "scheduled"
    assert not rules.is_public(post, NOW)
    assert not rules.has_been_public(post, NOW)


def test_a_post_is_public_from_its_second_on():
    assert rules.is_public(a_post(), NOW)


def test_a_withdrawn_post_has_been_public():
    post = a_post(State.WITHDRAWN)
    assert rules.state_of(post, NOW) == "withdrawn"
    assert rules.has_been_public(post, NOW)


def test_only_authors_write():
    assert rules.why_not_write(None)
    assert "author" in rules.why_not_write(a_member(is_author=False))
    assert rules.why_not_write(a_member()) is None


def test_an_author_changes_her_own_posts_and_the_owner_all():
    assert rules.why_not_change(a_member(id=2), a_post()) is None
    assert rules.why_not_change(a_member(id=3), a_post())
    assert rules.why_not_change(a_member(id=3, is_owner=True), a_post()) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"excerpt": "x" * 501}, "excerpt"),
        ({"close_after_days": 0}, "close_after_days"),
        ({"close_after_days": 3651}, "close_after_days"),
    ],
)
def test_a_draft_that_cannot_be_kept_names_its_field(wrong, field):
    with pytest.raises(Invalid) as refusal:
        rules.check(draft(**wrong))
    assert refusal.value.field == field


def test_a_path_holds_the_day_of_the_site():
    assert rules.path_of(Kind.POST, "pond", date(2010, 1, 9)) == "2010/01/pond"
    assert rules.path_of(Kind.PAGE, "about", date(2010, 1, 9)) == "about"


@pytest.mark.parametrize("path", ["tags", "sign-in", "2010", "desk"])
def test_a_page_cannot_take_an_address_that_means_something_else(path):
    assert rules.is_reserved(path)


def test_a_title_without_latin_letters_still_gets_a_slug():
    assert rules.slug_of("池塘") == "untitled"
