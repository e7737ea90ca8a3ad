"""What a page somewhere says of itself: its title, its description, who made it. It may be made to
harm whoever reads it, so its size is bounded and its encoding one that browsers know."""

import codecs
import re
from dataclasses import dataclass
from typing import Any

from lxml import html as lxml_html

from app.lib.text import FORBIDDEN

# In bytes, and more than comes before the text of any page that means well.
MOST = 512 * 1024
SNIFFED = 4096
LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 1000
LONGEST_ORIGIN = 200
KINDS = ("text/html", "application/xhtml+xml", "text/plain")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"))
BOMS += ((codecs.BOM_UTF16_BE, "utf-16-be"),)
# The encodings of the web (https://encoding.spec.whatwg.org/#names-and-labels) as Python calls
# them. It knows others that turn text into something else altogether.
ENCODINGS = frozenset(
    "utf-8 cp866 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u mac-roman cp874 cp1250 cp1251 "
    "cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 gbk gb18030 big5 euc_jp iso2022_jp shift_jis "
    "euc_kr utf-16-be utf-16-le".split()
)
AS_BROWSERS_TAKE_IT = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gbk", "utf-16": "utf-8"}
CHARSET = re.compile(
    rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})""", re.I
)
TITLES = ("og:title", "twitter:title")
DESCRIPTIONS = ("description", "og:description", "twitter:description", "dc.description")
ORIGINS = ("author", "article:author", "dc.creator", "og:site_name")


@dataclass(frozen=True)
class Described:
    """Plain words, each on one line; empty where the page says nothing."""

    title: str = ""
    description: str = ""
    origin: str = ""


def described(content: bytes, charset: str | None = None) -> Described:
    """What the page says; `charset` is that of its Content-Type header."""
    text = decoded(content[:MOST], charset)
    try:
        # What libxml2 is given is always the same encoding, so that none is guessed.
        parser = lxml_html.HTMLParser(encoding="utf-8")
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ValueError, lxml_html.etree.LxmlError):
        return Described()
    said = _said(root)
    titles = [_line(title.text_content()) for title in root.iter("title")]
    return Described(
        next(filter(None, [*titles[:1], *_of(said, TITLES)]), "")[:LONGEST_TITLE],
        next(_of(said, DESCRIPTIONS), "")[:LONGEST_DESCRIPTION],
        next((one for one in _of(said, ORIGINS) if "://" not in one), "")[:LONGEST_ORIGIN],
    )


def decoded(content: bytes, charset: str | None) -> str:
    """As text, in the encoding that the bytes begin with, the header names or the page names, in
    this order (https://html.spec.whatwg.org/#determining-the-character-encoding)."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    named = CHARSET.search(content[:SNIFFED])
    names = [charset or "", named[1].decode("ascii", "replace") if named else ""]
    for known in filter(None, map(_known, names)):
        return content.decode(known, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(content)  # It may be cut in a letter.
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name.strip().lower()).name if name.isascii() else ""
    except (LookupError, ValueError):
        return None
    found = AS_BROWSERS_TAKE_IT.get(found, found)
    return found if found in ENCODINGS else None


def _said(root: Any) -> dict[str, str]:
    """What the meta elements say by their names, the first of each."""
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        words = _line(meta.get("content") or "")
        if name and words:
            said.setdefault(name, words)
    return said


def _of(said: dict[str, str], names: tuple[str, ...]):
    return (said[name] for name in names if name in said)


def _line(words: str) -> str:
    return " ".join(FORBIDDEN.sub(" ", words).split())
