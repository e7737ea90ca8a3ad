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
PASSKEYS = "/account/passkeys"
PASSKEY_CHALLENGE = "/account/passkeys/challenge"
SIGN_IN_PASSKEY = "/sign-in/passkey"
SIGN_IN_CHALLENGE = "/sign-in/passkey/challenge"
ACCOUNT_EXPORT = "/account/export.json"
LEAVING = "/account/leaving"
NOTICES = "/account/notices"
NOTICES_FEED = "/account/notices/feed"
NOTICES_FEED_ENDING = "/account/notices/feed/ending"
NOTICES_ENDING = "/account/notices/ending"
PRIVATE_FEED = "/account/feed"
CONFIRMATION = "/account/confirmation"
CONFIRMATION_LETTER = "/account/confirmation/letter"
DESK = "/desk"
DESK_POSTS = "/desk/posts"
DESK_YEAR = "/desk?days=365"
DESK_SETTINGS = "/desk/settings"
DESK_TRIAL_THEME = "/desk/settings/trial.css"
DESK_COMMENTS = "/desk/comments"
DESK_COMMENTS_UNDOING = "/desk/comments/undoing"
DESK_MEDIA = "/desk/media"
DESK_COMMENTS_LOG = "/desk/comments/log"
DESK_MEMBERS = "/desk/members"
DESK_INVITATIONS = "/desk/invitations"
DESK_RESOURCES = "/desk/resources"
DESK_NEW_POST = "/desk/posts/new"
DESK_SIGN_IN = "/desk/signing-in"
PREVIEW = "/preview"
MEDIA = "/media/"

# Numbers hold, so the page that a comment stands on follows from its number and stays the same.
COMMENTS_ON_A_PAGE = 50

# What a page may not be called, since the address means something else.
RESERVED = frozenset(
    "account api authors comments desk feed healthz join media preview resources search "
    "sign-in sign-out static tags webmention sitemap robots".split()
)


def home() -> str:
    return HOME


def post(row: Any) -> str:
    """The permalink of a post or page that is or was public."""
    return f"/{row.path}"


def comments_of(row: Any) -> str:
    return f"/{row.path}/comments"


def comments_after(row: Any, number: int) -> str:
    """The page of the post on which the comments behind `number` stand."""
    return _with(post(row), after=_page_start(number + 1))


def comment(row: Any, number: int) -> str:
    return f"{comments_after(row, number - 1)}#comment-{number}"


def in_threads(row: Any, after: str = "", place: str = "comments") -> str:
    """The comments in threads, from the beginning or behind the key of one."""
    return f"{_with(post(row), view='threads', after=after)}#{place}"


def answer(row: Any, number: int) -> str:
    asked = _with(post(row), after=_page_start(number), answer=str(number))
    return f"{asked}#comment-form"


def edit(row: Any, number: int) -> str:
    return f"{_with(post(row), after=_page_start(number), edit=str(number))}#comment-form"


def comment_editing(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/editing"


def comment_withdrawal(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/withdrawal"


def comment_versions(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/versions"


def notices_of(row: Any) -> str:
    """Where a member chooses what to be told of the thread under a post."""
    return f"/{row.path}/notices"


def notices_ending(token: str) -> str:
    return _with(NOTICES_ENDING, token=token)


def private_feed(token: str) -> str:
    """The address of a member's own feed, without its suffix."""
    return f"{PRIVATE_FEED}/{token}"


def comment_hiding(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/hiding"


def comment_showing(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/showing"


def theme(digest: str) -> str:
    return f"/theme-{digest}.css"


def trial_theme(accent: str, accent_dark: str, face: str) -> str:
    """The style of the page on which an owner tries colours."""
    given = {"accent": accent, "accent_dark": accent_dark, "face": face}
    return _with(DESK_TRIAL_THEME, **given)


def waiting_withdrawal(row: Any, id: int) -> str:
    return f"/{row.path}/comments/waiting/{id}/withdrawal"


def comment_report(row: Any, number: int) -> str:
    return f"/{row.path}/comments/{number}/report"


def own_waiting(row: Any) -> str:
    """Where a member sees what they wrote under a post that waits for a moderator."""
    return f"/{row.path}#waiting"


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


def desk_comments(tab: str, done: str = "") -> str:
    """A tab of the queue; `done` names a press of a button, which the page then tells of."""
    return _with(DESK_COMMENTS, tab=tab, done=done) + ("#done" if done else "")


def desk_post(row: Any) -> str:
    return f"/desk/posts/{row.id}"


def desk_autosave(row: Any | None) -> str:
    return f"{desk_post(row) if row else DESK_NEW_POST}/autosave"


def desk_autosave_removal(row: Any) -> str:
    return f"/desk/autosaves/{row.id}/removal"


def desk_autosaved(row: Any) -> str:
    """The form as it was left, with what was typed and not saved."""
    form = f"/desk/posts/{row.post_id}" if row.post_id else DESK_NEW_POST
    return _with(form, typed=str(row.id))


def desk_post_part(row: Any, what: str) -> str:
    """`what` is removal, preview-link, preview-link/removal or revisions."""
    return f"/desk/posts/{row.id}/{what}"


def desk_revision(post: Any, number: int) -> str:
    return f"/desk/posts/{post.id}/revisions/{number}"


def preview(token: str) -> str:
    return _with(PREVIEW, token=token)


def desk_collection(row: Any) -> str:
    return f"/desk/resources/{row.slug}"


def desk_item(row: Any) -> str:
    return f"/desk/resources/items/{row.id}"


def desk_member(row: Any, change: str = "") -> str:
    """`change` is admission, suspension, restoration or role; without, the member's page."""
    return f"/desk/members/{row.login}/{change}".rstrip("/")


def invitation_revocation(row: Any) -> str:
    return f"{DESK_INVITATIONS}/{row.id}/revocation"


def media(row: Any) -> str:
    """How texts name an upload."""
    return f"{MEDIA}{row.name}"


def media_file(row: Any, width: int | None = None) -> str:
    """Its present file, in its own kind or as WebP of a width."""
    rest = f"-{width}.webp" if width else row.suffix
    return f"/media/{row.name}-{row.edition}{rest}"


def desk_media(row: Any) -> str:
    return f"/desk/media/{row.id}"


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


def passkey_removal(row: Any) -> str:
    return f"/account/passkeys/{row.id}/removal"


def before(address: str, key: Any, **arguments: str) -> str:
    """The page of a list that begins behind `key`."""
    return _with(address, before=str(key), **arguments)


def _page_start(number: int) -> str:
    """The number behind which the page of comment `number` begins; nothing for the first page."""
    start = (number - 1) // COMMENTS_ON_A_PAGE * COMMENTS_ON_A_PAGE
    return str(start) if start else ""


def _with(address: str, **arguments: str) -> str:
    given = [f"{name}={quote(value, safe='/')}" for name, value in arguments.items() if value]
    return f"{address}?{'&'.join(given)}" if given else address
