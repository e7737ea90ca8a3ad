"""A finished answer."""

import gzip
from datetime import timedelta

import brotli
import pytest

from app.lib import clock
from app.pagecache.answers import ABOUT_A_KILOBYTE, Answer
from app.pagecache.encoding import BROTLI, GZIP, IDENTITY
from tests.cast import NOW

TEXT = b"Water, mostly. " * 100


def answer(body: bytes = TEXT, status: str = "200 OK", version: int = 1, until=None, **headers):
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(status, given, body, version, until)


def test_a_form_is_made_once():
    one = answer()
    for coding in (IDENTITY, GZIP, BROTLI):
        assert one.form(coding) is one.form(coding)


def test_a_form_says_how_long_it_is_and_in_what_coding():
    one = answer(Content_Type="text/html")
    for coding, decoded in ((GZIP, gzip.decompress), (BROTLI, brotli.decompress)):
        headers, (body,) = one.form(coding)
        assert dict(headers)["Content-Encoding"] == coding
        assert dict(headers)["Content-Length"] == str(len(body))
        assert decoded(body) == TEXT
    headers, (body,) = one.form(IDENTITY)
    assert "Content-Encoding" not in dict(headers)
    assert dict(headers)["Content-Length"] == str(len(body))
    assert body == TEXT


def test_what_is_short_is_not_compressed():
    headers, (body,) = answer(b"ok").form(GZIP)
    assert body == b"ok"
    assert "Content-Encoding" not in dict(headers)


def test_a_tag_names_the_content_in_every_coding():
    one = answer()
    tags = {dict(one.form(coding)[0])["ETag"] for coding in (IDENTITY, GZIP, BROTLI)}
    assert tags == {one.etag}
    assert answer().etag == one.etag != answer(TEXT + b".").etag


@pytest.mark.parametrize("said", ["{}", "W/{}", '"x", {}', '"x",W/{} , "y"', "*", " * "])
def test_a_client_that_has_the_content_is_told_so(said):
    one = answer()
    assert one.is_among(said.format(one.etag.removeprefix("W/")))


@pytest.mark.parametrize("said", ["", '"x"', 'W/"x", "y"', "{}", "{}x"])
def test_a_client_that_has_other_content_gets_this(said):
    one = answer()
    assert not one.is_among(said.format(one.etag.removeprefix("W/").strip('"')))


@pytest.mark.parametrize("status", ["404 NOT FOUND", "410 GONE"])
def test_what_is_not_there_is_never_what_somebody_has(status):
    one = answer(status=status)
    assert not one.is_among(one.etag)
    assert not one.is_among("*")


def test_not_modified_says_nothing_of_a_body():
    said = dict(answer(Content_Type="text/html", Vary="Cookie").not_modified)
    assert set(said) == {"Vary", "ETag"}


def test_an_answer_holds_until_its_moment():
    with clock.frozen(NOW) as time:
        one = answer(until=NOW + timedelta(seconds=1))
        assert one.is_timely()
        time.travel(timedelta(seconds=1))
        assert not one.is_timely()
        assert answer().is_timely()


def test_the_same_bytes_take_no_room_twice():
    one = answer()
    assert one.size == ABOUT_A_KILOBYTE + len(TEXT)
    one.form(IDENTITY)
    assert one.size == ABOUT_A_KILOBYTE + len(TEXT)
    body = one.form(GZIP)[1][0]
    assert one.size == ABOUT_A_KILOBYTE + len(TEXT) + len(body)
