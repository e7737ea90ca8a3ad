"""An author writes in a real browser, and nothing is lost: not with time, not to a second tab, not
to a server that dies, and not to a sign-in that ends."""

import base64
import re
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
from tests.databases import opened
from tests.lib import pictures
from tests.server import free_port, serving, settings

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


ZONE = ZoneInfo("America/New_York")  # Of the demonstration.
HERON = base64.b64encode(pictures.made("PNG", (700, 500))).decode()
WORDS = "A heron in the reeds"
NAME_OF_FOCUSED = "() => document.activeElement.ariaLabel ?? document.activeElement.textContent"
IN_THE_TEXT = re.compile(r"!\[A heron in the reeds\]\(/media/[a-z0-9]{16}\)")
GIVE = """(text, [name, content, how]) => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], name, { type: "image/png" }))
    text.focus()
    const { right, top } = text.getBoundingClientRect()
    const place = { clientX: right - 30, clientY: top + 20, bubbles: true, cancelable: true }
    const init = { ...place, clipboardData: data, dataTransfer: data }
    const made = how === "paste" ? new ClipboardEvent(how, init) : new DragEvent(how, init)
    text.dispatchEvent(made)
}"""


@pytest.fixture
def moved(request, servers, tmp_path, static_folder):
    """The demonstration, served from this process, whose clock can be moved."""
    (tmp_path / "static").symlink_to(static_folder)
    with servers(request.param).fresh() as url:
        config = Config(database_url=url, instance_path=tmp_path, cheap_passwords=True)
        app = create_app(config)
        yield from _served(app)
        app.extensions["commonplace"].database.close()


def _served(app):
    database = app.extensions["commonplace"].database
    build.make(database, Hasher(cheap=True), PASSWORD, clock.now())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # What a page sends when it is left is answered, too.
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with clock.frozen(clock.now().replace(second=0, microsecond=0)) as stopped:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.port}", clock=stopped)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("moved", "scripts"),
    [("sqlite", True), ("postgresql", True), ("postgresql", False)],
    indirect=["moved"],
)
def test_write_picture_schedule_appear_correct_compare_restore_rename(moved, look, scripts):
    watched = look(moved, java_script_enabled=scripts).sign_in("jeffrey", PASSWORD)
    page = watched.page
    picture = _pasted(watched) if scripts else _uploaded(watched)
    watched.fill(title="A morning on the river", text=f"The heron is *patient*.\n\n{picture}")
    watched.press("Preview")
    assert page.locator(".write-preview em").inner_text() == "patient"
    assert page.locator(".write-preview picture img").get_attribute("alt") == WORDS
    opens = clock.now() + timedelta(days=3)
    address = f"/{opens.astimezone(ZONE):%Y/%m}/a-morning-on-the-river"
    watched.fill(publish_at=_wall(opens))
    watched.press("Publish")
    assert "Opens in 3 days: " in page.locator(".write-times").inner_text()
    desk = page.url
    assert page.request.get(moved.url + address).status == 404
    moved.clock.travel(timedelta(days=3))
    assert "The heron is patient." in watched.go(address).page.locator("article").inner_text()
    assert page.locator("article img").evaluate("(image) => image.decode().then(() => true)")
    page.goto(desk)
    watched.fill(text=f"The heron is *hungry*.\n\n{picture}", correction="It was hungry.")
    watched.press("Save")
    article = watched.go(address).page.locator("article").inner_text()
    assert "The heron is hungry." in article
    assert ": It was hungry." in article
    page.goto(f"{desk}/revisions/2")
    assert "*patient*." in page.locator("del").inner_text()
    assert "*hungry*." in page.locator("ins").inner_text()
    page.goto(f"{desk}/revisions/1")
    watched.press("Put this text back")
    page.goto(desk)
    page.locator("summary").click()
    watched.fill(slug="a-heron")
    watched.press("Save")
    watched.go(address)
    assert page.url.endswith("/a-heron")
    assert "The heron is patient." in page.locator("article").inner_text()
    assert page.locator("article source").get_attribute("srcset").count(" 480w") == 1


def _pasted(watched) -> str:
    """What stands in the text of a new post for a picture that was pasted into it."""
    page = watched.go(NEW).page
    page.locator("#text").evaluate(GIVE, ["heron.png", HERON, "paste"])
    return _described(page, 1)


def _described(page, count: int) -> str:
    """The text, once the picture that was given is described, and in it for the `count`th time."""
    page.get_by_label("What is to be seen").fill(WORDS)
    page.get_by_role("button", name="Put it in").click()
    return _in_the_text(page, count)


def _in_the_text(page, count: int) -> str:
    wanted = "(count) => document.querySelector('#text').value.split('](/media/').length > count"
    page.wait_for_function(wanted, arg=count)
    text = page.locator("#text").input_value()
    assert len(IN_THE_TEXT.findall(text)) == count
    return text


def _reached_by_tab(page, start: str, presses: int) -> list[str]:
    page.locator(start).focus()
    found = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        found.append(page.evaluate(NAME_OF_FOCUSED))
    return found


