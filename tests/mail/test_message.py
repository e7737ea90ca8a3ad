"""What a letter looks like to a mail program, and what no name or subject can make of it."""

import email
import re
from dataclasses import replace
from email.policy import SMTP

import html5lib
import pytest

from app.jobs.queue import FailedForGood
from app.lib import names
from app.mail import letters
from app.mail.message import TEMPLATES, message
from tests.cast import NOW

HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
OF_LIST = {
    "In-Reply-To",
    "References",
    "List-Id",
    "Precedence",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
}
HOSTILE = (
    "=?utf-8?q?a=0aBcc:_x@evil.example?=",
    "=?utf-8?q?a=0d=0aBcc:_x@evil.example=0d=0a=0d=0abody?=",
    "==?utf-8?b?CkJjYzogeEBldmlsLmV4YW1wbGU=?=",
    "=\x00?utf-8?q?a=0aBcc:_x?=",
    "=\u200b?utf-8?q?a=0aBcc:_x?=",
    "a\nBcc: x@evil.example",
    "a\r\nBcc: x@evil.example\r\n\r\nbody",
    "a\x0bBcc: x\x0cSubject: y",
    "a\x85Bcc: x\u2028To: y\u2029Cc: z",
    "a\x00b",
    '", x@evil.example, "',
    "x@evil.example, y@evil.example",
    "<x@evil.example>",
    "\u202egnp.exe",
    "a" * 2000,
    "ä" * 2000,
    "a " * 800,
    "\U0001f41f" * 300,
)


def letter(**more):
    return replace(letters.trial("A pond", "Cyd", "cyd@example.org"), **more)


def sent(one) -> bytes:
    made = message(one, "blog@pond.example", "https://pond.example", "pond.example", NOW)
    return made.as_bytes()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("where", ["subject", "name", "blog", "by"])
@pytest.mark.parametrize("of_list", [{}, {"unsubscribe": "/u?k=1", "answers": ("post-1",)}])
def test_safety_21_no_text_makes_another_header_or_another_recipient(where, text, of_list):
    got = email.message_from_bytes(sent(letter(**{where: text, **of_list})), policy=SMTP)
    assert sorted(got.keys()) == sorted(HEADERS | (OF_LIST if of_list else set()))
    assert not of_list or got["List-Id"].endswith("<comments.pond.example>")
    assert [to.addr_spec for to in got["To"].addresses] == ["cyd@example.org"]
    assert [of.addr_spec for of in got["From"].addresses] == ["blog@pond.example"]
    assert len(got["Subject"]) <= 150
    assert not got.defects
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example, x@evil.example",
        '"a@b.example, x@evil.example"',
        "a@b.example\nBcc: x@evil.example",
        "a@b.example\x00",
        "<a@b.example>",
        "=?utf-8?q?a=0aBcc:_x?=@b.example",
        "a@=?utf-8?q?b=0aBcc:_x?=.example",
        "a@b.example>",
        "a b@c.example",
        "(a)b@c.example",
        "k\u00e4the@pond.example",
        "",
    ],
)
def test_safety_21_an_address_is_that_of_one_person(address):
    assert not names.EMAIL.fullmatch(address)
    with pytest.raises(FailedForGood):
        sent(letter(address=address))


def test_letters_of_one_conversation_say_what_they_answer_and_how_to_end_it():
    got = email.message_from_bytes(
        sent(letter(id="comment-3", answers=("post-1", "comment 2>"), unsubscribe="/u?k=1")),
        policy=SMTP,
    )
    assert got["Message-ID"] == "<comment-3@pond.example>"
    assert got["In-Reply-To"] == "<comment-2-@pond.example>"
    assert got["References"] == "<post-1@pond.example> <comment-2-@pond.example>"
    assert got["List-Unsubscribe"] == "<https://pond.example/u?k=1>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_html_of_a_letter_is_valid_and_what_people_wrote_is_text_in_it():
    got = email.message_from_bytes(sent(letter(blog="<img src=x>")), policy=SMTP)
    html = got.get_body(("html",)).get_content()
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert not list(tree.iter("img"))


def test_no_link_of_a_letter_keeps_the_colour_of_day_at_night():
    templates = list(TEMPLATES.glob("*.html"))
    links = [a for path in templates for a in re.findall(r"<a [^>]*", path.read_text())]
    assert len(links) > 10
    assert not [a for a in links if not re.search(r'class="(link|ink|button)"', a)]
