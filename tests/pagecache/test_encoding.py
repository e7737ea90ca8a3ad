"""Which content coding a client gets (RFC 9110 §12.5.3), and that each gives the same bytes."""

import gzip

import brotli
import pytest

from app.pagecache.encoding import (
    BROTLI,
    GZIP,
    IDENTITY,
    LONGEST,
    MOST_REMEMBERED,
    Codings,
    encoded,
)

PAGE = "Water, mostly. Fish & <chips> “é” 🐟 ".encode() * 100


def chosen(accepted: str) -> str:
    codings = Codings()
    assert codings[accepted] == codings[accepted]  # As read, and as remembered.
    return codings[accepted]


def test_no_more_is_read_than_a_browser_says():
    assert chosen("x" * 10_000 + ", gzip") == IDENTITY


def test_no_more_is_remembered_than_browsers_say():
    codings = Codings()
    assert codings["gzip," + " " * LONGEST] == GZIP
    assert not codings
    said = [f"gzip, x{n}" for n in range(2 * MOST_REMEMBERED)]
    assert {codings[one] for one in said} == {GZIP}
    assert 0 < len(codings) <= MOST_REMEMBERED
    assert codings["br"] == BROTLI
    assert "br" in codings


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", IDENTITY),
        ("gzip", GZIP),
        ("br", BROTLI),
        ("gzip, deflate, br, zstd", BROTLI),
        ("gzip,deflate", GZIP),
        ("deflate, zstd", IDENTITY),
        ("  GZip ; Q=0.5 ", GZIP),
        ("*", BROTLI),
        ("br;q=0.001", BROTLI),
    ],
)
def test_the_best_coding_that_is_taken(accepted, coding):
    assert chosen(accepted) == coding


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=1.0, br;q=0.5", GZIP),
        ("gzip;q=0.5, br;q=1.0", BROTLI),
        ("gzip;q=0.8, *;q=0.9", BROTLI),
        ("gzip;q=0.8, *;q=0.1", GZIP),
        ("identity;q=1, gzip;q=0.5", IDENTITY),
        ("identity;q=0.5, gzip;q=1", GZIP),
        ("identity, gzip", GZIP),
    ],
)
def test_the_weights_are_the_clients_preference(accepted, coding):
    assert chosen(accepted) == coding


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0", IDENTITY),
        ("br;q=0, gzip", GZIP),
        ("br;q=0.000, *", GZIP),
        ("gzip, *;q=0", GZIP),
        ("*;q=0", IDENTITY),
        ("identity", IDENTITY),
        # To give a page as it is beats giving none (§12.5.3 leaves the server that choice).
        ("identity;q=0, *;q=0", IDENTITY),
        ("identity;q=0", IDENTITY),
    ],
)
def test_what_a_client_refuses_it_does_not_get(accepted, coding):
    assert chosen(accepted) == coding


@pytest.mark.parametrize(
    "nonsense",
    [
        ";;;,,,",
        "gzip;q=x",
        "gzip;q=nan, br;q=nan",
        "gzip;q=inf",
        "gzip;q=-1, br;q=-0.5",
        "gzip;q=2",
        "gzip;q=0.5;q=1",
        "gzip q=1",
        "é;q=1",
        "\0",
        "x," * 10_000 + "gzip",
    ],
)
def test_nonsense_is_answered_with_the_page_as_it_is(nonsense):
    assert chosen(nonsense) == IDENTITY


def test_a_weight_that_is_no_number_spoils_no_other():
    assert chosen("br;q=nan, gzip;q=0.5") == GZIP
    assert chosen("gzip;q=much, br") == BROTLI


def test_every_coding_gives_the_same_bytes_back_and_is_shorter():
    for coding, decoded in ((GZIP, gzip.decompress), (BROTLI, brotli.decompress)):
        assert decoded(encoded(PAGE, coding)) == PAGE
        assert len(encoded(PAGE, coding)) < len(PAGE) / 2
    assert encoded(PAGE, IDENTITY) == PAGE


def test_the_same_page_is_compressed_to_the_same_bytes():
    assert encoded(PAGE, GZIP) == encoded(PAGE, GZIP)
    assert encoded(PAGE, GZIP)[4:8] == b"\0\0\0\0"  # No time in it (RFC 1952 §2.3.1).
