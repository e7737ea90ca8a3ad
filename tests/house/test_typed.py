"""What was typed in any form that only members send outlives their sign-in."""

from io import BytesIO

import pytest

from app.http.gate import MEGABYTE, MOST_FIELDS
from app.site import curating
from tests.browser import HERE, Browser, Page
from tests.cast import PASSWORD
from tests.house.conftest import TOKEN
from tests.house.routes import POST, READ

TEXTS = {"StringField", "TextAreaField", "URLField", "EmailField"}
ASKS_FOR_TEXT = ("text", "url", "email", None)
# Pages that show a form only when their address says more.
MORE = (f"{POST}?edit=2", curating.new("https://a.example/", "A"))
# Scripts send these, with what is good once. (The blog of this test has no passkeys.)
BY_SCRIPTS = {"desk_autosaves.keep_new", "desk_autosaves.keep"}
BY_SCRIPTS |= {"passkeys.ask_to_add", "passkeys.add"}


@pytest.mark.on("sqlite")
def test_what_was_typed_in_any_form_outlives_the_sign_in(blog, app, readers):
    """A form whose view does not say what it takes fails by its labels, one on no page by this."""
    found = {}
    for role, login in (("member", "cyd"), ("owner", "ada")):
        for endpoint, page, action in _forms(app, blog, readers[role][0]):
            found[endpoint] = (login, page, action)
    assert _taking_text(app) - set(found) == BY_SCRIPTS
    for login, page, action in found.values():
        _keeps(Browser(app), login, page, action)


@pytest.mark.on("sqlite")
def test_what_is_no_text_or_too_large_to_be_read_for_a_stranger_leads_to_sign_in(blog, browser):
    heron = f"/desk/media/{blog.named['media']}"
    typed = {"alt": "A heron", "file": (BytesIO(b"x"), "heron.png")}
    button = {"csrf_token": "x", "do": "hide 1", "tab": "posted", "key": "x"}
    for place, form, told in (
        ("/desk/media", typed, {"CONTENT_LENGTH": str(2 * MEGABYTE)}),
        ("/desk/comments", button, {}),
        (heron, {}, {}),
    ):
        page = browser.post(place, 303, form, headers=HERE, environ_overrides=told)
        assert page.headers["Location"] == "/sign-in?next=/desk"
    typed["file"] = (BytesIO(b"x"), "heron.png")
    page = browser.post("/desk/media", 403, typed, headers=HERE)
    assert page.fields("/desk/signing-in")["alt"] == "A heron"
    assert "A file has to be chosen once more." in page.words()
    browser.post(heron, 413, {"alt": ["x"] * (MOST_FIELDS + 1)}, headers=HERE)


def _forms(app, blog, browser: Browser):
    """What takes it, page and action of every form that asks a member for text."""
    for address in [address for address, _ in READ.values()] + [*MORE]:
        response = browser.client.get(address.format(**blog.named))
        if response.mimetype != "text/html" or response.status_code != 200:
            response.close()
            continue
        page = Page(response)
        for action in {
            form.get("action") for form in page.all("form") if form.get("method") == "post"
        }:
            endpoint = _endpoint(app, action)
            if hasattr(app.view_functions[endpoint], "needs") and _labels(page, action):
                yield endpoint, page, action


def _endpoint(app, action: str) -> str:
    path = action.split("#")[0].split("?")[0]
    return app.url_map.bind("").match(path, "POST")[0]


def _labels(page: Page, action: str) -> dict[str, str]:
    """The label of each field for text in the form, by the name of the field."""
    labels = {label.get("for"): page.words(label) for label in page.all("label")}
    return {
        field.get("name"): labels[field.get("id")]
        for field in page.form(action).iter()
        if field.get("name") and _is_typed(field)
    }


def _is_typed(field) -> bool:
    kind = field.get("type")
    return field.tag == "textarea" or (field.tag == "input" and kind in ASKS_FOR_TEXT)


def _taking_text(app) -> set[str]:
    """What takes a form of members with a field for text, by what it says of itself."""
    with app.test_request_context():
        return {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if "POST" in rule.methods
            for form in [getattr(app.view_functions[rule.endpoint], "form", None)]
            if form and any(type(field).__name__ in TEXTS for field in form(formdata=None))
        }


def _keeps(browser: Browser, login: str, page: Page, action: str) -> None:
    """Send it signed out, sign in on the page that comes, and find all of it, in people's words."""
    labels = _labels(page, action)
    sent = {name: value for name, value in page.fields(action).items() if name != TOKEN}
    sent |= {name: f"{name} & <é>" for name in labels} | {"do": "save"}
    browser.post(action, 403, sent, headers=HERE)
    sent.pop("present", None)
    if action.startswith("/desk/posts/"):
        browser.send("/desk/signing-in", login=login, password=PASSWORD)
        given = browser.follow()
        assert {name: sent[name] for name in labels}.items() <= given.fields(action).items()
        return
    given = browser.send("/desk/signing-in", 200, login=login, password=PASSWORD)
    assert sent.items() <= given.fields(action.split("#")[0]).items(), action
    words = given.words(given.by_class("signed-out")[0])
    wanted = [*labels.values(), *_choices(page, action)]
    assert not [one for one in wanted if one not in words], (action, words)


def _choices(page: Page, action: str) -> list[str]:
    """What is chosen in the form, as people read it."""
    values = page.fields(action)
    return [
        page.words(option)
        for select in page.form(action).iter("select")
        for option in select.iter("option")
        if option.get("value") and option.get("value") == values[select.get("name")]
    ]
