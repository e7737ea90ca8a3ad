"""Signing in and out. A sign-in is a row, so that ending it ends it everywhere at once."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.lib import limits, tokens
from app.lib.db import Database, as_stored
from app.lib.errors import Invalid
from app.lib.passwords import Hasher
from app.lib.prepared import Prepared
from app.members import tickets
from app.members.models import Member, SignIn, Standing
from app.members.queries import known_as, lock
from app.members.rules import ABSOLUTE, IDLE, WRONG, check_password, is_over

HERE = limits.Limit("sign-in-here", 5, 15 * 60)
ADDRESS = limits.Limit("sign-in-address", 20, 60 * 60)
ACCOUNT = limits.Limit("sign-in-account", 100, 24 * 60 * 60)
PROOF = limits.Limit("proof", 5, 15 * 60)
PROOFS = limits.Limit("proof-day", 20, 24 * 60 * 60)
# How exact the time of last use is; noting it oftener would make each page a write.
SEEN_EVERY = timedelta(hours=1)


def count_try(session: Session, known: str, address: str, now: datetime) -> None:
    """Count a try from a network address, before the password is looked at; raises TooMany."""
    member = known_as(session, known)  # Name and e-mail address are tries at the same member.
    login = member.login if member else known
    limits.take(session, HERE, f"{login} {address}", now)
    limits.take(session, ADDRESS, address, now)
    limits.take(session, ACCOUNT, login, now)


def count_proof(session: Session, sign_in: SignIn, now: datetime) -> None:
    """Count a try, by who is signed in already, to show once more who they are; raises TooMany.
    Apart from those at the door, so that nobody there can keep a member from anything here."""
    limits.take(session, PROOF, str(sign_in.id), now)
    limits.take(session, PROOFS, str(sign_in.id), now)


def recognise(session: Session, known: str, password: str, hasher: Hasher) -> Member:
    """The member whose name or e-mail address and password these are; raises Invalid with one
    sentence for all that can be wrong, after the same time."""
    member = known_as(session, known)
    is_right = hasher.matches(member and member.password_hash, password)
    if not is_right or member.standing == Standing.LEFT:
        raise Invalid(WRONG)
    return member


def check_still(session: Session, member: Member, password_hash: str) -> None:
    """See, before the member is let in, that the password that was recognised is still the one;
    raises Invalid."""
    lock(session, member)  # Whoever changes it meanwhile waits, and then ends this sign-in as well.
    if member.password_hash != password_hash or member.standing == Standing.LEFT:
        raise Invalid(WRONG)


def begin(session: Session, member: Member, agent: str, now: datetime) -> str:
    """Sign the member in with the browser that `agent` describes; returns the token for the
    cookie, of which only a digest is kept."""
    member.seen_at = now
    token = tokens.new()
    session.add(
        SignIn(
            digest=tokens.digest(token),
            member_id=member.id,
            created_at=now,
            seen_at=now,
            proved_at=now,
            agent=agent,
        )
    )
    return token


def forgive(session: Session, member: Member, address: str) -> None:
    """Forget the wrong tries from a network address, after a right one."""
    limits.clear(session, HERE, f"{member.login} {address}")


def note_proof(session: Session, sign_in: SignIn, now: datetime) -> None:
    """Note that who uses this sign-in has just shown who they are."""
    session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(proved_at=now))
    for limit in (PROOF, PROOFS):
        limits.clear(session, limit, str(sign_in.id))


def find(session: Session, token: str, now: datetime) -> SignIn | None:
    """The sign-in of this token with its member, unless it has ended."""
    rows = select(SignIn).where(SignIn.digest == tokens.digest(token))
    return _unless_ended(session.scalar(rows.options(joinedload(SignIn.member))), now)


def look(database: Database, token: str, now: datetime) -> SignIn | None:
    """The same for those who change nothing of it, which is what each request of a member asks
    for: a session would take three times as long."""
    row = _with_member().peek(database, digest=tokens.digest(token))
    if row is None:
        return None
    values = iter(row)
    sign_in, member = (
        as_stored(model, {column.key: next(values) for column in model.__table__.c})
        for model in (SignIn, Member)
    )
    set_committed_value(sign_in, "member", member)
    return _unless_ended(sign_in, now)


def _unless_ended(found: SignIn | None, now: datetime) -> SignIn | None:
    if found is None or is_over(found, now) or found.member.standing == Standing.LEFT:
        return None
    return found


@cache
def _with_member() -> Prepared:
    columns = [
        *SignIn.__table__.c,
        *(column.label(f"member_{column.key}") for column in Member.__table__.c),
    ]
    rows = select(*columns).join_from(SignIn, Member)
    return Prepared(rows.where(SignIn.digest == bindparam("digest")))


def still_holds(session: Session, sign_in: SignIn) -> bool:
    """Whether a sign-in that was found a moment ago is still there, and its member may still do
    what they might then."""
    found, member = _allowed().rows(session, id=sign_in.id), sign_in.member
    return found == [(member.standing, member.role, member.verified_at)]


@cache
def _allowed() -> Prepared:
    columns = (Member.standing, Member.role, Member.verified_at)
    return Prepared(select(*columns).join(SignIn).where(SignIn.id == bindparam("id")))


def is_worth_noting(sign_in: SignIn, now: datetime) -> bool:
    return sign_in.seen_at + SEEN_EVERY <= now


def note_use(session: Session, sign_in: SignIn, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(seen_at=now))
    session.execute(update(Member).where(Member.id == sign_in.member_id).values(seen_at=now))


def end(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.digest == tokens.digest(token)))


def set_password(session: Session, member: Member, password: str, hasher: Hasher) -> None:
    """Give the member another password; whoever was signed in with the old one is out."""
    check_password(password, member.login, member.name, member.email)
    put_password(session, member, hasher.hash(password))


def put_password(session: Session, member: Member, password_hash: str) -> None:
    """Whatever was asked for with the old one, such as another address, is off as well."""
    lock(session, member)
    member.password_hash = password_hash
    session.execute(delete(SignIn).where(SignIn.member_id == member.id))
    tickets.void(session, member)


def forget_old(session: Session, now: datetime) -> None:
    over = or_(SignIn.seen_at <= now - IDLE, SignIn.created_at <= now - ABSOLUTE)
    session.execute(delete(SignIn).where(over))
