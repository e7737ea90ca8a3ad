"""What others may react to."""

from dataclasses import dataclass

from app.posts.models import Post


@dataclass(frozen=True)
class PostSaved:
    """The text of a post, or when it is public, has changed."""

    post: Post


@dataclass(frozen=True)
class PostWithdrawn:
    """A post is taken from its readers, or its moment was and no reader has seen it yet."""

    post: Post
