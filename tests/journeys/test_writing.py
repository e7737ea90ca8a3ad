"""An author writes in a real browser, and nothing is lost: not with time, not to a second tab, not
to a server that dies, and not to a sign-in that ends."""

import signal
import socket
import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import make_server

from app.demo import build
from app.factory import create_app
from app.lib import clock
from app.lib.passwords import Hasher
from config import Config
from tests.cast import PASSWORD
from tests.server import command, free_port, serving, settings

NEW = "/desk/posts/new"
RICH = """<meta charset=utf-8><h1>Of rivers</h1><p>They <b>run</b>, <i>mostly </i>down, says
<a href="https://river.example/a_b">a <em>river</em></a>.</p><ul><li>one<ul><li>half</li></ul></li>
<li>two *</li></ul><blockquote><p>Said.</p></blockquote><script>alert(1)</script>"""
MARKDOWN = """## Of rivers

They **run**, *mostly* down, says [a *river*](https://river.example/a_b).

- one
    - half
- two \\*

> Said."""


@pytest.fixture
def moved(servers, tmp_path, static_folder):
    """The demonstration on SQLite, served from this process, whose clock can be moved."""
    (tmp_path / "static").symlink_to(static_folder)
    with servers("sqlite").fresh() as url:
        config = Config(database_url=url, instance_path=tmp_path, cheap_passwords=True)
        app = create_app(config)
        yield from _served(app)
        app.extensions["commonplace"].database.close()


def _served(app):
    database = app.extensions["commonplace"].database
    build.make(database, Hasher(cheap=True), PASSWORD, clock.now())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with clock.frozen(clock.now().replace(second=0, microsecond=0)) as stopped:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.port}", clock=stopped)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_write_schedule_appear_correct_compare_restore_rename(moved, look, scripts):
    watched = look(moved, java_script_enabled=scripts).sign_in("jeffrey", PASSWORD)
    page = watched.go(NEW).page
    watched.fill(title="A morning on the river", text="The heron is *patient*.")
    watched.press("Preview")
    assert page.locator(".write-preview em").inner_text() == "patient"
    opens = clock.now() + timedelta(days=3)
    address = f"/{opens.year}/{opens.month:02}/a-morning-on-the-river"
    watched.fill(publish_at=_wall(opens))
    watched.press("Publish")
    assert "Opens in 3 days: " in page.locator(".write-times").inner_text()
    desk = page.url
    assert page.request.get(moved.url + address).status == 404
    moved.clock.travel(timedelta(days=3))
    assert "The heron is patient." in watched.go(address).page.locator("article").inner_text()
    page.goto(desk)
    watched.fill(text="The heron is *hungry*.", correction="It was hungry.")
    watched.press("Save")
    article = watched.go(address).page.locator("article").inner_text()
    assert "The heron is hungry." in article
    assert ": It was hungry." in article
    page.goto(f"{desk}/revisions/2")
    assert page.locator("del").inner_text().endswith("*patient*.\n]")
    assert page.locator("ins").inner_text().endswith("*hungry*.\n]")
    page.goto(f"{desk}/revisions/1")
    watched.press("Put this text back")
    page.goto(desk)
    page.locator("summary").click()
    watched.fill(slug="a-heron")
    watched.press("Save")
    watched.go(address)
    assert page.url.endswith("/a-heron")
    assert "The heron is patient." in page.locator("article").inner_text()


def test_two_tabs_a_sign_in_that_ends_and_what_is_pasted(moved, look):
    watched = look(moved).sign_in("jeffrey", PASSWORD)
    first = watched.go(NEW).page
    watched.fill(title="On rivers", text="")
    _paste(first, {"text/plain": "Of rivers They run", "text/html": RICH})
    assert first.locator("#text").input_value() == MARKDOWN
    watched.fill(text="See the river")
    first.locator("#text").evaluate("(text) => text.setSelectionRange(8, 13)")
    _paste(first, {"text/plain": "https://river.example/"})
    first.keyboard.press("Control+A")
    first.keyboard.press("Control+B")
    assert first.locator("#text").input_value() == "**See the [river](https://river.example/)**"
    watched.press("Save draft")
    second = first.context.new_page()
    second.goto(first.url)
    watched.fill(text="The first hand.")
    first.keyboard.press("Control+s")
    first.locator("[data-facts]", has_text="3 words").wait_for()
    second.fill("#text", "The second hand.")
    second.locator("[data-saved]", has_text="changed elsewhere").wait_for()
    second.get_by_role("button", name="Save draft").click()
    assert second.locator("#other-text").input_value() == "The first hand."
    assert second.locator("#text").input_value() == "The second hand."
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_load_state()
    second.locator("#text").press_sequentially(" More.")
    again = second.locator("dialog.again")
    again.locator("[name=login]").fill("jeffrey")
    again.locator("[name=password]").fill(PASSWORD)
    again.get_by_role("button", name="Sign in", exact=True).click()
    second.locator("[data-saved]", has_text="Kept at").wait_for()
    second.get_by_role("button", name="Save draft").click()
    second.wait_for_load_state()
    assert "More." in second.locator("#text").input_value()
    assert second.locator(".unsaved:visible").count() == 0


def test_safety_10_what_was_typed_two_seconds_before_the_server_is_killed_is_found(look, tmp_path):
    env = settings(tmp_path, DEMO_PASSWORD=PASSWORD)
    command(env, "db", "upgrade")
    command(env, "demo")
    port = free_port()
    with serving(env, port=port) as server:
        watched = look(server).sign_in("jeffrey", PASSWORD)
        page = watched.go(NEW).page
        page.locator("#text").press_sequentially("The heron waits.")
        page.wait_for_timeout(2000)  # It is what is asked, and no less will do.
        server.stop(signal.SIGKILL)
        page.locator("#text").press_sequentially(" It knows.")
        page.locator("[data-saved]", has_text="No connection").wait_for()
    page.goto("about:blank")
    watched.said.clear()
    _wait_until_free(port)
    with serving(env, port=port):
        watched.go(NEW)
        page.get_by_role("link", name="Go on with it").click()
        assert page.locator("#text").input_value() == "The heron waits."
        page.get_by_role("button", name="Go on with it").click()
        assert page.locator("#text").input_value() == "The heron waits. It knows."
        watched.fill(title="A heron")
        watched.press("Save draft")
        assert page.locator("#text").input_value() == "The heron waits. It knows."
        assert page.locator(".unsaved:visible").count() == 0


def _wall(moment) -> str:
    """As a clock in the demonstration's zone shows it, in a field."""
    return moment.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M")


def _paste(page, kinds: dict[str, str]) -> None:
    page.locator("#text").evaluate(
        """(text, kinds) => {
            text.focus()
            const data = new DataTransfer()
            for (const [kind, value] of Object.entries(kinds)) data.setData(kind, value)
            const init = { clipboardData: data, bubbles: true, cancelable: true }
            text.dispatchEvent(new ClipboardEvent("paste", init))
        }""",
        kinds,
    )


def _wait_until_free(port: int) -> None:
    """Until the children of a killed server have noticed."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise AssertionError("the port is still taken")
