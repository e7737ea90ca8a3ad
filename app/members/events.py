"""What others may react to."""

from dataclasses import dataclass

from app.members.models import Member


@dataclass(frozen=True)
class RoleGiven:
    """A member has a role, the first or another; authors have a page of their own."""

    member: Member
