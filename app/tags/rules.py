"""What may be a tag."""

import re

from app.lib.errors import Invalid
from app.lib.slugs import slug

MOST = 12
LONGEST = 80


def names(text: str) -> list[str]:
    """The tags in comma-separated `text`, each once; raises Invalid."""
    found: dict[str, str] = {}
    for name in re.split(r"[,\n]", text):
        name = " ".join(name.split())
        if name:
            found.setdefault(_slug(name), name)
    if len(found) > MOST:
        raise Invalid(f"A post takes up to {MOST} tags; these are {len(found)}.", "tags")
    return list(found.values())


def _slug(name: str) -> str:
    if len(name) > LONGEST:
        raise Invalid(f"A tag has up to {LONGEST} characters.", "tags")
    made = slug(name)
    if not made:
        raise Invalid(f"The tag “{name}” needs a letter from a to z or a digit.", "tags")
    return made
