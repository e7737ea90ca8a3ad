"""Adding, replacing and deleting uploads. Nothing here commits, and none touches a file: those are
put before (app.media.intake) and swept after."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import events
from app.lib import markup
from app.lib.errors import Conflict, refuse_if
from app.media import queries
from app.media.events import MediaChanged
from app.media.models import Media, Use
from app.media.rules import Received, check_alt, why_not_change, why_not_upload
from app.members.models import Member


def add(
    session: Session, member: Member, received: Received, alt: str, submission: str, now: datetime
) -> Media:
    """A new upload; the same `submission` of a member makes one however often."""
    refuse_if(why_not_upload(member))
    check_alt(alt)
    session.refresh(member, ["id"], with_for_update=True)
    rows = select(Media).where(Media.member_id == member.id, Media.submission == submission)
    already = session.scalar(rows)
    if already is not None:
        return already
    row = Media(name=received.name, alt=alt, member_id=member.id, added_at=now)
    row.submission = submission
    _take(row, received)
    session.add(row)
    session.flush()
    return row


def replace(
    session: Session, member: Member, row: Media, received: Received, now: datetime
) -> None:
    """Put another file in its place; the posts that show it show that from now on."""
    refuse_if(why_not_change(member, row))
    if received.kind != row.kind:
        raise Conflict(f"What takes its place has to be a {row.kind}, too.", "file")
    _take(row, received)
    row.replaced_at = now
    _tell(session, row)


def describe(session: Session, member: Member, row: Media, alt: str) -> None:
    refuse_if(why_not_change(member, row))
    check_alt(alt)
    row.alt = alt
    _tell(session, row)


def remove(
    session: Session, member: Member, row: Media, is_sure: bool, has_other_uses: bool = False
) -> None:
    """Delete it; while it is in use, by posts or otherwise, only for who `is_sure`."""
    refuse_if(why_not_change(member, row))
    where = queries.post_ids(session, row)
    if (where or has_other_uses) and not is_sure:
        raise Conflict("It is still in use. Say below that it shall go nevertheless.", "is_sure")
    session.delete(row)
    session.flush()
    events.record(session, MediaChanged(row, tuple(where)))


def note_uses(session: Session, post_id: int, html: str, picture_url: str = "") -> None:
    """Remember which uploads the post shows, links to, or has shown beside links elsewhere."""
    session.execute(delete(Use).where(Use.post_id == post_id))
    names = list(dict.fromkeys([*markup.media_names(html), markup.media_name(picture_url)]))
    names = [name for name in names if name]
    if names:
        rows = select(Media).where(Media.name.in_(names)).order_by(Media.id)
        rows = session.scalars(rows.with_for_update(read=True, key_share=True))
        session.add_all(
            Use(post_id=post_id, media_id=row.id, position=names.index(row.name)) for row in rows
        )


def _take(row: Media, received: Received) -> None:
    row.edition, row.kind, row.suffix = received.edition, received.kind, received.suffix
    row.mime, row.bytes, row.file_name = received.mime, received.bytes, received.file_name
    row.width, row.height = received.width, received.height
    row.widths = " ".join(map(str, received.widths))


def _tell(session: Session, row: Media) -> None:
    session.flush()
    events.record(session, MediaChanged(row, tuple(queries.post_ids(session, row))))
