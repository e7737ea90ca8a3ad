"""Looking at a page before it becomes a resource: what it says of itself, or why that could not be
read. It goes out, so no session is open meanwhile."""

from dataclasses import dataclass

from app.lib.fetch import Answer, Fetcher
from app.lib.patience import Failed, answered
from app.lib.webpage import KINDS, Described, described
from app.resources.rules import Reference


@dataclass(frozen=True)
class Look:
    """`why_not` says in a sentence why there is nothing to go by; `moved_from` is the address that
    was given where it leads elsewhere for good."""

    reference: Reference
    why_not: str = ""
    moved_from: str = ""


def look(fetcher: Fetcher, url: str) -> Look:
    try:
        answer = fetcher.get(url)
    except Failed as failure:
        return Look(Reference(url, ""), f"The page cannot be read: {failure.reason}.")
    reason = _why_not(answer)
    if reason:
        return Look(Reference(url, ""), f"The page cannot be read: {reason}.")
    found = described(answer.body, answer.headers.get_content_charset())
    why_not = "" if found.title else "The page does not say its title."
    return Look(_reference(answer.moved_to or url, found), why_not, url if answer.moved_to else "")


def _why_not(answer: Answer) -> str:
    if not 200 <= answer.status < 300:
        return answered(answer.status)
    kind = answer.headers.get_content_type()
    if answer.headers.get("Content-Type") and kind not in KINDS:
        return f"it is no page but {kind[:60]}"
    return ""


def _reference(url: str, found: Described) -> Reference:
    return Reference(url, found.title, found.origin, found.description)
