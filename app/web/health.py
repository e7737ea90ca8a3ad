"""Whether the server and its database answer."""

from flask import Blueprint, Response, current_app
from sqlalchemy import text

from app.http.store import reading

door = Blueprint("health", __name__)


@door.get("/healthz")
def show() -> Response:
    reading().execute(text("SELECT 1"))
    response = current_app.response_class("ok\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
