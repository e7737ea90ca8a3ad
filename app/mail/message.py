"""A letter as a message (RFC 5322, MIME): its headers, and its words as plain text and HTML."""

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.jobs.queue import FailedForGood
from app.lib import names
from app.mail.letters import Letter

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
LONGEST_SUBJECT = 150
LONGEST_PHRASE = 80
NO_WORD = re.compile(r"[^\w-]")
UNSAFE_ID = re.compile(r"[^A-Za-z0-9_.-]")

_words = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def message(letter: Letter, sender: str, site_url: str, host: str, at: datetime) -> EmailMessage:
    """The letter from the address `sender`, with full links at `site_url` and Message-IDs of
    `host`; raises FailedForGood when it could reach nobody, or somebody else."""
    if not names.EMAIL.fullmatch(letter.address):
        raise FailedForGood("this is not the e-mail address of one person")
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(letter.sender, sender)
    made["To"] = _address(letter.name, letter.address)
    made["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    made["Date"] = format_datetime(at)
    made["Message-ID"] = _id(letter.id, host)
    made["Auto-Submitted"] = "auto-generated"
    if letter.answers:
        made["In-Reply-To"] = _id(letter.answers[-1], host)
        made["References"] = " ".join(_id(id, host) for id in letter.answers)
    if letter.unsubscribe:
        made["List-Id"] = f"{_phrase(letter.blog)} <comments.{host}>"
        made["Precedence"] = "list"  # Older programs that answer by themselves know only this.
        made["List-Unsubscribe"] = f"<{site_url}{letter.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(_text(letter, "txt", site_url))
    made.add_alternative(_text(letter, "html", site_url), subtype="html")
    return made


def one_line(text: str) -> str:
    """Text for a header: on one line, of visible characters, and without what a mail program
    would decode. Some releases of Python decode it themselves, into headers of its author's."""
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(visible.split()).replace("=?", "= ?")


def _address(name: str, address: str) -> Address:
    try:
        return Address(one_line(name), addr_spec=address)
    except (HeaderParseError, ValueError) as error:
        raise FailedForGood(f"this is no e-mail address: {error}") from error


def _phrase(text: str) -> str:
    """Words that have no meaning of their own in a header of several parts (RFC 2919 §3)."""
    return one_line(NO_WORD.sub(" ", text))[:LONGEST_PHRASE]


def _id(left: str, host: str) -> str:
    return f"<{UNSAFE_ID.sub('-', left)}@{host}>"


def _text(letter: Letter, kind: str, site_url: str) -> str:
    given: dict[str, Any] = {**letter.given, "letter": letter, "site_url": site_url}
    return _words.get_template(f"{letter.template}.{kind}").render(given)
