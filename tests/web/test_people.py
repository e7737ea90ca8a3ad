"""People at the desk: found, given a role, invited by link or letter."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.lib import clock
from app.members.models import Invitation, Member, Role
from tests.cast import PASSWORD


@pytest.fixture
def ada(world, signed_in):
    return signed_in("ada")


def names(page) -> list[str]:
    return [page.words(title) for title in page.by_class("ledger-title")]


def test_members_are_found_by_a_part_of_what_they_are_called(ada):
    assert names(ada.get("/desk/members?q=CL")) == ["Cleo"]
    assert names(ada.get("/desk/members?q=bea@example")) == ["Bea"]
    assert names(ada.get("/desk/members?q=e&standing=suspended")) == ["Eve"]
    for nobody in ("%25", "_", "a%25a", "\\", "nobody"):
        assert names(ada.get(f"/desk/members?q={nobody}")) == []
    assert "Nobody is called so here." in ada.page.words()
    for wrong in ("x" * 101, "%00", "%EF%BF%BE"):
        ada.get(f"/desk/members?q={wrong}", 400)


def test_a_member_is_shown_with_what_they_have_said(ada, world):
    assert re.search(
        r"Cyd member · cyd@example\.org · joined .* · 1 comment", ada.get("/desk/members").words()
    )
    page = ada.get("/desk/members/cyd")
    assert [link.get("href") for link in page.all("a") if "#comment" in link.get("href")] == [
        f"{world.address}#comment-1"
    ]
    ada.get("/desk/members/nobody", 404)


def test_safety_45_a_role_is_given_by_who_has_shown_lately_who_they_are(ada, world, signed_in):
    assert "The desk is for the authors" in signed_in("cyd").get("/desk", 403).words()
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        ada.get("/desk/members/cyd")
        page = ada.send("/desk/members/cyd/role", 422, role="author")
        assert "Give your password once more." in page.words()
        ada.send("/desk/members/cyd/role", 422, role="author", present="not the password")
        assert role_of(world, "cyd") == Role.MEMBER
        ada.send("/desk/members/cyd/role", role="author", present=PASSWORD)
    assert role_of(world, "cyd") == Role.AUTHOR
    signed_in("cyd").get("/desk")


def test_a_role_that_cannot_be_given_is_refused_with_the_reason(ada, world):
    ada.get("/desk/members/cyd")
    ada.send("/desk/members/cyd/role", 422, role="emperor")
    fields = ada.page.fields("/desk/members/cyd/role")
    for login, status, reason in (
        ("ada", 403, "You cannot change your own standing or role."),
        ("dee", 409, "Admit this member first."),
        ("nobody", 404, "There is no member nobody."),
    ):
        page = ada.post(f"/desk/members/{login}/role", status, {**fields, "role": "author"})
        assert reason in page.words()
    assert role_of(world, "dee") == Role.MEMBER


def test_an_author_sees_what_is_the_owners_and_is_refused_with_a_sentence(world, signed_in):
    bow = signed_in("bow")
    menu = bow.get("/desk").by_class("desk-menu")[0]
    for link in [link.get("href") for link in menu.iter("a")][-2:]:
        assert "Only the owner of this blog may do that." in bow.get(link, 403).words()


def test_an_invitation_by_letter_admits_and_one_that_was_taken_back_does_not(
    ada, world, browser, letters_to
):
    ada.get("/desk/members")
    page = ada.send("/desk/invitations", 422, email="no address")
    assert "This is not an e-mail address" in page.words()
    assert page.fields("/desk/invitations")["email"] == "no address"
    ada.send("/desk/invitations", 200, email="Gil@Example.org")
    assert "on its way to gil@example.org" in ada.page.words()
    letter = letters_to("gil@example.org")[0]
    assert letter["Subject"] == "An invitation to Commonplace"
    text = letter.get_body(("plain",)).get_content()
    address = re.search(r"http://127\.0\.0\.1:8000(/join\S+)", text)[1]
    assert "gil@example.org" in ada.get("/desk/members").words()
    take_back = next(
        form.get("action")
        for form in ada.page.all("form")
        if form.get("action").endswith("/revocation")
    )
    assert browser.get(address).fields("/join")["invitation"]
    token = ada.page.fields(take_back)["csrf_token"]
    ada.send(take_back)
    assert "gil@example.org" not in ada.get("/desk/members").words()
    ada.post(take_back, 404, {"csrf_token": token})
    with world.database.reading() as session:
        assert session.scalars(select(Invitation)).all() == []


def role_of(world, login: str) -> Role:
    with world.database.reading() as session:
        return session.scalar(select(Member.role).where(Member.login == login))
