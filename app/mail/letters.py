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
