"""What others may react to."""

from dataclasses import dataclass

from app.resources.models import Collection


@dataclass(frozen=True)
class CollectionChanged:
    """A collection, or something in it, was added, changed or removed."""

    collection: Collection
