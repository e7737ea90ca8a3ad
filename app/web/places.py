"""Where a reader is in the discussion under a post, and in which of its two orders. What was chosen
stands in the address, so each step names it again."""

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import request

from app.site import links
from app.site.links import COMMENTS_ON_A_PAGE

KEY = re.compile(r"([0-9]{1,9})-([0-9]{1,9})", re.ASCII)


class Place(NamedTuple):
    """What a comment has to know of the post that it stands under; `view` are the arguments of the
    address by which the reader comes back to the same page of threads, none for the order by
    time."""

    path: str
    author_id: int
    view: tuple[tuple[str, str], ...] = ()

    def keep(self, address: str) -> str:
        """The address of a step from here, with the order that was chosen."""
        if not self.view:
            return address
        before, mark, fragment = address.partition("#")
        path, _, query = before.partition("?")
        asked = [given for given in parse_qsl(query) if given[0] != "after"]
        return f"{path}?{urlencode([*self.view, *asked])}{mark}{fragment}"


def place_of(post: Any) -> Place:
    """By the address that was asked for."""
    view, after = request.args.get("view"), request.args.get("after", "")
    if view != "threads" or (after and not KEY.fullmatch(after)):
        return Place(post.path, post.author_id)
    page = (("after", after),) if after else ()
    return Place(post.path, post.author_id, (("view", view), *page))


def of_comment(post: Any, number: int, thread_number: int) -> str:
    """Where the comment stands in the order that was chosen."""
    if not place_of(post).view:
        return links.comment(post, number)
    size, after = COMMENTS_ON_A_PAGE, ""
    if max(number, post.last_comment_number) > size:
        # What stands between the beginning of a thread and a comment in it has numbers in between.
        after = f"{thread_number}-{0 if number - thread_number < size else number - 1}"
    return links.in_threads(post, after, f"comment-{number}")
