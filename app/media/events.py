"""What others may react to."""

from dataclasses import dataclass

from app.media.models import Media


@dataclass(frozen=True)
class MediaChanged:
    """An upload is shown otherwise from now on, or is gone, in the posts of these ids."""

    media: Media
    post_ids: tuple[int, ...]
