"""What is typed at the desk and not saved yet, kept so that no word is lost."""

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lib import text
from app.lib.db import is_sqlite
from app.lib.errors import NotFound
from app.members.models import Member
from app.posts.models import Autosave
from app.posts.rules import LONGEST_TITLE

# Of one member; the oldest go.
MOST = 20
LONGEST_KEY = 64


def keep(
    session: Session,
    member: Member,
    post_id: int | None,
    key: str,
    typed: dict[str, str],
    now: datetime,
) -> Autosave:
    """Keep what is typed in the form of this key, in the place of what was kept of it before."""
    row = {
        "member_id": member.id,
        "post_id": post_id,
        "key": _cut(key),
        "saved_at": now,
        "title": text.marked(typed.get("title", ""))[:LONGEST_TITLE],
        "typed": json.dumps(typed),
    }
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = insert(Autosave).values(row)
    named = [Autosave.member_id, Autosave.key]
    statement = statement.on_conflict_do_update(index_elements=named, set_=row)
    kept = session.scalars(statement.returning(Autosave)).one()
    newest = select(Autosave.id).where(Autosave.member_id == member.id)
    newest = newest.order_by(Autosave.saved_at.desc(), Autosave.id.desc()).offset(MOST)
    too_many = list(session.scalars(newest))
    if too_many:
        session.execute(delete(Autosave).where(Autosave.id.in_(too_many)))
    return kept


def of_form(session: Session, member: Member, post_id: int | None) -> list[Autosave]:
    """What the member has typed for a post, or for a new one, and not saved; the newest first."""
    rows = select(Autosave).where(Autosave.member_id == member.id, Autosave.post_id == post_id)
    return list(session.scalars(rows.order_by(Autosave.saved_at.desc(), Autosave.id.desc())))


def numbered(session: Session, member: Member, id: int) -> Autosave:
    found = session.get(Autosave, id)
    if found is None or found.member_id != member.id:
        raise NotFound
    return found


def typed_in(row: Autosave) -> dict[str, str]:
    """The fields by name, with a mark for each character that no page can hold."""
    return {name: text.marked(value) for name, value in json.loads(row.typed).items()}


def forget(session: Session, member: Member, key: str) -> None:
    """What was typed in this form is saved, or nobody wants it."""
    mine = delete(Autosave).where(Autosave.member_id == member.id)
    session.execute(mine.where(Autosave.key == _cut(key)))


def forget_all(session: Session, member: Member) -> None:
    session.execute(delete(Autosave).where(Autosave.member_id == member.id))


def _cut(key: str) -> str:
    return text.marked(key)[:LONGEST_KEY]
