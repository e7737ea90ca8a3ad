"""Comments at the desk: what waits, what was reported, what was decided, and who decided it."""

import re
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, request
from wtforms import BooleanField, HiddenField, StringField

from app.comments.models import Comment, State
from app.comments.moderation import deeds, queue, rules, undoing
from app.comments.moderation.models import Case, Deed, Kind
from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib import tokens
from app.lib.errors import BadRequest, Invalid, Refusal
from app.site import links

ON_A_PAGE = 50
COUNTED = 100
PRESS = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class Tab(NamedTuple):
    """What a tab shows, and what can be done with what is in it."""

    words: str
    shows: Kind | State
    deeds: tuple[Deed, ...]


TABS = {
    "waiting": Tab("Waiting", Kind.WAITING, (Deed.APPROVE, Deed.REFUSE)),
    "reported": Tab("Reported", Kind.REPORTED, (Deed.KEEP, Deed.HIDE)),
    "posted": Tab("Posted", State.PUBLISHED, (Deed.HIDE,)),
    "hidden": Tab("Hidden", State.HIDDEN, (Deed.SHOW,)),
    "refused": Tab("Refused", State.REFUSED, (Deed.APPROVE,)),
}

door = Blueprint("desk_comments", __name__)


class DecisionForm(Form):
    reason = StringField("Reason", render_kw={"maxlength": rules.LONGEST_REASON})
    tells = BooleanField("Send the reason to who wrote it")
    tab = HiddenField()
    key = HiddenField()

    def order(self) -> deeds.Order:
        """What is to be done; raises Invalid. A button beside a comment names it, the others
        speak of those that are ticked."""
        self.check()
        deed, _, only = request.form.get("do", "").partition(" ")
        if deed not in DEEDS:
            raise Invalid("Press one of the buttons.")
        chosen = [only] if only else request.form.getlist("comment")
        ids = tuple(sorted({int(id) for id in chosen if ID.fullmatch(id)}))
        is_refusal = deed == Deed.REFUSE
        reason = self.reason.data if is_refusal else ""
        key = _press(self.key.data) or tokens.new()
        return deeds.Order(Deed(deed), ids, key, reason, is_refusal and self.tells.data)


DEEDS = frozenset(deeds.DEEDS)


@door.get("/desk/comments")
@needs(Needs.AUTHOR)
def index() -> Response:
    tab = request.args.get("tab") or next(iter(TABS))
    return _page(_known(tab), DecisionForm(formdata=None, tab=tab, key=tokens.new()))


@door.post("/desk/comments")
@needs(Needs.AUTHOR, DecisionForm)
def decide() -> Response:
    form = DecisionForm()
    tab = form.tab.data if form.tab.data in TABS else next(iter(TABS))
    try:
        order = form.order()
        with writing() as session:
            deeds.carry_out(session, who.asking_in(session), order, now())
    except Invalid as refusal:
        refuse(form, refusal)
        return _page(tab, form, refusal)
    return redirect(links.desk_comments(tab, order.key), 303)


@door.post("/desk/comments/undoing")
@needs(Needs.AUTHOR)
def undo() -> Response:
    press = _press(request.form.get("press", ""))
    tab = request.form.get("tab", "")
    with writing() as session:
        undoing.undo(session, who.asking_in(session), press, now())
    return redirect(links.desk_comments(tab if tab in TABS else next(iter(TABS)), press), 303)


@door.get("/desk/comments/log")
@needs(Needs.AUTHOR)
def log() -> Response:
    rows, key = queue.log(reading(), who.asking(), ON_A_PAGE, page_key())
    older = links.before(links.DESK_COMMENTS_LOG, key) if key else None
    return render("desk/comments_log.html", rows=rows, older_url=older)


def _page(tab: str, form: DecisionForm, refusal: Refusal | None = None) -> Response:
    session, member, shown = reading(), who.asking(), TABS[tab]
    rows, key = _rows(tab)
    comments = [comment for comment, _ in rows]
    press = _press(request.args.get("done", ""))
    done = undoing.of_press(session, member, press) if press else []
    return render(
        "desk/comments.html",
        refusal.status if refusal else 200,
        tab=tab,
        tabs={name: (one.words, _count(one)) for name, one in TABS.items()},
        deeds=shown.deeds,
        rows=rows,
        estimates=queue.estimates(session, comments) if tab == "waiting" else {},
        reports=queue.open_reports(session, comments) if tab == "reported" else {},
        ticked=set(request.form.getlist("comment")),
        form=form,
        press=press,
        done=done,
        may_undo=any(entry.undone_at is None and now() < entry.at + rules.UNDO for entry in done),
        older_url=links.before(links.DESK_COMMENTS, key, tab=tab) if key else None,
    )


def _rows(tab: str) -> tuple[list[tuple[Comment, Case | None]], Any]:
    session, member, shows = reading(), who.asking(), TABS[tab].shows
    if isinstance(shows, Kind):
        after = queue.Place.parse(request.args.get("before"))
        cases, place = queue.cases(session, member, shows, ON_A_PAGE, after)
        return [(case.comment, case) for case in cases], place
    comments, key = queue.in_state(session, member, shows, ON_A_PAGE, page_key())
    return [(comment, None) for comment in comments], key


def _count(tab: Tab) -> str:
    """How many there are to look at; nothing for tabs in which nothing waits."""
    if not isinstance(tab.shows, Kind):
        return ""
    count = len(queue.ids(reading(), who.asking(), tab.shows, COUNTED))
    return f"{COUNTED - 1}+" if count == COUNTED else str(count)


def _press(text: str) -> str:
    """The key of a form as we give it, or nothing."""
    return text if PRESS.fullmatch(text) else ""


def _known(tab: str) -> str:
    if tab not in TABS:
        raise BadRequest(f"Comments are one of: {', '.join(TABS)}.")
    return tab
