"""Links at the desk: what texts speak of that is no resource yet, and resources that are not where
they were."""

from flask import Blueprint, Response

from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import config, reading
from app.http.who import Needs, needs
from app.posts import queries as posts
from app.resources import queries as resources
from app.resources import targets
from app.resources.rules import link_key
from app.site import curating, links

ON_A_PAGE = 50
MOST_MOVED = 50

door = Blueprint("desk_targets", __name__)


@door.get("/desk/links")
@needs(Needs.AUTHOR)
def index() -> Response:
    ours = link_key(config().site_url)
    rows, key = targets.uncurated(reading(), ours, now(), ON_A_PAGE, page_key())
    in_texts = (link for row in rows for link in (row.in_post, row.in_comment) if link)
    public = posts.visible(reading(), sorted({link.post_id for link in in_texts}), now())
    older = links.before(curating.TARGETS, key) if key else None
    return render("desk/targets.html", rows=rows, posts=public, older_url=older)


@door.get("/desk/links/broken")
@needs(Needs.AUTHOR)
def broken() -> Response:
    items, key = resources.broken(reading(), ON_A_PAGE, page_key())
    older = links.before(curating.BROKEN, key) if key else None
    moved = resources.moved(reading(), MOST_MOVED)
    return render("desk/broken.html", items=items, moved=moved, older_url=older)
