"""What the owner may set: one rule for the page and the command, and colours that can be read."""

import re

import pytest

from app.lib.errors import Invalid
from app.site import settings
from app.site.theme import BLACK, DARK, LIGHT, WHITE, Theme, contrast, lightened, why_not_accent
from config import ROOT

GOOD = {
    "title": "Another book",
    "tagline": "kept by many",
    "language": "de",
    "zone": "Europe/Berlin",
    "posts_per_page": "7",
    "membership": "approval",
    "moderation": "first",
    "waiting_words": "casino, cheap pills",
    "most_links": "2",
    "reports_to_hide": "0",
    "told_waiting": "author",
    "told_members": "all",
    "told_failed": "nobody",
    "accent": "#7A1F1F",
    "accent_dark": "",
    "face": "sans",
    "header_picture": "",
    "menu_links": "Photographs | https://photos.example/\n Seven | about us | /about ",
    "footer_text": "Take what you like.",
    "robots": "none",
}
WRONG = {
    "title": "",
    "tagline": "x" * 251,
    "language": "Klingon",
    "zone": "Europe/Atlantis",
    "posts_per_page": "many",
    "membership": "nobody",
    "moderation": "never",
    "waiting_words": "!!!",
    "most_links": "101",
    "reports_to_hide": "-1",
    "told_waiting": "everybody",
    "told_members": "some",
    "told_failed": "me",
    "accent": "#f0e0a0",
    "accent_dark": "#201010",
    "face": "blackletter",
    "header_picture": "https://evil.example/x.png",
    "menu_links": "Bad | javascript:alert(1)",
    "footer_text": "a\nb\nc",
    "robots": "some",
}


# What is chosen from a list, and what was left empty.
NOT_TYPED = {"title", "membership", "moderation", "face", "robots", "header_picture"}
NOT_TYPED |= {"told_waiting", "told_members", "told_failed"}


def test_contrast_is_that_of_the_standard():
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


def test_our_papers_are_those_of_the_style_sheet():
    tokens = (ROOT / "static/css/tokens.css").read_text()
    light, dark, _ = tokens.split(":root {")[1], tokens.split(":root {")[2], None
    for scheme, papers in ((light, LIGHT), (dark, DARK)):
        for name, colour in papers.items():
            assert re.search(rf"{name}: (#\w+);", scheme)[1] == colour


@pytest.mark.parametrize("accent", ["#7a1f1f", "#000000", "#25459b", "#0b5d3b", "#5d3fd3"])
def test_an_accent_is_read_in_both_schemes_and_under_the_pointer(accent):
    assert why_not_accent(accent) is None
    assert why_not_accent(lightened(accent), is_dark=True) is None
    light, dark = Theme(accent).css.split("@media")
    for css in (light, dark):
        value = dict(re.findall(r"--([\w-]+):(#\w{6})", css))
        assert contrast(value["pencil-deep"], value["pencil-wash"]) >= 4.5
        assert contrast(value["on-pencil"], value["pencil"]) >= 4.5
        assert contrast(value["on-pencil"], value["pencil-deep"]) >= 4.5


def test_a_colour_that_cannot_be_read_is_refused_with_the_reason():
    assert "a contrast of 1.1 to 1" in why_not_accent("#f0e0a0")
    assert "Choose a lighter one" in why_not_accent("#201010", is_dark=True)
    for wrong in ("red", "#12345", "#1234567", "#gggggg", "url(x)", "#25459b;}"):
        assert why_not_accent(wrong) == "A colour is written like #25459b."


@pytest.mark.parametrize("name", settings.READERS)
def test_what_cannot_be_is_refused_about_its_field(name):
    with pytest.raises(Invalid) as refused:
        settings.read(name, WRONG[name])
    assert refused.value.field == name
    settings.read(name, GOOD[name])


@pytest.mark.parametrize(
    "line",
    ["no stroke", "| /about", "x | //evil.example/", "x | /a b", "x | https://", "x | data:,"],
)
def test_a_link_in_the_menu_leads_to_a_page(line):
    with pytest.raises(Invalid):
        settings.read("menu_links", line)


def test_the_menu_has_room_for_six_links():
    settings.read("menu_links", "\n".join(["x | /x"] * 6))
    with pytest.raises(Invalid):
        settings.read("menu_links", "\n".join(["x | /x"] * 7))


def test_all_are_saved_and_shown(world, signed_in, browser):
    ada = signed_in("ada")
    ada.get("/desk/settings")
    ada.send("/desk/settings", do="save", **GOOD)
    page = browser.get("/")
    assert [page.words(link) for link in page.all("nav")[0].iter("a")][-2:] == [
        "Photographs",
        "Seven | about us",
    ]
    assert "Take what you like." in page.words(page.all("footer")[-1])
    sheet = next(link.get("href") for link in page.all("link") if "theme" in link.get("href"))
    theme = Theme("#7a1f1f", "", True)
    assert sheet == f"/theme-{theme.digest}.css"
    assert browser.get(sheet).text == theme.css
    assert "immutable" in browser.page.headers["Cache-Control"]
    assert browser.get("/theme-x.css").headers["Cache-Control"] == "no-store"
    assert browser.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    fields = ada.get("/desk/settings").fields("/desk/settings")
    assert (
        fields["menu_links"] == "Photographs | https://photos.example/\nSeven | about us | /about"
    )
    assert fields["accent"] == "#7a1f1f"


def saved(owner) -> dict[str, str]:
    fields = owner.get("/desk/settings").fields("/desk/settings")
    return {name: value for name, value in fields.items() if name in GOOD}


def test_wrong_values_come_back_each_with_its_reason_and_nothing_is_saved(world, signed_in):
    ada = signed_in("ada")
    before = saved(ada)
    page = ada.send("/desk/settings", 422, do="save", **WRONG)
    assert len(page.by_class("field-error")) == len(WRONG)
    fields = page.fields("/desk/settings")
    typed = {name for name, value in WRONG.items() if value and fields.get(name) == value}
    assert typed == set(WRONG) - NOT_TYPED
    ada.send("/desk/settings", 422, do="save", **{**GOOD, "accent": "#ffff00"})
    assert saved(ada) == before


def test_colours_are_tried_on_the_whole_page_before_they_are_saved(world, signed_in):
    ada = signed_in("ada")
    ada.get("/desk/settings")
    page = ada.send("/desk/settings", 200, do="preview", **GOOD)
    assert "Nothing is saved yet." in page.words()
    assert page.fields("/desk/settings")["title"] == "Another book"
    sheet = page.all("link")[1].get("href")
    assert ada.get(sheet).text == Theme("#7a1f1f", "", True).css
    ada.get("/desk/settings/trial.css?accent=red", 422)
    assert "Another book" not in ada.get("/").text
