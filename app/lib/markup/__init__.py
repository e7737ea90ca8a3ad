"""People's text to safe HTML: one Markdown, in a full kind for posts and a small one for
comments. Rendered and sanitised when it is written; a read never renders."""

from app.lib.markup.html import absolute, links, plain, references
from app.lib.markup.media import Shown, media_names, plain_pictures, with_media
from app.lib.markup.render import VERSION, comment_html, lead_html, post_html

__all__ = [
    "VERSION",
    "Shown",
    "absolute",
    "comment_html",
    "lead_html",
    "links",
    "media_names",
    "plain",
    "plain_pictures",
    "post_html",
    "references",
    "with_media",
]
