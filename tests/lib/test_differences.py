"""Differences between two texts, in words."""

from hypothesis import given
from hypothesis import strategies as st

from app.lib import clock
from app.lib.differences import Change, Run, of_texts

WORDS = st.lists(st.sampled_from(["fish", "pond", "pond,", " ", "\n", "\n\n", "  "])).map("".join)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_the_runs(old, new):
    runs = of_texts(old, new)
    assert "".join(run.text for run in runs if run.change != Change.NEW) == old
    assert "".join(run.text for run in runs if run.change != Change.GONE) == new


def test_a_changed_word_is_one_word_and_the_rest_stays():
    assert of_texts("A small pond.\n\nIt is wet.", "A large pond.\n\nIt is wet.") == [
        Run(Change.SAME, "A "),
        Run(Change.GONE, "small "),
        Run(Change.NEW, "large "),
        Run(Change.SAME, "pond.\n\nIt is wet."),
    ]


def test_a_paragraph_that_is_put_in_leaves_the_others_alone():
    old = "".join(f"Paragraph {number}.\n\n" for number in range(9))
    new = old.replace("Paragraph 4.", "Between.\n\nParagraph 4.")
    changes = [run for run in of_texts(old, new) if run.change != Change.SAME]
    assert changes == [Run(Change.NEW, "Between.\n\n")]


def test_safety_13_the_worst_of_texts_takes_less_than_a_second():
    """200,000 characters of few words: nothing stands once, and everything could be anything."""
    started = clock.ticks()
    for unit in ("a b ", "a\nb\n", "a a\n\nb\n"):
        of_texts(unit * (200_000 // len(unit)), unit[::-1] * (200_000 // len(unit)))
    for words in (900, 1_000):  # As many as are just compared.
        of_texts(" ".join("ab"[n % 2] * (n % 7) for n in range(words)), "b a bb aa " * (words // 4))
    assert clock.ticks() - started < 5
