"""What others may react to."""

from dataclasses import dataclass

from app.members.models import Member


@dataclass(frozen=True)
class MemberJoined:
    """Somebody is a member now, or waits to be admitted."""

    member: Member


@dataclass(frozen=True)
class RoleGiven:
    """A member has a role, the first or another; authors have a page of their own."""

    member: Member


@dataclass(frozen=True)
class ProfileChanged:
    """A member has another name, or says something else about themselves."""

    member: Member


@dataclass(frozen=True)
class MemberLeft:
    """A member is being forgotten; `withdraws` says whether their texts are to go too."""

    member: Member
    withdraws: bool
