"""The one sanitizer. What is not named here does not get through."""

import nh3

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
COMMENT_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "code": {"class"}}
# Ids that authors make stand apart from those of the page, such as comment-3.
ID_PREFIXES = ("s-", "fn-", "fnref-")


def post(html: str) -> str:
    return nh3.clean(
        html,
        tags=POST_TAGS,
        attributes=POST_ATTRIBUTES,
        attribute_filter=_filter_post,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def comment(html: str) -> str:
    return nh3.clean(
        html,
        tags=COMMENT_TAGS,
        attributes=COMMENT_ATTRIBUTES,
        attribute_filter=_filter_comment,
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
        strip_comments=True,
    )


def _filter_post(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id" and not value.startswith(ID_PREFIXES):
        return None
    if attribute in ("width", "height") and not (value.isascii() and value.isdigit()):
        return None
    return value


def _filter_comment(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class" and not value.startswith("language-"):
        return None
    return value
