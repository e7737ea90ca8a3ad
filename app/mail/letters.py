"""What we write to people: one function a letter. The words are in templates/mail, a .txt and an
.html of the letter's name; they are put together when the letter leaves."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from app.lib import tokens


@dataclass(frozen=True)
class Letter:
    """One letter to one person.

    `given` are plain values for the templates; links in it are root-relative, as all of ours.
    `id` and `answers` are the left sides of Message-IDs, of this letter and of those it follows
    (RFC 5322 §3.6.4), the oldest first; `unsubscribe` is the address of a one-click POST
    (RFC 8058), which makes it one of a list; `until` is the moment, in ISO 8601, from which on it
    would come too late to be of any use, and is not sent; `by` is who speaks in it, `about` the
    ids of all members whose words are in it.
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
    until: str = ""
    by: str = ""
    about: tuple[int, ...] = ()

    @property
    def sender(self) -> str:
        """Who it is from, in words."""
        return f"{self.by} · {self.blog}" if self.by else self.blog

    def as_row(self) -> dict[str, Any]:
        return asdict(self)

    def is_too_late(self, now: datetime) -> bool:
        return bool(self.until) and datetime.fromisoformat(self.until) <= now


def trial(blog: str, name: str, address: str) -> Letter:
    """Shows whoever runs the blog that its letters arrive."""
    return Letter("trial", blog, name, address, f"A letter from {blog}", {})


def confirmation(blog: str, address: str, link: str, until: datetime) -> Letter:
    """To a new member: is this address yours? It names nobody, since a name is free text that
    whoever joins could send to strangers so."""
    subject = f"Confirm your e-mail address for {blog}"
    return _with_link("confirmation", blog, "", address, subject, {"link": link}, until)


def known_already(blog: str, address: str, sign_in: str, other_ways: str) -> Letter:
    """To whom an address belongs, when somebody gives it as theirs. It names nobody."""
    given = {"sign_in": sign_in, "other_ways": other_ways}
    return Letter("known_already", blog, "", address, f"You are a member of {blog} already", given)


def invitation(blog: str, address: str, link: str) -> Letter:
    """From the owner, to somebody who is no member yet."""
    subject = f"An invitation to {blog}"
    return Letter("invitation", blog, "", address, subject, {"link": link})


def sign_in_link(blog: str, name: str, address: str, link: str, until: datetime) -> Letter:
    subject = f"Your way into {blog}"
    return _with_link("sign_in_link", blog, name, address, subject, {"link": link}, until)


def new_password(
    blog: str, name: str, address: str, login: str, link: str, until: datetime
) -> Letter:
    given, subject = {"login": login, "link": link}, f"A new password for {blog}"
    return _with_link("new_password", blog, name, address, subject, given, until)


def password_changed(
    blog: str, name: str, address: str, other_ways: str, passkeys: str, account: str
) -> Letter:
    """`passkeys` is "kept" or "removed", what became of those that there were, or else ""."""
    given = {"other_ways": other_ways, "passkeys": passkeys, "account": account}
    return Letter("password_changed", blog, name, address, "Your password was changed", given)


def passkey(blog: str, name: str, address: str, is_added: bool, other_ways: str) -> Letter:
    """Tells a member that there is another way into their membership, or one less."""
    given = {"is_added": is_added, "other_ways": other_ways}
    subject = "A passkey was added" if is_added else "A passkey was removed"
    return Letter("passkey", blog, name, address, subject, given)


def new_address(blog: str, address: str, link: str, until: datetime) -> Letter:
    """To the address that a member wants to have from now on."""
    subject = f"Confirm your new e-mail address for {blog}"
    return _with_link("new_address", blog, "", address, subject, {"link": link}, until)


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


def _with_link(
    template: str,
    blog: str,
    name: str,
    address: str,
    subject: str,
    given: dict[str, Any],
    until: datetime,
) -> Letter:
    """A letter for the sake of its link, which holds until some moment."""
    return Letter(template, blog, name, address, subject, given, until=until.isoformat())


def comment(blog: str, name: str, address: str, title: str, by: str, **given: Any) -> Letter:
    """About a comment by somebody under the post of this title. Programs that show a conversation
    as one want one subject."""
    given |= {"title": title, "by": by}
    return Letter("comment", blog, name, address, f"Re: {title}", given, by=by)


def waiting(blog: str, name: str, address: str, count: int, link: str) -> Letter:
    """To a moderator, about comments that wait."""
    subject = "A comment waits for you" if count == 1 else f"{count} comments wait for you"
    return Letter("waiting", blog, name, address, subject, {"count": count, "link": link})


def joined(blog: str, name: str, address: str, count: int, waiting: int, link: str) -> Letter:
    """To an owner, about so many new members, of whom `waiting` wait to be admitted. It names
    nobody, since a name is free text."""
    subject = "A new member" if count == 1 else f"{count} new members"
    given = {"count": count, "waiting": waiting, "link": link}
    return Letter("joined", blog, name, address, subject, given)


def failed(blog: str, name: str, address: str, count: int, link: str) -> Letter:
    """To an owner, about letters that were given up."""
    subject = "A letter could not be sent" if count == 1 else f"{count} letters could not be sent"
    return Letter("failed", blog, name, address, subject, {"count": count, "link": link})


def daily(
    blog: str, name: str, address: str, subject: str, threads: list[Any], older: int
) -> Letter:
    """About the comments of a day; so many `older` ones are only counted."""
    given = {"threads": threads, "older": older}
    return Letter("daily", blog, name, address, subject, given)
