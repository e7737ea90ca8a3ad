"""Names that hide nothing and are nobody else's; passwords that are hard to guess."""

from contextlib import ExitStack
from threading import Thread

import pytest

from app.lib import names, passwords
from app.lib.errors import Conflict, Invalid
from app.members import rules

STAFF = "Adam Pond"
ALIKE = """Adam_Pond|ADAM POND|adam pond|AdamPond|Adam  Pond|A.d.a.m Pond|Adam-Pond|Ádám Pönd
Ａｄａｍ Ｐｏｎｄ|𝐀𝐝𝐚𝐦 Pond|𝓐𝓭𝓪𝓶 Pond|Ⓐⓓⓐⓜ Pond|Adam P0nd|Adam Pond.|Adam Pond!|(Adam Pond)
Adam Pond ✓|“Adam Pond”|Adam\u00a0Pond|Adam\u2003Pond|Adam Pond\u0301|Adam\u034f Pond|Adam\u2800Pond
Adam Pond\ufe0f|Adam Pond 😀|ＡＤＡＭ Pond|Adam Ponᵈ|ᴬdam Pond"""
IMPOSSIBLE = [
    "\u0410dam Pond",  # Cyrillic A
    "Ad\u0430m Pond",
    "Adam P\u043end",
    "\u0430dmin",
    "\u0391dam Pond",  # Greek alpha
    "Adam P\u03bfnd",
    "A\u0501am",
    "\u0421yd",
    "Cy\u0501",
    "Bo\u0461",
    "\u202emadA dnoP",  # right-to-left override
    "Adam\u202c",
    "\u2066Adam\u2069",
    "Adam\u200fPond",
    "Adam\u061cPond",
    "Adam\u200bPond",  # zero width
    "Adam\u200cPond",
    "Adam\u200dPond",
    "Adam\u2060Pond",
    "Adam\ufeffPond",
    "Adam\u00adPond",  # soft hyphen
    "Adam\u180ePond",
    "Adam\U000e0061",  # tag character
    "Adam\u0000",
    "Adam\x1b[31m",
    "Adam\x7f",
    "Adam\x85Pond",
    "Adam\nPond",
    "Adam\tPond",
    "Adam\u2028Pond",
    "Adam\u2029Pond",
    "Adam\ud800",
    "Adam\ue000",  # private use
    "Adam\ufff9Pond",
    "Adam\uffff",
    "",
    " ",
    "...",
    "☺",
    "\u2800",
    "a" * 61,
]


@pytest.mark.parametrize("name", ALIKE.replace("\n", "|").split("|"))
def test_safety_40_a_name_that_looks_like_one_of_the_staff_is_refused(name):
    with pytest.raises((Invalid, Conflict)):
        rules.check_name(name, ["Bow", STAFF])


@pytest.mark.parametrize("name", IMPOSSIBLE, ids=ascii)
def test_safety_40_a_name_that_hides_something_is_refused(name):
    assert names.why_not_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "Jürgen Müller",
        "Ольга",
        "Νίκος",
        "池塘",
        "محمد",
        "דוד",
        "O’Neil",
        "Ada Ольга",
        "Ada 😀",
        "x",
        "7",
        "R2-D2",
        "नमस्ते",
        "a" * 60,
    ],
)
def test_people_of_all_alphabets_have_names(name):
    assert names.why_not_name(name) is None
    rules.check_name(name, [STAFF])


@pytest.mark.parametrize("login", ["ada", "a-b", "a_1", "123", "a" * 30])
def test_safety_40_sign_in_names_are_plain(login):
    rules.check_login(login)


@pytest.mark.parametrize(
    "login",
    ["ad", "a" * 31, "Ada", "a b", "a.b", "аda", "ada\n", "ada\0", "ädä", "", "١٢٣", "root"],
)
def test_safety_40_other_sign_in_names_are_refused(login):
    with pytest.raises((Invalid, Conflict)):
        rules.check_login(login)


def test_safety_11_passwords_are_kept_as_argon2id():
    kept = passwords.Hasher().hash("a pond of one's own")
    _, kind, _, costs, _, _ = kept.split("$")
    found = {name: int(value) for name, value in (cost.split("=") for cost in costs.split(","))}
    assert kind == "argon2id"
    assert found["m"] >= 19456
    assert (found["t"], found["p"]) == (2, 1)


def test_safety_11_a_fifth_hash_waits_for_its_turn():
    hasher = passwords.Hasher(cheap=True)
    fifth = Thread(target=hasher.hash, args=["a pond of one's own"], daemon=True)
    with ExitStack() as four:
        for _ in range(4):
            four.enter_context(passwords._at_once)
        fifth.start()
        fifth.join(0.2)
        assert fifth.is_alive()
    fifth.join(5)
    assert not fifth.is_alive()


def test_a_password_matches_its_own_hash_alone():
    hasher = passwords.Hasher(cheap=True)
    kept = hasher.hash("a pond of one's own")
    assert kept != hasher.hash("a pond of one's own")
    assert hasher.matches(kept, "a pond of one's own")
    assert not hasher.matches(kept, "A pond of one's own")
    assert not hasher.matches(None, "nobody has this password")
    assert not hasher.matches("garbage", "garbage")


def test_safety_11_a_cheaper_hash_is_outdated():
    cheap = passwords.Hasher(cheap=True).hash("a pond of one's own")
    hasher = passwords.Hasher()
    assert hasher.matches(cheap, "a pond of one's own")
    assert hasher.is_outdated(cheap)
    assert not hasher.is_outdated(hasher.hash("a pond of one's own"))


@pytest.mark.parametrize(
    "password",
    [
        "",
        "a pond of o",
        "a" * 12,
        "ab" * 20,
        "a pond" * 22,
        "010203040506",
        "Cyd@Example.org",
        "password1234",
        "PassWord1234",
    ],
)
def test_safety_11_a_weak_password_is_refused(password):
    with pytest.raises(Invalid) as refusal:
        passwords.check(password, "cyd", "Cyd", "cyd@example.org")
    assert refusal.value.field == "password"


@pytest.mark.parametrize(
    "password", ["a pond of on", "abcd" * 32, "池塘是一个很好的地方啊哈", "   a b c    "]
)
def test_a_long_password_needs_nothing_else(password):
    passwords.check(password, "cyd", "Cyd", "cyd@example.org")


def test_who_has_left_has_no_password():
    hasher = passwords.Hasher(cheap=True)
    assert not hasher.matches("", "nobody has this password")


def test_an_address_is_what_mail_servers_take():
    for address in (
        "a@b.cc",
        "a.b+c@d-e.example",
        "x" * 64 + "@b.cc",
        "-a@b.cc",
        "a@xn--bcher-kva.ch",
    ):
        rules.check_email(address)
    refused = (
        ".a@b.cc|a.@b.cc|a..b@c.dd|a@-b.cc|a@b-.cc|a@b.c-|a@b..cc|a@.b.cc|a@b|a@b.c|a b@c.dd|@b.cc"
    )
    for address in (*refused.split("|"), "x" * 65 + "@b.cc", "a@" + "b" * 64 + ".cc", "ä@b.cc"):
        with pytest.raises(Invalid):
            rules.check_email(address)
