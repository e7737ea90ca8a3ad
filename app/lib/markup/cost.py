"""Refusing text that would take too long to render, before it is rendered.

Python-Markdown looks for the end of each opener ([ or <) through the rest of its block, so the
time goes with openers x block length, summed over the blocks: about 0.13 s a million (measured
with Python-Markdown 3.11.3). Every other mark costs at least a copy of its block: 0.4 s for a
thousand million marks x characters, more where emphasis is nested. Lines and table cells cost
time by their square, 0.5 s at 3,000, and code 0.7 s for 100,000 characters. Depth of nesting
costs recursion.
"""

import re

from app.lib.errors import Invalid

DEEPEST = 50
MOST_LINES = 3_000
MOST_CODE = 100_000
MARKERS = re.compile(r"(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))", re.ASCII)
PREFIX = re.compile(r"(?:\s|>|[-*+](?=\s)|\d{1,9}[.)](?=\s))*", re.ASCII)
FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
OPENERS = ("[", "<", "\\")
MARKS = ("*", "_", "`", "&", '"', "'")
MARKS_TO_AN_OPENER = 50


def check(source: str, most: int) -> None:
    """Raise Invalid when the text would cost more than `most` (openers x characters)."""
    lines = source.split("\n")
    if any(_depth(line) > DEEPEST for line in lines):
        raise Invalid(f"Lists and quotes go up to {DEEPEST} deep.", "text")
    if sum(1 + line.count("|") for line in lines if line.strip()) > MOST_LINES:
        raise Invalid(f"A text has up to {MOST_LINES:,} lines and table cells.", "text")
    blocks = _blocks(lines)
    if sum(_openers(block) * len(block) for block in blocks) > most:
        raise Invalid(
            "There are too many marks such as [, < or * in one paragraph. Break it up with empty "
            "lines, or put it between ``` marks if it is code.",
            "text",
        )
    if sum(map(len, lines)) - sum(len(block) - block.count("\n") for block in blocks) > MOST_CODE:
        raise Invalid(f"The code in a text has up to {MOST_CODE:,} characters.", "text")


def _depth(line: str) -> int:
    prefix = PREFIX.match(line)[0]
    indent = len(prefix) - len(prefix.lstrip(" ")) + 4 * prefix.count("\t")
    return len(MARKERS.findall(prefix + " ")) + indent // 4


def _openers(block: str) -> float:
    marks = sum(block.count(mark) for mark in MARKS)
    return sum(block.count(opener) for opener in OPENERS) + marks / MARKS_TO_AN_OPENER


def _blocks(lines: list[str]) -> list[str]:
    """The text between empty lines, without fenced code, which is taken out before parsing."""
    blocks, block, index, unclosed = [], [], 0, set()
    while index < len(lines):
        end = _fence_end(lines, index, unclosed)
        if end or not lines[index].strip():
            blocks.append("\n".join(block))
            block = []
        else:
            block.append(lines[index])
        index = end or index + 1
    blocks.append("\n".join(block))
    return blocks


def _fence_end(lines: list[str], start: int, unclosed: set[str]) -> int | None:
    """The index behind the fenced code that begins at `start`, if some does and is closed.

    `unclosed` gathers the fences that nothing closes from here on, which need no second look.
    """
    opening = FENCE.match(lines[start])
    if not opening or opening[1] in unclosed:
        return None
    for index in range(start + 1, len(lines)):
        if lines[index].rstrip() == opening[1]:
            return index + 1
    unclosed.add(opening[1])
    return None
