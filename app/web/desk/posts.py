"""The list of what an author has written."""

from flask import Blueprint, Response

from app.http import who
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import reading
from app.http.who import Needs, needs
from app.posts import queries as posts
from app.posts.rules import state_of
from app.site import links

ON_A_PAGE = 30

door = Blueprint("desk_posts", __name__)


@door.get("/desk/posts")
@needs(Needs.AUTHOR)
def index() -> Response:
    rows, key = posts.written(reading(), who.asking(), ON_A_PAGE, page_key())
    return render(
        "desk/posts.html",
        posts=[(post, state_of(post, now())) for post in rows],
        older_url=links.before(links.DESK_POSTS, key) if key else None,
    )
