"""Writing at the desk: a draft, its preview, publication and withdrawal."""

from datetime import datetime

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.http import who
from app.http.forms import refuse, submission
from app.http.moment import now
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib import markup, tokens
from app.lib.errors import NotFound, Refusal
from app.media import queries as media
from app.members.models import Member
from app.posts import actions, autosaves
from app.posts import queries as posts
from app.posts.models import Post
from app.posts.rules import Outdated, state_of
from app.site import links
from app.web.desk.write_form import WriteForm, filled
from app.web.desk.write_page import write_page

LOST = (
    "This post is not there any more, perhaps thrown away in another window. What you typed is "
    "still here: save it, and it becomes a new draft."
)

door = Blueprint("desk_write", __name__)


@door.route("/desk/posts/new", methods=["GET", "POST"])
@needs(Needs.AUTHOR, WriteForm)
def new() -> Response:
    if request.method == "POST":
        return _take(WriteForm(), None)
    return write_page(_typed(None) or WriteForm(formdata=None, key=tokens.new()), None)


@door.route("/desk/posts/<number:id>", methods=["GET", "POST"])
@needs(Needs.AUTHOR, WriteForm)
def edit(id: int) -> Response:
    try:
        post = posts.for_writing(reading(), who.asking(), id)
    except NotFound:
        if request.method == "POST":
            return _lost(WriteForm())
        raise
    if request.method == "POST":
        return _take(WriteForm(), post)
    return write_page(_typed(post) or filled(post), post)


def _typed(post: Post | None) -> WriteForm | None:
    """The form as it was left unsaved, if the address asks for it; raises NotFound."""
    wanted = request.args.get("typed", "")
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 9:
        return None
    row = autosaves.numbered(reading(), who.asking(), int(wanted))
    if row.post_id != (post.id if post else None):
        raise NotFound
    return WriteForm(formdata=MultiDict({**autosaves.typed_in(row), "key": row.key}))


def _take(form: WriteForm, post: Post | None) -> Response:
    """Do what the pressed button says; whatever is refused comes back with all that was typed."""
    do = request.form.get("do")
    try:
        if do == "preview":
            form.check()
            made = media.as_shown(reading(), markup.post_html(form.text.data))
            return write_page(form, post, preview=made)
        saved = _write(form, post and post.id, do)
        return redirect(links.desk_post(saved), 303)
    except NotFound:
        return _lost(form)
    except Outdated as refusal:
        return _two_texts(form, refusal)
    except Refusal as refusal:
        refuse(form, refusal)
        return write_page(form, post, status=refusal.status)


def _write(form: WriteForm, id: int | None, do: str | None) -> Post:
    draft, at = form.draft(), form.moment()
    with writing() as session:
        member = who.asking_in(session)
        if id is None:
            post = actions.begin(session, member, draft, submission(form.key), now())
        else:
            post = posts.for_writing(session, member, id)
            version = form.version_began_with()
            correction = " ".join(form.correction.data.split())
            actions.save(session, member, post, draft, now(), version, correction)
        _move(session, member, post, do, _exact(at, post))
        autosaves.forget(session, member, form.key.data)
    return post


def _move(
    session: Session, member: Member, post: Post, do: str | None, at: datetime | None
) -> None:
    """Take the post to the state that the button names."""
    is_scheduled = state_of(post, now()) == "scheduled"
    if do == "publish" or (do == "save" and is_scheduled and at and at != post.published_at):
        actions.publish(session, member, post, now(), at)
    elif do == "save":
        actions.plan(session, member, post, at, now())
    elif do == "withdraw":
        actions.withdraw(session, member, post, now())
    elif do == "draft":
        actions.back_to_draft(session, member, post, now())


def _exact(at: datetime | None, post: Post) -> datetime | None:
    """The form tells a moment to the minute; left as it stood there, it is the post's own."""
    own = post.published_at
    return own if own and at == own.replace(second=0, microsecond=0) else at


def _two_texts(form: WriteForm, refusal: Outdated) -> Response:
    """The form as typed, and beside it what is stored. To save again is to have seen both."""
    post = posts.for_writing(reading(), who.asking(), refusal.post_id)
    form.version.data = str(post.version)
    refuse(form, refusal)
    return write_page(form, post, status=refusal.status, other=post)


def _lost(form: WriteForm) -> Response:
    """The same answer whether the post is gone or another's: who asks shall not learn which."""
    form.key.data, form.version.data = tokens.new(), ""
    refusal = NotFound(LOST)
    refuse(form, refusal)
    return write_page(form, None, status=refusal.status)
