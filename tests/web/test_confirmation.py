"""Whose an e-mail address is: asked by letter, answered once, and no way to ask for others."""

from datetime import timedelta

import pytest

from app.lib import clock
from tests.browser import Browser
from tests.cast import NOW, PASSWORD

NEW = {"name": "Fay", "login": "fay", "email": "Fay@Example.org", "password": "quite long enough"}
FAY = "fay@example.org"


@pytest.fixture
def fay(world, browser):
    """Has joined and confirmed nothing yet."""
    browser.get(f"/join?next={world.address}%23comment-form")
    browser.send("/join", **NEW)
    return browser


def test_in_another_browser_the_link_works_with_the_password_and_signs_in_there(
    world, fay, link_to, browser
):
    phone, link = browser.another(), link_to(FAY)
    page = phone.get(link)
    assert "not signed in as fay" in page.words()
    page = phone.send("/account/confirmation", password=NEW["password"])
    assert page.headers["Location"] == f"{world.address}#comment-form"
    for one in (phone, fay):
        assert "Post as Fay" in one.get(world.address).text


def test_nobody_confirms_a_membership_that_another_has_made(world, fay, link_to, signed_in):
    cyd, link = signed_in("cyd"), link_to(FAY)
    for guess in ("", "the owner's guess"):
        cyd.get(link)
        page = cyd.send("/account/confirmation", 422, password=guess)
        assert page.by_id("password-errors") is not None
    assert "Post as Fay" not in fay.get(world.address).text
    assert "Post as Cyd" in cyd.get(world.address).text
    cyd.get(link)
    for number in range(4):
        page = cyd.send("/account/confirmation", 422 if number < 3 else 429, password="wrong")
    assert int(page.headers["Retry-After"]) > 800


def test_safety_07_looking_at_the_link_confirms_nothing(world, fay, link_to):
    link = link_to(FAY)
    for _ in range(3):
        fay.get(link)
    assert "Post as Fay" not in fay.get(world.address).text
    fay.get(link)
    fay.send("/account/confirmation")


def test_the_page_says_whose_address_it_will_be_before_the_button(world, fay, link_to, browser):
    page = browser.another().get(link_to(FAY))
    assert "sign-in name fay." in page.words().partition("Confirm my e-mail address")[0]


def test_safety_18_the_link_works_once_and_within_a_day(world, app, letters_to, link_to):
    with clock.frozen(NOW) as now:
        fay = Browser(app)
        fay.get("/join")
        fay.send("/join", **NEW)
        late = link_to(FAY)
        now.travel(timedelta(hours=24))
        assert "spent" in fay.get(late, 410).words()
        fay.get("/account")
        fay.send("/account/confirmation/letter", 200)
        link = link_to(FAY)
        fay.get(link)
        fay.send("/account/confirmation")
        fay.get(link, 410)
        assert len(letters_to(FAY)) == 2


def test_a_letter_is_sent_again_from_the_place_of_the_comment_form(world, fay, letters_to):
    fay.get(world.address)
    fay.send("/account/confirmation/letter", 200)
    assert len(letters_to(FAY)) == 2


def test_letters_to_one_address_are_limited(fay):
    token = fay.get("/account").fields("/sign-out")["csrf_token"]
    for number in range(5):
        status = 200 if number < 4 else 429
        fay.post("/account/confirmation/letter", status, {"csrf_token": token})


def test_safety_19_joining_with_a_known_address_looks_the_same_and_tells_its_owner(
    world, app, letters_to
):
    seen = {}
    for login, address in (("fay", FAY), ("gus", "cyd@example.org")):
        browser = Browser(app)
        browser.get("/join")
        answer = browser.send("/join", **{**NEW, "login": login, "email": address})
        page = browser.get("/account")
        text = page.text.replace(page.fields("/sign-out")["csrf_token"], "")
        seen[address] = (
            answer.status,
            answer.headers["Location"],
            text.replace(address, "").replace(f"as {login}", "").replace("initials-", ""),
        )
        letter = letters_to(address)[-1]
        assert ("Confirm" in letter["Subject"]) is (address == FAY)
    fay, gus = seen.values()
    assert fay[:2] == gus[:2]
    assert [len(text.split()) for text in (fay[2], gus[2])] == [len(fay[2].split())] * 2
    assert "already" in letters_to("cyd@example.org")[-1]["Subject"]
    assert "gus" not in letters_to("cyd@example.org")[-1].as_string()


def test_who_gave_an_address_first_cannot_keep_its_owner_out(world, app, link_to):
    for login in ("fay", "gus"):
        Browser(app).get("/join")
        one = Browser(app)
        one.get("/join")
        one.send("/join", **{**NEW, "login": login})
    one.get(link_to(FAY))
    one.send("/account/confirmation")
    assert "Signs in as gus" in one.get("/account").words()
    assert "Not confirmed yet" not in one.page.words()


def test_a_link_for_one_purpose_is_good_for_no_other(world, fay, link_to):
    token = link_to(FAY).partition("token=")[2].partition("&")[0]
    fay.get(f"/sign-in/link?token={token}", 410)
    fay.get(f"/sign-in/password?token={token}", 410)
    fay.get("/sign-in")
    csrf = fay.page.fields("/sign-in")["csrf_token"]
    fay.post("/sign-in/link", 410, {"token": token, "csrf_token": csrf})
    data = {"token": token, "csrf_token": csrf, "password": PASSWORD}
    fay.post("/sign-in/password", 410, data)


def test_safety_17_a_letter_leads_to_this_site_whatever_host_was_asked(world, app, letters_to):
    client = app.test_client()
    client.get("/sign-in/letter", headers={"Host": "evil.test"})
    browser = Browser(app)
    browser.get("/sign-in/letter")
    browser.send("/sign-in/letter", 200, login="cyd", headers={"X-Forwarded-Host": "evil.test"})
    letter = letters_to("cyd@example.org")[-1].as_string()
    assert "evil.test" not in letter
    assert "http://127.0.0.1:8000/sign-in/link?token=" in letter
