"""A stranger becomes a member and takes part, in a real browser against the real server."""

import email
import re
import time
from email.policy import SMTP
from pathlib import Path

import pytest

POST = "/2010/01/informal-learning-2010"
PASSWORD = "quite long enough"


@pytest.mark.on("postgresql")
def test_join_confirm_sign_out_sign_in_comment_answer(served, look, backend, tmp_path):
    """With scripts on one of the databases, without on the other."""
    watched = look(served, java_script_enabled=backend == "sqlite")
    page = watched.go(POST).page
    note = page.locator(".note")
    assert note.inner_text() == "Note: Only a member of this blog may post a comment."
    page.get_by_role("link", name="Join this blog").click()
    watched.fill(name="Fay", login="fay", email="fay@example.org", password=PASSWORD)
    watched.press("Join")
    assert page.url == f"{served.url}{POST}#comment-form"
    assert "confirm your e-mail address" in page.locator(".note").inner_text()
    page.goto(_link_to(tmp_path / "mail", "fay@example.org"))
    watched.press("Confirm my e-mail address")
    assert page.url == f"{served.url}{POST}#comment-form"
    watched.press("Sign out Fay")
    watched.go(POST)
    page.get_by_role("link", name="sign in", exact=True).click()
    watched.fill(login="fay", password=PASSWORD)
    watched.press("Sign in")
    assert page.url == f"{served.url}{POST}#comment-form"
    _comment_and_answer(watched, served.url)
    watched.press("Sign out Fay")
    assert page.url == f"{served.url}/"
    assert page.context.cookies() == []
    assert watched.go(POST).page.locator(".note").is_visible()


@pytest.mark.on("sqlite")
def test_a_draft_is_kept_until_ctrl_enter_posts_it(served, look):
    watched = look(served).sign_in("connie", "a pond of one's own")
    page = watched.go(f"{POST}#comment-form").page
    text = page.locator("[name=text]")
    text.fill("By keys alone.")
    watched.go("/").go(f"{POST}?answer=1#comment-form")
    assert text.input_value() == "By keys alone."
    text.focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#comment-5")
    assert "By keys alone." in page.locator("#comment-5").inner_text()
    assert watched.go("/").go(POST).page.locator("[name=text]").input_value() == ""
    # Who leaves in another window has it forgotten; this one still shows it, and would ask.
    text.fill("Half a thought.")
    page.locator("[data-draft][data-kept]").wait_for()
    other = page.context.new_page()
    other.goto("/account/leaving")
    other.locator("[name=sure]").check()
    other.get_by_role("button", name="Leave and be forgotten").click()
    other.get_by_role("heading", name="You have left").wait_for()
    other.wait_for_function("localStorage.length === 0")
    page.locator("[data-draft]:not([data-kept])").wait_for()
    assert text.input_value() == "Half a thought."


@pytest.mark.on("sqlite")
def test_safety_02_a_script_that_got_through_does_not_run(served, look):
    watched = look(served)
    page = watched.go(POST).page
    page.evaluate(
        """() => {
            const script = document.createElement("script")
            script.textContent = "document.title = 'Owned'"
            document.body.append(script)
        }"""
    )
    page.wait_for_timeout(100)
    assert page.title() != "Owned"
    assert any("policy: script-src" in line for line in watched.said)
    watched.said.clear()


def _link_to(folder: Path, address: str) -> str:
    """Where the letter to the address leads, as soon as it has come."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for file in folder.glob("*.eml"):
            letter = email.message_from_bytes(file.read_bytes(), policy=SMTP)
            if letter["To"].addresses[0].addr_spec == address:
                text = letter.get_body(("plain",)).get_content()
                return re.search(r"http\S+token=\S+", text)[0]
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address}")


def _comment_and_answer(watched, url: str) -> None:
    page = watched.page
    watched.fill(text="What of *ponds*?")
    watched.press("Preview")
    assert page.locator(".preview em").inner_text() == "ponds"
    watched.press("Post as Fay")
    assert page.url == f"{url}{POST}#comment-5"
    assert "What of ponds?" in page.locator("#comment-5").inner_text()
    page.locator("#comment-2 a.comment-reply").click()
    watched.fill(text="As #1 says.")
    watched.press("Post as Fay")
    assert page.url == f"{url}{POST}#comment-6"
    assert "in reply to 2" in page.locator("#comment-6").inner_text()
    assert "answered by" in page.locator("#comment-1").inner_text()
    assert page.locator("#comments").inner_text() == "6 comments"
