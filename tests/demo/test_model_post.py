"""The demonstration shows the model: every paragraph of it, in its order, word for word."""

import re
from pathlib import Path

import pytest

from app.demo import build
from app.lib import clock
from tests.cast import PASSWORD

WORDS = Path(__file__).parents[1] / "words" / "informal_learning.txt"
ADDRESS = "/2010/01/informal-learning-2010"
NOTE = "Note: Only a member of this blog may post a comment."


@pytest.fixture
def page(house, browser):
    build.make(house.database, house.hasher, PASSWORD, clock.now())
    return browser.get(ADDRESS)


def paragraphs(text: str) -> list[str]:
    """Paragraphs with their white space made plain: the model has some non-breaking spaces."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def model() -> tuple[list[str], list[list[str]], str]:
    """The post's paragraphs, date and title first; those of each comment; the note."""
    body, note = WORDS.read_text(encoding="utf-8").split("\nNote:")
    post, *comments = re.split(r"\n\s{2}\d\. ", body)
    return paragraphs(post), [paragraphs(comment) for comment in comments], f"Note:{note}".strip()


def test_the_copy_of_the_words_is_the_whole_model():
    post, comments, note = model()
    assert post[:2] == ["Saturday, January 9, 2010", "Informal Learning - 2010"]
    assert (len(post), [len(comment) for comment in comments], note) == (9, [1, 3, 3, 3], NOTE)


def test_the_post_reads_as_the_model_does(page):
    date, title, *body = model()[0]
    assert page.words(page.by_class("dateline")[0]) == date
    assert page.words(page.all("h1")[0]) == title
    text = page.by_class("post-text")[0]
    assert [page.words(paragraph) for paragraph in text.iter("p")] == body


def test_the_comments_read_as_the_models_do(page):
    shown = [
        [page.words(paragraph) for paragraph in text.iter("p")]
        for text in page.by_class("comment-text")
    ]
    assert shown == model()[1]
    names = [page.words(name) for name in page.by_class("comment-name")]
    assert names == ["Connie", "Jeffrey", "Jay", "Jeffrey"]
    assert page.words(page.by_id("comments")) == "4 comments"


def test_the_authors_comments_are_marked_and_answer_the_members(page):
    for number in (2, 4):
        comment = page.by_id(f"comment-{number}")
        assert "Author" in page.words(comment)
        assert f"in reply to {number - 1}" in page.words(comment)
        assert f"answered by {number}" in page.words(page.by_id(f"comment-{number - 1}"))


def test_the_note_stands_below_the_comments(page):
    words = page.words()
    assert words.index("Thanks again,") < words.index(NOTE)


def test_the_order_is_that_of_the_model(page):
    date, title, first, *_ = model()[0]
    places = [page.words(page.all("main")[0]).index(part) for part in (date, title, first)]
    assert places == sorted(places)


def test_the_resources_of_the_post_are_found_from_its_links(page, browser):
    words = page.words(page.by_class("marginalia")[0]) if page.by_class("marginalia") else ""
    for origin in ("Jay Cross", "Clark Quinn", "Jane Hart", "Learning Circuits"):
        assert origin in words or origin in page.words()
    collection = browser.get("/resources/informal-learning")
    spoken = [link.get("href") for link in collection.all("a")]
    assert spoken.count(ADDRESS) == 4


def test_making_it_twice_changes_nothing(house):
    assert len(build.make(house.database, house.hasher, PASSWORD, clock.now())) == 7
    assert build.make(house.database, house.hasher, PASSWORD, clock.now()) == []
