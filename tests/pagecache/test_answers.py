"""A finished answer, and the bounded store of them."""

import gzip
import sys
from datetime import timedelta
from threading import Thread

import brotli
import pytest

from app.lib import clock
from app.pagecache.answers import ABOUT_A_KILOBYTE, Answer, Answers
from app.pagecache.encoding import BROTLI, GZIP, IDENTITY
from tests.cast import NOW

TEXT = b"Water, mostly. " * 100
CHANGED = "Sat, 09 Jan 2010 15:00:00 GMT"
BEFORE = "Sat, 09 Jan 2010 14:59:59 GMT"


def answer(body: bytes = TEXT, status: str = "200 OK", version: int = 1, until=None, **headers):
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(status, given, body, version, until)


def knows(made: Answer, **conditions: str) -> bool:
    return made.is_known_to({f"HTTP_{name}": value for name, value in conditions.items()})


def filled(most: int, **bodies: bytes) -> Answers:
    store = Answers(most)
    for key, body in bodies.items():
        store.keep(key, answer(body))
    return store


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
    assert knows(one, IF_NONE_MATCH=said.format(one.etag.removeprefix("W/")))


@pytest.mark.parametrize("said", ["", '"x"', 'W/"x", "y"', "{}", "{}x"])
def test_a_client_that_has_other_content_gets_this(said):
    one = answer()
    assert not knows(one, IF_NONE_MATCH=said.format(one.etag.removeprefix("W/").strip('"')))


def test_a_date_is_never_enough_and_never_in_the_way_of_a_tag():
    """What is hidden or withdrawn makes other content under the same date."""
    one = answer(Last_Modified=CHANGED)
    assert not knows(one, IF_MODIFIED_SINCE=CHANGED)
    assert not knows(one, IF_MODIFIED_SINCE=CHANGED, IF_NONE_MATCH='"x"')
    assert knows(one, IF_MODIFIED_SINCE=BEFORE, IF_NONE_MATCH=one.etag)


@pytest.mark.parametrize("status", ["404 NOT FOUND", "410 GONE"])
def test_what_is_not_there_is_never_what_somebody_has(status):
    one = answer(status=status)
    assert not knows(one, IF_NONE_MATCH=one.etag)
    assert not knows(one, IF_NONE_MATCH="*")


def test_not_modified_says_nothing_of_a_body():
    said = dict(answer(Content_Type="text/html", Vary="Cookie").not_modified)
    assert set(said) == {"Vary", "ETag"}


def test_an_answer_is_fresh_for_its_version_and_until_its_moment():
    with clock.frozen(NOW) as time:
        one = answer(version=7, until=NOW + timedelta(seconds=1))
        assert one.is_fresh(7)
        assert not one.is_fresh(8)
        assert not one.is_fresh(6)
        time.travel(timedelta(seconds=1))
        assert not one.is_fresh(7)
        assert answer(version=7).is_fresh(7)


def test_what_was_asked_for_longest_ago_leaves_first():
    store = filled(3 * (ABOUT_A_KILOBYTE + 101), a=b"a" * 100, b=b"b" * 100, c=b"c" * 100)
    assert store.get("a")
    store.keep("d", answer(b"d" * 100))
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]


def test_a_store_never_holds_more_than_it_may():
    store = Answers(20_000)
    for number in range(500):
        store.keep((f"{number % 40:02}",), answer(b"x" * (number * 37 % 5000)))
        kept = [store.get((f"{key:02}",)) for key in range(40)]
        assert store.size == sum(one.size + 2 for one in kept if one) <= 20_000


def test_an_answer_that_is_too_large_is_not_kept_and_pushes_nothing_out():
    store = filled(5000, a=b"a")
    store.keep("large", answer(b"x" * 5000))
    assert store.get("large") is None
    assert store.get("a")
    store.keep("a", answer(b"x" * 5000))
    assert len(store) == store.size == 0


def test_a_long_address_takes_room_too():
    one = answer(b"x")
    store = Answers(one.size + 5000)
    store.keep(("/", "q" * 5000, None), one)
    assert store.get(("/", "q" * 5000, None)) is None


def test_a_form_more_counts_as_soon_as_it_is_kept_again():
    store = filled(5000, a=b"a" * 1000)
    one = answer(b"b" * 1000)
    store.keep("b", one)
    before = store.size
    body = one.form(GZIP)[1][0]
    store.keep("b", one)
    assert store.size == before + len(body)
    assert one.form(IDENTITY)[1][0] is one.body  # The same bytes take no room twice.
    store.keep("b", one)
    assert store.size == before + len(body)


def test_the_room_of_a_form_more_is_made_by_what_leaves():
    one, other = answer(TEXT), answer(TEXT)
    store = Answers(one.size + other.size + len("oneother"))
    store.keep("one", one)
    store.keep("other", other)
    other.form(GZIP)
    store.keep("other", other)
    assert store.get("one") is None
    assert store.get("other") is other


def test_what_is_forgotten_takes_no_room():
    store = filled(5000, a=b"a", b=b"b")
    store.forget("a")
    store.forget("a")
    assert store.get("a") is None
    store.forget("b")
    assert store.size == 0


def test_many_threads_share_one_store():
    """Each adds forms to the same answers while others count and push them out."""
    store, failed = Answers(30_000), []

    def work(seed: int) -> None:
        try:
            for number in range(300):
                key = f"{(seed + number) % 12:02}"
                one = store.get(key) or answer(key.encode() * 800)
                one.form((IDENTITY, GZIP, BROTLI)[number % 3])
                store.keep(key, one)
        except Exception as error:  # A thread's error would be lost with the thread.
            failed.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=work, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failed == []
    kept = [one for one in (store.get(f"{key:02}") for key in range(12)) if one]
    assert store.size == sum(one.size + 2 for one in kept) <= 30_000
