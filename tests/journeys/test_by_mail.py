"""Three members and the author hold the model's conversation and go on with it, on the page in
four browsers and by the letters that a real mail server is handed."""

import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from app.demo import build
from app.lib import clock
from app.lib.passwords import Hasher
from tests.cast import PASSWORD
from tests.journeys.watching import Watched
from tests.mail.server import MailServer, listening
from tests.server import Server, serving, settings

POST = "/2010/01/informal-learning-2010"
WHO = re.compile(r"^(.+?) (?:answers .+|writes), comment (\d+) on", re.MULTILINE)
PATIENCE_SECONDS = 20


class House(NamedTuple):
    server: Server
    mail: MailServer


@pytest.fixture
def house(database, database_url, tmp_path) -> Iterator[House]:
    build.make(database, Hasher(), PASSWORD, clock.now())
    with listening() as mail:
        env = settings(tmp_path, DATABASE_URL=database_url, MAIL_URL=mail.url)
        with serving(env) as server:
            yield House(server, mail)


def plain(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content()


def about(mail: MailServer, login: str, number: int) -> EmailMessage:
    """The letter to a member about a comment, as soon as it has come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for letter in to(mail, login):
            if WHO.search(plain(letter))[2] == str(number):
                return letter
        time.sleep(0.05)
    raise AssertionError(f"no letter to {login} about comment {number}")


def to(mail: MailServer, login: str) -> list[EmailMessage]:
    return [one for one in list(mail.taken) if one["To"].addresses[0].username == login]


def say(reader: Watched, text: str, name: str, number: int) -> None:
    reader.fill(text=text)
    reader.press(f"Post as {name}")
    assert reader.page.url.endswith(f"#comment-{number}")
    assert text.split(" ", 1)[1] in reader.page.locator(f"#comment-{number}").inner_text()


def answer(reader: Watched, letter: EmailMessage, text: str, name: str, number: int) -> None:
    """Follow the letter to where one answers, and do so."""
    reader.page.goto(re.search(r"Answer:\s+(\S+)", plain(letter))[1])
    say(reader, text, name, number)


@pytest.mark.on("postgresql")
def test_three_members_and_the_author_talk_on_the_page_and_by_mail(house, look):
    server, mail = house
    people = ("jeffrey", "connie", "jay", "ruth")
    jeffrey, connie, jay, ruth = (look(server).sign_in(login, PASSWORD) for login in people)
    page = look(server).go(POST).page
    names = page.locator(".comment-name").all_inner_texts()
    assert names == ["Connie", "Jeffrey", "Jay", "Jeffrey"]

    connie.go(f"{POST}?answer=2")
    say(connie, "Jeffrey, that bank is a fine example.", "Connie", 5)
    fifth = about(mail, "jeffrey", 5)
    answer(jeffrey, fifth, "Connie, there will be more of them.", "Jeffrey", 6)
    sixth = about(mail, "connie", 6)
    jay.go(f"{POST}?answer=4")
    say(jay, "Jeff, the doors are heavy ones.", "Jay", 7)
    ruth.go(POST)
    say(ruth, "Listen, @Connie, and see #7 for the doors.", "Ruth Adler-Quist", 8)
    eighth = about(mail, "connie", 8)
    answer(connie, eighth, "Ruth, so we push together.", "Connie", 9)
    ninth = about(mail, "ruth", 9)

    for letter, before in ((sixth, fifth), (ninth, eighth)):
        assert letter["In-Reply-To"] == before["Message-ID"]
        assert letter["References"].split()[0] == fifth["References"].split()[0]
    assert about(mail, "jay", 8)["Subject"] == eighth["Subject"]
    page.goto(f"{server.url}{POST}")
    assert "in reply to" in page.locator("#comment-9").inner_text()

    jay.go("/account/notices")
    jay.press("Make a feed")
    feed = jay.page.locator("#feed-address").input_value()
    read = urlopen(feed).read().decode()
    assert "#8 Ruth Adler-Quist" in read
    assert f"{server.url}{POST}?answer=8#comment-form" in read
    assert "#9 Connie" not in read
    jay.press("End it")
    with pytest.raises(HTTPError, match="410"):
        urlopen(feed)

    assert eighth["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ending = eighth["List-Unsubscribe"].strip("<>")
    body = urlencode({"List-Unsubscribe": "One-Click"}).encode()
    assert urlopen(Request(ending, body)).status == 200
    jeffrey.go(f"{POST}?answer=9")
    say(jeffrey, "Connie, push harder.", "Jeffrey", 10)
    jeffrey.go(f"{POST}?answer=8")
    say(jeffrey, "Ruth, you too.", "Jeffrey", 11)
    about(mail, "ruth", 11)
    assert len(to(mail, "connie")) == 2
