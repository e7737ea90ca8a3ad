"""Taking along all that is one's own, and leaving."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app
from wtforms import BooleanField

from app.comments import own
from app.comments.models import Comment, Version
from app.following import own as following
from app.http import who
from app.http.forms import refuse
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import config, reading, writing
from app.http.times import iso
from app.http.who import Needs, needs
from app.lib.errors import Conflict, Invalid, Refusal
from app.members import leaving
from app.site import links
from app.web.account import WeightyForm, asks_again, prove

door = Blueprint("leaving", __name__)


class LeavingForm(WeightyForm):
    sure = BooleanField("I want to leave this blog. This cannot be undone.")
    withdraws = BooleanField("Take the texts of my comments away too")


@door.get("/account/export.json")
@needs(Needs.MEMBER)
def export() -> Response:
    member = who.asking()
    versions = own.versions_of_member(reading(), member)
    rows = own.of_member(reading(), member)
    comments = [_comment(row, versions.get(row.id, [])) for row in rows]
    data = {**leaving.own_data(reading(), member), "comments": comments}
    data["notices"] = following.own_data(reading(), member)
    text = json.dumps(data, indent=2, ensure_ascii=False, default=_plain)
    response = current_app.response_class(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={member.login}.json"
    return response


@door.get("/account/leaving")
@needs(Needs.MEMBER)
def ask() -> Response:
    return _page(LeavingForm(formdata=None))


@door.post("/account/leaving")
@needs(Needs.MEMBER, LeavingForm)
def leave() -> Response:
    form = LeavingForm()
    try:
        form.check()
        if not form.sure.data:
            raise Invalid("Tick the box if you are sure.", "sure")
        prove(form.present.data)
        with writing() as session:
            member = who.asking_in(session)
            login, id = member.login, member.id
            leaving.leave(session, member, form.withdraws.data, now())
    except Conflict as refusal:
        return _page(LeavingForm(formdata=None), refusal.status)
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(_page(form, refusal.status), refusal)
    who.forget()
    # A page and no way on, since what the browser keeps of their texts is forgotten by it.
    return render("account/left.html", forgotten=f"{login} {id}")


def _page(form: LeavingForm, status: int = 200) -> Response:
    return render(
        "account/leaving.html",
        status,
        form=form,
        asks_again=asks_again(),
        note=leaving.why_not_leave(reading(), who.asking()),
    )


def _comment(row: Comment, versions: list[Version]) -> dict[str, Any]:
    return {
        "url": config().site_url + _place(row),
        "post": row.post.title,
        "number": row.number,
        "written_at": row.created_at,
        "state": row.state,
        "text": row.source,
        "edited_at": row.edited_at,
        "earlier_texts": [version.source for version in versions],
    }


def _place(row: Comment) -> str:
    return links.comment(row.post, row.number) if row.number else links.own_waiting(row.post)


def _plain(value: Any) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)
