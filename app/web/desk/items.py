"""A resource at the desk: change it, move it, take its new address, take it out."""

from flask import Blueprint, Response, redirect, request
from wtforms import HiddenField

from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib.errors import NotFound, Refusal
from app.resources import actions
from app.resources import queries as resources
from app.resources.models import Item
from app.site import curating, links
from app.web.desk.adding import ItemForm, collection_of

door = Blueprint("desk_items", __name__)


class CorrectionForm(Form):
    url = HiddenField()


@door.get("/desk/resources/items/<number:id>")
@needs(Needs.AUTHOR)
def show(id: int) -> Response:
    item = resources.item(reading(), id)
    form = ItemForm(
        formdata=None,
        url=item.url,
        title=item.title,
        origin=item.origin,
        note=item.note_source,
        collection=item.collection.slug,
    )
    return _page(item, form)


@door.post("/desk/resources/items/<number:id>")
@needs(Needs.AUTHOR, ItemForm)
def change(id: int) -> Response:
    form = ItemForm()
    try:
        with writing() as session:
            item = resources.item(session, id)
            member, slug = who.asking_in(session), form.collection.data or item.collection.slug
            to = item.collection
            if slug != to.slug:
                to = collection_of(session, slug)
            actions.change_item(session, member, item, form.reference(), now(), to)
        return redirect(f"{links.desk_collection(to)}#item-{id}", 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(resources.item(reading(), id), form, refusal.status)


@door.get("/desk/resources/items/<number:id>/removal")
@needs(Needs.AUTHOR)
def ask(id: int) -> Response:
    return render("desk/item_removal.html", item=resources.item(reading(), id))


@door.post("/desk/resources/items/<number:id>/removal")
@needs(Needs.AUTHOR)
def remove(id: int) -> Response:
    with writing() as session:
        item = resources.item(session, id)
        address = links.desk_collection(item.collection)
        actions.remove_item(session, who.asking_in(session), item, now())
    return redirect(address, 303)


@door.post("/desk/resources/items/<number:id>/correction")
@needs(Needs.AUTHOR, CorrectionForm)
def correct(id: int) -> Response:
    """Take the address that it has moved to, or keep the old one."""
    url = CorrectionForm().url.data
    with writing() as session:
        item, member = resources.item(session, id), who.asking_in(session)
        if request.form.get("do") == "keep":
            actions.keep_address(session, member, item, url)
        else:
            actions.correct(session, member, item, url, now())
    return redirect(curating.BROKEN, 303)


def _page(item: Item, form: ItemForm, status: int = 200) -> Response:
    return render("desk/item.html", status, item=item, collection=item.collection, form=form)
