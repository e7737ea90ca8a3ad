"""Every setting, read from the environment once. With none set, the blog runs on this machine
alone: SQLite and all files under `instance/`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from app.lib import domains
from app.lib.errors import Misconfigured
from app.lib.names import EMAIL

ROOT = Path(__file__).resolve().parent
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LEAST_SECRET = 32
AKISMET = "https://rest.akismet.com/1.1"
USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Config:
    """The settings; each is the environment variable of its name in capitals.

    `cheap_passwords` is for tests only and has no variable.
    """

    site_url: str = "http://127.0.0.1:8000"
    database_url: str = ""
    instance_path: Path = ROOT / "instance"
    host: str = "127.0.0.1"
    port: int = 8000
    secret_key: str = ""
    proxy_hops: int = 0
    mail_url: str = "file:"
    mail_from: str = "blog@localhost"
    media_url: str = ""
    join_seconds: int = 3
    disposable_domains: Path | None = None
    akismet_url: str = AKISMET
    akismet_key: str = ""
    demo_password: str = ""
    page_cache_mb: int = 8
    shared_cache_seconds: int = 0
    cheap_passwords: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read and check all settings; raises Misconfigured with a line that names the one."""
        instance = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").absolute()
        host = environ.get("HOST") or "127.0.0.1"
        port = _number(environ, "PORT", default=8000, least=1, most=65535)
        site_url = _site_url(environ, host, port)
        return cls(
            site_url=site_url,
            database_url=environ.get("DATABASE_URL") or f"sqlite:///{instance / 'blog.sqlite3'}",
            instance_path=instance,
            host=host,
            port=port,
            secret_key=_secret(environ),
            proxy_hops=_number(environ, "PROXY_HOPS", default=0, least=0, most=9),
            mail_url=_mail_url(environ),
            mail_from=_mail_from(environ, site_url),
            media_url=_media_url(environ),
            join_seconds=_number(environ, "JOIN_SECONDS", default=3, least=0, most=60),
            disposable_domains=_list_of_domains(environ),
            akismet_url=_akismet_url(environ),
            akismet_key=environ.get("AKISMET_KEY", ""),
            demo_password=environ.get("DEMO_PASSWORD", ""),
            page_cache_mb=_number(environ, "PAGE_CACHE_MB", default=8, least=1, most=65536),
            shared_cache_seconds=_number(
                environ, "SHARED_CACHE_SECONDS", default=0, least=0, most=86400
            ),
        )

    @property
    def is_secure(self) -> bool:
        return self.site_url.startswith("https://")

    @property
    def mail_host(self) -> str:
        """The right side of our addresses and Message-IDs."""
        return _mail_host(self.site_url)

    def is_disposable(self, address: str) -> bool:
        """Whether an e-mail address is at one of the domains whose addresses last for minutes."""
        listed = self.disposable_domains
        return listed is not None and domains.has(listed, address.rpartition("@")[2])

    @property
    def trusted_hosts(self) -> list[str]:
        """Names under which the site may be asked for."""
        name = urlsplit(self.site_url).hostname or ""
        return sorted(LOOPBACK - {"::1"} | {"[::1]"}) if name in LOOPBACK else [name]


def _site_url(environ: Mapping[str, str], host: str, port: int) -> str:
    given = environ.get("SITE_URL", "").rstrip("/")
    if not given:
        if host not in LOOPBACK:
            raise Misconfigured("SITE_URL: must be set when HOST is not this machine alone")
        return f"http://127.0.0.1:{port}"
    parts = _split(given)
    if parts is None or parts.path or parts.query or parts.fragment or parts.username:
        raise Misconfigured("SITE_URL: must look like https://blog.example.org, without a path")
    if parts.scheme == "https" and environ.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise Misconfigured("FLASK_DEBUG: must be off when SITE_URL begins with https://")
    return _as_browsers_write_it(parts)


def _as_browsers_write_it(parts: SplitResult) -> str:
    """Host in small letters, and no port where it is the usual one (RFC 3986 §6.2)."""
    authority = parts.netloc.lower()
    return f"{parts.scheme}://{authority.removesuffix(f':{USUAL_PORTS[parts.scheme]}')}"


def _split(url: str, schemes: tuple[str, ...] = ("http", "https")):
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in schemes and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _mail_url(environ: Mapping[str, str]) -> str:
    given = environ.get("MAIL_URL") or "file:"
    parts = _split(given, ("smtp", "smtps"))
    if given != "file:" and (parts is None or parts.path.strip("/") or parts.query):
        raise Misconfigured("MAIL_URL: must be file: or like smtp://user:password@host:587")
    return given


def _mail_from(environ: Mapping[str, str], site_url: str) -> str:
    given = environ.get("MAIL_FROM") or f"blog@{_mail_host(site_url)}"
    if environ.get("MAIL_FROM") and not EMAIL.fullmatch(given):
        raise Misconfigured("MAIL_FROM: must be an address such as blog@example.org")
    return given


def _media_url(environ: Mapping[str, str]) -> str:
    given = environ.get("MEDIA_URL", "")
    parts = _split(given, ("s3",))
    asked = parse_qs(parts.query, keep_blank_values=True) if parts else {}
    is_fine = parts and parts.netloc == parts.hostname and set(asked) <= {"endpoint", "region"}
    if given and not (is_fine and all(map(_split, asked.get("endpoint", ())))):
        raise Misconfigured(
            "MEDIA_URL: must be like s3://bucket/prefix?endpoint=https://store.example&region=eu"
        )
    return given


def _akismet_url(environ: Mapping[str, str]) -> str:
    given = environ.get("AKISMET_URL", "").rstrip("/")
    parts = _split(given)
    if given and (parts is None or parts.query or parts.fragment or parts.username):
        raise Misconfigured("AKISMET_URL: must look like https://rest.akismet.com/1.1")
    if given and not environ.get("AKISMET_KEY"):
        raise Misconfigured("AKISMET_KEY: must be set when AKISMET_URL is")
    return given or AKISMET


def _mail_host(site_url: str) -> str:
    host = urlsplit(site_url).hostname or ""
    return "localhost" if host in LOOPBACK or ":" in host else host


def _list_of_domains(environ: Mapping[str, str]) -> Path | None:
    given = environ.get("DISPOSABLE_DOMAINS", "")
    path = Path(given).absolute() if given else None
    try:
        return path if path and domains.read(path) else None
    except (OSError, ValueError) as error:
        raise Misconfigured(f"DISPOSABLE_DOMAINS: cannot read {given}") from error


def _secret(environ: Mapping[str, str]) -> str:
    secret = environ.get("SECRET_KEY", "")
    if secret and len(secret.encode()) < LEAST_SECRET:
        raise Misconfigured(f"SECRET_KEY: must have at least {LEAST_SECRET} bytes")
    return secret


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        raise Misconfigured(f"{name}: must be a whole number from {least} to {most}")
    return int(text)
