"""What the pages are in the eyes of Chromium, axe-core and the Nu checker."""

import gzip
import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.lib import clock
from app.lib.db import Database
from app.members import tickets
from app.members.models import Passkey, Purpose
from app.members.queries import by_login
from app.pagecache.version import raise_version
from app.resources import targets
from app.resources.models import Item
from app.site import links
from tests.cast import PASSWORD

POST = "/2010/01/informal-learning-2010"
PUBLIC = ("/", POST, "/resources/informal-learning", "/join", "/sign-in", "/sign-in/letter")
WRITE = ("/desk/posts/new", "/desk/posts/2", "/desk/posts/2/revisions")
DESK = ("/desk", "/desk/posts", *WRITE, "/desk/members", "/desk/members/connie")
DESK += ("/desk/settings", "/account", "/account/leaving", "/account/notices")
RESOURCES = "/desk/resources"
DESK += (RESOURCES, f"{RESOURCES}/informal-learning", f"{RESOURCES}/new", "/desk/links")
DESK += (f"{RESOURCES}/new?url=https://a.example&title=A", "/desk/links/broken")
DESK += (f"{RESOURCES}/items/2", f"{RESOURCES}/items/2/removal")
DESK += ("/desk/media", "/desk/comments", "/desk/comments?tab=posted", f"{POST}/comments/1/report")
LETTERS = {
    Purpose.CONFIRM: links.confirmation,
    Purpose.SIGN_IN: links.sign_in_by_link,
    Purpose.RESET: links.new_password,
}
WIDTHS = (320, 390, 1280, 1600)
pytestmark = pytest.mark.xdist_group("shown")


@pytest.fixture(scope="module")
def behind(shown, instance) -> tuple[list[str], str]:
    """The pages that the links in letters lead Connie to, and one of Jeffrey's passkeys."""
    database = Database(f"sqlite:///{instance / 'blog.sqlite3'}")
    with database.writing() as session:
        connie, jeffrey = by_login(session, "connie"), by_login(session, "jeffrey")
        by_letter = [
            link(tickets.issue(session, connie, purpose, connie.email, clock.now()))
            for purpose, link in LETTERS.items()
        ]
        kept = {"digest": "x", "handle": b"x", "credential": b"x", "count": 0}
        passkey = Passkey(member_id=jeffrey.id, name="Ladder", created_at=clock.now(), **kept)
        session.add(passkey)
        session.flush()
        removal = links.passkey_removal(passkey)
        _curate(session)
    database.close()
    return by_letter, removal


def _curate(session) -> None:
    """A resource that is broken, one that has moved, and a link that no collection has."""
    broken, moved = session.get_one(Item, 2), session.get_one(Item, 3)
    broken.broken_since, broken.trouble = clock.now(), "it answers 404 (Not Found)"
    moved.moved_to, moved.moved_at = "https://elsewhere.example/a/longer/way/to/it", clock.now()
    targets.note_post(session, 2, {"https://a.example/": "a"}, clock.now())
    raise_version(session)


# Each width and each scheme once: colours are the same in both widths, and places in both schemes.
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation(shown, behind, look, tool, scheme, width):
    axe = Path(tool("axe")).read_text()
    watched = look(shown, color_scheme=scheme, viewport={"width": width, "height": 900})
    by_letter, removal = behind
    pages = (*PUBLIC, *by_letter)
    found = {address: _violations(watched.go(address), axe) for address in pages}
    watched.sign_in("jeffrey", PASSWORD)
    pages = (POST, *DESK, removal)
    found |= {address: _violations(watched.go(address), axe) for address in pages}
    assert not {address: rules for address, rules in found.items() if rules}


def test_no_page_scrolls_sideways(shown, behind, look):
    watched = look(shown)
    watched.sign_in("jeffrey", PASSWORD)
    by_letter, removal = behind
    lists = ("/", POST, "/resources/informal-learning", "/comments")
    for address in (*lists, *DESK, *by_letter, removal):
        page = watched.go(address).page
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_nu_checker_has_no_error(shown, behind, look, tool, tmp_path):
    watched = look(shown)
    by_letter, removal = behind
    pages = {address: shown.get(address).decode() for address in (*PUBLIC, *by_letter)}
    watched.sign_in("jeffrey", PASSWORD)
    for address in (*DESK, removal):
        pages[address] = watched.page.context.request.get(address).text()
    assert _errors(tool("vnu"), pages, tmp_path) == []


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


def _violations(watched, axe: str) -> list[str]:
    watched.page.evaluate(axe)
    found = watched.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]]
