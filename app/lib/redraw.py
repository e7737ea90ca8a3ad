"""A program of its own, run by app.lib.images: decodes the picture that comes on its standard
input, and writes it anew into a folder. It takes a gigabyte and some seconds at most, whatever the
picture is."""

import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence

from app.lib.images import DAMAGED, MOST_FRAMES, MOST_PIXELS, TOO_MUCH

GIGABYTE = 1 << 30
CPU_SECONDS = 25
# What browsers choose from, in pixels across; the last is as wide as any page shows a picture on
# a dense screen. WebP has no side of more than 16,383.
WIDTHS = (480, 960, 1600)
TALLEST = 16_000
QUALITY = 80


class TooMuch(Exception):
    """More frames or pixels than are taken."""


def main(kind: str, folder: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with suppress(AttributeError, OSError):  # Where there is a choice: who started it may keep to
        os.sched_setaffinity(0, range(os.cpu_count() or 1))  # one processor, and has readers there.
    try:
        told = redraw(sys.stdin.buffer, kind, Path(folder))
    except (TooMuch, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MUCH
    except Exception:  # Decoders of foreign bytes raise whatever they like.
        return DAMAGED
    print(json.dumps(told))
    return 0


def redraw(file: BinaryIO, kind: str, folder: Path) -> dict[str, object]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    image = Image.open(BytesIO(file.read()), formats=[kind])
    if kind in ("GIF", "WEBP") and getattr(image, "is_animated", False):
        return _redraw_moving(image, kind, folder)
    plain = _plain(image)
    plain.thumbnail((WIDTHS[-1], TALLEST), Image.Resampling.LANCZOS)
    _write(plain, kind, folder / "own")
    widths = sorted({*(one for one in WIDTHS if one < plain.width), plain.width})
    for width in widths:
        size = (width, max(1, round(plain.height * width / plain.width)))
        _write(
            plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3),
            "WEBP",
            folder / f"{width}",
        )
    return {
        "name": "own",
        "width": plain.width,
        "height": plain.height,
        "webp": [(width, str(width)) for width in widths],
    }


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone: upright, in the colours of the web, and nothing else of what came."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _in_srgb(image, profile)
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """A profile that cannot be used is left out, as browsers do."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        given, wanted = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, given, wanted, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _write(image: Image.Image, kind: str, path: Path) -> None:
    if kind == "JPEG":
        image.convert("RGB").save(path, kind, quality=85, optimize=True, progressive=True)
    elif kind == "WEBP":
        image.save(path, kind, quality=QUALITY, method=4)
    else:
        image.save(path, kind, optimize=True)


def _redraw_moving(image: Image.Image, kind: str, folder: Path) -> dict[str, object]:
    """A picture that moves stays as large as it came, within fewer frames and pixels in all."""
    first, *others = _frames(image)
    durations = [frame.info.pop("duration") for frame in (first, *others)]
    how = {"duration": durations, **({"disposal": 2} if kind == "GIF" else {"quality": QUALITY})}
    if "loop" in image.info:
        how["loop"] = image.info["loop"]
    first.save(folder / "own", kind, save_all=True, append_images=others, **how)
    return {"name": "own", "width": first.width, "height": first.height, "webp": []}


def _frames(image: Image.Image) -> list[Image.Image]:
    frames = []
    for number, frame in enumerate(_limited(image), start=1):
        if number * frame.width * frame.height > MOST_PIXELS:
            raise TooMuch
        plain = frame.convert("RGBA")
        plain.info = {"duration": frame.info.get("duration") or 100}
        frames.append(plain)
    return frames


def _limited(image: Image.Image) -> Iterator[Image.Image]:
    for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
        if number > MOST_FRAMES:
            raise TooMuch
        yield frame


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
