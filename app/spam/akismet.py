"""A service that says whether a comment is spam, by the protocol of Akismet
(https://akismet.com/developers/detailed-docs/comment-check/). It is told the text, the name that is
shown with it and where it stands; no reader's network address is kept here, so none is told."""

from dataclasses import dataclass
from datetime import datetime

from app.lib.fetch import Fetcher
from app.lib.patience import Failed, Garbled, answered

# The protocol wants one; this stands for "unknown" (RFC 1122 §3.2.1.3).
NO_ADDRESS = "0.0.0.0"
SAID = {b"true": True, b"false": False}
# Kinds of what is asked about.
COMMENT, REPLY, PAGE = "comment", "reply", "pingback"
HELP = "X-akismet-debug-help"


@dataclass(frozen=True)
class Remark:
    """A comment as the service is told of it."""

    text: str
    name: str
    website: str
    permalink: str
    written_at: datetime
    kind: str


@dataclass(frozen=True)
class Service:
    fetcher: Fetcher
    url: str
    key: str
    blog: str

    def takes_for_spam(self, remark: Remark) -> bool:
        """Raises Failed when the service does not answer, or answers otherwise than it should."""
        answer = self.fetcher.post(f"{self.url}/comment-check", self._told(remark))
        if answer.status != 200:
            raise Failed(answered(answer.status))
        said = SAID.get(answer.body.strip())
        if said is None:
            raise Garbled(answer.headers.get(HELP) or "it says neither true nor false")
        return said

    def contradict(self, remark: Remark, is_spam: bool) -> None:
        """Tell it that it was wrong about this; raises Failed as well."""
        what = "submit-spam" if is_spam else "submit-ham"
        answer = self.fetcher.post(f"{self.url}/{what}", self._told(remark))
        if answer.status != 200:
            raise Failed(answered(answer.status))
        if answer.headers.get(HELP):
            raise Garbled(answer.headers[HELP])

    def _told(self, remark: Remark) -> dict[str, str]:
        return {
            "api_key": self.key,
            "blog": self.blog,
            "user_ip": NO_ADDRESS,
            "permalink": remark.permalink,
            "comment_type": remark.kind,
            "comment_author": remark.name,
            "comment_author_url": remark.website,
            "comment_content": remark.text,
            "comment_date_gmt": remark.written_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "blog_charset": "UTF-8",
        }


def service(fetcher: Fetcher, url: str, key: str, blog: str) -> Service | None:
    """None without a key: then nothing leaves the machine."""
    return Service(fetcher, url, key, blog) if key else None
