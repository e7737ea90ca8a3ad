"""The real server writes down what was read, and the last of it when it is stopped."""

from urllib.request import Request, urlopen

from sqlalchemy import select

from app.stats.models import Day, Subscribers
from tests.server import serving, settings
from tests.stats.test_agents import FIREFOX


def test_what_was_read_last_is_written_when_the_server_ends(
    database, database_url, tmp_path, static_folder
):
    (tmp_path / "static").symlink_to(static_folder)
    with serving(settings(tmp_path, DATABASE_URL=database_url)) as server:
        for path, agent in (("/", FIREFOX), ("/", FIREFOX), ("/feed.rss", "Liferea/1.13.5")):
            urlopen(Request(server.url + path, headers={"User-Agent": agent})).close()
        assert server.stop() == 0
    with database.reading() as session:
        # On a slow machine its worker has counted the days before as well, on which nobody came.
        assert list(session.scalars(select(Day.views).where(Day.views > 0))) == [2]
        assert list(session.scalars(select(Subscribers.count))) == [1]
