"""The secret link to an unpublished post: made and revoked at the desk, open to all who have it."""

from flask import Blueprint, Response, g, redirect, request

from app.http import who
from app.http.moment import now
from app.http.pages import render
from app.http.store import config, reading, writing
from app.http.who import Needs, needs
from app.posts import previews
from app.posts import queries as posts
from app.posts.rules import is_public
from app.site import links
from app.web.desk.write_form import filled
from app.web.desk.write_page import write_page

door = Blueprint("desk_previews", __name__)


@door.post("/desk/posts/<number:id>/preview-link")
@needs(Needs.AUTHOR)
def make(id: int) -> Response:
    with writing() as session:
        member = who.asking_in(session)
        post = posts.for_writing(session, member, id)
        token = previews.make(session, member, post)
    return write_page(filled(post), post, preview_url=config().site_url + links.preview(token))


@door.post("/desk/posts/<number:id>/preview-link/removal")
@needs(Needs.AUTHOR)
def revoke(id: int) -> Response:
    with writing() as session:
        member = who.asking_in(session)
        post = posts.for_writing(session, member, id)
        previews.revoke(session, member, post)
    return redirect(links.desk_post(post), 303)


@door.get("/preview")
def show() -> Response:
    g.is_personal = True
    post = previews.find(reading(), request.args.get("token", ""))
    if is_public(post, now()):
        return redirect(links.post(post), 303)
    tags = posts.tags_of(reading(), post.id)
    response = render("posts/preview.html", post=post, tags=tags, feeds=None)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
