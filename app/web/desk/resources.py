"""Curating at the desk: collections, and the order of what is in them."""

import re

from flask import Blueprint, Response, redirect, request
from wtforms import StringField, TextAreaField

from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib.errors import Invalid, NotFound, Refusal
from app.resources import actions
from app.resources import queries as resources
from app.resources.models import Collection
from app.site import links

ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
STEPS = {"up": -1, "down": 1}

door = Blueprint("desk_resources", __name__)


class CollectionForm(Form):
    title = StringField("Title", render_kw={"maxlength": 200})
    slug = StringField("Name in the address", render_kw={"maxlength": 80})
    intro = TextAreaField("Introduction", render_kw={"rows": 4})


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
    way, _, id = request.form.get("do", "").partition(" ")
    ids = [int(one) for one in request.form.get("order", "").split(",") if ID.fullmatch(one)]
    with writing() as session:
        found = resources.collection(session, slug, for_change=True)
        member = who.asking_in(session)
        if way in STEPS and ID.fullmatch(id):
            item = next((one for one in found.items if one.id == int(id)), None)
            if item is None:
                raise NotFound("This resource is not in the collection any more.")
            actions.step(session, member, item, STEPS[way], now())
        elif ids:
            actions.arrange(session, member, found, ids, now())
        else:
            raise Invalid("Press one of the arrows beside a resource.")
    return redirect(f"{links.desk_collection(found)}#item-{id}".removesuffix("#item-"), 303)


def _index(form: CollectionForm, status: int = 200) -> Response:
    found = resources.collections(reading())
    return render("desk/collections.html", status, form=form, collections=found)


def _collection(
    found: Collection, status: int = 200, form: CollectionForm | None = None
) -> Response:
    form = form or CollectionForm(formdata=None, title=found.title, intro=found.intro_source)
    del form.slug  # Its address stays.
    return render("desk/collection.html", status, collection=found, items=found.items, form=form)
