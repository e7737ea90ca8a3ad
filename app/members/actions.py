"""What the owner does about members."""

from sqlalchemy.orm import Session

from app.members.models import Member, Standing
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
