"""The overview: what needs a person now, what is being written, and how the blog is read."""

from datetime import timedelta

from flask import Blueprint, Response, request

from app.comments.moderation import queue as comments
from app.comments.moderation.models import Kind
from app.http import who
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, site
from app.http.who import Needs, needs
from app.jobs import queue
from app.lib.errors import BadRequest
from app.members import queries as members
from app.members.models import Member
from app.posts import queries as posts
from app.resources import queries as resources
from app.site import curating, links
from app.stats import plots
from app.stats import queries as stats
from app.stats.rules import day_of

MONTH, YEAR = 30, 365
SHOWN = 10
FAILURES = 5
MOST_COUNTED = 100

door = Blueprint("desk", __name__)


@door.get("/desk")
@needs(Needs.AUTHOR)
def index() -> Response:
    member, session = who.asking(), reading()
    today = day_of(now(), site().zone)
    days = stats.by_day(session, today, _days(), site().zone)
    month = today - timedelta(days=MONTH - 1)
    return render(
        "desk/index.html",
        drafts=posts.drafts(session, member, SHOWN),
        scheduled=posts.scheduled(session, member, now(), SHOWN),
        days=days,
        plots=plots.plots(days),
        periods=((links.DESK, "30 days", MONTH), (links.DESK_YEAR, "A year", YEAR)),
        top_posts=stats.top_posts(session, month, now(), SHOWN),
        referrers=stats.referrers(session, month, SHOWN),
        subscribed=stats.feeds(session, today),
        to_decide=[*_to_decide(member), *_ailing()],
        **_owed(member),
    )


def _to_decide(member: Member) -> list[tuple[str, int, str]]:
    """Address, number and words for the comments that a moderator is to look at."""
    said = (
        (Kind.WAITING, "waiting", ("comment waits to be let in", "comments wait to be let in")),
        (Kind.REPORTED, "reported", ("comment was reported", "comments were reported")),
    )
    found = []
    for kind, tab, words in said:
        count = len(comments.ids(reading(), member, kind, MOST_COUNTED))
        if count:
            found.append((links.desk_comments(tab), count, words[count > 1]))
    return found


def _ailing() -> list[tuple[str, int, str]]:
    """Likewise for resources that are not where they were."""
    broken, moved = resources.how_many_ail(reading(), MOST_COUNTED)
    said = (
        (broken, ("resource seems to be broken", "resources seem to be broken")),
        (moved, ("resource has another address", "resources have other addresses")),
    )
    return [(curating.BROKEN, count, words[count > 1]) for count, words in said if count]


def _owed(member: Member) -> dict[str, object]:
    """What only an owner can do something about."""
    if not member.is_owner:
        return {"waiting": 0, "failed": 0, "failures": []}
    failed, failures = queue.failed(reading(), FAILURES)
    waiting = members.how_many_wait(reading())
    return {"waiting": waiting, "failed": failed, "failures": failures}


def _days() -> int:
    wanted = request.args.get("days", str(MONTH))
    if wanted not in (str(MONTH), str(YEAR)):
        raise BadRequest(f"The overview shows {MONTH} days or {YEAR}.")
    return int(wanted)
