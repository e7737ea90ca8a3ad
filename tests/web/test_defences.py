"""What every answer has, and what no answer, log or address may do."""

import logging
import re
from datetime import timedelta
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.factory import create_app
from app.lib import clock
from app.lib.limits import Count
from config import Config
from tests import cast
from tests.browser import Browser
from tests.cast import NOW

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SENTENCES = (
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
)


@pytest.fixture
def make_app(database_url, tmp_path):
    """Applications with settings of their own."""
    made = []

    def make(**given):
        config = {"site_url": "https://blog.example", "database_url": database_url}
        config |= {"instance_path": tmp_path, "cheap_passwords": True}
        made.append(create_app(Config(**{**config, **given})))
        return made[-1]

    yield make
    for app in made:
        app.extensions["commonplace"].database.close()


def test_safety_39_every_answer_has_its_headers(world, browser):
    client = browser.client
    answers = [
        client.get(address, buffered=True)
        for address in ("/", world.address, "/feed.rss", "/static/icon.svg", "/healthz")
    ]
    answers += [client.get("/nowhere"), client.get("/?before=x"), client.post("/")]
    answers += [client.post("/sign-in", data="x" * 2_000_000), client.post("/sign-in")]
    answers += [client.get("/desk"), client.get("/", headers={"Host": "evil.test"})]
    assert {response.status_code for response in answers} == {200, 303, 400, 404, 405, 413}
    for response in answers:
        assert HEADERS.items() <= dict(response.headers).items()
        assert "geolocation=()" in response.headers["Permissions-Policy"]
        for sentence in SENTENCES:
            assert sentence in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in response.headers


def test_safety_38_cookies_over_https_are_for_this_host_and_no_script(make_app):
    client = make_app().test_client()
    response = client.get("/join", base_url="https://blog.example")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    for cookie in response.headers.getlist("Set-Cookie"):
        name, *flags = cookie.split("; ")
        assert name.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
        assert "Domain" not in cookie
    assert response.headers.getlist("Set-Cookie")


def keys_counted(world, app, forwarded: str) -> set[str]:
    """Under which keys a wrong try to sign in is counted."""
    with world.database.writing() as session:
        session.execute(delete(Count))
    form = Browser(app)
    fields = form.get("/sign-in").fields("/sign-in")
    form.post(
        "/sign-in",
        422,
        {**fields, "login": "cyd", "password": "wrong"},
        headers={"X-Forwarded-For": forwarded},
    )
    with world.database.reading() as session:
        return set(session.scalars(select(Count.key)))


@pytest.mark.parametrize(("hops", "is_believed"), [(0, False), (1, True)])
def test_safety_44_only_as_many_proxies_are_believed_as_there_are(
    world, make_app, hops, is_believed
):
    app = make_app(site_url="http://127.0.0.1:8000", proxy_hops=hops)
    first = keys_counted(world, app, "203.0.113.1")
    assert first == keys_counted(world, app, "198.51.100.9, 203.0.113.1")
    assert (first != keys_counted(world, app, "203.0.113.2")) is is_believed


def test_safety_46_secrets_are_in_no_log(world, app, caplog):
    caplog.set_level(logging.DEBUG)
    browser = Browser(app)
    browser.sign_in("cyd", cast.PASSWORD)
    cookie = browser.client.get_cookie("session").value
    token = browser.get(world.address).fields("/sign-out")["csrf_token"]
    browser.send(f"{world.address}/comments#comment-form", text="Hear, hear.", do="post")
    browser.another().get("/sign-in")
    wrong = Browser(app)
    wrong.get("/sign-in")
    wrong.send("/sign-in", 422, login="cyd", password="hush hush hush")
    logged = caplog.text
    for secret in (cast.PASSWORD, cast.HASH, cookie, token, "hush hush", "cyd@example.org"):
        assert secret not in logged


def test_safety_46_a_failure_shows_a_number_and_logs_the_rest(world, app, caplog):
    def fail():
        raise RuntimeError("the pond\nran dry")

    app.view_functions["health.show"] = fail
    page = Browser(app).get("/healthz", 500)
    number = re.search(r"<code>(\w+)</code>", page.text)[1]
    assert "ran dry" not in page.text
    assert number in caplog.text


def test_safety_43_a_role_that_is_taken_away_is_gone_at_the_next_request(world, signed_in):
    bow = signed_in("bow")
    bow.get("/desk")
    with world.database.writing() as session:
        session.get(type(world.people["bow"]), world.people["bow"].id).role = "member"
    bow.get("/desk", 403)


PARTS = st.one_of(
    st.sampled_from(
        """2010 01 a-small-pond tags authors bow comments resources desk feed.rss join sign-in posts
        members items static healthz -1 99999999999999999999 %00 %ff %ed%a0%80 .. %0d%0aX:y '
        """.split()
    ),
    st.text(max_size=12),
)
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["\0", "' OR 1=1 --", "%", "_", "9" * 400, "-1", "20100109T150000000000-1"]),
)
NAMES = ("before", "next", "answer", "standing", "invitation", "v", "text", "title", "do", "key")
FIELDS = st.dictionaries(st.sampled_from([*NAMES, "login", "url", "slug"]), TEXTS, max_size=4)


@pytest.mark.parametrize("login", [None, "ada"])
def test_safety_33_no_request_whatever_fails(world, app, browser, signed_in, login):
    known = signed_in(login) if login else browser
    token = known.get("/sign-in" if login is None else "/").fields(
        "/sign-in" if login is None else "/sign-out"
    )["csrf_token"]

    @settings(
        max_examples=600,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(st.lists(PARTS, max_size=5), FIELDS, st.sampled_from(["GET", "POST", "HEAD", "PUT"]))
    def check(parts, fields, method):
        path = "/" + "/".join(parts).encode("utf-8", "replace").decode()
        typed = {name: text.encode("utf-8", "replace") for name, text in fields.items()}
        sent = {"query_string": typed} if method in ("GET", "HEAD") else {"data": typed}
        if method == "POST":
            sent["data"]["csrf_token"] = token
        raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1")}
        response = known.client.open("/", method=method, environ_overrides=raw, **sent)
        assert response.status_code < 500, (method, path, fields)

    with clock.frozen(NOW + timedelta(hours=1)):
        check()