def _uploaded(watched) -> str:
    """The same without scripts: from the library."""
    page = watched.go(NEW).page
    page.goto(page.get_by_role("link", name="The library").get_attribute("href"))
    file = {"name": "heron.png", "mimeType": "image/png", "buffer": base64.b64decode(HERON)}
    page.set_input_files("#file", file)
    watched.fill(alt=WORDS)
    watched.press("Upload")
    words = page.locator("#markdown").input_value()
    assert IN_THE_TEXT.fullmatch(words)
    watched.go(NEW)
    return words


@pytest.mark.parametrize("moved", ["postgresql"], indirect=True)
def test_pictures_are_dropped_and_chosen_and_what_is_none_is_told(moved, look):
    watched = look(moved).sign_in("jeffrey", PASSWORD)
    page = watched.go(NEW).page
    text = page.locator("#text")
    assert {"Bold", "Pictures", "Shortcuts"} <= set(_reached_by_tab(page, "#title", 14))
    text.fill("Before.")
    text.evaluate("(text) => text.setSelectionRange(0, 0)")
    text.evaluate(GIVE, ["heron.png", HERON, "drop"])
    assert re.fullmatch(r"Before\.\n\n!\[.*\)\n", _described(page, 1))
    page.keyboard.press("Control+Alt+p")
    page.get_by_role("searchbox").fill("reeds")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=WORDS).press("Enter")
    assert _in_the_text(page, 2).startswith("Before.")
    text.evaluate(GIVE, ["pond.png", base64.b64encode(b"water").decode(), "paste"])
    page.get_by_label("What is to be seen").press("Enter")
    page.get_by_role("alert").filter(has_text="pond.png is not in the text. This has").wait_for()
    assert "pond" not in text.input_value()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Pictures").click()
        page.get_by_role("button", name="From this device").click()
    file = {"name": "heron.png", "mimeType": "image/png", "buffer": base64.b64decode(HERON)}
    chosen.value.set_files(file)
    page.get_by_role("button", name="Leave it out").click()
    watched.said.clear()  # That the server has refused one.
    watched.fill(title="On rivers")
    watched.press("Save draft")
    _in_the_text(page, 2)
    draft = page.url
    text.press_sequentially("The last word.")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(moved.url + "/")
    assert page.evaluate("Object.keys(localStorage)") == []
    watched.sign_in("jeffrey", PASSWORD).go(draft)
    page.get_by_role("link", name="Go on with it").click()
    assert "The last word." in text.input_value()


@pytest.mark.parametrize("moved", ["sqlite"], indirect=True)
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


@pytest.mark.parametrize("moved", ["postgresql"], indirect=True)
def test_without_scripts_neither_two_tabs_nor_a_sign_in_that_ends_lose_a_word(moved, look):
    watched = look(moved, java_script_enabled=False).sign_in("jeffrey", PASSWORD)
    first = watched.go(NEW).page
    watched.fill(title="On rivers", text="See the river.")
    watched.press("Save draft")
    second = first.context.new_page()
    second.goto(first.url)
    watched.fill(text="The first hand.")
    watched.press("Save draft")
    second.fill("#text", "The second hand.")
    second.get_by_role("button", name="Save draft").click()
    assert second.locator("#other-text").input_value() == "The first hand."
    assert second.locator("#text").input_value() == "The second hand."
    watched.press("Sign out Jeffrey")
    second.get_by_role("button", name="Save draft").click()
    assert second.locator("#text").input_value() == "The second hand."
    second.fill("[name=login]", "jeffrey")
    second.fill("[name=password]", PASSWORD)
    second.get_by_role("button", name="Sign in and go on writing").click()
    assert second.locator("#text").input_value() == "The second hand."
    second.get_by_role("button", name="Save draft").click()
    assert second.locator("#text").input_value() == "The second hand."
    assert second.locator(".unsaved, #other-text").count() == 1  # The empty bar of the scripts.


@pytest.fixture
def backend_url(request, servers):
    """The demonstration in a database of its own."""
    with servers(request.param).fresh() as url:
        database = opened(url)
        build.make(database, Hasher(cheap=True), PASSWORD, clock.now())
        database.close()
        yield url


@pytest.mark.parametrize("backend_url", ["sqlite"], indirect=True)
def test_safety_10_what_was_typed_two_seconds_before_the_server_is_killed_is_found(
    backend_url, look, tmp_path, static_folder
):
    (tmp_path / "static").symlink_to(static_folder)
    env, port = settings(tmp_path, DATABASE_URL=backend_url), free_port()
    with serving(env, port=port) as server:
        watched = look(server).sign_in("jeffrey", PASSWORD)
        plain = look(server, java_script_enabled=False).sign_in("jeffrey", PASSWORD).go(NEW)
        plain.fill(title="A pike", text="The pike is saved.")
        plain.press("Save draft")
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
        plain.page.goto(plain.page.url)
        assert plain.page.locator("#text").input_value() == "The pike is saved."
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
    """As a clock of the blog shows it, in a field."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def _paste(page, kinds: dict[str, str]) -> None:
    page.locator("#text").evaluate(
        """(text, kinds) => {
            text.focus()
            const data = new DataTransfer()
            for (const [kind, value] of Object.entries(kinds)) data.setData(kind, value)
            const { left, bottom } = text.getBoundingClientRect()
    const place = { clientX: left + 20, clientY: bottom - 20 }
    const init = { ...place, clipboardData: data, bubbles: true, cancelable: true }
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
