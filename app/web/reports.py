"""Reporting a comment, for members."""

from flask import Blueprint, Response
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.comments.models import Comment
from app.comments.moderation import reports, rules
from app.comments.moderation.models import Reason
from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import reading, site, writing
from app.http.who import Needs, needs
from app.lib.errors import Invalid, Refusal, TooMany
from app.posts import queries as posts
from app.web.places import place_of

REPORT = "/<year:year>/<month:month>/<slug:slug>/comments/<number:number>/report"

door = Blueprint("reports", __name__)


class ReportForm(Form):
    reason = SelectField(
        "What is wrong with it",
        choices=[
            SelectChoice("", "Choose"),
            SelectChoice(Reason.SPAM, "It is advertising"),
            SelectChoice(Reason.HURTFUL, "It hurts or threatens somebody"),
            SelectChoice(Reason.UNLAWFUL, "It is against the law"),
            SelectChoice(Reason.OTHER, "Something else"),
        ],
    )
    words = TextAreaField(
        "What a moderator should know",
        render_kw={"rows": 3, "maxlength": rules.LONGEST_REASON},
    )


@door.get(REPORT)
@needs(Needs.MEMBER)
def ask(year: int, month: int, slug: str, number: int) -> Response:
    return _page(_comment(year, month, slug, number), ReportForm(formdata=None))


@door.post(REPORT)
@needs(Needs.MEMBER, ReportForm)
def report(year: int, month: int, slug: str, number: int) -> Response:
    form = ReportForm()
    try:
        form.check()
        with writing() as session:
            member = who.asking_in(session)
            post = posts.bare_at_path(session, _path(year, month, slug), now())
            reason = rules.report_reason(form.reason.data)
            reports.report(session, member, post, number, reason, form.words.data, site(), now())
    except (Invalid, TooMany) as refusal:
        refuse(form, refusal)
        return _page(_comment(year, month, slug, number), form, refusal)
    return render("comments/reported.html", post=post, number=number, place=place_of(post))


def _comment(year: int, month: int, slug: str, number: int) -> Comment:
    post = posts.shown_at_path(reading(), _path(year, month, slug), now())
    return reports.for_reporting(reading(), who.asking(), post, number)


def _page(comment: Comment, form: ReportForm, refusal: Refusal | None = None) -> Response:
    status = refusal.status if refusal else 200
    place = place_of(comment.post)
    page = render("comments/report.html", status, comment=comment, form=form, place=place)
    return with_wait(page, refusal)


def _path(year: int, month: int, slug: str) -> str:
    return f"{year:04}/{month:02}/{slug}"
