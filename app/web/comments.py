"""The discussion under a post: shown to everybody, joined by members."""

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.comments import actions, withdrawing
from app.comments import queries as comments
from app.comments.models import Comment
from app.comments.moderation import deeds
from app.comments.own import own_waiting
from app.comments.rules import why_not_answer, why_not_edit, why_not_moderate, why_not_withdraw
from app.comments.texts import written
from app.feeds import from_comments
from app.http import who
from app.http.forms import refuse
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import config, reading, site, writing
from app.http.who import Needs, needs
from app.lib import tokens
from app.lib.errors import NotAllowed, Refusal, refuse_if
from app.posts import queries as posts
from app.posts.models import Post
from app.site import links
from app.web import listings, places
from app.web.discussion import CommentForm, discussion_with, page_of
from app.web.places import place_of

ON_A_PAGE = 30

door = Blueprint("comments", __name__)


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
@needs(Needs.MEMBER, CommentForm)
def add(year: int, month: int, slug: str) -> Response:
    form = CommentForm()
    shown = _shown(year, month, slug)
    try:
        form.check()
        # Made now, while nobody has to wait for it.
        made = written(reading(), shown, form.text.data)
        if request.form.get("do") == "preview":
            return discussion_with(shown, form, preview=made.html)
        with writing() as session:
            comment = actions.add(
                session,
                who.still_asking(session),
                shown,
                form.text.data,
                form.answered_number,
                form.submission,
                now(),
                site(),
            )
        return redirect(_address_of(comment, shown), 303)
    except Refusal as refusal:
        refuse(form, refusal)
        if refusal.field == "answer":
            form.answer.data = ""  # What cannot be answered is not answered at the next press.
        return discussion_with(shown, form, refusal=refusal)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/editing")
@needs(Needs.MEMBER, CommentForm)
def edit(year: int, month: int, slug: str, number: int) -> Response:
    form = CommentForm()
    shown = _shown(year, month, slug)
    edited = comments.numbered(reading(), shown, number)
    try:
        form.check()
        _check_edit(edited, shown)
        made = written(reading(), shown, form.text.data)
        if request.form.get("do") == "preview":
            return discussion_with(shown, form, edited, preview=made.html)
        with writing() as session:
            post = _post(session, year, month, slug)
            member = who.asking_in(session)
            actions.edit(session, member, post, number, form.text.data, now(), site())
        return redirect(places.of_comment(shown, number, edited.thread_number), 303)
    except NotAllowed as refusal:
        return _given_back(shown, form, edited, refusal)
    except Refusal as refusal:
        refuse(form, refusal)
        return discussion_with(shown, form, edited, refusal=refusal)


@door.get("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/withdrawal")
@needs(Needs.MEMBER)
def ask_to_withdraw(year: int, month: int, slug: str, number: int) -> Response:
    """One more page before words are gone for good."""
    post = _shown(year, month, slug)
    comment = comments.numbered(reading(), post, number)
    refuse_if(why_not_withdraw(who.asking(), comment))
    return _withdrawal_page(post, comment)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/withdrawal")
@needs(Needs.MEMBER)
def withdraw(year: int, month: int, slug: str, number: int) -> Response:
    with writing() as session:
        post = _post(session, year, month, slug)
        withdrawing.withdraw(session, who.asking_in(session), post, number)
    back = f"{links.comments_after(post, number - 1)}#comments"
    return redirect(place_of(post).keep(back), 303)


@door.get("/<year:year>/<month:month>/<slug:slug>/comments/waiting/<number:id>/withdrawal")
@needs(Needs.MEMBER)
def ask_to_withdraw_waiting(year: int, month: int, slug: str, id: int) -> Response:
    post = _shown(year, month, slug)
    comment = own_waiting(reading(), who.asking(), post, id)
    return _withdrawal_page(post, comment)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/waiting/<number:id>/withdrawal")
@needs(Needs.MEMBER)
def withdraw_waiting(year: int, month: int, slug: str, id: int) -> Response:
    with writing() as session:
        post = _post(session, year, month, slug)
        withdrawing.withdraw_waiting(session, who.asking_in(session), post, id)
    return redirect(place_of(post).keep(f"{links.post(post)}#comment-form"), 303)


@door.get("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/versions")
@needs(Needs.AUTHOR)
def versions(year: int, month: int, slug: str, number: int) -> Response:
    """What a comment said before it was edited, for those who moderate."""
    post = _shown(year, month, slug)
    refuse_if(why_not_moderate(who.asking(), post))
    comment = comments.numbered(reading(), post, number)
    earlier = comments.versions(reading(), comment)
    return render("comments/versions.html", post=post, comment=comment, versions=earlier)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/hiding")
@needs(Needs.AUTHOR)
def hide(year: int, month: int, slug: str, number: int) -> Response:
    with writing() as session:
        post = _post(session, year, month, slug)
        hidden = deeds.hide(session, who.asking_in(session), post, number, now())
    return redirect(places.of_comment(post, number, hidden.thread_number), 303)


@door.post("/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/showing")
@needs(Needs.AUTHOR)
def show(year: int, month: int, slug: str, number: int) -> Response:
    with writing() as session:
        post = _post(session, year, month, slug)
        shown = deeds.show(session, who.asking_in(session), post, number, now())
    return redirect(places.of_comment(post, number, shown.thread_number), 303)


def _given_back(post: Row, form: CommentForm, edited: Comment, refusal: NotAllowed) -> Response:
    """The text of an edit that came too late, in a form that makes a new comment of it."""
    form.form_errors.append(refusal.sentence)
    form.answer.data = "" if why_not_answer(edited) else str(edited.number)
    form.key.data = tokens.new()
    return discussion_with(post, form, refusal=refusal)


def _check_edit(comment: Comment, post: Row) -> None:
    refuse_if(why_not_edit(who.asking(), comment, post, site(), now()))


def _shown(year: int, month: int, slug: str) -> Row:
    return page_of(_path(year, month, slug)).post


def _address_of(comment: Comment, post: Row) -> str:
    if comment.number is None:
        return place_of(post).keep(links.own_waiting(post))
    return places.of_comment(post, comment.number, comment.thread_number)


def _withdrawal_page(post: Row, comment: Comment) -> Response:
    return render("comments/withdrawal.html", post=post, comment=comment, place=place_of(post))


def _post(session: Session, year: int, month: int, slug: str) -> Post:
    return posts.bare_at_path(session, _path(year, month, slug), now())


def _path(year: int, month: int, slug: str) -> str:
    return f"{year:04}/{month:02}/{slug}"
