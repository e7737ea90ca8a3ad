"""The form in which a post is written, and how it tells a moment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.http.forms import Form
from app.http.store import site
from app.http.times import local
from app.lib import tokens
from app.lib.errors import Invalid
from app.posts.models import CommentPolicy, Kind, Post
from app.posts.rules import Draft, has_own_slug
from app.tags import rules as tags


class WriteForm(Form):
    title = StringField("Title")
    text = TextAreaField("Text", render_kw={"rows": 24})
    tags = StringField("Tags", render_kw={"list": "known-tags", "autocomplete": "off"})
    excerpt = TextAreaField("Excerpt", render_kw={"rows": 3})
    publish_at = DateTimeLocalField("Publish at", [Optional()], format="%Y-%m-%dT%H:%M")
    comments = SelectField(
        "Comments",
        choices=[
            SelectChoice(CommentPolicy.MEMBERS, "Open to members"),
            SelectChoice(CommentPolicy.CLOSED, "Closed"),
        ],
    )
    close_after_days = IntegerField("Close after days", [Optional()])
    slug = StringField("Address", render_kw={"maxlength": 80, "autocapitalize": "none"})
    kind = SelectField(
        "Kind", choices=[SelectChoice(Kind.POST, "Post"), SelectChoice(Kind.PAGE, "Page")]
    )
    is_pinned = BooleanField("Pinned to the front page")
    description = TextAreaField("Description elsewhere", render_kw={"rows": 2})
    picture_url = StringField("Picture elsewhere", render_kw={"inputmode": "url"})
    canonical_url = StringField("First published at", render_kw={"inputmode": "url"})
    correction = StringField("What is corrected")
    key = HiddenField()
    version = HiddenField()

    def draft(self) -> Draft:
        """What was written; raises Invalid."""
        self.check()
        return Draft(
            title=_line(self.title.data),
            text=self.text.data,
            excerpt=_line(self.excerpt.data),
            tags=tags.names(self.tags.data),
            kind=Kind(self.kind.data),
            comments=CommentPolicy(self.comments.data),
            close_after_days=self.close_after_days.data,
            slug=self.slug.data,
            description=_line(self.description.data),
            canonical_url=self.canonical_url.data,
            picture_url=self.picture_url.data,
            is_pinned=self.is_pinned.data,
        )

    def moment(self) -> datetime | None:
        """When to publish; raises Invalid for a time that the clocks of the site skip."""
        given = self.publish_at.data
        return in_zone(given, ZoneInfo(site().zone)) if given else None

    def version_began_with(self) -> int:
        """None of a post's where the form does not say."""
        given = self.version.data
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


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


def filled(post: Post) -> WriteForm:
    """The form with what the post says, under a key of its own."""
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
        slug=post.slug if post.path or has_own_slug(post) else "",
        is_pinned=post.pinned_at is not None,
        description=post.description,
        picture_url=post.picture_url,
        canonical_url=post.canonical_url,
        key=tokens.new(),
        version=str(post.version),
    )


def _line(text: str) -> str:
    return " ".join(text.split())
