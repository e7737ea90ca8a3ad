"""What letters about comments say, and that a mail program shows them as one conversation."""

import re
from collections import defaultdict
from datetime import timedelta

import html5lib

from app.comments.moderation import deeds
from app.following import queries
from app.following.models import Choice
from app.members.models import Member
from app.posts.models import Post
from app.site import settings
from tests.cast import NOW

SITE = "https://pond.example"
POND = f"{SITE}/2010/01/a-small-pond"
HOSTILE = """See [the bank](https://evil.example/x), https://evil.example/y or www.evil.example/z.

> ![a picture](https://evil.example/p.png) and me@evil.example

- evil.example/list
- in *a* list evil.example/tail
    - हिन्दी.com evil\u00ad.com evil.\u00adcom evil。com evil．com evil｡com e_.com

<img src="https://evil.example/q.png"> javascript:alert(1) mailto:me@evil.example"""
LIKE_A_LINK = re.compile(
    r"\b[a-z]+:/|www\.|mailto:|\w@\w|\w\.[a-z]{2,}\b|[.。．｡](?=[^\s\u2060])", re.IGNORECASE
)


def conversations(messages) -> dict[str, set[str]]:
    """Message-IDs by the first thing that they refer to, as mail programs sort them (RFC 5256)."""
    found = defaultdict(set)
    for message in messages:
        first = message.get("References", message["Message-ID"]).split()[0]
        found[first].add(message["Message-ID"])
    return found


def test_letters_thread_in_a_mail_program(say, deliver):
    say("cyd")
    say("cleo", answer=1)
    say("cyd", answer=2)
    say("cleo")
    boxes = defaultdict(list)
    for login, message in deliver():
        boxes[login].append(message)
    assert {login: len(box) for login, box in boxes.items()} == {"bow": 4, "cyd": 1, "cleo": 1}
    for box in boxes.values():
        assert len(conversations(box)) == len({one["Subject"] for one in box}) == 1
        assert len({one["Message-ID"] for one in box}) == len(box)
    first, second, third, fourth = boxes["bow"]
    assert second["In-Reply-To"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"].split()[-2:] == [first["Message-ID"], second["Message-ID"]]
    assert fourth["In-Reply-To"] == first["In-Reply-To"] == first["References"]
    assert boxes["cyd"][0]["Message-ID"] == second["Message-ID"]


def test_a_letter_says_who_wrote_what_to_whom_and_where_to_answer(say, deliver):
    say("cyd", "How *deep*?")
    say("cleo", "Knee deep.\n\n> How deep?", answer=1)
    letter = next(message for login, message in deliver() if login == "cyd")
    assert letter["Subject"] == "Re: A small pond"
    assert letter["From"].addresses[0].display_name == "Cleo · Commonplace"
    assert letter["List-Id"] == "Commonplace <comments.pond.example>"
    assert (letter["Precedence"], letter["Auto-Submitted"]) == ("list", "auto-generated")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith(f"<{SITE}/account/notices/ending?token=")
    for kind in ("plain", "html"):
        text = letter.get_body((kind,)).get_content()
        for words in ("Cleo answers Cyd", "How deep?", "Knee deep.", "you are answered"):
            assert words in text
        for link in (f"{POND}?answer=2#comment-form", f"{POND}#comment-2"):
            assert link in text
    html5lib.HTMLParser(strict=True).parse(letter.get_body(("html",)).get_content())


def test_safety_21_nothing_that_people_write_is_a_link_or_a_picture_in_a_letter(
    database, pond, say, deliver, choose
):
    with database.writing() as session:
        cyd = session.get(Member, pond.cyd)
        # So many links of a new member would wait for a moderator.
        cyd.name, cyd.joined_at = "evil.example", NOW - timedelta(days=8)
        settings.change(session, "most_links", "100")
    choose("bea", Choice.DAILY)
    say("cyd", HOSTILE)
    say("cyd", "Once more.", answer=1)
    letters = deliver(NOW + timedelta(days=1))
    assert sorted(login for login, _ in letters) == ["bea", "bow", "bow"]
    for _, letter in letters:
        html = letter.get_body(("html",)).get_content()
        tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
        links = [a.get("href") for a in tree.iter("a")]
        assert all(link.startswith(f"{SITE}/") for link in links)
        assert len(links) > 3
        assert not list(tree.iter("img"))
        for words in ("".join(tree.find("body").itertext()), _plain(letter)):
            ours = words.replace("README", "").replace(SITE, "")
            assert LIKE_A_LINK.search(ours) is None
            assert "the bank" in words


def test_one_letter_a_day_in_the_morning_of_the_site(database, pond, say, deliver, told, choose):
    with database.writing() as session:
        settings.change(session, "zone", "Asia/Tokyo")
    choose("bow", Choice.NOTHING)
    choose("bea", Choice.DAILY)
    say("cyd", "Number one.")
    say("cleo", "Number two.", answer=1)
    say("cyd", "Number three.")
    with database.writing() as session:
        bow, post = session.get(Member, pond.bow), session.get(Post, pond.post)
        deeds.hide(session, bow, post, 3, NOW)
    # It is midnight in Tokyo.
    assert told(NOW) == ["cyd"]
    assert told(NOW + timedelta(hours=6, minutes=59)) == []
    ((login, letter),) = deliver(NOW + timedelta(hours=7, minutes=5))
    assert (login, letter["Subject"]) == ("bea", "2 comments on “A small pond”")
    for kind in ("plain", "html"):
        text = letter.get_body((kind,)).get_content()
        assert text.index("Number one.") < text.index("Number two.")
        assert "Number three." not in text
        assert f"{POND}?answer=2#comment-form" in text
    html5lib.HTMLParser(strict=True).parse(letter.get_body(("html",)).get_content())
    say("cleo", "Number four.", at=NOW + timedelta(hours=8))
    assert told(NOW + timedelta(hours=9)) == []
    assert told(NOW + timedelta(hours=31, minutes=10)) == ["bea"]
    assert told(NOW + timedelta(hours=55, minutes=20)) == []


def test_a_day_with_more_than_a_letter_holds_brings_the_newest_and_counts_the_others(
    say, deliver, told, choose, monkeypatch
):
    monkeypatch.setattr(queries, "MOST_AT_ONCE", 2)
    choose("bow", Choice.DAILY)
    for number in ("one", "two", "three", "four"):
        say("cyd", f"Number {number}.")
    day = timedelta(days=1)
    ((login, letter),) = deliver(NOW + day)
    assert (login, letter["Subject"]) == ("bow", "4 comments")
    for kind in ("plain", "html"):
        text = letter.get_body((kind,)).get_content()
        assert [f"Number {number}." in text for number in ("two", "three", "four")] == [0, 1, 1]
        assert "And 2 more before these" in text
        assert f"{SITE}/account/notices" in text.partition("And 2 more")[2].partition("letter")[0]
    html5lib.HTMLParser(strict=True).parse(letter.get_body(("html",)).get_content())
    assert told(NOW + 2 * day) == []


def _plain(letter) -> str:
    return letter.get_body(("plain",)).get_content()
