"""What has changed between two texts, in words. Paragraphs that stand once in both are taken as
they are; between them words are compared, as long as that takes no long time."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

# Pairs of words that are compared in one difference. Beyond it a paragraph is shown as taken out
# and put in whole: the worst of texts would take minutes, this takes less than a second.
MOST_PAIRS = 1_000_000
# A word goes with the spaces behind it; line ends stand alone, so that they are rarely changed.
WORD = re.compile(r"\S+[^\S\n]*|\s+")


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Run(NamedTuple):
    """A piece of text that is in both, in the old one alone, or in the new one alone."""

    change: Change
    text: str


def of_texts(old: str, new: str) -> list[Run]:
    """The runs from which both texts can be read, in their order."""
    return list(_joined(_of_lines(old.splitlines(keepends=True), new.splitlines(keepends=True))))


def _of_lines(old: list[str], new: list[str]) -> Iterator[Run]:
    pairs, left, right = MOST_PAIRS, 0, 0
    for at_old, at_new in [*_anchors(old, new), (len(old), len(new))]:
        before, after = "".join(old[left:at_old]), "".join(new[right:at_new])
        words = WORD.findall(before), WORD.findall(after)
        cost = len(words[0]) * len(words[1])
        if cost <= pairs:
            pairs -= cost
            yield from _of_words(*words)
        else:
            yield from (Run(Change.GONE, before), Run(Change.NEW, after))
        if at_old < len(old):
            yield Run(Change.SAME, old[at_old])
        left, right = at_old + 1, at_new + 1


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Where the lines stand that both texts have at their ends, and those between that each has
    once, as far as they come in the same order."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    once_old, once_new = (_once(lines[start : len(lines) - end], start) for lines in (old, new))
    shared = [(at, once_new[line]) for line, at in once_old.items() if line in once_new]
    head = [(at, at) for at in range(start)]
    tail = [(len(old) - n, len(new) - n) for n in range(end, 0, -1)]
    return [*head, *_ascending(shared), *tail]


def _once(lines: list[str], offset: int) -> dict[str, int]:
    counts = Counter(lines)
    return {line: at for at, line in enumerate(lines, offset) if counts[line] == 1}


def _ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, sorted by their first, in which the second ascends as well."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        last[length : length + 1] = [index]
    found, index = [], last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _of_words(old: list[str], new: list[str]) -> Iterator[Run]:
    matcher = SequenceMatcher(None, old, new)
    for tag, left, left_end, right, right_end in matcher.get_opcodes():
        if tag == "equal":
            yield Run(Change.SAME, "".join(old[left:left_end]))
        else:
            yield Run(Change.GONE, "".join(old[left:left_end]))
            yield Run(Change.NEW, "".join(new[right:right_end]))


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """The runs without empty ones, neighbours of one kind as one."""
    for change, group in groupby((run for run in runs if run.text), key=lambda run: run.change):
        yield Run(change, "".join(run.text for run in group))
