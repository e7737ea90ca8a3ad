"""What is learned from decisions, and what a text is like by that."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.lib import clock
from app.spam import training
from app.spam.models import Word
from app.spam.rules import LONGEST_WORD, MOST_WORDS, Counts, estimate, words_of
from app.spam.training import Kind

WANTED = "The pond in winter keeps its fish under the ice, as ours did number"
UNWANTED = "Win big at the casino tonight https://win.example/ bonus code"


def teach(session, times: int = 6) -> None:
    for number in range(times):
        training.learn(session, f"{WANTED} {number}", Kind.WANTED)
        training.learn(session, f"{UNWANTED} {number}", Kind.UNWANTED)


def rows(session) -> set[tuple]:
    return {tuple(row) for row in session.execute(select(Word.word, Word.wanted, Word.unwanted))}


def test_words_are_what_a_reader_would_call_them_and_where_links_lead():
    words = words_of("The *Pond*, the pond! [Win](https://www.win.example/a?b=c) x2 — don’t")
    assert words == {"the", "pond", "win", "don’t", "site:win.example", "links:few"}


@pytest.mark.parametrize("text", ["C\u200bas\u00adino", "ＣＡＳＩＮＯ", "casino\u202e", "𝐜𝐚𝐬𝐢𝐧𝐨"])
def test_a_word_in_disguise_is_the_same_word(text):
    assert words_of(text) == {"casino"}


def test_what_is_kept_of_one_text_is_bounded():
    text = " ".join(f"word{number}" for number in range(900)) + " https://" + "a" * 900
    words = words_of(text)
    assert len(words) == MOST_WORDS
    assert max(map(len, words)) <= LONGEST_WORD
    assert not words_of("") | words_of("!? \ud800 \0 ::")


def test_with_few_decisions_nothing_is_said():
    known = {"casino": Counts(0, 4)}
    assert estimate(frozenset({"casino"}), known, Counts(100, 4)) is None
    assert estimate(frozenset({"casino"}), known, Counts(100, 5)) is not None


def test_a_word_weighs_as_the_formula_says():
    """In 9 of 18 unwanted and in none of 18 wanted: ten to one, so 10/11."""
    found = estimate(frozenset({"casino", "new"}), {"casino": Counts(0, 9)}, Counts(18, 18))
    assert (found.percent, found.against, found.in_favour) == (91, ("casino",), ())
    assert estimate(frozenset({"new"}), {}, Counts(18, 18)).percent == 50


def test_what_was_decided_tells_new_texts_apart_and_says_by_which_words(database):
    with database.writing() as session:
        teach(session)
    with database.reading() as session:
        good, bad, other = training.judge(
            session, ["Fish in the ice of our pond?", "The casino bonus of tonight", "Zebra"]
        )
    assert good.percent < 10 < 90 < bad.percent
    assert other.percent == 50
    assert {"casino", "bonus", "tonight"} <= set(bad.against)
    assert "pond" in good.in_favour


def test_unlearning_leaves_what_was_before(database):
    with database.writing() as session:
        teach(session)
        before = rows(session)
        training.learn(session, "Casino in a pond", Kind.WANTED)
        training.unlearn(session, "Casino in a pond", Kind.WANTED)
        assert {row for row in rows(session) if any(row[1:])} == before
        training.unlearn(session, "Never learned, casino", Kind.WANTED)
        assert min(row[1] for row in rows(session)) == 0


def test_the_table_is_bounded_and_keeps_what_it_saw_often(database, monkeypatch):
    monkeypatch.setattr(training, "MOST", 100)
    monkeypatch.setattr(training, "KEPT", 50)
    with database.writing() as session:
        teach(session, 3)
        for part in range(4):
            text = " ".join(f"rare{part}x{number}" for number in range(40))
            training.learn(session, text, Kind.UNWANTED)
            assert session.scalar(select(func.count()).select_from(Word)) <= 100
        assert ("casino", 0, 3) in rows(session)
        assert ("", 3, 7) in rows(session)


def test_those_who_teach_at_once_lose_nothing_and_wait_in_no_circle(database):
    words = [f"word{number}" for number in range(40)]

    def learn(number: int) -> None:
        text = " ".join(words if number % 2 else reversed(words))
        with database.writing() as session:
            training.learn(session, text, Kind.WANTED)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(learn, range(24)))
    with database.reading() as session:
        assert {row[1] for row in rows(session)} == {24}


def test_fifty_comments_are_judged_in_the_blink_of_an_eye(database):
    with database.writing() as session:
        teach(session)
    texts = [
        " ".join(f"word{number % 700 + shift}" for number in range(600)) for shift in range(50)
    ]
    with database.reading() as session:
        started = clock.ticks()
        assert len(training.judge(session, texts)) == 50
        assert clock.ticks() - started < 1.0
