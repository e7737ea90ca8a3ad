"""Finding members."""

from sqlalchemy import select
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


def author(session: Session, login: str) -> Member:
    """Who may write posts, or could once; other members have no page of their own."""
    member = by_login(session, login)
    if member is None or member.role == Role.MEMBER:
        raise NotFound("Nobody of this name writes here.")
    return member


def staff_names(session: Session) -> list[str]:
    return list(session.scalars(select(Member.name).where(Member.role != Role.MEMBER)))


def newest(
    session: Session, standing: Standing | None, size: int, before: Key | None
) -> tuple[list[Member], Key | None]:
    rows = select(Member).where(*older_than(before, Member.joined_at, Member.id))
    if standing is not None:
        rows = rows.where(Member.standing == standing)
    rows = rows.order_by(Member.joined_at.desc(), Member.id.desc()).limit(size + 1)
    members, has_more = cut(list(session.scalars(rows)), size)
    return members, Key(members[-1].joined_at, members[-1].id) if has_more else None
