"""Writing at the desk: a draft, its preview, publication and withdrawal."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.http import who
from app.http.forms import Form, refuse, submission
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import reading, site, writing
from app.http.times import local
from app.http.who import Needs, needs
from app.lib import markup, tokens
from app.lib.errors import Invalid, NotFound, Refusal
from app.posts import actions
from app.posts import queries as posts
from app.posts.models import CommentPolicy, Kind, Post
from app.posts.rules import Draft, has_been_public, state_of
from app.site import links
from app.tags import rules as tags

ON_A_PAGE = 30

door = Blueprint("desk_posts", __name__)


class WriteForm(Form):
    title = StringField("Title")
    text = TextAreaField("Text", render_kw={"rows": 24})
    excerpt = TextAreaField("Excerpt", render_kw={"rows": 3})
    tags = StringField("Tags")
    kind = SelectField(
        "Kind", choices=[SelectChoice(Kind.POST, "Post"), SelectChoice(Kind.PAGE, "Page")]
    )
    comments = SelectField(
        "Comments",
        choices=[
            SelectChoice(CommentPolicy.MEMBERS, "Open to members"),
            SelectChoice(CommentPolicy.CLOSED, "Closed"),
        ],
    )
    close_after_days = IntegerField("Close after days", [Optional()])
    publish_at = DateTimeLocalField("Publish at", [Optional()], format="%Y-%m-%dT%H:%M")
    key = HiddenField()

    def draft(self) -> Draft:
        """What was written; raises Invalid."""
        self.check()
        return Draft(
            title=" ".join(self.title.data.split()),
            text=self.text.data,
            excerpt=" ".join(self.excerpt.data.split()),
            tags=tags.names(self.tags.data),
            kind=Kind(self.kind.data),
            comments=CommentPolicy(self.comments.data),
            close_after_days=self.close_after_days.data,
        )

    def moment(self) -> datetime | None:
        """When to publish; raises Invalid for a time that the clocks of the site skip."""
        given = self.publish_at.data
        return in_zone(given, ZoneInfo(site().zone)) if given else None


def in_zone(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment that clocks in `zone` call `wall`: the first of two when they are set back;
    raises Invalid when they jump over it."""
    moment = wall.replace(tzinfo=zone, fold=0)
    try:
        shown = moment.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise Invalid("The calendar ends before that day.", "publish_at") from error
    if shown != wall:
        raise Invalid(
            "The clocks are set forward then, so that time does not exist. Choose another.",
            "publish_at",
        )
    return moment


@door.get("/desk/posts")
@needs(Needs.AUTHOR)
def index() -> Response:
    rows, key = posts.written(reading(), who.asking(), ON_A_PAGE, page_key())
    return render(
        "desk/posts.html",
        posts=[(post, state_of(post, now())) for post in rows],
        older_url=links.before(links.DESK_POSTS, key) if key else None,
    )


@door.route("/desk/posts/new", methods=["GET", "POST"])
@needs(Needs.AUTHOR)
def new() -> Response:
    if request.method == "POST":
        return _take(WriteForm(), None)
    return _page(WriteForm(formdata=None, key=tokens.new()), None)


@door.route("/desk/posts/<number:id>", methods=["GET", "POST"])
@needs(Needs.AUTHOR)
def edit(id: int) -> Response:
    post = posts.for_writing(reading(), who.asking(), id)
    if request.method == "POST":
        return _take(WriteForm(), post)
    return _page(_filled(post), post)


def _take(form: WriteForm, post: Post | None) -> Response:
    """Do what the pressed button says; whatever is refused comes back with all that was typed."""
    do = request.form.get("do")
    try:
        if do == "preview":
            form.check()
            return _page(form, post, preview=markup.post_html(form.text.data))
        return redirect(links.desk_post(_write(form, post and post.id, do)), 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(form, post, status=refusal.status)


def _write(form: WriteForm, id: int | None, do: str | None) -> Post:
    draft, at = form.draft(), form.moment()
    with writing() as session:
        member = who.asking_in(session)
        if id is None:
            post = actions.begin(session, member, draft, submission(form.key), now())
        else:
            post = posts.for_writing(session, member, id)
            actions.save(session, member, post, draft, now())
        if do == "publish":
            actions.publish(session, member, post, now(), _exact(at, post))
        elif do == "withdraw":
            actions.withdraw(session, member, post, now())
    return post


def _exact(at: datetime | None, post: Post) -> datetime | None:
    """The form tells a moment to the minute; left as it stood there, it is the post's own."""
    own = post.published_at
    return own if own and at == own.replace(second=0, microsecond=0) else at


def _filled(post: Post) -> WriteForm:
    return WriteForm(
        formdata=None,
        title=post.title,
        text=post.source,
        excerpt=post.excerpt if post.has_own_excerpt else "",
        tags=", ".join(tag.name for tag in post.tags),
        kind=post.kind,
        comments=post.comments,
        close_after_days=post.close_after_days,
        publish_at=local(post.published_at) if post.published_at else None,
    )


def _page(
    form: WriteForm, post: Post | None, preview: str | None = None, status: int = 200
) -> Response:
    return render(
        "desk/write.html",
        status,
        form=form,
        post=post,
        state=state_of(post, now()) if post else "draft",
        has_been_public=bool(post) and has_been_public(post, now()),
        preview_html=preview,
    )
