"""Posts, and under which tags they are listed. A page is a post without a date in its address."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
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
        Index(None, "kind", "state", "pinned_at"),
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
    # When readers last got something new; none while they have what was published.
    changed_at: Mapped[datetime | None]
    # Of a draft that was never public, when it is planned to be.
    published_at: Mapped[datetime | None]
    comments: Mapped[CommentPolicy] = mapped_column(
        choice(CommentPolicy), default=CommentPolicy.MEMBERS
    )
    close_after_days: Mapped[int | None]
    comment_count: Mapped[int] = mapped_column(default=0)
    last_comment_number: Mapped[int] = mapped_column(default=0)
    # Another number, by chance, after each change of what its discussion shows: no two states have
    # the same, not even where a database was restored and went on from before.
    talk_state: Mapped[int] = mapped_column(BigInteger, default=0)
    # The form it came from: the same press of a button makes one post.
    submission: Mapped[str] = mapped_column(String(64))
    # Raised by each save that changes something, so that who began with an older one is told.
    version: Mapped[int] = mapped_column(default=1)
    # What other places are told of it, beside its excerpt.
    description: Mapped[str] = mapped_column(String(300), default="")
    canonical_url: Mapped[str] = mapped_column(String(500), default="")
    picture_url: Mapped[str] = mapped_column(String(500), default="")
    # The newest correction that readers are told of; earlier ones stand in the revisions.
    correction: Mapped[str] = mapped_column(String(300), default="")
    corrected_at: Mapped[datetime | None]
    # Home begins with the post that was pinned last.
    pinned_at: Mapped[datetime | None]
    # Of the secret link to an unpublished post, if there is one.
    preview_digest: Mapped[str | None] = mapped_column(String(64), unique=True)

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


class OldPath(Base):
    """An address that a post was public under before. It leads to the post for ever."""

    __tablename__ = "old_paths"

    path: Mapped[str] = mapped_column(String(100), primary_key=True)
    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), index=True
    )


class Revision(Base):
    """What readers got of a post from `made_at` on. The first is kept when the post is changed
    for the first time after its publication."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    member_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("members.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(String(500))
    correction: Mapped[str] = mapped_column(String(300), default="")

    member: Mapped[Member] = relationship(lazy="raise")


class Autosave(Base):
    """What a member has typed in one opened form and not saved yet; of a new post where `post_id`
    is none. `key` is the form's, so that two tabs keep two of them."""

    __tablename__ = "autosaves"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index(None, "member_id", "post_id", "saved_at", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE")
    )
    post_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="SET NULL"), index=True
    )
    key: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(200))
    # All fields of the form by name, as JSON.
    typed: Mapped[str] = mapped_column(Text)
