"""Pictures for tests, honest ones and others."""

import io
import struct
import zlib

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112
LIES_ON_ITS_SIDE = 6
ZEROS = 1 << 20


def made(kind: str = "PNG", size: tuple[int, int] = (60, 40), **how: object) -> bytes:
    """A picture that is red on its left and blue on its right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def photograph(kind: str = "JPEG") -> bytes:
    """Held on its side, and telling where that was and what with."""
    exif = Image.Exif()
    exif[ORIENTATION] = LIES_ON_ITS_SIDE
    exif[0x010F] = "Pinhole & Sons"
    exif.get_ifd(GPS).update({1: "N", 2: (53.0, 33.0, 0.0), 3: "E", 4: (9.0, 59.0, 0.0)})
    return made(kind, exif=exif, **({"comment": b"Pinhole"} if kind == "JPEG" else {}))


def moving(frames: int, kind: str = "GIF") -> bytes:
    images = [Image.new("P", (8, 8), number * 80 % 256) for number in range(frames)]
    for image in images:
        image.putpalette([value for number in range(256) for value in (number, 0, 255 - number)])
    out = io.BytesIO()
    images[0].save(out, kind, save_all=True, append_images=images[1:], duration=50, loop=0)
    return out.getvalue()


def many_frames(count: int) -> bytes:
    """A moving picture of one frame said so many times, without drawing it so often."""
    one = moving(2)
    start = one.index(b"\x21\xf9")  # The first graphic control extension.
    end = one.index(b"\x21\xf9", start + 1)
    return one[:start] + one[start:end] * count + b"\x3b"


def bomb(width: int, height: int, depth: int = 8, colours: int = 6) -> bytes:
    """A whole PNG of black or clear pixels; `colours` is 0 for grey and 6 for RGB with alpha."""
    channels = {0: 1, 6: 4}[colours]
    length = height * (1 + (width * channels * depth + 7) // 8)
    packed = zlib.compressobj(9)
    once = packed.compress(b"\0" * ZEROS) + packed.flush(zlib.Z_FULL_FLUSH)
    again = packed.compress(b"\0" * ZEROS) + packed.flush(zlib.Z_FULL_FLUSH)
    rest = packed.compress(b"\0" * (length % ZEROS)) + packed.flush(zlib.Z_FULL_FLUSH)
    sum_of_zeros = struct.pack(">HH", length % 65521, 1)
    data = once + again * (length // ZEROS - 1) + rest + b"\x03\0" + sum_of_zeros
    about = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", about) + _chunk(b"IDAT", data) + _chunk(b"IEND")


def _chunk(name: bytes, data: bytes = b"") -> bytes:
    sum_of_it = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + sum_of_it
