"""Adding a resource by its address: what its page says of itself is fetched, and can be changed
before it is kept. Without the page it is filled in by hand."""

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, StringField, TextAreaField, URLField

from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import config, house, let_go, reading, writing
from app.http.who import Needs, needs
from app.lib import limits, slugs
from app.lib.errors import Conflict, Invalid, NotFound, Refusal
from app.members.models import Member
from app.resources import actions
from app.resources import queries as resources
from app.resources.looking import Look, look
from app.resources.models import Collection
from app.resources.rules import Reference, link_key
from app.site import curating, links

NO_ADDRESS = "The address must begin with http:// or https:// and name a site."
LOOKS = limits.Limit("look at a page", 60, 600)

door = Blueprint("desk_adding", __name__)


def _collections() -> list[tuple[str, str]]:
    return [(one.slug, one.title) for one in resources.collections(reading())]


class ItemForm(Form):
    url = URLField("Address", render_kw={"maxlength": 2000})
    title = StringField("Title", render_kw={"maxlength": 300})
    origin = StringField("Author or source", render_kw={"maxlength": 200})
    note = TextAreaField("Why it is worth the time", render_kw={"rows": 4})
    collection = SelectField("Collection", choices=_collections, validate_choice=False)

    def reference(self) -> Reference:
        self.check()
        return Reference(self.url.data, self.title.data, self.origin.data, self.note.data)


class NewItemForm(ItemForm):
    # How a text of ours calls it, for a page that does not say its title.
    words = HiddenField()
    new_collection = StringField("Or the title of a new one", render_kw={"maxlength": 200})


@door.get("/desk/resources/new")
@needs(Needs.AUTHOR)
def ask() -> Response:
    """The form, with what the address says. Nobody is asked anything: that takes a button."""
    form = NewItemForm(formdata=request.args)
    form.validate()
    return _page(form, is_begun=bool(form.url.data and form.title.data))


@door.post("/desk/resources/new")
@needs(Needs.AUTHOR, NewItemForm)
def add() -> Response:
    form = NewItemForm()
    is_looking = request.form.get("do") == "look"
    try:
        if is_looking:
            return _page(form, is_begun=True, seen=_look(form))
        reference = form.reference()
        with writing() as session:
            member = who.asking_in(session)
            collection = _collection(session, member, form)
            actions.add_item(session, member, collection, reference, now())
        return redirect(links.desk_collection(collection), 303)
    except Refusal as refusal:
        there = _is_there(form) if isinstance(refusal, Conflict) else None
        if there is not None:
            return redirect(links.desk_collection(there), 303)
        refuse(form, refusal)
        page = _page(form, is_begun=not is_looking, status=refusal.status)
        return with_wait(page, refusal)


def collection_of(session: Session, slug: str) -> Collection:
    """The one that was chosen in a form."""
    try:
        return resources.collection(session, slug, for_change=True)
    except NotFound as error:
        raise Invalid("This collection is not there any more.", "collection") from error


def _look(form: NewItemForm) -> Look:
    """Fill the form with what the page says; what was typed already stays."""
    form.check()
    url = form.url.data
    if link_key(url) is None:
        raise Invalid(NO_ADDRESS, "url")
    with writing() as session:
        limits.take(session, LOOKS, str(who.asking_in(session).id), now())
    let_go()
    seen = look(house().fetcher, url)
    found = seen.reference
    form.url.data = found.url
    for name in ("title", "origin", "note"):
        form[name].data = form[name].data or getattr(found, name)
    form.title.data = form.title.data or form.words.data
    return seen


def _collection(session: Session, member: Member, form: NewItemForm) -> Collection:
    """A new one of the title that was typed, or else the chosen one."""
    chosen, title = form.collection.data, form.new_collection.data
    if chosen and not title:
        return collection_of(session, chosen)
    try:
        return actions.add_collection(session, member, title, "", "", now())
    except Refusal as refusal:
        refusal.field = "new_collection"
        raise


def _is_there(form: NewItemForm) -> Collection | None:
    """The collection that was begun with this very resource: a form may come twice."""
    title = form.new_collection.data
    there = resources.of_name(reading(), slugs.slug(title))
    is_same = there is not None and there.title == title
    said = [actions.said_of(item) for item in there.items] if is_same else []
    return there if form.reference() in said else None


def _page(
    form: NewItemForm, is_begun: bool, seen: Look | None = None, status: int = 200
) -> Response:
    return render(
        "desk/new_item.html",
        status,
        form=form,
        is_begun=is_begun,
        seen=seen,
        bookmarklet=curating.bookmarklet(config().site_url),
    )
