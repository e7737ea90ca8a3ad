"""A comment, by a member or by a page elsewhere, what it said before, and which comments and
members it speaks to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib.db import Base, Id, WideInteger, choice
from app.members.models import Member
from app.posts.models import Post


class State(StrEnum):
    PUBLISHED = "published"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    # For a moderator, and what a moderator would not let in.
    WAITING = "waiting"
    REFUSED = "refused"


LONGEST_URL = 2000
IS_SAID_ELSEWHERE = text("elsewhere_url IS NOT NULL AND state <> 'withdrawn'")


class Comment(Base):
    __tablename__ = "comments"
    __table_args__ = (
        # A number is given once in its post; the same press of a button makes one comment.
        UniqueConstraint("post_id", "number"),
        UniqueConstraint("member_id", "submission"),
        Index(None, "state", "created_at", "id"),
        Index(None, "post_author_id", "state", "created_at", "id"),
        Index(None, "member_id", "post_id", "number"),
        Index(None, "post_id", "thread_number", "number"),
        CheckConstraint("(member_id IS NULL) <> (elsewhere_url IS NULL)", name="one_author"),
        # A page says one thing about a post. What members write costs this index nothing.
        Index(
            None,
            "post_id",
            "elsewhere_url",
            unique=True,
            sqlite_where=IS_SAID_ELSEWHERE,
            postgresql_where=IS_SAID_ELSEWHERE,
        ),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("posts.id", ondelete="CASCADE"))
    # Who wrote the post, beside the comment so that an index hands over what they moderate.
    post_author_id: Mapped[int | None] = mapped_column(WideInteger)
    # Both are None as long as the public has never seen the comment. The second is the number of
    # the comment that began the thread: its own when it answers none.
    number: Mapped[int | None]
    thread_number: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="SET NULL"), index=True
    )
    # Who says it: a member, or else the page elsewhere that has this address.
    member_id: Mapped[int | None] = mapped_column(WideInteger, ForeignKey("members.id"))
    elsewhere_url: Mapped[str | None] = mapped_column(String(LONGEST_URL))
    elsewhere_name: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    # The first of its words, for where it is quoted.
    excerpt: Mapped[str] = mapped_column(String(200), default="")
    renderer: Mapped[int]
    state: Mapped[State] = mapped_column(choice(State), default=State.PUBLISHED)
    # When it became public; of one that has not, when it was written.
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    # When those were found whom it concerns; None again if it went out of sight before their
    # letters had left.
    told_at: Mapped[datetime | None]
    submission: Mapped[str] = mapped_column(String(64))

    member: Mapped[Member | None] = relationship(lazy="raise")
    post: Mapped[Post] = relationship(lazy="raise")
    parent: Mapped["Comment | None"] = relationship(lazy="raise", remote_side="Comment.id")

    @property
    def author_name(self) -> str:
        return self.elsewhere_name if self.member_id is None else self.member.name

    @property
    def is_withdrawn(self) -> bool:
        return self.state == State.WITHDRAWN

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


class Version(Base):
    """What a comment said until it was edited, kept for those who moderate."""

    __tablename__ = "comment_versions"

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    source: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class Answer(Base):
    """`comment_id` answers or names `to_id`, a comment under the same post."""

    __tablename__ = "answers"
    # Hands over who answers a comment in their order, however many there are.
    __table_args__ = (Index(None, "to_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    to_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )


class Mention(Base):
    """`comment_id` speaks to a member by name who takes part under the same post."""

    __tablename__ = "mentions"

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True
    )
