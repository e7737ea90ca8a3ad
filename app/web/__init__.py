"""Pages and feeds for people: one module a room. Each parses, asks one room, answers."""

from flask import Flask

from app.web import (
    account,
    comments,
    confirmation,
    freshness,
    health,
    leaving,
    listings,
    media,
    members,
    notices,
    passkeys,
    posts,
    private_feed,
    recovery,
    reports,
    resources,
    theme,
)
from app.web.desk import (
    adding,
    autosaves,
    items,
    previews,
    removing,
    revisions,
    signed_out,
    targets,
    write,
)
from app.web.desk import comments as desk_comments
from app.web.desk import index as desk
from app.web.desk import media as desk_media
from app.web.desk import members as desk_members
from app.web.desk import posts as desk_posts
from app.web.desk import resources as desk_resources
from app.web.desk import settings as desk_settings

DOORS = (
    health,
    members,
    recovery,
    confirmation,
    account,
    passkeys,
    leaving,
    desk,
    notices,
    private_feed,
    desk_posts,
    desk_comments,
    write,
    autosaves,
    signed_out,
    revisions,
    removing,
    previews,
    desk_members,
    desk_resources,
    adding,
    items,
    targets,
    desk_settings,
    theme,
    desk_media,
    resources,
    media,
    comments,
    reports,
    posts,
)


def init(app: Flask) -> None:
    listings.init(app)
    freshness.init(app)
    for module in DOORS:
        app.register_blueprint(module.door)
