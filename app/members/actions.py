"""What the owner does about members."""

from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Conflict
from app.members.events import RoleGiven
from app.members.models import Member, Role, Standing
from app.members.queries import lock_owners, named
from app.members.rules import check_is_here, check_may_change


def set_standing(session: Session, owner: Member, login: str, standing: Standing) -> Member:
    """Admit, suspend or restore; it holds from the member's next request on."""
    lock_owners(session)  # Of two owners who suspend each other at once, one stays.
    member = named(session, login)
    check_is_here(member)
    check_may_change(owner, member)
    member.standing = standing
    return member


def give_role(session: Session, owner: Member, login: str, role: Role) -> Member:
    """Let a member write, own the blog, or neither; it holds from their next request on."""
    lock_owners(session)
    member = named(session, login)
    check_is_here(member)
    check_may_change(owner, member)
    if member.standing != Standing.ADMITTED and role != Role.MEMBER:
        raise Conflict("Admit this member first.", "role")
    member.role = role
    events.record(session, RoleGiven(member))
    return member
