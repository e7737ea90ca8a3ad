"""Joining, signing in and out, at the door."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.http.forms import safe_way_back
from app.lib import clock, limits
from app.lib.passwords import Hasher
from app.members import postage, signin
from app.members.models import Member, SignIn, Standing
from app.site import settings
from tests.browser import Browser
from tests.cast import NOW, PASSWORD

OFF_THE_SITE = [
    *("//evil.test", "///evil.test", "////evil.test", "//evil.test/%2f..", "//user@evil.test"),
    *("/\\evil.test", "\\\\evil.test", "\\evil.test", "/\\/evil.test", "/a\\b"),
    *("https://evil.test/", "http:evil.test", "https:/evil.test", "HTTPS://evil.test", "ftp://a"),
    *("javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "evil.test", "?next=/"),
    *("/a\nb", "/\r\nLocation: x", "/\tevil.test", " /a", "/a b", "\0/a", "/\x7f", "", None),
]
NEW = {
    "name": "Fay",
    "login": "fay",
    "email": "fay@example.org",
    "password": "quite long enough",
}


def set_membership(world, policy: str) -> None:
    with world.database.writing() as session:
        settings.change(session, "membership", policy)


def standing_of(world, login: str) -> str | None:
    with world.database.reading() as session:
        return session.scalar(select(Member.standing).where(Member.login == login))


def test_joining_leads_back_to_the_spot_signed_in(world, browser, link_to):
    browser.get(f"/join?next={world.address}%23comment-form")
    page = browser.send("/join", **NEW)
    assert page.headers["Location"] == f"{world.address}#comment-form"
    assert "confirm your e-mail address" in browser.get(world.address).words()
    browser.get(link_to("fay@example.org"))
    page = browser.send("/account/confirmation")
    assert page.headers["Location"] == f"{world.address}#comment-form"
    assert "Post as Fay" in browser.get(world.address).text


def test_where_the_owner_admits_one_waits(world, browser, signed_in, link_to):
    set_membership(world, "approval")
    browser.get("/join")
    browser.send("/join", **NEW)
    assert standing_of(world, "fay") == Standing.WAITING
    browser.get(link_to("fay@example.org"))
    browser.send("/account/confirmation")
    ada = signed_in("ada")
    ada.get("/desk/members?standing=waiting")
    ada.send("/desk/members/fay/admission")
    assert "Post as Fay" in browser.get(world.address).text


def test_where_one_joins_by_invitation_a_stranger_is_told_so(world, browser):
    opened = browser.get("/join").fields("/join")
    set_membership(world, "invitation")
    assert "invitation" in browser.get("/join").words()
    browser.post("/join", 403, {**opened, **NEW})
    assert standing_of(world, "fay") is None


def test_an_invitation_admits_one_person_once(world, browser, signed_in):
    set_membership(world, "invitation")
    ada = signed_in("ada")
    ada.get("/desk/members")
    page = ada.send("/desk/invitations", 200)
    address = page.words(page.all("code")[0]).removeprefix("http://127.0.0.1:8000")
    browser.get(address)
    browser.send("/join", **NEW)
    assert standing_of(world, "fay") == Standing.ADMITTED
    assert "by invitation" in browser.another().get(address).words()


def test_two_sign_ups_for_one_name_and_the_second_keeps_what_was_typed(world, browser):
    browser.get("/join")
    page = browser.send("/join", 409, **{**NEW, "login": "cyd"})
    assert page.fields("/join")["name"] == "Fay"
    assert page.fields("/join")["password"] == ""
    assert page.by_class("field-error")


def test_two_sign_ups_at_once_make_one_member(world, app):
    def join(_: int) -> int:
        browser = Browser(app)
        fields = browser.get("/join").fields("/join")
        return browser.client.post("/join", data={**fields, **NEW}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(join, range(4))) == [303, 409, 409, 409]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("name", "a\u202eb"),
        ("name", "\u0410da"),
        ("login", "x"),
        ("login", "with space"),
        ("login", "häns"),
        ("email", "nobody"),
        ("email", "a@b.c, x@y.zz"),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "1q2w3e4r5t6y"),
        ("password", "fay@example.org"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world, browser, field, value):
    browser.get("/join")
    page = browser.send("/join", 422, **{**NEW, field: value})
    assert page.by_id(f"{field}-errors") is not None
    assert standing_of(world, "fay") is None


def test_safety_40_a_name_that_looks_like_an_authors_is_taken(world, browser):
    for name in ("Ada", "ADA", "A d a", "\u0410\u0501\u0430"):
        browser.get("/join")
        browser.send("/join", 409, **{**NEW, "name": name})


def test_safety_19_a_wrong_password_and_an_unknown_name_get_the_same_answer(world, app):
    bodies = set()
    for login in ("cyd", "zz"):
        browser = Browser(app)
        browser.get("/sign-in")
        page = browser.send("/sign-in", 422, login=login, password="not the password")
        token = page.fields("/sign-in")["csrf_token"]
        bodies.add(page.text.replace(token, "").replace(f'value="{login}"', ""))
    assert len(bodies) == 1


def test_safety_12_the_sixth_wrong_try_must_wait_and_headers_do_not_help(world, browser):
    browser.get("/sign-in")
    for number in range(6):
        page = browser.post(
            "/sign-in",
            422 if number < 5 else 429,
            {**browser.page.fields("/sign-in"), "login": "cyd", "password": "wrong wrong wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert int(page.headers["Retry-After"]) > 800
    browser.send("/sign-in", 429, login="cyd", password=PASSWORD)
    browser.send("/sign-in", 303, login="ada", password=PASSWORD)


def test_what_a_program_does_to_the_form_is_refused_and_a_person_sends_it_again(world, app, house):
    config = replace(house.config, join_seconds=3)
    app.extensions["commonplace"] = replace(house, config=config)
    with clock.frozen(NOW) as now:
        browser = Browser(app)
        browser.get("/join")
        field = browser.page.by_id("company_fax")
        assert field.get("autocomplete") == "off"
        now.travel(timedelta(seconds=2))
        assert "faster than people" in browser.send("/join", 422, **NEW).words()
        now.travel(timedelta(seconds=1))
        page = browser.send("/join", 422, company_fax="1", password=NEW["password"])
        assert "nobody sees" in page.words()
        page = browser.send("/join", 422, opened="0", password=NEW["password"])
        assert "opened long ago" in page.words()
        now.travel(timedelta(days=1))
        page = browser.send("/join", 422, password=NEW["password"])
        assert "opened long ago" in page.words()
        assert page.fields("/join")["email"] == NEW["email"]
        assert standing_of(world, "fay") is None
        browser.send("/join", password=NEW["password"])
        assert standing_of(world, "fay") == Standing.ADMITTED


def test_an_address_that_is_thrown_away_is_refused_where_the_owner_lists_it(
    world, app, house, signed_in, tmp_path
):
    listed = tmp_path / "domains.txt"
    listed.write_text("# Gone in minutes\n\nMayfly.example  # all below it, too\n")
    config = replace(house.config, disposable_domains=listed)
    app.extensions["commonplace"] = replace(house, config=config)
    browser = Browser(app)
    for address in ("fay@mayfly.example", "fay@A.Mayfly.example"):
        browser.get("/join")
        page = browser.send("/join", 422, **{**NEW, "email": address})
        assert "thrown away" in page.words(page.by_id("email-errors"))
    cyd = signed_in("cyd")
    cyd.get("/account")
    cyd.send("/account/email", 422, email="cyd@mayfly.example")
    browser.send("/join", **{**NEW, "email": "fay@notmayfly.example"})


def test_safety_41_the_sixth_to_join_from_one_place_must_wait(world, app):
    for number in range(6):
        browser = Browser(app)
        browser.get("/join")
        status = 303 if number < 5 else 429
        browser.send("/join", status, **{**NEW, "login": f"fay{number}", "name": f"Fay {number}"})


def test_who_joins_with_an_address_that_has_letters_enough_gets_in_without_one(
    world, browser, letters_to
):
    with world.database.writing() as session:
        for _ in range(postage.TO_ONE_ADDRESS.most):
            limits.take(session, postage.TO_ONE_ADDRESS, NEW["email"], clock.now())
    browser.get("/join")
    browser.send("/join", **NEW)
    assert "Signs in as fay" in browser.get("/account").words()
    assert letters_to(NEW["email"]) == []


def test_safety_08_a_password_that_is_replaced_while_it_is_looked_at_is_wrong(world, app):
    class Slow(Hasher):
        """Takes so long that the password is another one by then."""

        def matches(self, password_hash: str | None, password: str) -> bool:
            is_right = super().matches(password_hash, password)
            with world.database.writing() as session:
                member = session.get_one(Member, world.people["cyd"].id)
                signin.set_password(session, member, "a brook of one's own", self)
            return is_right

    house = app.extensions["commonplace"]
    app.extensions["commonplace"] = replace(house, hasher=Slow(cheap=True))
    browser = Browser(app)
    browser.get("/sign-in")
    browser.send("/sign-in", 422, login="cyd", password=PASSWORD)
    with world.database.reading() as session:
        assert session.scalars(select(SignIn)).all() == []


def test_safety_08_a_copied_cookie_is_worth_nothing_after_signing_out(world, signed_in, browser):
    cy = signed_in("cyd")
    browser.client.set_cookie("session", cy.client.get_cookie("session").value)
    assert "Cyd" in browser.get(world.address).text
    cy.get("/")
    cy.send("/sign-out")
    assert "Post as Cyd" not in browser.get(world.address).text


def test_safety_08_what_was_planted_before_signing_in_is_gone(world, browser):
    browser.get("/sign-in")
    with browser.client.session_transaction() as session:
        session["planted"] = "by Mallory"
        old_token = session["csrf_token"]
    browser.get("/sign-in")
    browser.send("/sign-in", login="cyd", password=PASSWORD)
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != old_token


def test_safety_08_only_a_digest_of_the_token_is_kept(world, signed_in):
    cy = signed_in("cyd")
    with cy.client.session_transaction() as session:
        token = session["_user_id"]
    with world.database.reading() as session:
        digests = set(session.scalars(select(SignIn.digest)))
    assert len(token) >= 32
    assert token not in digests


def test_safety_08_a_sign_in_ends_for_want_of_use_and_of_old_age(world, app):
    with clock.frozen(NOW) as now:
        cy = Browser(app).sign_in("cyd", PASSWORD)
        for _ in range(6):  # Used every 13 days it lives on, up to the 90th.
            now.travel(timedelta(days=13))
            assert "Post as Cyd" in cy.get(world.address).text
        now.travel(timedelta(days=13))
        assert "Post as Cyd" not in cy.get(world.address).text
        cleo = Browser(app).sign_in("cleo", PASSWORD)
        now.travel(timedelta(days=14))
        assert "Post as Cleo" not in cleo.get(world.address).text


def test_safety_23_no_way_back_leads_off_the_site(app):
    with app.test_request_context():
        for target in OFF_THE_SITE:
            assert safe_way_back(target) == "/", target
        for target in (
            "/",
            "/2010/01/x?after=50#comment-73",
            "/search?q=//a",
            "/a%0d%0ab",
            "/x/..//y",
        ):
            assert safe_way_back(target) == target


def test_safety_23_signing_in_leads_back_and_never_off_the_site(world, app):
    for target in (
        "//evil.test",
        "/\\evil",
        "https://evil.test/",
        "\\\\evil",
        "/a\nb",
        "javascript:x",
    ):
        browser = Browser(app)
        browser.get("/sign-in", query_string={"next": target})
        page = browser.send("/sign-in", login="ada", password=PASSWORD, next=target)
        assert page.headers["Location"] == "/", target
    browser = Browser(app)
    browser.get("/sign-in", query_string={"next": "/tags/x?before=1#y"})
    page = browser.send("/sign-in", login="ada", password=PASSWORD)
    assert page.headers["Location"] == "/tags/x?before=1#y"


def test_suspension_holds_from_the_next_request(world, signed_in):
    ada, cy = signed_in("ada"), signed_in("cyd")
    assert "Post as Cyd" in cy.get(world.address).text
    ada.get("/desk/members")
    ada.send("/desk/members/cyd/suspension")
    assert "suspended" in cy.get(world.address).words()
    ada.get("/desk/members")
    ada.send("/desk/members/cyd/restoration")
    assert "Post as Cyd" in cy.get(world.address).text


def test_an_owner_cannot_suspend_herself(world, signed_in):
    ada = signed_in("ada")
    token = ada.get("/desk/members").fields("/sign-out")["csrf_token"]
    ada.post("/desk/members/ada/suspension", 403, {"csrf_token": token})


def test_a_password_hashed_at_lower_cost_is_hashed_anew_at_sign_in(world, app):
    weak = PasswordHasher(memory_cost=16, time_cost=1, parallelism=1).hash(PASSWORD)
    with world.database.writing() as session:
        session.get(Member, world.people["cyd"].id).password_hash = weak
    Browser(app).sign_in("cyd", PASSWORD)
    with world.database.reading() as session:
        assert session.get(Member, world.people["cyd"].id).password_hash != weak
