"""Pictures are measured by their first bytes, and drawn anew where nothing can be broken."""

import io
import resource
from tempfile import TemporaryFile

import pytest
from PIL import Image

from app.lib import clock, images
from app.lib.errors import Invalid
from app.lib.images import Header
from tests.lib import pictures

KINDS = ("PNG", "JPEG", "GIF", "WEBP")
MEGABYTE = 1024 * 1024
SCRIPT = b"<script>alert(1)</script>"


def drawn(content: bytes, folder):
    with TemporaryFile() as file:
        file.write(content)
        return images.redraw(file, folder)


def opened(path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_its_kind_and_size_in_its_first_bytes(kind):
    assert images.header(io.BytesIO(pictures.made(kind))) == Header(kind, 60, 40)


@pytest.mark.parametrize("how", [{"lossless": True}, {"exif": Image.Exif()}, {"quality": 1}])
def test_each_form_of_webp_says_its_size(how):
    assert images.header(io.BytesIO(pictures.made("WEBP", **how))) == Header("WEBP", 60, 40)


def test_safety_15_a_photograph_is_set_upright_and_tells_nothing_else(tmp_path):
    for kind in ("JPEG", "WEBP", "PNG"):
        folder = tmp_path / kind
        folder.mkdir()
        given = pictures.photograph(kind)
        assert b"Pinhole" in given
        made = drawn(given, folder)
        assert (made.width, made.height) == (40, 60)
        for path in (made.path, *made.webp.values()):
            found = opened(path)
            assert not found.getexif()
            assert not {"exif", "comment", "xmp", "icc_profile"} & set(found.info)
            assert b"Pinhole" not in path.read_bytes()
            # What lay on its left is now at its head.
            red, _, blue = found.convert("RGB").getpixel((20, 5))
            assert red > 200 > 100 > blue


def test_widths_are_made_up_to_that_of_the_picture(tmp_path):
    made = drawn(pictures.made("JPEG", (2400, 1200)), tmp_path)
    assert (made.suffix, made.width, made.height) == (".jpg", 1600, 800)
    assert list(made.webp) == [480, 960, 1600]
    sizes = {width: opened(path).size for width, path in made.webp.items()}
    assert sizes == {480: (480, 240), 960: (960, 480), 1600: (1600, 800)}
    assert {opened(path).format for path in made.webp.values()} == {"WEBP"}
    assert opened(made.path).format == "JPEG"


def test_what_can_be_seen_through_stays_so(tmp_path):
    out = io.BytesIO()
    Image.new("LA", (10, 10), (0, 0)).save(out, "PNG")
    made = drawn(out.getvalue(), tmp_path)
    for path in (made.path, *made.webp.values()):
        assert opened(path).convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_what_moves_goes_on_moving(tmp_path, kind):
    made = drawn(pictures.moving(3, kind), tmp_path)
    found = opened(made.path)
    found.load()
    assert (found.format, found.n_frames, made.webp) == (kind, 3, {})
    assert (found.info["duration"], found.info["loop"]) == (50, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_safety_15_what_hangs_on_to_a_picture_is_gone(tmp_path, kind):
    made = drawn(pictures.made(kind) + SCRIPT, tmp_path)
    for path in (made.path, *made.webp.values()):
        assert SCRIPT not in path.read_bytes()


HALF = pictures.made("PNG", (300, 300))[:150]
NO_PICTURES = {
    "a drawing that could run": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a page": b"<!doctype html>" + SCRIPT,
    "a script that begins as a picture": b"GIF89a/*\x01\x00\x01\x00*/=1;" + SCRIPT,
    "half of one": HALF,
    "half a header": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
    "a JPEG without a size": b"\xff\xd8\xff\xe0\0\x02" + b"\xff\xd9",
    "a picture of nothing": pictures.bomb(0, 5),
    "nothing": b"",
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_safety_15_what_is_no_picture_is_refused_in_a_sentence(tmp_path, what):
    with pytest.raises(Invalid) as refusal:
        drawn(NO_PICTURES[what], tmp_path)
    assert refusal.value.field == "file"
    assert list(tmp_path.iterdir()) == []


def test_safety_16_a_bomb_is_refused_before_it_is_opened(tmp_path):
    bomb = pictures.bomb(9000, 9000)
    assert len(bomb) < 400_000
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, clock.ticks()
    with pytest.raises(Invalid, match="9,000 × 9,000"):
        drawn(bomb, tmp_path)
    assert clock.ticks() - begun < 0.1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_safety_16_the_program_that_decodes_trusts_no_header_either(tmp_path):
    bomb = tmp_path / "bomb"
    bomb.write_bytes(pictures.bomb(12_000, 12_000, depth=1, colours=0))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with bomb.open("rb") as file, pytest.raises(Invalid, match="too much"):
        images._run("PNG", file, tmp_path)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 100 * 1024)


def test_safety_16_ten_thousand_frames_are_too_many(tmp_path):
    gif = pictures.many_frames(10_000)
    begun = clock.ticks()
    with pytest.raises(Invalid, match="up to 300 frames"):
        drawn(gif, tmp_path)
    assert clock.ticks() - begun < 5


def test_safety_16_a_picture_of_more_than_twenty_megabytes_is_refused(tmp_path):
    with pytest.raises(Invalid, match=r"up to 20 MB; this one has 30 MB"):
        drawn(pictures.made() + b"\0" * (30 * MEGABYTE - 1000), tmp_path)
