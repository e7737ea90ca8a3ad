"""People's text to safe HTML: one Markdown, in a full kind for posts and a small one for
comments. Rendered and sanitised when it is written; a read never renders."""

from app.lib.markup.html import absolute, anchors, links, named_links, plain
from app.lib.markup.inert import Block, blocks, inert
from app.lib.markup.media import (
    Shown,
    media_name,
    media_names,
    plain_pictures,
    wide_picture,
    with_media,
)
from app.lib.markup.render import (
    VERSION,
    Marks,
    comment_html,
    lead_html,
    plain_html,
    post_html,
)

__all__ = [
    "VERSION",
    "Block",
    "Marks",
    "Shown",
    "absolute",
    "anchors",
    "blocks",
    "comment_html",
    "inert",
    "lead_html",
    "links",
    "media_name",
    "media_names",
    "named_links",
    "plain",
    "plain_html",
    "plain_pictures",
    "post_html",
    "wide_picture",
    "with_media",
]
