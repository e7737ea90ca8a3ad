"""A moderator at the queue with nothing but a keyboard, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.server import command, settings

POST = "/2010/01/informal-learning-2010"


@pytest.mark.on("postgresql")
def test_keys_go_from_comment_to_comment_decide_and_undo(served, look, tmp_path, database_url):
    env = settings(tmp_path, DATABASE_URL=database_url)
    command(env, "site", "set", "moderation", "all")
    watched = look(served).sign_in("connie", PASSWORD)
    page = watched.go(POST).page
    for text in ("One that waits.", "Another that waits."):
        watched.fill(text=text)
        watched.press("Post as Connie")
        assert page.url.endswith("#waiting")
    watched.press("Sign out Connie")
    watched.sign_in("jeffrey", PASSWORD).go("/desk/comments")
    ticks, done = page.get_by_role("checkbox", name="Connie"), page.locator("#done")
    expect(page.locator("form [data-keys]")).to_be_visible()  # The script is there.
    page.keyboard.press("j")
    expect(ticks.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(ticks.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("r")
    expect(done).to_contain_text("Refused: 1 comment.")
    expect(ticks).to_have_count(1)
    page.keyboard.press("Tab")  # The address led to what was done, so that Undo comes next.
    page.keyboard.press("Enter")
    expect(done).to_contain_text("all is as it was")
    expect(ticks).to_have_count(2)
    page.get_by_text("Say why something is refused").click()
    page.locator("[name=reason]").type("a jar?")
    expect(page.locator("[name=reason]")).to_have_value("a jar?")
    ticks.nth(0).focus()
    page.keyboard.press("g")
    page.keyboard.press("x")  # Leads nowhere, and is no key of the list either.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Approve")
    page.keyboard.press("Escape")
    expect(ticks.nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(done).to_contain_text("Approved: 1 comment.")
    assert "One that waits." in watched.go(POST).page.locator("#comment-5").inner_text()
