"""What others may react to."""

from dataclasses import dataclass
from datetime import datetime

from app.comments.models import Comment


@dataclass(frozen=True)
class CommentPosted:
    """A comment is public for the first time, and will not be taken back unsaid: posted at once, or
    let in by a moderator who has had the time to undo it."""

    comment: Comment


@dataclass(frozen=True)
class CommentAddressed:
    """A public comment may speak to other members than before."""

    comment: Comment


@dataclass(frozen=True)
class CommentShownAgain:
    """A comment was out of sight and is public again, as of `at`."""

    comment: Comment
    at: datetime


@dataclass(frozen=True)
class CommentWaiting:
    """A comment waits for a moderator."""

    comment: Comment


@dataclass(frozen=True)
class CommentSentAgain:
    """A form came again whose comment is there; whoever sent it first may not know it yet."""

    comment: Comment


@dataclass(frozen=True)
class CommentChanged:
    """What the public sees of a comment is another: it was added, edited, withdrawn, hidden or
    shown again."""

    comment: Comment
