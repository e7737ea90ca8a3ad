"""Finding uploads, and where they are shown."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.lib import markup
from app.lib.errors import NotFound
from app.lib.markup import Shown
from app.lib.paging import Key, cut, older_than
from app.media.models import Kind, Media, Use
from app.media.rules import NAME, files_of, widths_of
from app.site import links

MOST_USES = 200


def newest(
    session: Session, words: str, size: int, before: Key | None
) -> tuple[list[Media], Key | None]:
    """All uploads, or those with the words in description or file name; last added first."""
    rows = select(Media).options(joinedload(Media.member))
    for word in words.split()[:10]:
        has = (column.icontains(word, autoescape=True) for column in (Media.alt, Media.file_name))
        rows = rows.where(or_(*has))
    rows = rows.where(*older_than(before, Media.added_at, Media.id))
    rows = rows.order_by(Media.added_at.desc(), Media.id.desc()).limit(size + 1)
    found, has_more = cut(list(session.scalars(rows)), size)
    return found, Key(found[-1].added_at, found[-1].id) if has_more else None


def by_id(session: Session, id: int) -> Media:
    rows = select(Media).where(Media.id == id).options(joinedload(Media.member))
    return _there(session.scalar(rows))


def named(session: Session, name: str) -> Media:
    return _there(session.scalar(select(Media).where(Media.name == name)))


def pictures(session: Session, size: int) -> list[Media]:
    """The pictures that were added last."""
    rows = select(Media).where(Media.kind == Kind.PICTURE)
    return list(session.scalars(rows.order_by(Media.added_at.desc(), Media.id.desc()).limit(size)))


def is_picture(session: Session, name: str) -> bool:
    rows = select(Media.id).where(Media.name == name, Media.kind == Kind.PICTURE)
    return session.scalar(rows) is not None


def with_file(session: Session, file: str) -> Media:
    """The upload that the file is of, or was of before it was replaced; raises NotFound."""
    return named(session, file[:NAME])


def post_ids(session: Session, row: Media) -> list[int]:
    """The posts that show it or link to it, the latest written first."""
    ids = select(Use.post_id).where(Use.media_id == row.id).order_by(Use.post_id.desc())
    return list(session.scalars(ids.limit(MOST_USES)))


def used(session: Session, rows: Iterable[Media]) -> set[int]:
    """Those of the uploads, by id, that some post shows."""
    ids = [row.id for row in rows]
    return set(session.scalars(select(Use.media_id).where(Use.media_id.in_(ids)).distinct()))


def enclosures(session: Session, posts: list[int]) -> dict[int, list[Media]]:
    """For each post what feeds enclose, in the order of its text: sound and files."""
    rows = (
        select(Use.post_id, Media)
        .join(Media, Media.id == Use.media_id)
        .where(Use.post_id.in_(posts), Media.kind != Kind.PICTURE)
        .order_by(Use.post_id, Use.position)
    )
    found: defaultdict[int, list[Media]] = defaultdict(list)
    for post_id, row in session.execute(rows) if posts else ():
        found[post_id].append(row)
    return dict(found)


def as_shown(session: Session, html: str) -> str:
    """The HTML of a text with what was uploaded as readers get it."""
    names = markup.media_names(html)
    if not names:
        return html
    rows = session.scalars(select(Media).where(Media.name.in_(names)))
    return markup.with_media(html, {row.name: _shown(row) for row in rows})


def header_html(session: Session, address: str) -> str:
    """The picture that is named so, for the head of the front page; empty where there is none."""
    name = address.removeprefix(links.MEDIA)
    row = session.scalar(select(Media).where(Media.name == name, Media.kind == Kind.PICTURE))
    return markup.wide_picture(_shown(row)) if row else ""


def unknown(session: Session, files: Iterable[str]) -> list[str]:
    """Those of the files in the storage that belong to no upload as it is now."""
    files = list(files)
    names = {file[:NAME] for file in files}
    rows = session.scalars(select(Media).where(Media.name.in_(names)))
    known = {file for row in rows for file in files_of(row)}
    return [file for file in files if file not in known]


def _there(found: Media | None) -> Media:
    if found is None:
        raise NotFound("This file is not here, or not any more.")
    return found


def _shown(row: Media) -> Shown:
    webp = tuple((width, links.media_file(row, width)) for width in widths_of(row))
    address, is_audio = links.media_file(row), row.kind == Kind.AUDIO
    return Shown(address, row.alt, row.width, row.height, webp, is_audio)
