"""The discussion under a post: shown to everybody, joined by members."""

import re
from typing import NamedTuple

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Row
from wtforms import HiddenField, TextAreaField

from app.comments import actions
from app.comments import queries as comments
from app.comments.models import Comment
from app.comments.moderation import deeds
from app.comments.rules import LONGEST, closes_at, threads, why_not_comment, why_not_moderate
from app.feeds import from_comments
from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import holds_until, now
from app.http.pages import page_key, render
from app.http.store import config, reading, site, writing
from app.http.who import Needs, needs
from app.lib import tokens
from app.lib.errors import NotFound, Refusal
from app.posts import queries as posts
from app.posts.models import Post
from app.resources import queries as resources
from app.site import links
from app.web import listings

ON_A_PAGE = 30
NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

door = Blueprint("comments", __name__)


class CommentForm(Form):
    text = TextAreaField("Your comment", render_kw={"maxlength": LONGEST, "rows": 8})
    answer = HiddenField()
    key = HiddenField()

    @property
    def answered_number(self) -> int | None:
        return int(self.answer.data) if NUMBER.fullmatch(self.answer.data) else None


@door.get("/comments", defaults={"dress": None})
@door.get("/comments<dress:dress>")
def latest(dress: str | None) -> Response:
    rows, key = comments.latest(reading(), now(), ON_A_PAGE, page_key())
    return listings.answer(
        "comments/listing.html",
        dress,
        lambda: from_comments.of_blog(site(), config().site_url, rows, key),
        links.COMMENTS,
        heading="Comments",
        rows=[(comment, comment.post) for comment in rows],
        older_url=links.before(links.COMMENTS, key) if key else None,
    )


@door.post("/<year:year>/<month:month>/<slug:slug>/comments")
@needs(Needs.MEMBER)
def add(year: int, month: int, slug: str) -> Response:
    form = CommentForm()
    try:
        form.check()
        shown = posts.shown_at_path(reading(), _path(year, month, slug), now())
        html = actions.html_of(form.text.data, shown)  # Now, while nobody has to wait for it.
        if request.form.get("do") == "preview":
            return discussion(shown, form, preview=html)
        with writing() as session:
            comment = actions.add(
                session,
                who.asking_in(session),
                shown,
                form.text.data,
                form.answered_number,
                form.key.data or tokens.new(),
                now(),
                site(),
            )
        return redirect(_place_of(comment, shown), 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        post = posts.shown_at_path(reading(), _path(year, month, slug), now())
        return discussion(post, form, refusal=refusal)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/hiding")
@needs(Needs.AUTHOR)
def hide(year: int, month: int, slug: str, number: int) -> Response:
    with writing() as session:
        post = _post(session, year, month, slug)
        deeds.hide(session, who.asking_in(session), post, number, now())
    return redirect(links.comment(post, number), 303)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/showing")
@needs(Needs.AUTHOR)
def show(year: int, month: int, slug: str, number: int) -> Response:
    with writing() as session:
        post = _post(session, year, month, slug)
        deeds.show(session, who.asking_in(session), post, number, now())
    return redirect(links.comment(post, number), 303)


class Place(NamedTuple):
    """What a comment has to know of the post that it stands under."""

    path: str
    author_id: int


def discussion(
    post: Row,
    form: CommentForm | None = None,
    preview: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """A post's page, with what its reader was writing when there is something to say of that."""
    session, member = reading(), who.asking()
    note = why_not_comment(member, post, now())
    if form is None and note is None:
        form = _blank_form()
    holds_until(closes_at(post))
    older, newer = posts.neighbours(session, post, now())
    spot = f"{links.post(post)}#comment-form"
    response = render(
        "posts/show.html",
        refusal.status if refusal else 200,
        post=post,
        tags=posts.tags_of(session, post.id),
        place=Place(post.path, post.author_id),
        threads=threads(comments.of_post(session, post)),
        answers=comments.answers_of(session, post),
        note=note,
        form=form,
        answering=_answering(post, form) if form else None,
        preview_html=preview,
        resources=resources.for_post(session, post.id),
        older=older,
        newer=newer,
        may_hide=why_not_moderate(member, post) is None,
        may_report=member is not None,
        waiting=comments.waiting_of(session, post, member) if member else [],
        join_url=links.join(spot),
        sign_in_url=links.sign_in(spot),
        feeds=listings.feeds_at(links.post(post)),
    )
    if refusal is not None and hasattr(refusal, "retry_after"):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _blank_form() -> CommentForm:
    wanted = request.args.get("answer", "")
    return CommentForm(formdata=None, answer=wanted, key=tokens.new())


def _answering(post: Row, form: CommentForm) -> Comment | None:
    """The comment that the form answers; none when the number in it is none of this post."""
    number = form.answered_number
    if number is None:
        return None
    try:
        found = comments.numbered(reading(), post, number)
    except NotFound:
        return None
    return None if found.is_hidden else found


def _place_of(comment: Comment, post: Row) -> str:
    if comment.number is None:
        return links.own_waiting(post)
    return links.comment(post, comment.number)


def _post(session, year: int, month: int, slug: str) -> Post:
    return posts.bare_at_path(session, _path(year, month, slug), now())


def _path(year: int, month: int, slug: str) -> str:
    return f"{year:04}/{month:02}/{slug}"
