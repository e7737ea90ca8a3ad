"""Three members and an author talk, each in their own way: on the page, from letters that come by
a real mail server, and from a private feed."""

import re
from collections import defaultdict

import feedparser
import pytest

from app.lib import clock
from app.lib.storage import Folder
from app.worker import HANDLERS, Worker, errands
from tests.browser import Browser
from tests.cast import NOW
from tests.following.test_letters import conversations

SITE = "https://pond.example"
LINK = re.compile(rf"Answer:\s+{SITE}(\S+)")


@pytest.fixture
def boxes(house, carrier, mail_server):
    """Everybody's letters so far, once the worker has done what is owed."""

    def read() -> dict[str, list]:
        worker = Worker(house.database, HANDLERS, errands(carrier, Folder(carrier.folder)))
        while worker.run_once(clock.now()):
            pass
        found = defaultdict(list)
        for message in mail_server.taken:
            found[message["To"].addresses[0].username].append(message)
        return found

    return read


def answer(browser: Browser, link: str, text: str) -> None:
    """Follow a link that leads to where one answers, and do so."""
    page = browser.get(link.partition("#")[0])
    action = next(f.get("action") for f in page.all("form") if "/comments#" in f.get("action"))
    browser.send(action, text=text, do="post")


def answer_letter(browser: Browser, letter, text: str) -> None:
    plain = letter.get_body(("plain",)).get_content()
    answer(browser, LINK.search(plain)[1], text)


def test_a_conversation_is_held_by_mail_and_in_a_feed_reader(world, app, signed_in, boxes):
    with clock.frozen(NOW):
        bow, cyd, cleo, bea = map(signed_in, ("bow", "cyd", "cleo", "bea"))
        bea.get("/account/notices")
        bea.send("/account/notices", by_default="every", by_mail="")
        bea.get("/account/notices")
        feed = bea.send("/account/notices/feed", 200).by_id("feed-address").get("value")
        answer_letter(cyd, boxes()["cyd"][-1], "Third, to the second.")
        answer_letter(bow, boxes()["bow"][-1], "Fourth, to the third.")
        answer(cleo, world.address, "Fifth, to nobody.")
        answer(bea, f"{world.address}?answer=5", "Sixth, to the fifth.")
        answer_letter(cleo, boxes()["cleo"][-1], "Seventh, to the sixth.")
        answer_letter(cyd, boxes()["cyd"][-1], "Eighth, to the fourth.")
        letters = boxes()
        assert {login: len(box) for login, box in letters.items()} == {
            "bow": 6,
            "cyd": 2,
            "cleo": 1,
        }
        for box in letters.values():
            assert len(conversations(box)) == 1
        by_id = {one["Message-ID"]: one for one in letters["bow"]}
        eighth = letters["bow"][-1]
        fourth = letters["cyd"][-1]
        assert eighth["In-Reply-To"] == fourth["Message-ID"]
        assert fourth["In-Reply-To"] in by_id

        address = feed.partition("8000")[2]
        stranger = Browser(app)
        told = feedparser.parse(stranger.get(address).text).entries
        assert [one.title.split(" on ")[0] for one in told] == [
            "#8 Cyd to #4 Bow",
            "#7 Cleo to #6 Bea",
        ]
        answer(bea, told[0].link.partition("8000")[2], "Ninth, to the eighth.")
        page = stranger.get(world.address)
        assert "in reply to 8" in page.words(page.by_id("comment-9"))

        ending = boxes()["cyd"][-1]["List-Unsubscribe"].strip("<>").removeprefix(SITE)
        stranger.post(ending, 200, {"List-Unsubscribe": "One-Click"})
        bea.get(world.address)
        answer(bea, f"{world.address}?answer=8", "Tenth, to the eighth again.")
        assert len(boxes()["cyd"]) == 3
