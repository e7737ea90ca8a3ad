"""What the overview of a large blog costs that has been read for a year."""

import random
import statistics
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.lib import bulk
from app.posts.models import Post
from app.stats import actions
from app.stats.models import Day, PostViews, Referrals, Subscribers
from bench import growth, visitors
from bench.blogs import Blog

POSTS = 10_000  # With ten comments each: what the figure is promised for.
TIMES = 40
DAYS = 365
POSTS_A_DAY, HOSTS_A_DAY, FEEDS, READERS = 400, 60, 5, 8
PAGES = {"overview, 30 days": "/desk", "overview, a year": "/desk?days=365"}

Overviews = dict[str, dict[str, float]]  # By page and backend, medians in seconds.


def measure(made: list[Blog]) -> Overviews:
    found: Overviews = {name: {} for name in PAGES}
    for blog in made:
        with blog.opened() as (app, database):
            _lay(database)
            owner = visitors.owner(app, database).cookie
            for name, path in PAGES.items():
                seconds = [growth.once(app, path, owner) for _ in range(TIMES)]
                found[name][blog.backend] = statistics.median(seconds)
    return found


def _lay(database) -> None:
    """A year of counts, as many a day as a blog has that is read a good deal."""
    chance, now = random.Random(1), datetime.now(UTC)
    with database.writing() as session:
        ids = list(session.scalars(select(Post.id)))
        laid = {Day: [], PostViews: [], Referrals: [], Subscribers: []}
        for back in range(DAYS):
            day = (now - timedelta(days=back)).date()
            laid[Day].append({"day": day, "views": chance.randrange(2000, 9000)})
            read = chance.sample(ids, min(POSTS_A_DAY, len(ids)))
            laid[PostViews] += [
                {"day": day, "post_id": id, "views": chance.randrange(1, 90)} for id in read
            ]
            laid[Referrals] += [
                {"day": day, "host": f"site-{n}.example", "views": chance.randrange(1, 50)}
                for n in range(HOSTS_A_DAY)
            ]
            laid[Subscribers] += [
                {"day": day, "feed": f"/tags/{n}", "reader": f"R{m}", "source": "", "count": m}
                for n in range(FEEDS)
                for m in range(READERS)
            ]
        for model, rows in laid.items():
            bulk.lay(session, model.__table__, rows)
        actions.count_days(session, now)
        bulk.analyse(session)
