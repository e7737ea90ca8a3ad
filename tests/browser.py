"""The strict browser of all page tests: it names the status it expects, and takes no page with a
second h1, an input without a label, an id given twice, or a script or style of its own."""

from collections import Counter
from functools import cached_property

import html5lib
from flask import Flask
from flask import session as flask_session
from flask_wtf.csrf import generate_csrf

from app.lib import clock, tokens
from app.members import signin
from app.members.queries import by_login

# What browsers say of a form that stood on a page of ours.
HERE = {"Sec-Fetch-Site": "same-origin"}


class Page:
    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.get_data(as_text=True)

    @property
    def tree(self):
        return self._parsed[0]

    @property
    def errors(self) -> list:
        return self._parsed[1]

    @cached_property
    def _parsed(self):
        """Takes a while, and of an answer that is no page nobody asks."""
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        return parser.parse(self.text), parser.errors

    def all(self, tag: str) -> list:
        return list(self.tree.iter(tag))

    def by_id(self, id: str):
        return next((element for element in self.tree.iter() if element.get("id") == id), None)

    def words(self, element=None) -> str:
        return " ".join("".join((self.tree if element is None else element).itertext()).split())

    def by_class(self, name: str) -> list:
        return [e for e in self.tree.iter() if name in (e.get("class") or "").split()]

    def form(self, action: str):
        """The first form that is sent to this address."""
        return next(form for form in self.all("form") if form.get("action") == action)

    def fields(self, action: str) -> dict[str, str]:
        """What the form would send if nothing were typed."""
        fields = {}
        for element in self.form(action).iter():
            name = element.get("name")
            if element.tag == "textarea" and name:
                fields[name] = (element.text or "").removeprefix("\n")
            elif element.tag == "select" and name:
                chosen = [o for o in element.iter("option") if o.get("selected") is not None]
                fields[name] = (chosen or list(element.iter("option")))[0].get("value", "")
            elif element.get("type") in ("checkbox", "radio") and element.get("checked") is None:
                continue
            elif element.tag == "input" and name:
                fields[name] = element.get("value", "")
        return fields


class Browser:
    def __init__(self, app: Flask):
        self.app = app
        self.client = app.test_client()
        self.page: Page | None = None

    def another(self) -> "Browser":
        return Browser(self.app)

    def get(self, address: str, status: int = 200, **more):
        return self._take(self.client.get(address, **more), status)

    def post(self, address: str, status: int, data: dict | None = None, **more):
        return self._take(self.client.post(address, data=data or {}, **more), status)

    def send(self, action: str, status: int = 303, **typed):
        """Fill in the form of the present page and press a button."""
        return self.post(action, status, {**self.page.fields(action), **typed})

    def follow(self, status: int = 200):
        return self.get(self.page.headers["Location"], status)

    def sign_in(self, login: str, password: str) -> "Browser":
        self.get("/sign-in")
        self.send("/sign-in", login=login, password=password)
        return self

    def enter(self, login: str) -> "Browser":
        """Be signed in as `sign_in` does it, past the door, which has tests of its own."""
        database = self.app.extensions["commonplace"].database
        with database.writing() as unit:
            token = signin.begin(unit, by_login(unit, login), "a test", clock.now())
        with self.client.session_transaction() as session:
            session["_user_id"] = token
        return self

    def token(self) -> str:
        """What shows a form to be one that was opened in this browser."""
        secret = tokens.new()
        with self.client.session_transaction() as session:
            session["csrf_token"] = secret
        with self.app.test_request_context():
            flask_session["csrf_token"] = secret
            return generate_csrf()

    def _take(self, response, status: int) -> Page:
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}, not {status}: "
            f"{response.get_data(as_text=True)[:2000]}"
        )
        self.page = Page(response)
        if response.mimetype == "text/html" and status not in (301, 302, 303, 304, 308):
            check(self.page)
        return self.page


def check(page: Page) -> None:
    """What every page must be."""
    assert page.errors == [], "a page is what the standard says"
    assert len(page.all("h1")) == 1, "a page has one h1"
    assert page.words(page.all("title")[0]), "a page has a title"
    ids = Counter(element.get("id") for element in page.tree.iter() if element.get("id"))
    assert not [id for id, count in ids.items() if count > 1], "an id is given once"
    assert "Content-Security-Policy" in page.headers
    labels = {label.get("for") for label in page.all("label")}
    for element in page.tree.iter():
        _check_element(element, labels)


def _check_element(element, labels: set[str]) -> None:
    if not isinstance(element.tag, str):
        return
    attributes = element.attrib
    assert "style" not in attributes, "no style of its own"
    assert not [name for name in attributes if name.startswith("on")], "no handler of its own"
    if element.tag == "script":
        assert attributes.get("src"), "no script of its own"
    assert element.tag != "style", "no style of its own"
    is_typed = element.tag in ("input", "textarea", "select") and attributes.get("type") != "hidden"
    if is_typed:
        named = attributes.get("id") in labels or attributes.get("aria-label")
        assert named, f"{attributes.get('name')} has no label"
