"""Handing a letter to a mail server (RFC 5321). Whatever goes wrong out there becomes words."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from typing import Any
from urllib.parse import unquote, urlsplit

from app.jobs.queue import Failed, FailedForGood

STEP_SECONDS = 10.0
# All steps together; shorter than a job's lease, or another worker would send the letter too.
WHOLE_SECONDS = 40.0
PORTS = {"smtp": 587, "smtps": 465}
# Who may send, and from where, is for the owner to set right; the letters wait for that.
ABOUT_US = (530, 535)
ABOUT_US_TOO = re.compile(r"^5\.7\.")  # RFC 3463 §3.8: security or policy.


def hand_over(url: str, message: EmailMessage, sender: str, address: str) -> None:
    """Give the server at `url` one letter for one address; raises Failed, or FailedForGood when
    the server will never take it."""
    try:
        with _connected(url) as server:
            server.send_message(message, sender, [address])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[address]
        raise _refused(code, said) from error
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:
        raise Failed(_said(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPException as error:
        raise Failed(f"the mail server broke off: {error}") from error
    except (OSError, ValueError) as error:
        raise Failed(f"the mail server cannot be reached: {error}") from error


class _Watched:
    """Breaks the connection off when the whole takes too long: a server that says a little now
    and then keeps the time of each step."""

    def connect(self, *arguments: Any, **more: Any) -> tuple[int, bytes]:
        self._watch = Timer(WHOLE_SECONDS, self._break_off)
        self._watch.daemon = True
        self._watch.start()
        try:
            return super().connect(*arguments, **more)
        except BaseException:
            self._watch.cancel()
            raise

    def close(self) -> None:
        self._watch.cancel()
        super().close()

    def _break_off(self) -> None:
        with suppress(OSError, AttributeError):  # There may be no connection yet, or any more.
            self.sock.shutdown(socket.SHUT_RDWR)


class _Plain(_Watched, smtplib.SMTP):
    """Begins in the open, with STARTTLS to follow where it is offered (RFC 3207)."""


class _Private(_Watched, smtplib.SMTP_SSL):
    """Encrypted from the first byte (RFC 8314)."""


@contextmanager
def _connected(url: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(url)
    server = _open(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])
    try:
        _greet(server, unquote(parts.username or ""), unquote(parts.password or ""))
        yield server
        with suppress(smtplib.SMTPException, OSError):  # It has the letter; that is enough.
            server.quit()
    finally:
        server.close()


def _open(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return _Private(host, port, timeout=STEP_SECONDS, context=context)
    return _Plain(host, port, timeout=STEP_SECONDS)


def _greet(server: smtplib.SMTP, user: str, password: str) -> None:
    server.ehlo_or_helo_if_needed()
    is_private = isinstance(server, _Private)
    if not is_private and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        is_private = True
    if user:
        if not is_private:
            raise Failed("the mail server offers no encryption, so the password was not sent")
        server.login(user, password)


def _refused(code: int, said: bytes | str) -> Failed:
    """For good only if it is about the letter or who is to get it."""
    is_about_us = code in ABOUT_US or ABOUT_US_TOO.match(_words(said))
    return (FailedForGood if code >= 500 and not is_about_us else Failed)(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    return f"the mail server said: {code} {_words(said)}"


def _words(said: bytes | str) -> str:
    return " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())
