"""The rules of membership."""

from datetime import datetime, timedelta
from typing import Any

from app.lib import names, passwords
from app.lib.errors import Conflict, Invalid, NotAllowed
from app.members.models import Standing
from app.site.models import Membership

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
INVITED_FOR = timedelta(days=7)
RESERVED_LOGINS = frozenset({"admin", "administrator", "root", "owner", "moderator", "system"})
WRONG = "That sign-in name and password do not belong together."


def check_login(login: str) -> None:
    if not names.LOGIN.fullmatch(login):
        raise Invalid("A sign-in name has 3 to 30 of a–z, 0–9, - and _.", "login")
    if login in RESERVED_LOGINS:
        raise Conflict("This name is kept for the house. Choose another.", "login")


def check_name(name: str, staff_names: list[str]) -> None:
    """Raise for a name that cannot be shown, or that readers would take for one of the staff."""
    reason = names.why_not_name(name)
    if reason:
        raise Invalid(reason, "name")
    if names.skeleton(name) in {names.skeleton(other) for other in staff_names}:
        raise Conflict("This looks like the name of one of the blog's authors.", "name")


def check_email(email: str) -> None:
    if len(email) > 254 or not names.EMAIL.fullmatch(email):
        raise Invalid("This is not an e-mail address such as name@example.org.", "email")


def check_password(password: str, login: str, name: str, email: str) -> None:
    passwords.check(password, login, name, email)


def standing_at_joining(policy: Membership) -> Standing:
    return Standing.WAITING if policy == Membership.APPROVAL else Standing.ADMITTED


def why_not_join(policy: Membership, has_invitation: bool) -> str | None:
    if policy == Membership.INVITATION and not has_invitation:
        return "One joins this blog by invitation. The link in an invitation leads here."
    return None


def is_over(sign_in: Any, now: datetime) -> bool:
    """Whether a sign-in has ended by itself, for want of use or of old age."""
    return sign_in.seen_at + IDLE <= now or sign_in.created_at + ABSOLUTE <= now


def check_owner(member: Any) -> None:
    if not member.is_owner:
        raise NotAllowed("Only the owner of this blog may do that.")


def check_may_change(owner: Any, member: Any) -> None:
    check_owner(owner)
    if owner.id == member.id:
        raise NotAllowed("You cannot change your own standing.")
