"""What members want to be told, which threads they follow, and what they are told."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.comments.models import Comment
from app.lib.db import Base, WideInteger, choice
from app.members.models import Member
from app.posts.models import Post


class Choice(StrEnum):
    """What a member wants to be told of a thread."""

    EVERY = "every"
    ANSWERS = "answers"
    DAILY = "daily"
    NOTHING = "nothing"


class Reason(StrEnum):
    """Why a comment concerns a member: it answers or mentions them, stands under their post, or
    in a thread that they follow."""

    ANSWER = "answer"
    MENTION = "mention"
    POST = "post"
    THREAD = "thread"


class Way(StrEnum):
    """How a member is told; whatever the way, the private feed has it too."""

    LETTER = "letter"
    DAILY = "daily"
    FEED = "feed"


class Preference(Base):
    """What a member has chosen for all threads. Who has chosen nothing may have none."""

    __tablename__ = "preferences"

    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True
    )
    by_default: Mapped[Choice] = mapped_column(choice(Choice))
    as_author: Mapped[Choice] = mapped_column(choice(Choice))
    by_mail: Mapped[bool]
    # Signs the links that end letters, so that nobody can end those of somebody else.
    key: Mapped[str] = mapped_column(String(32))
    feed_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    feed_made_at: Mapped[datetime | None]
    # The day, in the site's zone, of the last daily letter.
    daily_on: Mapped[date | None]
    # When the last letter about what waits for a moderator left.
    waiting_told_at: Mapped[datetime | None]


class Follow(Base):
    """A member follows the thread under a post, as by default unless there is a choice."""

    __tablename__ = "follows"
    __table_args__ = (
        Index(None, "post_id", "member_id"),
        Index(None, "member_id", "since", "post_id"),
    )

    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    choice: Mapped[Choice | None] = mapped_column(choice(Choice))
    since: Mapped[datetime]

    post: Mapped[Post] = relationship(lazy="raise")


class Notice(Base):
    """A member is told of a comment, once."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(None, "member_id", "made_at", "comment_id"),
        Index(None, "way", "sent_at", "member_id"),
        Index(None, "made_at"),
    )

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[Reason] = mapped_column(choice(Reason))
    way: Mapped[Way] = mapped_column(choice(Way))
    made_at: Mapped[datetime]
    # When the letter had left, or turned out to be wanted no more.
    sent_at: Mapped[datetime | None]

    comment: Mapped[Comment] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")
