"""The one sanitizer. What is not named here does not get through. A character that cannot be kept
may stand in HTML as a reference, such as &#1;. In its place comes a mark; were it taken away, what
stood around it could make an address that was none when it was looked at."""

import re
from collections.abc import Callable

import nh3

from app.lib import text

Keep = Callable[[str, str, str], str | None]
SCHEMES = {"http", "https", "mailto"}
INLINE = {"a", "abbr", "br", "code", "del", "em", "kbd", "s", "strong", "sub", "sup"}
BLOCKS = {"blockquote", "li", "ol", "p", "pre"} | {"ul"}
COMMENT_TAGS = INLINE | BLOCKS
POST_TAGS = COMMENT_TAGS | set(
    "cite col colgroup dd div dl dt figcaption figure h2 h3 h4 h5 h6 hr img ins mark q small span "
    "table tbody td tfoot th thead time tr".split()
)
POST_ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "abbr": {"title"},
    "code": {"class"},
    "div": {"class"},
    "figure": {"class"},
    "img": {"src", "alt", "title", "width", "height", "loading", "class"},
    "li": {"id", "class"},
    "ol": {"start"},
    "pre": {"class"},
    "span": {"class"},
    "sup": {"id", "class"},
    "td": {"align"},
    "th": {"align"},
    "time": {"datetime"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
# What we ourselves make of uploads; authors cannot write it.
MEDIA_TAGS = {"audio", "picture", "source"}
MEDIA_ATTRIBUTES = {"audio": {"src", "controls", "preload"}, "source": {"srcset", "sizes", "type"}}
COMMENT_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "code": {"class"}}
# Ids that authors make stand apart from those of the page, such as comment-3.
ID_PREFIXES = ("s-", "fn-", "fnref-")
# Only what was uploaded here plays or comes in several widths.
OURS = re.compile(r"/media/[a-z0-9.-]+(?: [0-9]+w(?:, /media/[a-z0-9.-]+ [0-9]+w)*)?")
# How wide a picture is shown: as wide as the column of the text (static/css/tokens.css).
SIZES = "(min-width: 48rem) 38rem, 92vw"
FIXED = {"sizes": SIZES, "type": "image/webp", "preload": "none", "controls": ""}


def post(html: str, has_media: bool = False) -> str:
    return text.marked((_with_media if has_media else _posts).clean(html))


def comment(html: str) -> str:
    return text.marked(_comments.clean(html))


def _filter_post(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id" and not value.startswith(ID_PREFIXES):
        return None
    if attribute == "srcset" or (tag, attribute) == ("audio", "src"):
        return value if OURS.fullmatch(value) else None
    if attribute in FIXED:
        return FIXED[attribute]
    if attribute in ("width", "height") and not (value.isascii() and value.isdigit()):
        return None
    return value


def _filter_comment(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class" and not value.startswith("language-"):
        return None
    return value


def _cleaner(
    tags: set[str], attributes: dict[str, set[str]], keep: Keep, rel: str | None = None
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes=attributes,
        attribute_filter=keep,
        url_schemes=SCHEMES,
        link_rel=rel,
        strip_comments=True,
    )


# To make one takes longer than to clean most comments.
_posts = _cleaner(POST_TAGS, POST_ATTRIBUTES, _filter_post)
_with_media = _cleaner(POST_TAGS | MEDIA_TAGS, POST_ATTRIBUTES | MEDIA_ATTRIBUTES, _filter_post)
_comments = _cleaner(COMMENT_TAGS, COMMENT_ATTRIBUTES, _filter_comment, rel="nofollow ugc noopener")
