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
    resources,
)
from app.web.desk import media as desk_media
from app.web.desk import members as desk_members
from app.web.desk import posts as desk_posts
from app.web.desk import resources as desk_resources

DOORS = (
    health,
    members,
    recovery,
    confirmation,
    account,
    passkeys,
    leaving,
    notices,
    private_feed,
    desk_posts,
    desk_members,
    desk_resources,
    desk_media,
    resources,
    media,
    comments,
    posts,
)


def init(app: Flask) -> None:
    listings.init(app)
    freshness.init(app)
    for module in DOORS:
        app.register_blueprint(module.door)
