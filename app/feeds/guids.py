"""Ids of entries: tag URIs (RFC 4151) made of what never changes."""

from app.comments.models import Comment
from app.posts.models import Post
from app.resources.models import Item
from app.site.models import Site


def post_guid(site: Site, post: Post) -> str:
    return f"tag:{_minted(site, post.created_at.year)}:post-{post.id}"


def comment_guid(site: Site, comment: Comment) -> str:
    return f"tag:{_minted(site, comment.created_at.year)}:comment-{comment.id}"


def item_guid(site: Site, item: Item) -> str:
    return f"tag:{_minted(site, item.added_at.year)}:item-{item.id}"


def _minted(site: Site, year: int) -> str:
    return f"{site.authority},{year}"
