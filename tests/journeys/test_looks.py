"""What the pages are in the eyes of Chromium, axe-core and the Nu checker."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from tests.cast import PASSWORD

POST = "/2010/01/informal-learning-2010"
PUBLIC = ("/", POST, "/resources/informal-learning", "/join", "/sign-in", "/sign-in/letter")
DESK = ("/desk", "/desk/posts/new", "/desk/media", "/account", "/account/leaving")
WIDTHS = (1280, 390)
pytestmark = pytest.mark.xdist_group("shown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation(shown, look, tool, scheme, width):
    axe = Path(tool("axe")).read_text()
    watched = look(shown, color_scheme=scheme, viewport={"width": width, "height": 900})
    found = {address: _violations(watched.go(address), axe) for address in PUBLIC}
    watched.sign_in("jeffrey", PASSWORD)
    found |= {address: _violations(watched.go(address), axe) for address in (POST, *DESK)}
    assert not {address: rules for address, rules in found.items() if rules}


@pytest.mark.parametrize("width", [320, *WIDTHS, 1600])
def test_no_page_scrolls_sideways(shown, look, width):
    watched = look(shown, viewport={"width": width, "height": 900})
    watched.sign_in("jeffrey", PASSWORD)
    for address in ("/", POST, "/resources/informal-learning", "/comments", *DESK):
        wide = watched.go(address).page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, address


def test_the_nu_checker_has_no_error(shown, look, tool, tmp_path):
    watched = look(shown)
    pages = {address: shown.get(address).decode() for address in PUBLIC}
    watched.sign_in("jeffrey", PASSWORD)
    for address in DESK:
        pages[address] = watched.page.context.request.get(address).text()
    for number, text in enumerate(pages.values()):
        (tmp_path / f"{number}.html").write_text(text)
    line = ["java", "-jar", tool("vnu"), "--errors-only", "--format", "json", str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert [found["message"] for found in json.loads(done.stderr)["messages"]] == []


def test_a_post_page_is_three_requests_and_under_thirty_kilobytes(shown, look):
    watched = look(shown)
    weights = {}
    watched.page.on("response", lambda answer: weights.update({answer.url: answer}))
    watched.go(POST).page.wait_for_load_state("networkidle")
    compressed = [len(gzip.compress(answer.body(), 6)) for answer in weights.values()]
    assert len(weights) <= 3, sorted(weights)
    assert sum(compressed) < 30_000


def _violations(watched, axe: str) -> list[str]:
    watched.page.evaluate(axe)
    found = watched.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]]
