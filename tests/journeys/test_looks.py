"""What the pages are in the eyes of Chromium, axe-core and the Nu checker."""

import gzip
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.lib.db import Database
from app.lib.storage import Folder
from app.reactions import react
from tests.cast import PASSWORD
from tests.journeys import furnishing

POST = "/2010/01/informal-learning-2010"
PUBLIC = ("/", POST, "/resources/informal-learning", "/join", "/sign-in", "/sign-in/letter")
WRITE = ("/desk/posts/new", "/desk/posts/2", "/desk/posts/2/revisions")
DESK = ("/desk", "/desk/posts", *WRITE, "/desk/members", "/desk/members/connie")
DESK += ("/desk/settings", "/account", "/account/leaving", "/account/notices")
RESOURCES = "/desk/resources"
DESK += (RESOURCES, f"{RESOURCES}/informal-learning", f"{RESOURCES}/new", "/desk/links")
DESK += (f"{RESOURCES}/new?url=https://a.example&title=A", "/desk/links/broken")
DESK += (f"{RESOURCES}/items/2", f"{RESOURCES}/items/2/removal")
DESK += (f"{RESOURCES}/informal-learning/removal",)
DESK += ("/desk/media", "/desk/comments", "/desk/comments/log")
DESK += tuple(f"/desk/comments?tab={tab}" for tab in ("reported", "posted", "refused"))
DESK += tuple(f"{POST}{rest}" for rest in ("/comments/1/report", "/comments/2/withdrawal"))
DESK += (f"{POST}?view=threads&answer=1",)
WIDTHS = (320, 390, 1280, 1600)
OF_STYLE = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")


@pytest.fixture(scope="module")
def behind(shown, instance) -> tuple[list[str], list[str]]:
    """The pages that the links in letters lead Connie to, and more of Jeffrey's."""
    database = Database(f"sqlite:///{instance / 'blog.sqlite3'}", react)
    with database.writing() as session:
        by_letter = furnishing.by_letter(session)
        more = furnishing.furnish(session, Folder(instance / "media"), POST)
    database.close()
    return by_letter, more


# Each width and each scheme once: colours are the same in both widths, and places in both schemes.
# Most rules are about what a page consists of, which is the same in all.
@pytest.mark.parametrize(
    ("width", "scheme", "only"), [(1280, "light", ()), (390, "dark", OF_STYLE)]
)
def test_axe_finds_no_violation(shown, behind, look, tool, scheme, width, only):
    axe = Path(tool("axe")).read_text()
    watched = look(shown, color_scheme=scheme, viewport={"width": width, "height": 900})
    by_letter, more = behind
    pages = (*PUBLIC, *by_letter)
    found = {address: _violations(watched.go(address), axe, only) for address in pages}
    watched.sign_in("jeffrey", PASSWORD)
    pages = (POST, "/", *DESK, *more)
    found |= {address: _violations(watched.go(address), axe, only) for address in pages}
    for name in _signed_out_and_in_again(watched):
        found[name] = _violations(watched, axe, only)
    assert not {address: rules for address, rules in found.items() if rules}


# What can be pressed or typed into and is not reached by keys, or does not show that it is.
OUT_OF_REACH = """() =>
    [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden")
    .filter((one) => {
        one.focus({ focusVisible: true })
        const shown = getComputedStyle(one.type === "radio" ? one.nextElementSibling : one)
        const isSeen = shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2
        return document.activeElement !== one || one.tabIndex !== 0 || !isSeen
    })
    .map((one) => one.outerHTML)"""


def test_no_page_scrolls_sideways_and_all_of_each_is_reached_by_keys(shown, behind, look):
    watched = look(shown)
    watched.sign_in("jeffrey", PASSWORD)
    by_letter, more = behind
    lists = ("/", POST, "/resources/informal-learning", "/comments")
    for address in (*lists, *DESK, *by_letter, *more):
        page = watched.go(address).page
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate(OUT_OF_REACH) == [], address
        if address.startswith("/desk"):
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("?")
            assert page.evaluate("document.querySelector('dialog[open]').id") == "keys", address
            page.keyboard.press("Escape")
            assert page.evaluate("document.querySelector('dialog[open]')") is None
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_nu_checker_has_no_error(shown, behind, look, tool, tmp_path):
    watched = look(shown)
    by_letter, more = behind
    pages = {address: shown.get(address).decode() for address in (*PUBLIC, *by_letter)}
    watched.sign_in("jeffrey", PASSWORD)
    for address in (*DESK, *more):
        pages[address] = watched.page.context.request.get(address).text()
    assert _errors(tool("vnu"), pages, tmp_path) == []


def _signed_out_and_in_again(watched) -> Iterator[str]:
    """The two pages of a form that was sent when the sign-in had ended, each as it stands there."""
    watched.go(f"{RESOURCES}/new?url=https://a.example&title=A")
    watched.page.context.clear_cookies()
    watched.press("Add")
    yield "signed out"
    watched.said.clear()  # That it was refused.
    watched.fill(login="jeffrey", password=PASSWORD)
    watched.press("Sign in and go on")
    yield "once more"


def test_a_thousand_comments_are_well_made_pages(crowded, look, tool, tmp_path):
    _, oldest = json.loads(crowded.get("/feed.json"))["items"]
    post = urlsplit(oldest["url"]).path
    axe, pages = Path(tool("axe")).read_text(), {}
    watched = look(crowded, color_scheme="dark", viewport={"width": 390, "height": 900})
    for address in (post, f"{post}?after=500", f"{post}?view=threads&after=500-500"):
        assert _violations(watched.go(address), axe) == []
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert watched.page.locator(".comment").count() == 50
        pages[address] = crowded.get(address).decode()
    # What old links name stands on another page than they do.
    page = watched.go(f"{post}?view=threads#comment-573").page
    page.wait_for_url(f"**{post}?after=550#comment-573")
    page.evaluate("location.hash = 'comment-7'")
    page.wait_for_url(f"**{post}#comment-7")
    watched.go(f"{post}#comment-4000")
    assert _errors(tool("vnu"), pages, tmp_path) == []


def test_a_post_page_is_three_requests_and_under_thirty_kilobytes(shown, look):
    watched = look(shown)
    weights = {}
    watched.page.on("response", lambda answer: weights.update({answer.url: answer}))
    watched.go(POST).page.wait_for_load_state("networkidle")
    compressed = [len(gzip.compress(answer.body(), 6)) for answer in weights.values()]
    assert len(weights) <= 3, sorted(weights)
    assert sum(compressed) < 30_000


def _errors(vnu: str, pages: dict[str, str], folder: Path) -> list[str]:
    for number, text in enumerate(pages.values()):
        (folder / f"{number}.html").write_text(text)
    line = ["java", "-jar", vnu, "--errors-only", "--format", "json", str(folder)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    return [found["message"] for found in json.loads(done.stderr)["messages"]]


def _violations(watched, axe: str, only: Sequence[str] = ()) -> list[str]:
    """By all of its rules, or by some only."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(only)} if only else {})}
    watched.page.evaluate(axe)
    found = watched.page.evaluate("options => axe.run(options)", options)
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]]
