"""Keeping what is typed and not saved yet, without a press of a button."""

from flask import Blueprint, Response, jsonify, redirect, request

from app.http import who
from app.http.moment import now
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib.errors import Invalid
from app.posts import autosaves
from app.posts import queries as posts
from app.site import links
from app.web.desk.write_form import WriteForm

door = Blueprint("desk_autosaves", __name__)


@door.post("/desk/posts/new/autosave")
@needs(Needs.AUTHOR, WriteForm)
def keep_new() -> Response:
    return _keep(None)


@door.post("/desk/posts/<number:id>/autosave")
@needs(Needs.AUTHOR, WriteForm)
def keep(id: int) -> Response:
    return _keep(id)


@door.post("/desk/autosaves/<number:id>/removal")
@needs(Needs.AUTHOR)
def remove(id: int) -> Response:
    with writing() as session:
        member = who.asking_in(session)
        row = autosaves.numbered(session, member, id)
        autosaves.forget(session, member, row.key)
    return redirect(f"/desk/posts/{row.post_id}" if row.post_id else links.DESK_NEW_POST, 303)


def _keep(id: int | None) -> Response:
    """Keep all fields as they are, also what could not be saved. The answer says which version
    the post has, so that a page can tell early that it was changed elsewhere."""
    form = WriteForm()
    if not form.key.data:
        raise Invalid("A form without a key cannot be kept.")
    version = None if id is None else posts.for_writing(reading(), who.asking(), id).version
    typed = {name: value for name, value in request.form.items() if name in form}
    with writing() as session:
        autosaves.keep(session, who.asking_in(session), id, form.key.data, typed, now())
    return jsonify(version=version)
