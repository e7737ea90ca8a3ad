"""The small tools: slugs, texts, page keys, tokens, limits, the secret, the clock."""

import stat
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.lib import clock, limits, paging, secret, slugs, text, tokens
from app.lib.errors import BadRequest, Misconfigured, TooMany
from tests.cast import NOW
from tests.lib.crowd import crowd, secret_of, take


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Informal Learning 2010", "informal-learning-2010"),
        ("Ça va? Straße & Łódź", "ca-va-strasse-lodz"),
        ("Don't -- don’t", "dont-dont"),
        ("__a__ ... b", "a-b"),
        ("ﬁne Œuvre", "fine-oeuvre"),
        ("池塘", ""),
        ("", ""),
        ("a" * 100, "a" * 80),
        ("word " * 20, "-".join(["word"] * 16)),
    ],
)
def test_a_slug_is_spelled_in_plain_letters(words, slug):
    assert slugs.slug(words) == slug
    assert slug == "" or slugs.is_slug(slug)


@pytest.mark.parametrize("slug", ["", "-", "a-", "-a", "a--b", "A", "a_b", "a\n", "é", "a" * 81])
def test_what_is_no_slug(slug):
    assert not slugs.is_slug(slug)


@pytest.mark.parametrize(
    "sign", "\0 \x08 \x0b \x1f \x7f \x85 \ud800 \udfff \ufffe \uffff".split(" ")
)
def test_safety_33_signs_that_cannot_be_kept_are_told_and_marked(sign):
    assert text.why_not_text(f"a{sign}b")
    assert text.marked(f"a{sign}b") == "a\ufffdb"


def test_text_keeps_what_can_be_shown():
    kept = "a\tb\nc é 池 😀 \u200d"
    assert text.why_not_text(kept) is None
    assert text.marked(kept) == kept
    assert text.lines("\r\n a\r\nb\rc e\u0301 \n") == "a\nb\nc é"


@pytest.mark.parametrize("id", [1, 10**18 - 1])
@pytest.mark.parametrize(
    "at",
    [
        NOW,
        NOW.replace(microsecond=1),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        NOW.astimezone(timezone(timedelta(hours=-11))),
    ],
)
def test_a_page_key_comes_back_as_it_went(at, id):
    assert paging.Key.parse(str(paging.Key(at, id))) == paging.Key(at, id)


@pytest.mark.parametrize(
    "garbage",
    """20100109T133000000000 20100109T133000000000- 20100109T133000000000--1 20101309T133000000000-1
    20100109T133000000000-1x -1 1 x 00000101T000000000000-1 20100230T000000000000-1
    20100109T133000000000-9999999999999999999 20100109T253000000000-1 ٢٠١٠٠١٠٩T133000000000-1
    20100109T133000000000-1%00 ' <script>""".split(),
)
def test_safety_33_a_page_key_that_is_garbage_is_refused(garbage):
    with pytest.raises(BadRequest):
        paging.Key.parse(garbage)


def test_no_page_key_is_the_first_page():
    assert paging.Key.parse(None) is paging.Key.parse("") is None
    assert paging.cut([1, 2, 3], 2) == ([1, 2], True)
    assert paging.cut([1, 2], 2) == ([1, 2], False)


def test_safety_18_tokens_are_long_and_stored_as_digests():
    made = {tokens.new() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(token) * 6 >= 128 and token.isascii() for token in made)
    token = made.pop()
    assert len(tokens.digest(token)) == 64
    assert token not in tokens.digest(token) == tokens.digest(token)
    assert tokens.digest("\ud800")


def refused(database, limit: limits.Limit, key: str, at: datetime) -> int | None:
    """After how many seconds to come back, if it was once too often."""
    try:
        with database.writing() as session:
            limits.take(session, limit, key, at)
    except TooMany as refusal:
        return refusal.retry_after
    return None


def test_safety_41_once_too_often_says_when_to_come_back(database):
    limit = limits.Limit("knock", 3, 60)
    late = NOW + timedelta(seconds=20)
    assert [refused(database, limit, "cyd", NOW) for _ in range(3)] == [None] * 3
    assert refused(database, limit, "cyd", late) == 40
    assert refused(database, limit, "cleo", late) is None
    assert refused(database, limits.Limit("ring", 3, 60), "cyd", late) is None
    assert refused(database, limit, "cyd", NOW + timedelta(seconds=59.5)) == 1
    over = NOW + timedelta(seconds=60)
    assert [refused(database, limit, "cyd", over) for _ in range(4)] == [None] * 3 + [60]


def test_a_count_can_be_cleared_and_is_forgotten_when_it_is_over(database):
    limit = limits.Limit("knock", 1, 60)
    assert refused(database, limit, "cyd", NOW) is None
    with database.writing() as session:
        limits.forget(session, NOW + timedelta(seconds=60))
    assert refused(database, limit, "cyd", NOW) == 60
    with database.writing() as session:
        limits.clear(session, limit, "cyd")
    assert refused(database, limit, "cyd", NOW) is None
    with database.writing() as session:
        limits.forget(session, NOW + timedelta(seconds=61))
    assert refused(database, limit, "cyd", NOW) is None


def test_safety_12_takes_of_several_processes_are_counted_exactly(database, database_url):
    limit = limits.Limit("knock", 10, 3600)
    assert sum(crowd(3, take, database_url, limit, 8)) == 10


def test_safety_24_the_secret_is_for_its_owner_alone_and_stays(tmp_path):
    path = tmp_path / "secret"
    made = secret.read_or_make(path)
    assert len(made.encode()) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret.read_or_make(path) == made
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_safety_24_starters_at_once_get_the_same_secret(tmp_path):
    assert len(set(crowd(4, secret_of, tmp_path / "secret"))) == 1


def test_an_instance_folder_that_cannot_be_used_is_refused_by_name(tmp_path):
    secret.make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match=r"^INSTANCE_PATH:"):
        secret.make_folder(tmp_path / "file")


def test_a_stopped_clock_moves_by_hand_alone():
    with clock.frozen(NOW.astimezone(timezone(timedelta(hours=3)))) as stopped:
        assert clock.now() == NOW
        assert stopped.travel(timedelta(days=1)) == clock.now() == NOW + timedelta(days=1)
        with clock.frozen(NOW):
            assert clock.now() == NOW
        assert clock.now() == NOW + timedelta(days=1)
        assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
