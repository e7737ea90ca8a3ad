"""The library of uploads at the desk: add, find, describe, replace, delete."""

from flask import Blueprint, Response, jsonify, redirect, request
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, StringField

from app.http import who
from app.http.forms import Form, refuse, submission
from app.http.gate import takes
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import house, let_go, reading, site, writing
from app.http.who import Needs, needs
from app.lib import text, tokens
from app.lib.errors import Invalid, NotAllowed, NotFound, Refusal, refuse_if
from app.media import actions, intake
from app.media import queries as media
from app.media.models import Media
from app.media.rules import (
    LONGEST_ALT,
    MEGABYTE,
    MOST_BYTES,
    Received,
    check_alt,
    markdown_of,
    why_not_change,
    why_not_upload,
)
from app.posts import queries as posts
from app.resources import uses
from app.site import links, settings

ON_A_PAGE = 24
MOST_SENT = MOST_BYTES + MEGABYTE

door = Blueprint("desk_media", __name__)


class AltForm(Form):
    alt = StringField("What is to be seen", render_kw={"maxlength": LONGEST_ALT})


class UploadForm(Form):
    file = FileField("File")
    alt = StringField("What is to be seen", render_kw={"maxlength": LONGEST_ALT})
    key = HiddenField()


class ReplaceForm(Form):
    file = FileField("Another file")


class RemovalForm(Form):
    is_sure = BooleanField("Delete it although it is in use")


@door.get("/desk/media")
@needs(Needs.AUTHOR)
def index() -> Response:
    return _library(UploadForm(formdata=None, key=tokens.new()))


@door.post("/desk/media")
@needs(Needs.AUTHOR, UploadForm)
@takes(MOST_SENT)
def add() -> Response:
    form = UploadForm()
    wants_json = _wants_json()
    try:
        row = _add(form)
    except Refusal as refusal:
        if wants_json:
            return _json({"error": refusal.sentence}, refusal.status)
        refuse(form, refusal)
        return _library(form, refusal.status)
    if wants_json:
        return _json({"markdown": markdown_of(row), "url": links.media(row), "kind": row.kind})
    return redirect(links.desk_media(row), 303)


@door.get("/desk/media/<number:id>")
@needs(Needs.AUTHOR)
def show(id: int) -> Response:
    return _page(media.by_id(reading(), id))


@door.post("/desk/media/<number:id>")
@needs(Needs.AUTHOR, AltForm)
def describe(id: int) -> Response:
    form = AltForm()
    try:
        form.check()
        with writing() as session:
            row = media.by_id(session, id)
            actions.describe(session, who.asking_in(session), row, form.alt.data)
        return redirect(links.desk_media(row), 303)
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(media.by_id(reading(), id), refusal.status, alt_form=form)


@door.post("/desk/media/<number:id>/replacement")
@needs(Needs.AUTHOR, ReplaceForm)
@takes(MOST_SENT)
def replace(id: int) -> Response:
    form = ReplaceForm()
    row = media.by_id(reading(), id)
    refuse_if(why_not_change(who.asking(), row))
    try:
        received = _received(form.file.data, row.name)
        with writing() as session:
            row = media.by_id(session, id)
            actions.replace(session, who.asking_in(session), row, received, now())
        return redirect(links.desk_media(row), 303)
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(media.by_id(reading(), id), refusal.status, replace_form=form)


@door.post("/desk/media/<number:id>/removal")
@needs(Needs.AUTHOR, RemovalForm)
def remove(id: int) -> Response:
    form = RemovalForm()
    try:
        with writing() as session:
            row = media.by_id(session, id)
            member, others = who.asking_in(session), _other_uses(session, row)
            actions.remove(session, member, row, form.is_sure.data, bool(others))
        return redirect(links.DESK_MEDIA, 303)
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(media.by_id(reading(), id), refusal.status, removal_form=form)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _add(form: UploadForm) -> Media:
    refuse_if(why_not_upload(who.asking()))
    form.check()
    check_alt(form.alt.data)
    received = _received(form.file.data)
    with writing() as session:
        member, key = who.asking_in(session), submission(form.key)
        return actions.add(session, member, received, form.alt.data, key, now())


def _received(sent: FileStorage | None, name: str = "") -> Received:
    """What was sent, in the storage; with no transaction open, since that takes its time."""
    if sent is None or not sent.filename:
        raise Invalid("Choose a file first.", "file")
    let_go()
    return intake.take_in(house().storage, sent.stream, sent.filename, name)


def _json(members: dict[str, str], status: int = 200) -> Response:
    response = jsonify(members)
    response.status_code = status
    return response


def _library(form: UploadForm, status: int = 200) -> Response:
    words = text.marked(text.lines(request.args.get("q", "")))[:100]
    rows, key = media.newest(reading(), words, ON_A_PAGE, page_key())
    return render(
        "desk/media.html",
        status,
        form=form,
        rows=rows,
        words=words,
        used=_used(rows),
        markdown_of=markdown_of,
        older_url=links.before(links.DESK_MEDIA, key, q=words) if key else None,
    )


def _other_uses(session: Session, row: Media) -> list[tuple[str, str]]:
    """Address and words of each place but posts that shows it or links to it."""
    found = [
        (links.desk_collection(collection), collection.title)
        for collection in uses.of_media(session, row.name)
    ]
    if settings.site(session).header_picture == links.media(row):
        found.append((links.HOME, "The head of the front page"))
    return found


def _used(rows: list[Media]) -> set[int]:
    """Those of the uploads, by id, that are in use anywhere."""
    named = uses.media_named(reading(), [row.name for row in rows])
    header = site().header_picture
    elsewhere = {row.id for row in rows if row.name in named or links.media(row) == header}
    return media.used(reading(), rows) | elsewhere


def _page(
    row: Media,
    status: int = 200,
    alt_form: AltForm | None = None,
    replace_form: ReplaceForm | None = None,
    removal_form: RemovalForm | None = None,
) -> Response:
    ids = media.post_ids(reading(), row)
    named = posts.named(reading(), who.asking(), ids, now())
    return render(
        "desk/upload.html",
        status,
        row=row,
        markdown=markdown_of(row),
        posts=named,
        others=len(ids) - len(named),
        elsewhere=_other_uses(reading(), row),
        why_not=why_not_change(who.asking(), row),
        alt_form=alt_form or AltForm(formdata=None, alt=row.alt),
        replace_form=replace_form or ReplaceForm(formdata=None),
        removal_form=removal_form or RemovalForm(formdata=None),
    )
