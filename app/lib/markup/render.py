"""Markdown to HTML: the full kind for posts, the small kind for comments."""

import re
import threading
from html import escape
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from app.lib import slugs, text
from app.lib.errors import Invalid
from app.lib.markup import cost, sanitize

# What is written, such as #3 or @cyd, and the address that it links to.
Marks = tuple[tuple[str, str], ...]
# Raise it when the same text gives other HTML than before.
VERSION = 3
LONGEST_POST = 200_000
LONGEST_COMMENT = 5_000
MOST_POST_COST = 5_000_000
MOST_COMMENT_COST = 1_500_000
# A thread keeps its converter of comments: to make one takes longer than most comments do.
_kept = threading.local()
MORE = re.compile(r"^[ ]{0,3}<!--\s*more\s*-->[ ]*$", re.MULTILINE)
WORD = re.compile(r"\w")
EMPTY_LINE = re.compile(r"\n\s*\n")
# A paragraph in which nothing can be a mark, an address, a number or a name.
PLAIN = re.compile(r"(?!.*_)[^\W\d_][\w ,;:.!?()'\"‘’“”…–—-]*")
NOT_IN_COMMENTS = {
    "preprocessors": ("html_block",),
    "parser.blockprocessors": ("hashheader", "setextheader", "hr", "reference"),
    "inlinePatterns": (
        "reference",
        "image_link",
        "image_reference",
        "short_reference",
        "short_image_ref",
        "html",
    ),
}


def post_html(source: str) -> str:
    """Safe HTML of a post; raises Invalid. Headings begin at h2, below the post's title."""
    _check(source, LONGEST_POST, "A text", MOST_POST_COST)
    return sanitize.post(_convert(_post_markdown(), MORE.sub("", source)))


def lead_html(source: str) -> str | None:
    """Safe HTML of what stands above the first read-more mark; None when there is no mark."""
    lead = MORE.split(source, maxsplit=1)
    return post_html(lead[0]) if len(lead) == 2 else None


def comment_html(source: str, marks: Marks = ()) -> str:
    """Safe HTML of a comment; each of the marks becomes a link to its address. Raises Invalid."""
    paragraphs = source.split("\n\n")
    if len(source) <= LONGEST_COMMENT and all(map(PLAIN.fullmatch, paragraphs)):
        # As most are. By the other way all that a comment takes would be a tenth more.
        return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return _marked_up(source, marks)


def _marked_up(source: str, marks: Marks = ()) -> str:
    _check(source, LONGEST_COMMENT, "A comment", MOST_COMMENT_COST)
    markdown = vars(_kept).pop("markdown", None) or _comment_markdown()
    markdown.marks = dict(marks)
    markdown.names = sorted((mark for mark, _ in marks if mark[0] == "@"), key=len, reverse=True)
    html = _convert(markdown.reset(), source)
    _kept.markdown = markdown  # Not if it was broken off, which leaves it in any state.
    return sanitize.comment(html)


def plain_html(words: str) -> str:
    """Safe HTML of plain words: paragraphs where a line is empty, and nothing else. Raises
    Invalid."""
    reason = text.why_not_text(words)
    if reason:
        raise Invalid(reason, "text")
    paragraphs = (" ".join(one.split()) for one in EMPTY_LINE.split(words))
    html = "\n".join(f"<p>{escape(one, quote=False)}</p>" for one in paragraphs if one)
    return sanitize.comment(html)


def _check(source: str, longest: int, what: str, most_cost: int) -> None:
    reason = text.why_not_text(source)
    if reason:
        raise Invalid(reason, "text")
    if len(source) > longest:
        raise Invalid(
            f"{what} has up to {longest:,} characters; this one has {len(source):,}.", "text"
        )
    cost.check(source, most_cost)


def _convert(markdown: Markdown, source: str) -> str:
    try:
        return markdown.convert(source)
    except RecursionError as error:
        raise Invalid("This is nested too deeply to be shown.", "text") from error


def _post_markdown() -> Markdown:
    return Markdown(
        extensions=[
            "attr_list",
            "md_in_html",
            "sane_lists",
            "smarty",
            FencedCodeExtension(),
            CodeHiliteExtension(guess_lang=False, css_class="highlight"),
            TableExtension(use_align_attribute=True),
            FootnoteExtension(SEPARATOR="-", BACKLINK_TITLE="Back to note {} in the text"),
            TocExtension(baselevel=2, slugify=_heading_id),
        ]
    )


def _heading_id(heading: str, _separator: str) -> str:
    return f"s-{slugs.slug(heading) or 'section'}"


def _comment_markdown() -> Markdown:
    markdown = Markdown(extensions=["sane_lists", FencedCodeExtension()])
    for registry, names in NOT_IN_COMMENTS.items():
        found = markdown
        for part in registry.split("."):
            found = getattr(found, part)
        for name in names:
            found.deregister(name)
    markdown.inlinePatterns.register(BareAddress(markdown), "bare_address", 65)
    markdown.inlinePatterns.register(Number(markdown), "number", 64)
    markdown.inlinePatterns.register(Name(markdown), "name", 63)
    return markdown


class BareAddress(InlineProcessor):
    """An address in the text becomes a link, without the full stop that ends the sentence."""

    ANCESTOR_EXCLUDES = ("a",)
    SHAPE = r"""\bhttps?://[^\s<>"'\x02\x03]{1,1900}[^\s<>"'\x02\x03.,;:!?)\]]"""

    def __init__(self, markdown: Markdown):
        super().__init__(self.SHAPE, markdown)

    def handleMatch(self, match, _data):
        link = ElementTree.Element("a", {"href": match[0]})
        link.text = match[0]
        return link, match.start(0), match.end(0)


class Number(InlineProcessor):
    """`#3` becomes a link if there is an address for it."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, markdown: Markdown):
        super().__init__(r"(?<![\w#&/])#[1-9][0-9]{0,6}\b", markdown)

    def handleMatch(self, match, _data):
        address = self.md.marks.get(match[0])
        if address is None:
            return None, None, None
        return _link(address, match[0]), match.start(0), match.end(0)


class Name(InlineProcessor):
    """So does `@cyd`; the longest counts, for one name may begin as another."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, markdown: Markdown):
        super().__init__(r"(?<![\w@#&/])@(?=\w)", markdown)

    def handleMatch(self, match, data):
        start = match.start(0)
        for mark in self.md.names:
            end = start + len(mark)
            if data.startswith(mark, start) and not WORD.match(data, end):
                return _link(self.md.marks[mark], mark), start, end
        return None, None, None


def _link(address: str, words: str) -> ElementTree.Element:
    link = ElementTree.Element("a", {"href": address})
    link.text = AtomicString(words)
    return link
