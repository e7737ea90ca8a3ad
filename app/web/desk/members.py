"""Members, for the owner: whom to admit, whom to suspend, whom to invite."""

from flask import Blueprint, Response, redirect, request

from app.http import who
from app.http.moment import now
from app.http.pages import page_key, render
from app.http.store import config, reading, writing
from app.http.who import Needs, needs
from app.lib.errors import BadRequest
from app.members import actions, invitations
from app.members import queries as members
from app.members.models import Standing
from app.site import links

ON_A_PAGE = 50

door = Blueprint("desk_members", __name__)


@door.get("/desk/members")
@needs(Needs.OWNER)
def index() -> Response:
    return _page()


@door.post("/desk/invitations")
@needs(Needs.OWNER)
def invite() -> Response:
    with writing() as session:
        token = invitations.invite(session, who.asking_in(session), now())
    # Shown this once: only its digest is kept.
    return _page(invitation_url=config().site_url + links.join(invitation=token))


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


def _page(invitation_url: str | None = None) -> Response:
    standing = _wanted_standing()
    rows, key = members.newest(reading(), standing, ON_A_PAGE, page_key())
    older = links.before(links.DESK_MEMBERS, key, standing=standing or "") if key else None
    return render(
        "desk/members.html",
        rows=rows,
        standing=standing,
        older_url=older,
        invitation_url=invitation_url,
    )


def _wanted_standing() -> Standing | None:
    wanted = request.args.get("standing")
    try:
        return Standing(wanted) if wanted else None
    except ValueError as error:
        raise BadRequest("Members are waiting, admitted or suspended.") from error
