"""What others may react to."""

from dataclasses import dataclass

from app.site.models import Site


@dataclass(frozen=True)
class SiteChanged:
    """One of the site's settings is another."""

    site: Site
