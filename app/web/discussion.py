"""The page of a post: its text, a page of the discussion, and the form to join in."""

from sys import getsizeof
from typing import NamedTuple

from flask import Response, redirect, request
from sqlalchemy import Row
from wtforms import HiddenField, TextAreaField

from app.comments import queries as comments
from app.comments.models import Comment, State
from app.comments.moderation.rules import why_not_report
from app.comments.rules import (
    LONGEST,
    closes_at,
    why_not_answer,
    why_not_comment,
    why_not_edit,
    why_not_moderate,
    why_not_withdraw,
)
from app.following import queries as following
from app.http import who
from app.http.forms import Form, submission
from app.http.moment import holds_until, holds_with, now
from app.http.pages import BESIDE_ITS_TEXT, render, with_wait
from app.http.store import config, house, reading, site
from app.lib import tokens
from app.lib.errors import NotFound, Refusal
from app.members.models import Member
from app.posts import around, revisions
from app.posts.around import Around
from app.resources import queries as resources
from app.site import links
from app.web import listings, thread_pages
from app.web.freshness import recalled, remember
from app.web.notices import ThreadForm, thread_form
from app.web.places import place_of
from app.web.thread_pages import Pages, Shown, number_in


class CommentForm(Form):
    text = TextAreaField("Your comment", render_kw={"maxlength": LONGEST, "rows": 8})
    answer = HiddenField()
    key = HiddenField()

    @property
    def submission(self) -> str:
        return submission(self.key)

    @property
    def answered_number(self) -> int | None:
        return number_in(self.answer.data)


class May(NamedTuple):
    """What the reader may do to a comment."""

    answer: bool
    edit: bool
    withdraw: bool
    hide: bool
    report: bool


def discussion(path: str) -> Response:
    """A post's page as it is asked for, with an empty form or the one that the address names;
    raises NotFound, Gone or Moved."""
    page = page_of(path)
    post = page.post
    pages = thread_pages.asked_for(reading(), post)
    asked = request.args.get("after")
    if asked and not pages.in_threads and int(asked) != pages.after:
        return redirect(links.comments_after(post, pages.after), 301)
    member = who.asking()
    if why_not_comment(member, post, now()):
        return _page(page, pages)
    form, edited = _fresh_form(post, member)
    return _page(page, pages, form, edited=edited)


def discussion_with(
    post: Row,
    form: CommentForm,
    edited: Comment | None = None,
    preview: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """A post's page with what its reader was writing, where that will stand."""
    number = edited.number if edited else form.answered_number
    if number is None or number > post.last_comment_number:
        number = post.last_comment_number + 1
    pages = thread_pages.around(reading(), post, number)
    return _page(page_of(post.path), pages, form, edited, preview, refusal)


def page_of(path: str) -> Around:
    """The post at an address and what is around it; raises NotFound, Gone or Moved."""
    page = recalled((path,))
    if page is not None:
        return around.as_of_now(reading(), house().database, page)
    page = around.of_post(reading(), path, now(), resources.spoken_of())
    remember((path,), page, BESIDE_ITS_TEXT + getsizeof(page.post.html) + getsizeof(str(page.more)))
    return page


def _page(
    page: Around,
    pages: Pages,
    form: CommentForm | None = None,
    edited: Comment | None = None,
    preview: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    post, member = page.post, who.asking()
    holds_until(closes_at(post))
    holds_with(around.basis(post))
    spot = _spot(post, pages)
    response = render(
        "posts/show.html",
        refusal.status if refusal else 200,
        post=post,
        head=page.head,
        corrections=revisions.corrections(reading(), post),
        tags=page.tags,
        canonical=config().site_url + links.comments_after(post, pages.after),
        place=place_of(post),
        talk=pages,
        may=_may(post, member),
        note=why_not_comment(member, post, now()),
        form=form,
        edited=edited,
        answering=None if edited or form is None else answered_by(post, form),
        preview_html=preview,
        resources=resources.spoken(*page.more),
        older=page.older,
        newer=page.newer,
        waiting=comments.waiting_of(reading(), post, member) if member else [],
        thread_form=_thread_form(member, post),
        join_url=links.join(spot),
        sign_in_url=links.sign_in(spot),
        feeds=listings.feeds_at(links.post(post)),
    )
    return with_wait(response, refusal)


def _spot(post: Row, pages: Pages) -> str:
    """Where the reader wants to write; who has to sign in comes back to it."""
    wanted, place = number_in(request.args.get("answer")), place_of(post)
    if wanted is not None:
        return place.keep(links.answer(post, wanted))
    return place.keep(f"{links.comments_after(post, pages.after)}#comment-form")


def _thread_form(member: Member | None, post: Row) -> ThreadForm | None:
    if member is None:
        return None
    chosen, wishes = following.of_thread(reading(), member, post.id)
    way_back = place_of(post).keep(f"{links.post(post)}#notices")
    return thread_form(chosen, wishes, member.id == post.author_id, way_back)


def answered_by(post: Row, form: CommentForm) -> Comment | None:
    """The comment that the form answers; none when the number in it is none of this post."""
    found = found_or_none(post, form.answered_number)
    return None if found is None or why_not_answer(found) else found


def found_or_none(post: Row, number: int | None) -> Comment | None:
    try:
        return comments.numbered(reading(), post, number) if number else None
    except NotFound:
        return None


def _fresh_form(post: Row, member: Member) -> tuple[CommentForm, Comment | None]:
    """An empty form, or one with the comment that is to be edited and that comment."""
    form = CommentForm(formdata=None, answer=request.args.get("answer", ""), key=tokens.new())
    edited = found_or_none(post, number_in(request.args.get("edit")))
    if edited is None:
        return form, None
    reason = why_not_edit(member, edited, post, site(), now())
    if reason:
        form.form_errors.append(reason)
        return form, None
    form.text.data = edited.source
    return form, edited


def _may(post: Row, member: Member | None):
    """What `member` may do to each of the comments under the post, as a function of what is shown;
    None for a stranger, who may do nothing."""
    if member is None:
        return None
    answers = why_not_comment(member, post, now()) is None
    hides = why_not_moderate(member, post) is None

    def may(shown: Shown) -> May:
        row = shown.row
        return May(
            answer=answers and why_not_answer(row) is None,
            edit=why_not_edit(member, row, post, site(), now()) is None,
            withdraw=row.is_published and why_not_withdraw(member, row) is None,
            # The desk has what it has taken back.
            hide=hides and row.state in (State.PUBLISHED, State.HIDDEN),
            report=row.is_published and not why_not_report(member, row),
        )

    return may
