"""What others may react to."""

from dataclasses import dataclass

from app.posts.models import Post


@dataclass(frozen=True)
class PostSaved:
    """The text of a post, or whether it is public, has changed."""

    post: Post
