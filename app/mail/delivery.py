"""Taking letters from the outbox to a mail server, or into files. What the worker calls."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from app.lib.db import Database
from app.mail import files, smtp
from app.mail.letters import Letter
from app.mail.message import message
from app.mail.models import Owed
from app.mail.outbox import KEPT

FILES = "file:"


@dataclass(frozen=True)
class Carrier:
    """How letters leave this house."""

    mail_url: str
    sender: str
    site_url: str
    host: str
    folder: Path

    def send(self, database: Database, payload: dict[str, Any], now: datetime) -> None:
        """Send an owed letter, unless it is owed no more or comes too late; raises Failed."""
        with database.reading() as session:
            row = session.get(Owed, payload["letter"])
        if row is None:
            return
        letter = Letter(**json.loads(row.content))
        if not letter.is_too_late(now):
            self.carry(letter, row.owed_at, row.member_id)
        with database.writing() as session:
            session.execute(delete(Owed).where(Owed.id == row.id))

    def carry(self, letter: Letter, at: datetime, to: int | None = None) -> None:
        """Send a letter now, `to` the member of this id; raises Failed."""
        made = message(letter, self.sender, self.site_url, self.host, at)
        if self.mail_url == FILES:
            members = {*letter.about, to} - {None}
            files.put(self.folder, letter.address, f"{letter.id} {to}", members, made)
        else:
            smtp.hand_over(self.mail_url, made, self.sender, letter.address)

    def sweep(self, _database: Database, payload: dict[str, Any], _now: datetime) -> None:
        files.sweep(self.folder, payload["member"], payload["to"])

    def forget_old(self, _database: Database, _payload: dict[str, Any], now: datetime) -> None:
        files.forget_old(self.folder, now - KEPT)
