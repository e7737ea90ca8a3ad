"""An author puts a collection in order by hand, and brings a page along."""

from urllib.parse import unquote

import pytest

from tests.cast import PASSWORD

COLLECTION = "/desk/resources/informal-learning"


@pytest.mark.on("sqlite")
def test_resources_and_collections_are_drawn_to_another_place_and_stay_there(served, look):
    author = look(served).sign_in("jeffrey", PASSWORD).go(COLLECTION)
    page = author.page

    def order() -> list[str]:
        return page.locator(".ledger-title").all_inner_texts()

    def draw_first_to_the_end(said: str = "The order is saved.") -> None:
        handles = page.locator("[data-order-handle]")
        handles.first.hover()
        page.mouse.down()
        box = handles.last.bounding_box()
        page.mouse.move(box["x"] + 5, box["y"] + box["height"] + 5, steps=10)
        page.mouse.up()
        page.get_by_text(said).wait_for()

    first, second, *others = order()
    draw_first_to_the_end()
    assert order() == [second, *others, first]
    author.go(COLLECTION)
    assert order() == [second, *others, first]
    author.press(f"Up: {first}")
    assert order() == [second, *others[:-1], first, others[-1]]
    author.go("/desk/resources")
    before = order()
    draw_first_to_the_end()
    author.go("/resources")
    titles = page.locator(".collection-title").all_inner_texts()
    assert titles == [*before[1:], before[0]] != before
    author.go(COLLECTION)
    page.context.clear_cookies()
    draw_first_to_the_end("The order could not be saved.")


def test_the_bookmarklet_brings_a_page_and_what_is_marked_on_it(shown, look):
    author = look(shown).sign_in("jeffrey", PASSWORD).go("/desk/resources/new")
    program = unquote(author.page.locator(".bookmarklet").get_attribute("href"))
    page = author.go("/about").page
    page.evaluate("getSelection().selectAllChildren(document.querySelector('main p'))")
    marked = page.evaluate("String(getSelection())")
    with page.expect_popup() as opened:
        page.evaluate(program.removeprefix("javascript:"))
    form = opened.value
    assert form.input_value("[name=url]") == f"{shown.url}/about"
    assert form.input_value("[name=title]").startswith("About")
    assert form.input_value("[name=note]") == marked.strip()
