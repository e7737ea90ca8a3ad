"""The rules of uploads: who may change them, how large they are, what they are."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from app.lib import text
from app.lib.errors import Invalid
from app.media.models import Kind
from app.site import links

MEGABYTE = 1024 * 1024
MOST_BYTES = 100 * MEGABYTE
LONGEST_ALT = 500
LONGEST_FILE_NAME = 120
NAME, EDITION = 16, 8
# Sound is known by how it begins; the rest of a name says nothing.
SOUNDS = (
    (re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), ".mp3", "audio/mpeg"),
    (re.compile(rb"fLaC"), ".flac", "audio/flac"),
    (re.compile(rb"OggS"), ".ogg", "audio/ogg"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), ".wav", "audio/wav"),
    (re.compile(rb"....ftypM4[AB]", re.DOTALL), ".m4a", "audio/mp4"),
)
# What feeds are told of a file; readers only ever download it, so that a wrong name does no harm.
FILES = {
    ".csv": "text/csv",
    ".epub": "application/epub+zip",
    ".gpx": "application/gpx+xml",
    ".ics": "text/calendar",
    ".md": "text/markdown",
    ".mp4": "video/mp4",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".webm": "video/webm",
    ".zip": "application/zip",
}
OTHER = (".bin", "application/octet-stream")
PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".png", ".webp"})


@dataclass(frozen=True)
class Received:
    """An upload whose files are in the storage, and which has no row yet."""

    name: str
    edition: str
    kind: Kind
    suffix: str
    mime: str
    bytes: int
    file_name: str
    width: int | None = None
    height: int | None = None
    widths: tuple[int, ...] = ()


def why_not_upload(member: Any) -> str | None:
    if member is None or not member.is_author:
        return "Only an author of this blog may upload files. The owner can make you one."
    return None


def why_not_change(member: Any, row: Any) -> str | None:
    reason = why_not_upload(member)
    if reason is None and not member.is_owner and row.member_id != member.id:
        return "Only who uploaded this and the owner of the blog may change it."
    return reason


def check_alt(alt: str) -> None:
    if len(alt) > LONGEST_ALT:
        raise Invalid(f"The description has up to {LONGEST_ALT} characters.", "alt")


def check_bytes(size: int) -> None:
    if not size:
        raise Invalid("There is nothing in this file.", "file")
    if size > MOST_BYTES:
        raise Invalid(f"A file has up to {MOST_BYTES // MEGABYTE} MB.", "file")


def what_it_is(head: bytes, file_name: str) -> tuple[Kind, str, str]:
    """Kind, suffix and type of what is no picture, of which `head` is the beginning; raises
    Invalid for what only has a picture's name."""
    for begins, suffix, mime in SOUNDS:
        if begins.match(head):
            return Kind.AUDIO, suffix, mime
    given = PurePosixPath(file_name.lower()).suffix
    if given in PICTURES:
        raise Invalid(
            "This has the name of a picture but is none that can be taken: PNG, JPEG, GIF or WebP.",
            "file",
        )
    return Kind.FILE, *((given, FILES[given]) if given in FILES else OTHER)


def clean_file_name(given: str) -> str:
    """The name to show and to download under: no folder, no sign that cannot be shown."""
    name = text.lines(re.split(r"[/\\]", given)[-1])
    name = " ".join(text.FORBIDDEN.sub("", name).split()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > LONGEST_FILE_NAME and dot and len(suffix) <= 10:
        return f"{stem[: LONGEST_FILE_NAME - len(suffix) - 1]}.{suffix}"
    return name[:LONGEST_FILE_NAME] or "untitled"


def widths_of(row: Any) -> list[int]:
    return [int(width) for width in row.widths.split()]


def files_of(row: Any) -> list[str]:
    """The names of its files in the storage."""
    addresses = [links.media_file(row), *(links.media_file(row, w) for w in widths_of(row))]
    return [address.removeprefix("/media/") for address in addresses]


def markdown_of(row: Any) -> str:
    """What an author puts into a text."""
    words = row.alt if row.kind == Kind.PICTURE else row.file_name
    words = re.sub(r"([\\\[\]])", r"\\\1", " ".join(words.split()))
    return f"{'!' if row.kind == Kind.PICTURE else ''}[{words}]({links.media(row)})"
