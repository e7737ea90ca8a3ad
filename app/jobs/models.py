"""What is owed: one row a job, kept until it is done, or for people to see when it has failed."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base, Id


class Job(Base):
    __tablename__ = "jobs"
    __table_args__ = (Index(None, "failed_at", "run_at"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[str] = mapped_column(Text, default="{}")
    # A job with a key is there once: adding it again changes nothing.
    key: Mapped[str | None] = mapped_column(String(100), unique=True)
    # Not before this moment; a lease moves it to the lease's end, a failure to the next try.
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    failed_at: Mapped[datetime | None]
