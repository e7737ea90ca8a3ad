"""Members, for the owner: whom to admit, whom to suspend, who may write, whom to invite."""

from flask import Blueprint, Response, redirect, request
from wtforms import EmailField, SelectField
from wtforms.fields.choices import SelectChoice

from app.comments import queries as comments
from app.http import who
from app.http.forms import Form, refuse
from app.http.moment import now
from app.http.pages import page_key, render, with_wait
from app.http.store import config, reading, writing
from app.http.who import Needs, needs
from app.lib import text
from app.lib.errors import BadRequest, NotFound, Refusal
from app.members import actions, invitations
from app.members import queries as members
from app.members.models import Member, Role, Standing
from app.site import links
from app.web.account import WeightyForm, asks_again, prove

ON_A_PAGE = 50
LAST_COMMENTS = 20
LONGEST_SEARCH = 100

door = Blueprint("desk_members", __name__)


class RoleForm(WeightyForm):
    role = SelectField(
        "Role",
        choices=[
            SelectChoice(Role.MEMBER, "Member: comments"),
            SelectChoice(Role.AUTHOR, "Author: writes posts too"),
            SelectChoice(Role.OWNER, "Owner: may do everything here"),
        ],
    )


class InvitationForm(Form):
    email = EmailField("E-mail address", render_kw={"maxlength": 254, "autocomplete": "off"})


@door.get("/desk/members")
@needs(Needs.OWNER)
def index() -> Response:
    return _page()


@door.get("/desk/members/<login:login>")
@needs(Needs.OWNER)
def show(login: str) -> Response:
    member = members.named(reading(), login)
    return _person(member, RoleForm(formdata=None, obj=member))


@door.post("/desk/members/<login:login>/role")
@needs(Needs.OWNER, RoleForm)
def give_role(login: str) -> Response:
    form = RoleForm()
    try:
        form.check()
        prove(form.present.data)
        with writing() as session:
            owner = who.asking_in(session)
            member = actions.give_role(session, owner, login, Role(form.role.data))
        return redirect(links.desk_member(member), 303)
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        member = members.named(reading(), login)
        return with_wait(_person(member, form, refusal.status), refusal)


@door.post("/desk/invitations")
@needs(Needs.OWNER, InvitationForm)
def invite() -> Response:
    """By a link that is shown this once, since only its digest is kept; or by a letter."""
    form = InvitationForm()
    try:
        form.check()
        address = form.email.data.lower()
        with writing() as session:
            token = invitations.invite(session, who.asking_in(session), now(), address)
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(_page(refusal.status, form=form), refusal)
    if address:
        return _page(sent_to=address)
    return _page(invitation_url=config().site_url + links.join(invitation=token))


@door.post("/desk/invitations/<number:id>/revocation")
@needs(Needs.OWNER)
def revoke(id: int) -> Response:
    with writing() as session:
        invitations.revoke(session, who.asking_in(session), id)
    return redirect(f"{links.DESK_MEMBERS}#invitations", 303)


@door.post("/desk/members/<login:login>/admission")
@needs(Needs.OWNER)
def admit(login: str) -> Response:
    return _set_standing(login, Standing.ADMITTED)


@door.post("/desk/members/<login:login>/suspension")
@needs(Needs.OWNER)
def suspend(login: str) -> Response:
    return _set_standing(login, Standing.SUSPENDED)


@door.post("/desk/members/<login:login>/restoration")
@needs(Needs.OWNER)
def restore(login: str) -> Response:
    return _set_standing(login, Standing.ADMITTED)


def _set_standing(login: str, standing: Standing) -> Response:
    with writing() as session:
        actions.set_standing(session, who.asking_in(session), login, standing)
    return redirect(links.DESK_MEMBERS, 303)


def _person(member: Member, form: RoleForm, status: int = 200) -> Response:
    return render(
        "desk/member.html",
        status,
        person=member,
        form=form,
        asks_again=asks_again(),
        is_oneself=member.id == who.asking().id,
        comment_count=comments.counts_of(reading(), [member.id]).get(member.id, 0),
        comments=comments.newest_of(reading(), member, LAST_COMMENTS),
    )


def _page(status: int = 200, form: InvitationForm | None = None, **said: str) -> Response:
    standing, words = _wanted_standing(), _wanted_words()
    rows, key = members.newest(reading(), standing, ON_A_PAGE, page_key(), words)
    more = {"standing": standing or "", "q": words}
    return render(
        "desk/members.html",
        status,
        rows=rows,
        counts=comments.counts_of(reading(), [row.id for row in rows]),
        standing=standing,
        words=words,
        older_url=links.before(links.DESK_MEMBERS, key, **more) if key else None,
        form=form or InvitationForm(formdata=None),
        invitations=invitations.still_good(reading(), now()),
        **said,
    )


def _wanted_words() -> str:
    words = " ".join(text.lines(request.args.get("q", "")).split())
    if len(words) > LONGEST_SEARCH or text.why_not_text(words):
        raise BadRequest("This cannot be a part of a name or of an address.")
    return words


def _wanted_standing() -> Standing | None:
    wanted = request.args.get("standing")
    try:
        return Standing(wanted) if wanted else None
    except ValueError as error:
        raise BadRequest("Members are waiting, admitted or suspended.") from error
