"""Posts, and under which tags they are listed. A page is a post without a date in its address."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib.db import Base, Id, WideInteger, choice
from app.members.models import Member
from app.tags.models import Tag


class Kind(StrEnum):
    POST = "post"
    PAGE = "page"


class State(StrEnum):
    """What is stored. A post is scheduled when it is published at a time that has not come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CommentPolicy(StrEnum):
    MEMBERS = "members"
    CLOSED = "closed"


class Post(Base):
    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name="published_has_time"),
        CheckConstraint("state = 'draft' OR path IS NOT NULL", name="published_has_path"),
        UniqueConstraint("author_id", "submission"),
        Index(None, "kind", "state", "published_at", "id"),
        Index(None, "author_id", "kind", "state", "published_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "author_id", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(choice(Kind), default=Kind.POST)
    state: Mapped[State] = mapped_column(choice(State), default=State.DRAFT)
    slug: Mapped[str] = mapped_column(String(80))
    # The address for good, without its first slash; none before the first publication.
    path: Mapped[str | None] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    lead_html: Mapped[str | None] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(String(500))
    # Whether the author wrote the excerpt; one taken from the text is renewed with it.
    has_own_excerpt: Mapped[bool] = mapped_column(default=False)
    renderer: Mapped[int]
    author_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("members.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    comments: Mapped[CommentPolicy] = mapped_column(
        choice(CommentPolicy), default=CommentPolicy.MEMBERS
    )
    close_after_days: Mapped[int | None]
    comment_count: Mapped[int] = mapped_column(default=0)
    last_comment_number: Mapped[int] = mapped_column(default=0)
    # The form it came from: the same press of a button makes one post.
    submission: Mapped[str] = mapped_column(String(64))

    author: Mapped[Member] = relationship(lazy="raise")
    taggings: Mapped[list["Tagging"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Tagging.position"
    )

    @property
    def tags(self) -> list[Tag]:
        return [tagging.tag for tagging in self.taggings]


class Tagging(Base):
    """A post under a tag. `published_at` repeats the post's, so that one index lists a tag;
    it is none while the post is not public."""

    __tablename__ = "taggings"
    __table_args__ = (Index(None, "tag_id", "published_at", "post_id"),)

    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("tags.id"), primary_key=True)
    position: Mapped[int]
    published_at: Mapped[datetime | None]

    tag: Mapped[Tag] = relationship(lazy="raise")
