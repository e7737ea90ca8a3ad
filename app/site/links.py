"""The shape of every address, in one place. Root-relative, from rows or their names."""

import re
from typing import Any
from urllib.parse import quote

# Name and edition of an upload; as WebP the width as well.
MEDIA_FILE = re.compile(r"[a-z0-9]{16}-[a-z0-9]{8}(?:-[0-9]{1,5})?\.[a-z0-9]{1,7}")

HOME = "/"
FEED = "/feed"
COMMENTS = "/comments"
RESOURCES = "/resources"
JOIN = "/join"
SIGN_IN = "/sign-in"
SIGN_IN_LETTER = "/sign-in/letter"
SIGN_IN_LINK = "/sign-in/link"
NEW_PASSWORD = "/sign-in/password"
SIGN_OUT = "/sign-out"
ACCOUNT = "/account"
ACCOUNT_PROFILE = "/account/profile"
ACCOUNT_PASSWORD = "/account/password"
ACCOUNT_EMAIL = "/account/email"
ACCOUNT_SIGN_INS = "/account/sign-ins/ending"
ACCOUNT_EXPORT = "/account/export.json"
LEAVING = "/account/leaving"
CONFIRMATION = "/account/confirmation"
CONFIRMATION_LETTER = "/account/confirmation/letter"
DESK = "/desk"
DESK_MEMBERS = "/desk/members"
DESK_INVITATIONS = "/desk/invitations"
DESK_RESOURCES = "/desk/resources"
DESK_NEW_POST = "/desk/posts/new"
DESK_MEDIA = "/desk/media"

# What a page may not be called, since the address means something else.
RESERVED = frozenset(
    "account api authors comments desk feed healthz join media resources search sign-in "
    "sign-out static tags webmention sitemap robots".split()
)


def home() -> str:
    return HOME


def post(row: Any) -> str:
    """The permalink of a post or page that is or was public."""
    return f"/{row.path}"


def comments_of(row: Any) -> str:
    return f"/{row.path}/comments"


def comment(row: Any, number: int) -> str:
    return f"/{row.path}#comment-{number}"


def answer(row: Any, number: int) -> str:
    return f"/{row.path}?answer={number}#comment-form"


def comment_hiding(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/hiding"


def comment_showing(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/showing"


def year(number: int) -> str:
    return f"/{number:04}"


def month(of_year: int, number: int) -> str:
    return f"/{of_year:04}/{number:02}"


def tag(row: Any) -> str:
    return f"/tags/{row.slug}"


def author(login: str) -> str:
    return f"/authors/{login}"


def collection(row: Any) -> str:
    return f"/resources/{row.slug}"


def item(collection_slug: str, row: Any) -> str:
    return f"/resources/{collection_slug}#item-{row.id}"


def desk_post(row: Any) -> str:
    return f"/desk/posts/{row.id}"


def desk_collection(row: Any) -> str:
    return f"/desk/resources/{row.slug}"


def desk_items(row: Any) -> str:
    return f"/desk/resources/{row.slug}/items"


def desk_item(row: Any) -> str:
    return f"/desk/resources/items/{row.id}"


def media(row: Any) -> str:
    """How texts name an upload."""
    return f"/media/{row.name}"


def media_file(row: Any, width: int | None = None) -> str:
    """Its present file, in its own kind or as WebP of a width."""
    rest = f"-{width}.webp" if width else row.suffix
    return f"/media/{row.name}-{row.edition}{rest}"


def desk_media(row: Any) -> str:
    return f"/desk/media/{row.id}"


def desk_member(row: Any, change: str) -> str:
    """`change` is admission, suspension or restoration."""
    return f"/desk/members/{row.login}/{change}"


def join(back_to: str = "", invitation: str = "") -> str:
    return _with(JOIN, next=back_to, invitation=invitation)


def sign_in(back_to: str = "") -> str:
    return _with(SIGN_IN, next=back_to)


def sign_in_by_link(token: str, back_to: str = "") -> str:
    return _with(SIGN_IN_LINK, token=token, next=back_to)


def sign_in_letter(back_to: str = "") -> str:
    return _with(SIGN_IN_LETTER, next=back_to)


def new_password(token: str) -> str:
    return _with(NEW_PASSWORD, token=token)


def confirmation(token: str, back_to: str = "") -> str:
    return _with(CONFIRMATION, token=token, next=back_to)


def sign_in_ending(row: Any) -> str:
    return f"/account/sign-ins/{row.id}/ending"


def before(address: str, key: Any, **arguments: str) -> str:
    """The page of a list that begins behind `key`."""
    return _with(address, before=str(key), **arguments)


def _with(address: str, **arguments: str) -> str:
    given = [f"{name}={quote(value, safe='/')}" for name, value in arguments.items() if value]
    return f"{address}?{'&'.join(given)}" if given else address
