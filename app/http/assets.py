"""Static files, put once where WhiteNoise serves them from: compressed beforehand, and under names
with a digest of their content, so that they can be kept for ever. Those of an earlier release
stay, for pages that are still kept somewhere. The files of static/css are joined, so that a page
asks for one."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from app.http.headers import always
from app.pagecache.front import Environ, Start
from config import ROOT, Config

FOLDER = ROOT / "static"
FIRST = ("tokens", "base", "layout")
PREFIX = "/static/"
HOUR = 60 * 60
REFUSED = ("405", "416")
HASHED = r"\.[0-9a-f]{12}\.[a-z0-9]+$"


class Files(WhiteNoise):
    """Its refusals have nothing of the headers that are added to files."""

    always: list[tuple[str, str]]

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            more = self.always if status[:3] in REFUSED else []
            return start_response(status, headers + more, exc_info)

        return super().__call__(environ, start)


def serve(app: Flask, config: Config) -> WhiteNoise:
    """What answers for /static/, and leaves to the application what is not there."""
    root = config.instance_path / "static"
    names = {}
    for name, content in _files().items():
        names[name] = _hashed(name, content)
        _put(root / names[name], content, config.instance_path / "static-drafts")
    app.jinja_env.globals["static"] = lambda name: f"{PREFIX}{names[name]}"
    layer = Files(
        app.wsgi_app,
        root=root,
        prefix=PREFIX,
        max_age=HOUR,
        immutable_file_test=HASHED,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: _add(headers, always(config)),
    )
    layer.always = list(always(config).items())
    layer.add_files(str(FOLDER), prefix=PREFIX)  # By their plain names too, for texts.
    return layer


def joined(folder: Path) -> bytes:
    """Tokens, base and layout first, then the components by name."""
    files = [folder / f"{name}.css" for name in FIRST]
    files += sorted((folder / "components").glob("*.css"))
    return b"\n".join(file.read_bytes() for file in files)


def _files() -> dict[str, bytes]:
    """What is served, by its name."""
    found = {"site.css": joined(FOLDER / "css")}
    for path in sorted(FOLDER.rglob("*")):
        name = path.relative_to(FOLDER).as_posix()
        if path.is_file() and not name.startswith("css/"):
            found[name] = path.read_bytes()
    return found


def _hashed(name: str, content: bytes) -> str:
    path = PurePosixPath(name)
    return str(path.with_stem(f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}"))


def _put(path: Path, content: bytes, drafts: Path) -> None:
    """Write the file and its compressed forms unless it is there. It appears whole and after
    them, so that of several programs that start at once none finds half of it; and `drafts` are
    beside what is served, where none looks for files."""
    if path.exists():
        return
    for folder in (path.parent, drafts):
        folder.mkdir(parents=True, exist_ok=True)
    draft = drafts / f"{path.name}.{os.getpid()}"
    draft.write_bytes(content)
    for made in map(Path, Compressor(quiet=True).compress(str(draft))):
        made.replace(path.with_name(path.name + made.suffix))
    draft.replace(path)


def _add(headers, more: dict[str, str]) -> None:
    for name, value in more.items():
        headers[name] = value
