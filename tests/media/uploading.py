"""A process that uploads, replaces and deletes without end, until it is killed; a module of its
own, so that it starts fast."""

import os
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import select

from app.lib import clock
from app.lib.db import Database
from app.lib.storage import Folder, Storage
from app.media import actions, intake
from app.media.models import Media
from app.media.rules import Received
from app.members.models import Member
from app.reactions import react
from tests.lib import pictures

SOUND = b"ID3" + bytes(range(256)) * 400
PICTURE = pictures.made("PNG", (500, 40))


def upload(url: str, folder: Path, told: Path, name: str) -> None:
    """Write a line into `told` for each upload that a person would know to be there, and for each
    that they would know to be gone."""
    database, storage = Database(url, react), Folder(folder)
    line = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in count():
        content = PICTURE if number % 4 == 1 else SOUND
        received = _received(storage, content)
        with database.writing() as session:
            member = session.scalars(select(Member)).one()
            row = actions.add(session, member, received, "", f"{name} {number}", clock.now())
        if number % 4 != 3:
            os.write(line, f"there {row.name}\n".encode())
        if number % 4 == 2:
            _replace(database, storage, row.id)
        elif number % 4 == 3:
            with database.writing() as session:
                member = session.scalars(select(Member)).one()
                actions.remove(session, member, session.get_one(Media, row.id), is_sure=False)
            os.write(line, f"gone {row.name}\n".encode())


def _replace(database: Database, storage: Storage, id: int) -> None:
    with database.reading() as session:
        name = session.get_one(Media, id).name
    received = _received(storage, SOUND, name)
    with database.writing() as session:
        member = session.scalars(select(Member)).one()
        actions.replace(session, member, session.get_one(Media, id), received, clock.now())


def _received(storage: Storage, content: bytes, name: str = "") -> Received:
    with TemporaryFile() as file:
        file.write(content)
        return intake.take_in(storage, file, "dawn", name)
