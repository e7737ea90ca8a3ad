"""A comment, and which comments it speaks to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib.db import Base, Id, WideInteger, choice
from app.members.models import Member
from app.posts.models import Post


class State(StrEnum):
    PUBLISHED = "published"
    HIDDEN = "hidden"
    # For a moderator, and what a moderator would not let in.
    WAITING = "waiting"
    REFUSED = "refused"


OUT_OF_SIGHT = (State.HIDDEN, State.WAITING, State.REFUSED)


class Comment(Base):
    __tablename__ = "comments"
    __table_args__ = (
        # A number is given once in its post; the same press of a button makes one comment.
        UniqueConstraint("post_id", "number"),
        UniqueConstraint("member_id", "submission"),
        Index(None, "state", "created_at", "id"),
        Index(None, "member_id", "created_at"),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("posts.id", ondelete="CASCADE"))
    # None as long as the public has never seen it.
    number: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="SET NULL"), index=True
    )
    member_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("members.id"))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int]
    state: Mapped[State] = mapped_column(choice(State), default=State.PUBLISHED)
    # When it became public; of one that has not, when it was written.
    created_at: Mapped[datetime]
    submission: Mapped[str] = mapped_column(String(64))

    member: Mapped[Member] = relationship(lazy="raise")
    post: Mapped[Post] = relationship(lazy="raise")
    parent: Mapped["Comment | None"] = relationship(lazy="raise", remote_side="Comment.id")

    @property
    def is_hidden(self) -> bool:
        return self.state in OUT_OF_SIGHT


class Answer(Base):
    """`comment_id` answers or names `to_id`, a comment under the same post."""

    __tablename__ = "answers"

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    to_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
