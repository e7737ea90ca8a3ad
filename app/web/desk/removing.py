"""Throwing a draft away, once that is meant."""

from flask import Blueprint, Response, redirect

from app.http import who
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.posts import actions
from app.posts import queries as posts
from app.site import links

door = Blueprint("desk_removing", __name__)


@door.get("/desk/posts/<number:id>/removal")
@needs(Needs.AUTHOR)
def ask(id: int) -> Response:
    return render("desk/removal.html", post=posts.for_writing(reading(), who.asking(), id))


@door.post("/desk/posts/<number:id>/removal")
@needs(Needs.AUTHOR)
def remove(id: int) -> Response:
    with writing() as session:
        member = who.asking_in(session)
        actions.remove(session, member, posts.for_writing(session, member, id), now())
    return redirect(links.DESK_POSTS, 303)
