"""What a member is told: chosen for all threads and for each, and ended by the link in a letter."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField

from app.following import choosing, ending
from app.following import queries as following
from app.following.models import Choice, Follow
from app.following.rules import choice, why_not_told
from app.http import who
from app.http.forms import Form, safe_way_back
from app.http.gate import from_anywhere
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import config, reading, writing
from app.http.who import Needs, needs
from app.posts import queries as posts
from app.site import links

ON_A_PAGE = 20
SAID = {
    Choice.EVERY: "Every comment",
    Choice.ANSWERS: "Only answers and mentions",
    Choice.DAILY: "Once a day, all of it",
    Choice.NOTHING: "Nothing",
}
CHOICES = [SelectChoice(str(choice), words) for choice, words in SAID.items()]
AS_BY_DEFAULT = "default"

door = Blueprint("notices", __name__)


class ForAllForm(Form):
    by_default = SelectField("Threads in which I comment", choices=CHOICES)
    as_author = SelectField("Threads under my posts", choices=CHOICES)
    by_mail = BooleanField("Send me letters")


class ThreadForm(Form):
    choice = SelectField("Tell me of", choices=[SelectChoice(AS_BY_DEFAULT, "As usual"), *CHOICES])
    next = HiddenField()

    @property
    def chosen(self) -> Choice | None:
        return None if self.choice.data == AS_BY_DEFAULT else Choice(self.choice.data)


@door.get("/account/notices")
@needs(Needs.MEMBER)
def show() -> Response:
    return _page()


@door.post("/account/notices")
@needs(Needs.MEMBER, ForAllForm)
def choose_for_all() -> Response:
    form = ForAllForm()
    form.check()
    by_default, as_author = Choice(form.by_default.data), Choice(form.as_author.data)
    with writing() as session:
        choosing.choose_for_all(
            session, who.asking_in(session), by_default, as_author, form.by_mail.data
        )
    return redirect(links.NOTICES, 303)


@door.post("/account/notices/feed")
@needs(Needs.MEMBER)
def begin_feed() -> Response:
    with writing() as session:
        token = choosing.begin_feed(session, who.asking_in(session), now())
    # Shown this once: only its digest is kept.
    return _page(feed_url=config().site_url + links.private_feed(token))


@door.post("/account/notices/feed/ending")
@needs(Needs.MEMBER)
def end_feed() -> Response:
    with writing() as session:
        choosing.end_feed(session, who.asking_in(session))
    return redirect(links.NOTICES, 303)


@door.post("/<year:year>/<month:month>/<slug:slug>/notices")
@needs(Needs.MEMBER, ThreadForm)
def choose(year: int, month: int, slug: str) -> Response:
    form = ThreadForm()
    form.check()
    with writing() as session:
        post = posts.bare_at_path(session, f"{year:04}/{month:02}/{slug}", now())
        choosing.choose(session, who.asking_in(session), post, form.chosen, now())
    return redirect(safe_way_back(form.next.data, f"{links.post(post)}#notices"), 303)


@door.get("/account/notices/ending")
def ask() -> Response:
    # A button, since programs that look at mail follow links.
    token = request.args.get("token", "")
    ended = ending.read(reading(), token)
    return render("account/ending.html", post=ended.post, token=token)


@door.post("/account/notices/ending")
@from_anywhere
def end() -> Response:
    with writing() as session:
        ended = ending.end(session, request.args.get("token", ""), now())
    return render("account/ended.html", post=ended.post)


def thread_form(
    chosen: Choice | None, wishes: Any, is_author: bool, way_back: str = ""
) -> ThreadForm:
    """The form to choose for one thread, showing what holds now."""
    data = {"choice": str(chosen) if chosen else AS_BY_DEFAULT, "next": way_back}
    form = ThreadForm(formdata=None, data=data)
    by_default = SAID[choice(None, wishes, is_author)]
    as_usual = f"As usual: {by_default[0].lower()}{by_default[1:]}"
    form.choice.choices = [SelectChoice(AS_BY_DEFAULT, as_usual), *CHOICES]
    return form


def _page(feed_url: str | None = None) -> Response:
    member = who.asking()
    mine = following.wishes(reading(), member)
    rows, key = following.followed(reading(), member, ON_A_PAGE, page_key())
    return render(
        "account/notices.html",
        for_all=ForAllForm(formdata=None, obj=mine),
        feed_made_at=mine.feed_made_at,
        feed_url=feed_url,
        why_not=why_not_told(member),
        threads=[(row.post, _form_of(row, mine)) for row in rows if row.post.path],
        older_url=links.before(links.NOTICES, key) if key else None,
        newer_url=links.NOTICES if page_key() else None,
    )


def _form_of(row: Follow, mine: Any) -> ThreadForm:
    is_author = row.post.author_id == row.member_id
    return thread_form(row.choice, mine, is_author, links.NOTICES)
