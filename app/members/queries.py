"""Finding members."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.lib.errors import NotFound
from app.lib.paging import Key, cut, older_than
from app.members.models import Member, Role, Standing


def by_login(session: Session, login: str) -> Member | None:
    return session.scalar(select(Member).where(Member.login == login))


def named(session: Session, login: str) -> Member:
    """The member with this sign-in name; raises NotFound."""
    member = by_login(session, login)
    if member is None:
        raise NotFound(f"There is no member {login}.")
    return member


def lock(session: Session, member: Member) -> None:
    """Keep others from changing the member until this unit of work ends, and see the member as it
    is by now. Who locks a member does so before anything that is the member's, so that of two
    units of work one waits and neither waits for the other."""
    session.flush()
    session.refresh(member, with_for_update={"key_share": True})


def lock_owners(session: Session) -> int:
    """Keep others from changing any owner until this unit of work ends; how many there are."""
    rows = select(Member).where(Member.role == Role.OWNER).order_by(Member.id)
    rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    owners = session.scalars(rows).all()
    return sum(owner.is_owner for owner in owners)


def count_owners(session: Session) -> int:
    owners = (Member.role == Role.OWNER, Member.standing == Standing.ADMITTED)
    return session.scalar(select(func.count(Member.id)).where(*owners))


def holder_of(session: Session, address: str) -> Member | None:
    """Who has shown that this e-mail address is theirs."""
    rows = select(Member).where(Member.email == address, Member.verified_at.is_not(None))
    return session.scalar(rows)


def known_as(session: Session, known: str) -> Member | None:
    """The member of this sign-in name or e-mail address. Of several who gave one address, who
    has shown that it is theirs comes first, then who joined last."""
    if "@" not in known:
        return by_login(session, known)
    rows = select(Member).where(Member.email == known)
    shown = Member.verified_at.is_(None)
    return session.scalar(rows.order_by(shown, Member.id.desc()).limit(1))


def author(session: Session, login: str) -> Member:
    """Who may write posts, or could once; other members have no page of their own."""
    member = by_login(session, login)
    if member is None or member.role == Role.MEMBER:
        raise NotFound("Nobody of this name writes here.")
    return member


def staff_names(session: Session, besides: Member | None = None) -> list[str]:
    names = select(Member.name).where(Member.role != Role.MEMBER)
    if besides is not None:
        names = names.where(Member.id != besides.id)
    return list(session.scalars(names))


def how_many_wait(session: Session) -> int:
    """How many the owner is to admit."""
    rows = select(func.count()).select_from(Member)
    return session.scalar(rows.where(Member.standing == Standing.WAITING))


def how_many(session: Session, start: datetime, end: datetime) -> int:
    """How many joined from `start` until before `end`."""
    rows = select(func.count()).select_from(Member)
    return session.scalar(rows.where(Member.joined_at >= start, Member.joined_at < end))


def newest(
    session: Session, standing: Standing | None, size: int, before: Key | None
) -> tuple[list[Member], Key | None]:
    rows = select(Member).where(*older_than(before, Member.joined_at, Member.id))
    if standing is not None:
        rows = rows.where(Member.standing == standing)
    rows = rows.order_by(Member.joined_at.desc(), Member.id.desc()).limit(size + 1)
    members, has_more = cut(list(session.scalars(rows)), size)
    return members, Key(members[-1].joined_at, members[-1].id) if has_more else None
