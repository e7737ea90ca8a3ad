"""Finished answers."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from app.lib import clock
from app.pagecache.encoding import IDENTITY, WORTH_COMPRESSING, encoded
from app.pagecache.version import Basis

Headers = list[tuple[str, str]]
Form = tuple[Headers, list[bytes]]
NOT_IN_304 = frozenset({"content-type", "content-length", "content-encoding", "content-language"})
ABOUT_A_KILOBYTE = 1000  # What headers and objects take beside the bytes of the body.


@dataclass(eq=False)
class Answer:
    """What was answered for one address as of one content version, good until a moment; and as of
    later ones as well, while the version of `texts` and its `basis` are the same.

    `headers` are without Content-Length, Content-Encoding and ETag, which each form has of its
    own or which follow from the body. `mime` is the media type of what was found, else nothing.
    """

    status: str
    headers: Headers
    body: bytes
    version: int
    until: datetime | None
    texts: int = 0
    basis: Basis | None = None
    etag: str = field(init=False)
    mime: str = field(init=False)
    forms: dict[str, Form] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        # Weak, since one tag stands for the same content in every coding (RFC 9110 §8.8.1).
        self.etag = f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'
        self.headers.append(("ETag", self.etag))
        self.mime = media_type(self.headers) if self.status.startswith("200") else ""

    def is_of(self, version: int | None) -> bool:
        """Whether it was made as of this version and changes with no other."""
        return self.version == version and self.until is None

    def is_timely(self) -> bool:
        return self.until is None or clock.now() < self.until

    def form(self, coding: str) -> Form:
        """Headers and body in a coding, made once."""
        found = self.forms.get(coding)
        if found is None:
            found = self.forms[coding] = self._made(coding)
        return found

    def is_among(self, tags: str) -> bool:
        """Whether a client that has what these tags stand for has this content (RFC 9110 §13.1.2).
        A date tells nothing (§13.1.3 leaves it to us): a comment that is hidden or a title that is
        changed makes other content under the date of the newest entry."""
        if not self.status.startswith("200"):
            return False
        return tags == self.etag or self.etag[2:] in tags or tags.strip() == "*"

    @cached_property
    def not_modified(self) -> Headers:
        return [header for header in self.headers if header[0].lower() not in NOT_IN_304]

    @property
    def size(self) -> int:
        forms = [body for _, (body,) in list(self.forms.values()) if body is not self.body]
        return ABOUT_A_KILOBYTE + len(self.body) + sum(map(len, forms))

    def _made(self, coding: str) -> Form:
        if coding == IDENTITY or len(self.body) < WORTH_COMPRESSING:
            return [*self.headers, ("Content-Length", str(len(self.body)))], [self.body]
        body = encoded(self.body, coding)
        own = [("Content-Encoding", coding), ("Content-Length", str(len(body)))]
        return [*self.headers, *own], [body]


def media_type(headers: Headers) -> str:
    """Without its parameters (RFC 9110 §8.3.1)."""
    given = (value for name, value in headers if name.lower() == "content-type")
    return next(given, "").partition(";")[0].strip().lower()
