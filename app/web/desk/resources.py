"""Curating at the desk: collections, and the order of what is in them."""

import re

from flask import Blueprint, Response, redirect, request
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib import slugs
from app.lib.errors import Conflict, Invalid, NotFound, Refusal
from app.resources import actions, removing
from app.resources import queries as resources
from app.resources.models import Collection
from app.site import links

ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
STEPS = {"up": -1, "down": 1}

door = Blueprint("desk_resources", __name__)


def _ways() -> list[tuple[str, str]]:
    moves = [(one.slug, f"They move to {one.title}") for one in resources.collections(reading())]
    return [("", "They go with it"), *moves]


class CollectionForm(Form):
    title = StringField("Title", render_kw={"maxlength": 200})
    slug = StringField("Name in the address", render_kw={"maxlength": 80})
    intro = TextAreaField("Introduction", render_kw={"rows": 4})


class RemovalForm(Form):
    to = SelectField("What becomes of its resources", choices=_ways, validate_choice=False)
    is_sure = BooleanField("Let them go for good")


@door.get("/desk/resources")
@needs(Needs.AUTHOR)
def index() -> Response:
    return _index(CollectionForm(formdata=None))


@door.post("/desk/resources")
@needs(Needs.AUTHOR, CollectionForm)
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
    except Conflict as refusal:
        there = _is_there(form)
        if there is not None:
            return redirect(links.desk_collection(there), 303)
        refuse(form, refusal)
        return _index(form, refusal.status)
    except Refusal as refusal:
        refuse(form, refusal)
        return _index(form, refusal.status)


@door.get("/desk/resources/<slug:slug>")
@needs(Needs.AUTHOR)
def show(slug: str) -> Response:
    return _collection(resources.collection(reading(), slug))


@door.post("/desk/resources/<slug:slug>")
@needs(Needs.AUTHOR, CollectionForm)
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
        return _collection(resources.collection(reading(), slug), refusal.status, form)


@door.post("/desk/resources/<slug:slug>/order")
@needs(Needs.AUTHOR)
def order(slug: str) -> Response:
    """By a button beside an item (`up 7`), or by all the ids in their new order."""
    by, id, ids = _wanted_order()
    with writing() as session:
        found = resources.collection(session, slug, for_change=True)
        member = who.asking_in(session)
        if by:
            item = next((one for one in found.items if one.id == id), None)
            if item is None:
                raise NotFound("This resource is not in the collection any more.")
            actions.step(session, member, item, by, now())
        else:
            actions.arrange(session, member, found, ids, now())
    return redirect(links.desk_collection(found) + (f"#item-{id}" if by else ""), 303)


@door.post("/desk/collections/order")
@needs(Needs.AUTHOR)
def order_collections() -> Response:
    by, id, ids = _wanted_order()
    with writing() as session:
        member = who.asking_in(session)
        if by:
            actions.step_collection(session, member, id, by)
        else:
            actions.arrange_collections(session, member, ids)
    return redirect(links.DESK_RESOURCES + (f"#collection-{id}" if by else ""), 303)


@door.get("/desk/resources/<slug:slug>/removal")
@needs(Needs.AUTHOR)
def ask(slug: str) -> Response:
    return _removal(slug, RemovalForm(formdata=None))


@door.post("/desk/resources/<slug:slug>/removal")
@needs(Needs.AUTHOR, RemovalForm)
def remove(slug: str) -> Response:
    form = RemovalForm()
    try:
        form.check()
        with writing() as session:
            member, to_slug, is_sure = who.asking_in(session), form.to.data, form.is_sure.data
            to = removing.remove_collection(session, member, slug, to_slug or "", is_sure, now())
        return redirect(links.desk_collection(to) if to else links.DESK_RESOURCES, 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _removal(slug, form, refusal.status)


def _wanted_order() -> tuple[int, int, list[int]]:
    """How far to step which row; or, for no step at all, the ids of all rows in their order."""
    way, _, id = request.form.get("do", "").partition(" ")
    ids = [int(one) for one in request.form.get("order", "").split(",") if ID.fullmatch(one)]
    if way in STEPS and ID.fullmatch(id):
        return STEPS[way], int(id), []
    if not ids:
        raise Invalid("Press one of the arrows beside a row.")
    return 0, 0, ids


def _is_there(form: CollectionForm) -> Collection | None:
    """The collection that says the same: a form may come twice."""
    there = resources.of_name(reading(), form.slug.data or slugs.slug(form.title.data))
    said = (form.title.data, form.intro.data)
    return there if there and (there.title, there.intro_source) == said else None


def _removal(slug: str, form: RemovalForm, status: int = 200) -> Response:
    form.to.choices = [(to, words) for to, words in form.to.choices if to != slug]
    found = resources.collection(reading(), slug)
    return render("desk/collection_removal.html", status, collection=found, form=form)


def _index(form: CollectionForm, status: int = 200) -> Response:
    found = resources.collections(reading())
    return render("desk/collections.html", status, form=form, collections=found)


def _collection(
    found: Collection, status: int = 200, form: CollectionForm | None = None
) -> Response:
    form = form or CollectionForm(formdata=None, title=found.title, intro=found.intro_source)
    del form.slug  # Its address stays.
    return render("desk/collection.html", status, collection=found, items=found.items, form=form)
