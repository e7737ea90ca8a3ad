"""The rules of membership."""

from datetime import datetime, timedelta
from typing import Any

from app.lib import names, passwords, web
from app.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from app.members.models import Role, Standing
from app.site.models import Membership

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
INVITED_FOR = timedelta(days=7)
RESERVED_LOGINS = frozenset({"admin", "administrator", "root", "owner", "moderator", "system"})
FORMER = "former-"
# After this long, who changes something of weight is asked for the password again.
RECENT = timedelta(minutes=10)
LONGEST_ABOUT, LONGEST_WEBSITE = 300, 300
MOST_PASSKEYS = 10
WRONG = "That sign-in name and password do not belong together."
WRONG_PASSKEY = "This passkey is not known here. Try another, or sign in with your password."


def check_login(login: str) -> None:
    if not names.LOGIN.fullmatch(login):
        raise Invalid("A sign-in name has 3 to 30 of a–z, 0–9, - and _.", "login")
    if login in RESERVED_LOGINS or login.startswith(FORMER):
        raise Conflict("This name is kept for the house. Choose another.", "login")


def check_name(name: str, staff_names: list[str]) -> None:
    """Raise for a name that cannot be shown, or that readers would take for one of the staff."""
    reason = names.why_not_name(name)
    if reason:
        raise Invalid(reason, "name")
    if looks_like_staff(name, staff_names):
        raise Conflict("This looks like the name of one of the blog's authors.", "name")


def looks_like_staff(name: str, staff_names: list[str]) -> bool:
    return names.skeleton(name) in {names.skeleton(other) for other in staff_names}


def check_email(email: str) -> None:
    if len(email) > 254 or not names.EMAIL.fullmatch(email):
        raise Invalid("This is not an e-mail address such as name@example.org.", "email")


def check_is_kept(email: str, is_disposable: bool) -> None:
    """Raise for an address that lasts for minutes, at a domain that the owner has listed."""
    if is_disposable:
        raise Invalid("Addresses there are thrown away. Give one that you keep.", "email")


def check_about(about: str) -> None:
    if len(about) > LONGEST_ABOUT:
        raise Invalid(f"This has up to {LONGEST_ABOUT} characters.", "about")


def check_website(website: str) -> None:
    if website and (len(website) > LONGEST_WEBSITE or not web.is_address(website)):
        raise Invalid("A website begins with https:// or http://.", "website")


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


def is_proved_lately(sign_in: Any, now: datetime) -> bool:
    return sign_in.proved_at is not None and now < sign_in.proved_at + RECENT


def former_login(id: int) -> str:
    """What a member who has left has in the place of a sign-in name; nobody can choose it."""
    return f"{FORMER}{id}"


def why_not_add_passkey(member: Any, present: int) -> str | None:
    if member.standing == Standing.SUSPENDED:
        return "Your membership is suspended, so no passkey can be added."
    if not member.is_verified:
        # Whoever joined with another's address would keep a way in when its owner comes.
        return "Confirm your e-mail address first; then passkeys can be added."
    if present >= MOST_PASSKEYS:
        return f"You have {MOST_PASSKEYS} passkeys. Remove one before you add another."
    return None


def why_not_sign_in_by_passkey(member: Any) -> str | None:
    if member.standing == Standing.SUSPENDED:
        return (
            "Your membership is suspended. With your password you can still sign in to take your "
            "things along, or to leave."
        )
    if member.standing == Standing.LEFT:
        return "This member has left."
    return None


def check_passkey_name(name: str) -> None:
    reason = names.why_not_name(name)
    if reason:
        raise Invalid(reason, "name")


def why_not_leave(member: Any, owners: int) -> str | None:
    if member.role == Role.OWNER and member.is_owner and owners < 2:
        return "You are the only owner of this blog. Make somebody else an owner first."
    return None


def check_is_here(member: Any) -> None:
    if member.standing == Standing.LEFT:
        raise NotFound("This member has left.")


def check_owner(member: Any) -> None:
    if not member.is_owner:
        raise NotAllowed("Only the owner of this blog may do that.")


def check_may_change(owner: Any, member: Any) -> None:
    check_owner(owner)
    if owner.id == member.id:
        raise NotAllowed("You cannot change your own standing or role.")
