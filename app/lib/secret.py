"""The instance folder and the secret that is made in it once."""

import os
import secrets
from pathlib import Path

from app.lib.errors import Misconfigured


def make_folder(path: Path) -> None:
    """Make the folder, for its owner alone, and see that files can be written there."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Misconfigured(
            f"INSTANCE_PATH: cannot write to {path}: {error.strerror or error}"
        ) from error


def read_or_make(path: Path) -> str:
    """The secret in the file, which is made (mode 0600) when there is none. Of several programs
    that start at once, all get the secret of the one that was first."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
