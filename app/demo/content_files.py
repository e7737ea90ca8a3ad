"""Reading the files of the demonstration: a header of `name: value` lines, an empty line, text;
several such blocks in one file are parted by a line of three hyphens."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Block:
    """A header and the text under it."""

    header: dict[str, str]
    text: str

    def moment(self, name: str) -> datetime:
        return datetime.fromisoformat(self.header[name]).astimezone(UTC)


def read(path: Path) -> list[Block]:
    blocks = path.read_text(encoding="utf-8").split("\n---\n")
    return [_block(block.strip("\n")) for block in blocks]


def read_folder(name: str) -> dict[str, list[Block]]:
    """The files of a folder in the order of their names, without their endings."""
    return {path.stem: read(path) for path in sorted((FOLDER / name).glob("*.md"))}


def _block(text: str) -> Block:
    head, _, body = text.partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    return Block(header, body)
