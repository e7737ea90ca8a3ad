"""What a post said before, what was changed, and putting it back."""

from flask import Blueprint, Response, redirect

from app.http import who
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib import differences
from app.posts import actions, revisions
from app.posts import queries as posts
from app.site import links

door = Blueprint("desk_revisions", __name__)


@door.get("/desk/posts/<number:id>/revisions")
@needs(Needs.AUTHOR)
def index(id: int) -> Response:
    post = posts.for_writing(reading(), who.asking(), id)
    rows = revisions.of_post(reading(), post)
    return render("desk/revisions.html", post=post, revisions=rows)


@door.get("/desk/posts/<number:id>/revisions/<number:number>")
@needs(Needs.AUTHOR)
def show(id: int, number: int) -> Response:
    post = posts.for_writing(reading(), who.asking(), id)
    revision = revisions.numbered(reading(), post, number)
    before = revisions.before(reading(), revision) or revision
    changed = {
        name: differences.of_texts(getattr(before, name), getattr(revision, name))
        for name in ("title", "source", "excerpt")
    }
    return render(
        "desk/revision.html",
        post=post,
        revision=revision,
        before=before if before is not revision else None,
        changed=changed,
        is_newest=revision.source == post.source and revision.title == post.title,
    )


@door.post("/desk/posts/<number:id>/revisions/<number:number>/restoration")
@needs(Needs.AUTHOR)
def restore(id: int, number: int) -> Response:
    with writing() as session:
        member = who.asking_in(session)
        post = posts.for_writing(session, member, id)
        actions.restore(session, member, post, revisions.numbered(session, post, number), now())
    return redirect(links.desk_post_part(post, "revisions"), 303)
