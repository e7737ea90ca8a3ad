"""The settings of the site, for its owner: the same rules as those of `flask site set`."""

from flask import Blueprint, Response, current_app, redirect, request
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.http import who
from app.http.forms import Form, refuse, submission
from app.http.gate import takes
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib import tokens
from app.lib.errors import Invalid, Refusal
from app.media.rules import MEGABYTE, MOST_BYTES
from app.site import links, settings
from app.site.models import (
    Face,
    Membership,
    Moderation,
    Robots,
    ToldFailed,
    ToldMembers,
    ToldWaiting,
)
from app.site.theme import Theme
from app.web.desk import header_picture

HINTS = {
    "title": "The name of the blog, on every page and in every feed.",
    "tagline": "A line under the name on the front page; may be empty.",
    "language": "In which language you write, such as en, de or pt-BR. Dates follow it.",
    "zone": "Where your clocks are, such as Europe/Berlin. All times are shown in it.",
    "posts_per_page": "From 1 to 50, in lists and feeds.",
    "membership": "Only members comment. This says who may become one.",
    "moderation": "The rest is public at once. Authors never wait, pages elsewhere always do.",
    "waiting_words": "Words and phrases with commas between them. A comment with one waits.",
    "most_links": "A comment with more waits; from 0 to 100.",
    "reports_to_hide": "So many members hide a comment until a person has looked; with 0 none do.",
    "told_waiting": "One letter an hour at most. Everybody can end their own.",
    "told_members": "In one letter for all who come within ten minutes.",
    "told_failed": "The overview shows them in any case.",
    "accent": "Of links and buttons, such as #25459b. Empty is our blue.",
    "accent_dark": "The same in the dark scheme. Empty makes it from the one above.",
    "face": "What the texts are set in.",
    "header_picture": "Across the front page; and beside links elsewhere to posts without one.",
    "header_file": "PNG, JPEG, GIF or WebP, up to 20 MB. It goes into the library.",
    "menu_links": "A line each, up to six: Photographs | https://example.org/",
    "footer_text": "A line at the foot of every page, such as a licence; may be empty.",
    "robots": "Whether search engines are asked to stay away. Those that ask nobody come anyhow.",
}

MOST_SENT = MOST_BYTES + MEGABYTE

door = Blueprint("desk_settings", __name__)


class SettingsForm(Form):
    title = StringField("Title", render_kw={"maxlength": 120})
    tagline = StringField("Tagline", render_kw={"maxlength": 250})
    language = StringField("Language", render_kw={"maxlength": 20})
    zone = StringField("Time zone", render_kw={"maxlength": 60})
    posts_per_page = StringField("Posts on a page", render_kw={"inputmode": "numeric"})
    membership = SelectField(
        "Membership",
        choices=[
            SelectChoice(Membership.OPEN, "Anybody may join"),
            SelectChoice(Membership.APPROVAL, "The owner admits each member"),
            SelectChoice(Membership.INVITATION, "By invitation only"),
        ],
    )
    moderation = SelectField(
        "Comments that wait for a moderator",
        choices=[
            SelectChoice(Moderation.AT_ONCE, "None by themselves"),
            SelectChoice(Moderation.FIRST, "Those of members who are new here"),
            SelectChoice(Moderation.ALL, "All"),
        ],
    )
    waiting_words = StringField("Words that wait", render_kw={"maxlength": 2000})
    most_links = StringField("Links in a comment", render_kw={"inputmode": "numeric"})
    reports_to_hide = StringField("Reports that hide a comment", render_kw={"inputmode": "numeric"})
    told_waiting = SelectField(
        "Comments that wait are told by letter to",
        choices=[
            SelectChoice(ToldWaiting.BOTH, "Owners and the author of the post"),
            SelectChoice(ToldWaiting.OWNERS, "Owners"),
            SelectChoice(ToldWaiting.AUTHOR, "The author of the post"),
            SelectChoice(ToldWaiting.NOBODY, "Nobody"),
        ],
    )
    told_members = SelectField(
        "Owners get a letter about",
        choices=[
            SelectChoice(ToldMembers.WAITING, "New members who wait to be admitted"),
            SelectChoice(ToldMembers.ALL, "All new members"),
            SelectChoice(ToldMembers.NOBODY, "No new members"),
        ],
    )
    told_failed = SelectField(
        "Letters that could not be sent are told to",
        choices=[
            SelectChoice(ToldFailed.OWNERS, "Owners, once a day"),
            SelectChoice(ToldFailed.NOBODY, "Nobody"),
        ],
    )
    accent = StringField("Colour", render_kw={"maxlength": 7})
    accent_dark = StringField("Colour in the dark", render_kw={"maxlength": 7})
    face = SelectField(
        "Face", choices=[SelectChoice(Face.SERIF, "Serif"), SelectChoice(Face.SANS, "Sans serif")]
    )
    header_picture = StringField("Picture at the head")
    header_file = FileField("Another one from this device", render_kw={"accept": "image/*"})
    key = HiddenField()
    menu_links = TextAreaField("More links in the menu", render_kw={"rows": 4})
    footer_text = StringField("Foot of the page", render_kw={"maxlength": 300})
    robots = SelectField(
        "Search engines",
        choices=[
            SelectChoice(Robots.WELCOME, "Are welcome"),
            SelectChoice(Robots.NONE, "Are asked to stay away"),
        ],
    )

    def values(self) -> dict[str, object]:
        """What was typed, by the rules of each setting. Where some break them, all of these are
        told beside their fields, and nothing is returned."""
        self.validate()
        values = {}
        for name in settings.READERS:
            try:
                values[name] = settings.read(name, self[name].data or "")
            except Invalid as refusal:
                refuse(self, refusal)
        return {} if self.errors else values


@door.get("/desk/settings")
@needs(Needs.OWNER)
def show() -> Response:
    row = settings.site(reading())
    values = {name: str(getattr(row, name)) for name in settings.READERS}
    return _page(SettingsForm(formdata=None, data=values, key=tokens.new()))


@door.post("/desk/settings")
@needs(Needs.OWNER, SettingsForm)
@takes(MOST_SENT)
def change() -> Response:
    form = SettingsForm()
    values = form.values()
    if not values:
        return _page(form, status=Invalid.status)
    if request.form.get("do") == "preview":
        theme = {name: str(values[name]) for name in ("accent", "accent_dark", "face")}
        return _page(form, theme_url=links.trial_theme(**theme))
    try:
        _put(form, values)
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(form, status=refusal.status)
    return redirect(links.DESK_SETTINGS, 303)


@door.get("/desk/settings/trial.css")
@needs(Needs.OWNER)
def try_theme() -> Response:
    """The style of colours that are not saved yet."""
    accent, dark, face = (
        str(settings.read(name, request.args.get(name, default)))
        for name, default in (("accent", ""), ("accent_dark", ""), ("face", Face.SERIF))
    )
    return current_app.response_class(
        Theme(accent, dark, face == Face.SANS).css, mimetype="text/css"
    )


def _put(form: SettingsForm, values: dict[str, object]) -> None:
    received = header_picture.brought(form.header_file.data)
    with writing() as session:
        member, chosen = who.asking_in(session), str(values["header_picture"])
        values["header_picture"] = header_picture.address(
            session, member, received, chosen, submission(form.key), now()
        )
        settings.put(session, values)


def _page(form: SettingsForm, status: int = 200, theme_url: str | None = None) -> Response:
    pictures = header_picture.choices(reading(), form.header_picture.data or "")
    return render(
        "desk/settings.html",
        status,
        form=form,
        hints=HINTS,
        theme_url=theme_url,
        pictures=pictures,
    )
