"""create_app(): joins the parts; knows them all, does nothing itself."""

from flask import Flask

from app import cli, web
from app.http import (
    converters,
    counting,
    errors,
    front,
    gate,
    headers,
    pages,
    store,
)
from app.lib import secret
from app.lib.db import Database
from app.reactions import react
from config import Config


def create_app(config: Config) -> Flask:
    """The application for these settings; raises Misconfigured when they cannot work."""
    secret.make_folder(config.instance_path)
    app = Flask(__name__, template_folder="../templates", static_folder=None)
    app.jinja_environment = pages.Templates  # Before any part asks for the templates.
    app.config["SECRET_KEY"] = config.secret_key or secret.read_or_make(
        config.instance_path / "secret_key"
    )
    store.init(app, config, Database(config.database_url, react))
    converters.init(app)
    for part in (gate, headers, errors, pages, web, counting, front):
        part.init(app)
    cli.register(app)
    return app
