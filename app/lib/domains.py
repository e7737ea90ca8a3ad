"""Lists of domains in files."""

from functools import cache
from pathlib import Path


def has(path: Path, host: str) -> bool:
    """Whether a domain in the file is the host's, or one above it."""
    labels = host.lower().split(".")
    return any(".".join(labels[start:]) in _kept(path) for start in range(len(labels)))


def read(path: Path) -> frozenset[str]:
    """One domain a line; empty lines and what follows a # are left out. Raises OSError, and
    ValueError for a file that is no text."""
    lines = (line.partition("#")[0].strip().lower() for line in path.read_text().splitlines())
    return frozenset(line for line in lines if line)


# The list may be long. One that has changed counts from the next start on.
_kept = cache(read)
