"""The picture at the head of the front page, which the owner chooses from the library or brings."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.http.store import house, let_go
from app.lib import images
from app.lib.errors import Invalid, NotFound
from app.media import actions, intake
from app.media import queries as media
from app.media.models import Media
from app.media.rules import Received
from app.members.models import Member
from app.site import links

OFFERED = 7
NO_PICTURE = "This is no picture that can be taken: PNG, JPEG, GIF or WebP."
NONE_SUCH = "This picture is not in the library any more. Choose another."


def choices(session: Session, chosen: str) -> list[Media]:
    """The newest pictures, and the one that is chosen before them if it is none of these."""
    found = media.pictures(session, OFFERED)
    if chosen and chosen not in map(links.media, found):
        with suppress(NotFound):
            found.insert(0, media.named(session, chosen.removeprefix(links.MEDIA)))
    return found


def brought(sent: FileStorage | None) -> Received | None:
    """What was sent, in the storage, if anything; raises Invalid."""
    if sent is None or not sent.filename:
        return None
    if images.header(sent.stream) is None:
        raise Invalid(NO_PICTURE, "header_file")
    let_go()
    try:
        return intake.take_in(house().storage, sent.stream, sent.filename)
    except Invalid as refusal:
        raise Invalid(refusal.sentence, "header_file") from refusal


def address(
    session: Session,
    member: Member,
    received: Received | None,
    chosen: str,
    submission: str,
    now: datetime,
) -> str:
    """How the picture is named: what was brought, which is put into the library (once for the same
    `submission`), or what was chosen there; raises Invalid."""
    if received is not None:
        return links.media(actions.add(session, member, received, "", submission, now))
    if chosen and not media.is_picture(session, chosen.removeprefix(links.MEDIA)):
        raise Invalid(NONE_SUCH, "header_picture")
    return chosen
