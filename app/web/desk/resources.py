"""Curating at the desk: collections and what is in them."""

from flask import Blueprint, Response, redirect
from wtforms import StringField, TextAreaField, URLField

from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib.errors import NotFound, Refusal
from app.resources import actions
from app.resources import queries as resources
from app.resources.models import Collection, Item
from app.resources.rules import Reference
from app.site import links

door = Blueprint("desk_resources", __name__)


class CollectionForm(Form):
    title = StringField("Title", render_kw={"maxlength": 200})
    slug = StringField("Name in the address", render_kw={"maxlength": 80})
    intro = TextAreaField("Introduction", render_kw={"rows": 4})


class ItemForm(Form):
    url = URLField("Address", render_kw={"maxlength": 2000})
    title = StringField("Title", render_kw={"maxlength": 300})
    origin = StringField("Author or source", render_kw={"maxlength": 200})
    note = TextAreaField("Why it is worth the time", render_kw={"rows": 4})

    def reference(self) -> Reference:
        self.check()
        return Reference(self.url.data, self.title.data, self.origin.data, self.note.data)


@door.get("/desk/resources")
@needs(Needs.AUTHOR)
def index() -> Response:
    return _index(CollectionForm(formdata=None))


@door.post("/desk/resources")
@needs(Needs.AUTHOR)
def add() -> Response:
    form = CollectionForm()
    try:
        form.check()
        with writing() as session:
            made = actions.add_collection(
                session,
                who.asking_in(session),
                form.title.data,
                form.slug.data,
                form.intro.data,
                now(),
            )
        return redirect(links.desk_collection(made), 303)
    except Refusal as refusal:
        refuse(form, refusal)
        return _index(form, refusal.status)


@door.get("/desk/resources/<slug:slug>")
@needs(Needs.AUTHOR)
def show(slug: str) -> Response:
    return _collection(resources.collection(reading(), slug))


@door.post("/desk/resources/<slug:slug>")
@needs(Needs.AUTHOR)
def change(slug: str) -> Response:
    form = CollectionForm()
    try:
        form.check()
        with writing() as session:
            found = resources.collection(session, slug)
            member = who.asking_in(session)
            actions.change_collection(
                session, member, found, form.title.data, form.intro.data, now()
            )
        return redirect(links.desk_collection(found), 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _collection(resources.collection(reading(), slug), refusal.status, form=form)


@door.post("/desk/resources/<slug:slug>/items")
@needs(Needs.AUTHOR)
def add_item(slug: str) -> Response:
    form = ItemForm()
    try:
        with writing() as session:
            found = resources.collection(session, slug)
            member = who.asking_in(session)
            actions.add_item(session, member, found, form.reference(), now())
        return redirect(links.desk_collection(found), 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _collection(resources.collection(reading(), slug), refusal.status, item_form=form)


@door.get("/desk/resources/items/<number:id>")
@needs(Needs.AUTHOR)
def show_item(id: int) -> Response:
    item = resources.item(reading(), id)
    form = ItemForm(
        formdata=None, url=item.url, title=item.title, origin=item.origin, note=item.note_source
    )
    return _item(item, form)


@door.post("/desk/resources/items/<number:id>")
@needs(Needs.AUTHOR)
def change_item(id: int) -> Response:
    form = ItemForm()
    try:
        with writing() as session:
            item = resources.item(session, id)
            member = who.asking_in(session)
            actions.change_item(session, member, item, form.reference(), now())
        return redirect(links.desk_collection(item.collection), 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _item(resources.item(reading(), id), form, refusal.status)


@door.post("/desk/resources/items/<number:id>/removal")
@needs(Needs.AUTHOR)
def remove_item(id: int) -> Response:
    with writing() as session:
        item = resources.item(session, id)
        address = links.desk_collection(item.collection)
        actions.remove_item(session, who.asking_in(session), item, now())
    return redirect(address, 303)


def _index(form: CollectionForm, status: int = 200) -> Response:
    found = resources.collections(reading())
    return render("desk/collections.html", status, form=form, collections=found)


def _collection(
    found: Collection,
    status: int = 200,
    form: CollectionForm | None = None,
    item_form: ItemForm | None = None,
) -> Response:
    form = form or CollectionForm(
        formdata=None, title=found.title, slug=found.slug, intro=found.intro_source
    )
    return render(
        "desk/collection.html",
        status,
        collection=found,
        items=found.items,
        form=form,
        item_form=item_form or ItemForm(formdata=None),
    )


def _item(item: Item, form: ItemForm, status: int = 200) -> Response:
    return render("desk/item.html", status, item=item, collection=item.collection, form=form)
