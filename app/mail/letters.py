"""What we write to people: one function a letter. The words are in templates/mail, a .txt and an
.html of the letter's name; they are put together when the letter leaves."""

from dataclasses import asdict, dataclass, field
from typing import Any

from app.lib import tokens


@dataclass(frozen=True)
class Letter:
    """One letter to one person.

    `given` are plain values for the templates; links in it are root-relative, as all of ours.
    `id` and `answers` are the left sides of Message-IDs, of this letter and of those it follows
    (RFC 5322 §3.6.4), the oldest first; `unsubscribe` is the address of a one-click POST
    (RFC 8058).
    """

    template: str
    blog: str
    name: str
    address: str
    subject: str
    given: dict[str, Any]
    id: str = field(default_factory=tokens.new)
    answers: tuple[str, ...] = ()
    unsubscribe: str = ""

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def trial(blog: str, name: str, address: str) -> Letter:
    """Shows whoever runs the blog that its letters arrive."""
    return Letter("trial", blog, name, address, f"A letter from {blog}", {})


def confirmation(blog: str, address: str, link: str) -> Letter:
    """To a new member: is this address yours? It names nobody, since a name is free text that
    whoever joins could send to strangers so."""
    subject = f"Confirm your e-mail address for {blog}"
    return Letter("confirmation", blog, "", address, subject, {"link": link})


def known_already(blog: str, address: str, sign_in: str, other_ways: str) -> Letter:
    """To whom an address belongs, when somebody gives it as theirs. It names nobody."""
    given = {"sign_in": sign_in, "other_ways": other_ways}
    return Letter("known_already", blog, "", address, f"You are a member of {blog} already", given)


def sign_in_link(blog: str, name: str, address: str, link: str) -> Letter:
    subject = f"Your way into {blog}"
    return Letter("sign_in_link", blog, name, address, subject, {"link": link})


def new_password(blog: str, name: str, address: str, login: str, link: str) -> Letter:
    given = {"login": login, "link": link}
    return Letter("new_password", blog, name, address, f"A new password for {blog}", given)


def password_changed(blog: str, name: str, address: str, other_ways: str) -> Letter:
    given = {"other_ways": other_ways}
    return Letter("password_changed", blog, name, address, "Your password was changed", given)


def new_address(blog: str, address: str, link: str) -> Letter:
    """To the address that a member wants to have from now on."""
    subject = f"Confirm your new e-mail address for {blog}"
    return Letter("new_address", blog, "", address, subject, {"link": link})


def comment_refused(
    blog: str, name: str, address: str, post: str, link: str, reason: str, text: str
) -> Letter:
    """To who wrote a comment that a moderator did not let in. It brings the text back."""
    given = {"post": post, "link": link, "reason": reason, "text": text}
    subject = f"Your comment on “{post}”"
    return Letter("comment_refused", blog, name, address, subject, given)


def address_changed(blog: str, name: str, address: str) -> Letter:
    """To the address that a member has no longer."""
    return Letter("address_changed", blog, name, address, "Your e-mail address was changed", {})
