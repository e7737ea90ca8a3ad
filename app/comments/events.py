"""What others may react to."""

from dataclasses import dataclass

from app.comments.models import Comment


@dataclass(frozen=True)
class CommentPosted:
    """A comment became public for the first time."""

    comment: Comment


@dataclass(frozen=True)
class CommentChanged:
    """A comment was added, hidden or shown again."""

    comment: Comment
