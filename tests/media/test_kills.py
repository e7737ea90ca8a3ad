"""Who uploads is killed at any moment: what was acknowledged is there, and nothing half of it."""

import random
import signal
from datetime import timedelta
from multiprocessing import get_context

from sqlalchemy import select

from app.lib import clock
from app.lib.storage import Folder
from app.media import intake
from app.media.models import Media
from app.media.rules import files_of
from tests import cast
from tests.media.uploading import upload

KILLS = {"sqlite": 10, "postgresql": 5}
AT_ONCE = 2


def test_safety_10_kills_leave_no_file_without_a_row_and_no_row_without_its_files(
    database, backend, database_url, tmp_path
):
    with database.writing() as session:
        cast.member(session, "bow", role="author")
    folder, told, chance = tmp_path / "media", tmp_path / "told", random.Random(10)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.media.uploading"])
    for kill in range(KILLS[backend]):
        given = [(database_url, folder, told, f"{kill}-{number}") for number in range(AT_ONCE)]
        running = [context.Process(target=upload, args=one, daemon=True) for one in given]
        lines = told.read_text().count("\n") if told.exists() else 0
        for one in running:
            one.start()
        while not told.exists() or told.read_text().count("\n") == lines:
            assert all(one.is_alive() for one in running)
            clock.pause(0.005)
        clock.pause(chance.uniform(0, 0.3))
        for one in running:
            one.kill()
            one.join(20)
            assert one.exitcode == -signal.SIGKILL
    storage = Folder(folder)
    intake.sweep(database, storage, clock.now() + 2 * intake.GRACE + timedelta(seconds=1))
    with database.reading() as session:
        rows = session.scalars(select(Media)).all()
    assert {kept.name for kept in storage.listed()} == {
        file for row in rows for file in files_of(row)
    }
    said = [line.split() for line in told.read_text().splitlines()]
    gone = {name for word, name in said if word == "gone"}
    there = {name for word, name in said if word == "there"}
    names = {row.name for row in rows}
    assert len(there) >= KILLS[backend]
    assert there <= names
    assert not names & gone
