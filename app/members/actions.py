"""What the owner does about members."""

from sqlalchemy.orm import Session

from app.members.models import Member, Standing
from app.members.queries import named
from app.members.rules import check_is_here, check_may_change


def set_standing(session: Session, owner: Member, login: str, standing: Standing) -> Member:
    """Admit, suspend or restore; it holds from the member's next request on."""
    member = named(session, login)
    check_is_here(member)
    check_may_change(owner, member)
    member.standing = standing
    return member
