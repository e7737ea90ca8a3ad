"""The parts of our addresses. What does not fit is no address of ours, and so 404."""

from flask import Flask
from werkzeug.routing import BaseConverter, UnicodeConverter

from app.site.links import MEDIA_FILE


class Slug(UnicodeConverter):
    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"

    def __init__(self, map):
        super().__init__(map, maxlength=80)
        self.regex = Slug.regex


class Login(BaseConverter):
    regex = r"[a-z0-9_-]{3,30}"


class MediaName(BaseConverter):
    """How texts name an upload."""

    regex = r"[a-z0-9]{16}"


class MediaFile(BaseConverter):
    """One of the files of an upload."""

    regex = MEDIA_FILE.pattern


class Dress(BaseConverter):
    """A suffix such as .rss, given without its dot."""

    regex = r"\.(?:rss|atom|json)"

    def to_python(self, value: str) -> str:
        return value[1:]

    def to_url(self, value: str) -> str:
        return f".{value}"


class ResourceDress(Dress):
    regex = r"\.(?:rss|atom|json|opml)"


class Digits(BaseConverter):
    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:0{self.width}}"


class Year(Digits):
    regex = r"[0-9]{4}"
    width = 4


class Month(Digits):
    regex = r"(?:0[1-9]|1[0-2])"
    width = 2


class Number(Digits):
    """A count or an id, bounded so that no database has to refuse it."""

    regex = r"[1-9][0-9]{0,8}"
    width = 1


def init(app: Flask) -> None:
    app.url_map.converters.update(
        slug=Slug,
        login=Login,
        media_name=MediaName,
        media_file=MediaFile,
        dress=Dress,
        resource_dress=ResourceDress,
        year=Year,
        month=Month,
        number=Number,
    )
