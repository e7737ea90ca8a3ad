"""Pictures that people send. What they are and how large is read from their first bytes, before
anything is decoded; they are decoded and drawn anew by a program of its own (app.lib.redraw), so
that what is wrong with one ends that program and nothing else."""

import json
import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from app.lib.errors import Invalid

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
MOST_PIXELS = 40_000_000
MOST_FRAMES = 300
# With what app.lib.redraw ends when it does not draw; else it was ended by its limits.
TOO_MUCH, DAMAGED = 3, 4
SECONDS = 30
# Each may take a gigabyte.
AT_ONCE = BoundedSemaphore(2)
ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp"}
MIMES = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp"}
# Start of frame (ITU-T T.81, table B.1): what holds a JPEG's size.
JPEG_SIZE = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class Header:
    """What a picture says of itself; `kind` is a name of SUFFIXES."""

    kind: str
    width: int
    height: int


@dataclass(frozen=True)
class Drawn:
    """A picture drawn anew: the file in its own kind, and by their widths those in WebP."""

    path: Path
    suffix: str
    width: int
    height: int
    webp: dict[int, Path]


def header(file: BinaryIO) -> Header | None:
    """What the file says it is, None when it is no picture of ours. Reads a few bytes of it."""
    file.seek(0)
    head = file.read(30)
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
            return Header("PNG", *struct.unpack(">II", head[16:24]))
        if head[:6] in (b"GIF87a", b"GIF89a"):
            return Header("GIF", *struct.unpack("<HH", head[6:10]))
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return Header("WEBP", *_webp_size(head))
        if head.startswith(b"\xff\xd8\xff"):
            return Header("JPEG", *_jpeg_size(file))
    except struct.error:
        pass
    return None


def redraw(file: BinaryIO, folder: Path) -> Drawn:
    """Draw the picture (a file on the disk) anew in `folder`, without anything but its pixels;
    raises Invalid."""
    found = header(file)
    if found is None:
        raise Invalid("This is no picture that can be taken: PNG, JPEG, GIF or WebP.", "file")
    size = file.seek(0, os.SEEK_END)
    check(found, size)
    with AT_ONCE:
        return _run(found.kind, file, folder)


def check(found: Header, size: int) -> None:
    """Raise Invalid for a picture of more bytes or pixels than are taken."""
    if size > MOST_BYTES:
        raise Invalid(
            f"A picture has up to {MOST_BYTES // MEGABYTE} MB; this one has "
            f"{-(-size // MEGABYTE)} MB.",
            "file",
        )
    if not found.width or not found.height:
        raise Invalid("This picture has no size.", "file")
    if found.width * found.height > MOST_PIXELS:
        raise Invalid(
            f"A picture has up to {MOST_PIXELS // 1_000_000} megapixels; this one is "
            f"{found.width:,} × {found.height:,}. Send a smaller one.",
            "file",
        )


def _webp_size(head: bytes) -> tuple[int, int]:
    """RFC 9649 §2.5–2.7: lossy, lossless, extended."""
    if head[12:16] == b"VP8X":
        return (
            int.from_bytes(head[24:27], "little") + 1,
            int.from_bytes(head[27:30], "little") + 1,
        )
    if head[12:16] == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """From the first start of frame; leaps from segment to segment. Raises struct.error."""
    file.seek(2)
    while True:
        mark, code = struct.unpack("BB", file.read(2))
        while code == 0xFF:
            (code,) = struct.unpack("B", file.read(1))
        if mark != 0xFF:
            raise struct.error("no marker where one has to be")
        if code in JPEG_ALONE:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if code in JPEG_SIZE:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(max(length - 2, 0), os.SEEK_CUR)


def _run(kind: str, file: BinaryIO, folder: Path) -> Drawn:
    line = [sys.executable, "-m", "app.lib.redraw", kind, str(folder)]
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # What is buffered here is not seen there.
    try:
        done = subprocess.run(line, cwd=ROOT, stdin=file, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Invalid(_too_much(), "file") from error
    if done.returncode == DAMAGED:
        raise Invalid(
            "This picture is damaged, or not what it says it is; it cannot be read to its end.",
            "file",
        )
    if done.returncode:
        raise Invalid(_too_much(), "file")
    told = json.loads(done.stdout)
    return Drawn(
        folder / told["name"],
        SUFFIXES[kind],
        told["width"],
        told["height"],
        {width: folder / name for width, name in told["webp"]},
    )


def _too_much() -> str:
    return (
        "This picture takes too much to be drawn. Send a smaller one; one that moves has up to "
        f"{MOST_FRAMES} frames."
    )
