"""A member's own feed of what they are told, for programs that know no session: the address is
the key. It is in no cache of ours and in no shared one."""

import hashlib

from flask import Blueprint, Response, g, request

from app.feeds import from_comments
from app.following import queries as following
from app.following.rules import why_not_told
from app.http.moment import now
from app.http.store import config, reading, site
from app.lib.errors import Gone, refuse_if
from app.site import links
from app.web import listings

IN_FEED = 50
# To be kept by whoever reads it, and asked for anew each time (RFC 9111 §5.2.2.4).
OWN = "private, no-cache"

door = Blueprint("private_feed", __name__)


@door.get("/account/feed/<string(length=32):token><dress:dress>")
def show(token: str, dress: str) -> Response:
    g.is_personal = True  # Also a refusal is nobody else's.
    member = following.feed_holder(reading(), token)
    if member is None:
        raise Gone("This feed was ended. There may be another one at your account.")
    refuse_if(why_not_told(member))
    comments = following.to_read(reading(), member, now(), IN_FEED)
    address = links.private_feed(token)
    made = from_comments.of_member(site(), config().site_url, address, comments)
    response = listings.feed(made, dress)
    response.headers["Cache-Control"] = OWN
    del response.headers["Last-Modified"]  # What is hidden leaves an older date behind.
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20], weak=True)
    return response.make_conditional(request)
