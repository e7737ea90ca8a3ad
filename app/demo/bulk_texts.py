"""What a large blog is made of: a few texts of the demonstration, rendered once, and words for
titles and names. All are found by a number, so that the same blog comes out each time."""

from dataclasses import dataclass

from app.comments.texts import EXCERPT as EXCERPT_OF_COMMENT
from app.demo.content_files import read_folder
from app.lib import markup
from app.posts.actions import EXCERPT
from app.resources.rules import link_key

LONGEST_POST = 1500
LONGEST_COMMENT = 300
TO_ONE = '"#comment-1"'  # The post that it stands under is not known here.
NAMES_ONE = "I come back to this because of #1, which I had read too quickly the first time."

OPENINGS = [
    "Notes on",
    "A week with",
    "What we learned from",
    "In praise of",
    "Another look at",
    "The trouble with",
    "Where to begin with",
    "Questions about",
    "A short history of",
    "Against",
]
SUBJECTS = (
    "meetings margins pencils questions checklists apprentices libraries manuals corridors ledgers "
    "notebooks newcomers workshops timetables letters shelves footnotes mistakes lunches maps lists"
).split()
TAGS = (
    "reading writing teaching learning work memory paper tools people places history practice "
    "habits questions machines hospitals schools books letters walks"
).split()
FIRST_NAMES = (
    "Agnes Boris Clara Dmitri Elena Farid Greta Henrik Ines Jonas Katya Lucia Milan Nadia Oskar "
    "Paula Quentin Rosa Stefan Tilda"
).split()
LAST_NAMES = (
    "Abbott Brandt Castillo Dahl Engel Ferrari Grant Holm Ivanov Jansen Keller Lindqvist Moreau "
    "Novak Olsen Petrov"
).split()


@dataclass(frozen=True)
class PostText:
    source: str
    html: str
    lead_html: str | None
    excerpt: str
    keys: tuple[str, ...]  # Of the addresses that it points to, in their order.


@dataclass(frozen=True)
class CommentText:
    source: str
    html: str
    excerpt: str


def post_texts() -> list[PostText]:
    """The beginnings of the demonstration's posts."""
    blocks = [blocks[0] for blocks in read_folder("posts").values()]
    return [_post_text(_beginning(block.text, LONGEST_POST)) for block in blocks]


def comment_texts() -> list[CommentText]:
    """The first paragraphs of its comments, and last one that names comment 1."""
    blocks = [block for blocks in read_folder("comments").values() for block in blocks]
    firsts = [block.text.split("\n\n")[0] for block in blocks]
    short = [first for first in firsts if len(first) <= LONGEST_COMMENT and "#" not in first]
    return [_comment_text(text) for text in [*short, NAMES_ONE]]


def title(number: int) -> str:
    opening = OPENINGS[number % len(OPENINGS)]
    return f"{opening} {SUBJECTS[(number // len(OPENINGS) + number) % len(SUBJECTS)]}"


def tags_of(number: int) -> list[int]:
    """Two places in TAGS."""
    return [number % len(TAGS), (number + 1 + number // len(TAGS) % (len(TAGS) - 1)) % len(TAGS)]


def names() -> list[str]:
    return [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]


def _comment_text(source: str) -> CommentText:
    html = markup.comment_html(source, (("#1", TO_ONE.strip('"')),))
    return CommentText(source, html, markup.plain(html, EXCERPT_OF_COMMENT))


def _post_text(source: str) -> PostText:
    html, lead_html = markup.post_html(source), markup.lead_html(source)
    keys = dict.fromkeys(key for key in map(link_key, markup.links(html)) if key)
    return PostText(source, html, lead_html, markup.plain(lead_html or html, EXCERPT), tuple(keys))


def _beginning(text: str, longest: int) -> str:
    """As many whole paragraphs as fit, without the footnotes that they would lack."""
    kept: list[str] = []
    for paragraph in text.split("\n\n"):
        if kept and len("\n\n".join([*kept, paragraph])) > longest:
            break
        if "```" not in paragraph and "[^" not in paragraph:
            kept.append(paragraph)
    return "\n\n".join(kept)
