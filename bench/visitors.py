"""People who are signed in: their session cookies as Flask makes them, and the token that shows
a form to be one of ours."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from app.http import who
from app.lib.db import Database
from app.members import signin
from app.members.models import Member, Role
from bench.blogs import Blog


@dataclass(frozen=True)
class Visitor:
    member_id: int
    cookie: str
    csrf: str


def owner_of(blog: Blog) -> Visitor:
    with blog.opened() as (app, database):
        return owner(app, database)


def owner(app: Flask, database: Database) -> Visitor:
    with database.reading() as unit:
        id = unit.scalars(select(Member.id).where(Member.role == Role.OWNER)).first()
    return signed_in(app, database, [id])[0]


def signed_in(app: Flask, database: Database, member_ids: list[int]) -> list[Visitor]:
    now = datetime.now(UTC)
    with database.writing() as unit:
        tokens = [
            signin.begin(unit, unit.get_one(Member, id), "127.0.0.1", now) for id in member_ids
        ]
    return [_visitor(app, id, token) for id, token in zip(member_ids, tokens, strict=True)]


def _visitor(app: Flask, member_id: int, token: str) -> Visitor:
    with app.test_request_context():
        who.sign_in(token)
        csrf = generate_csrf()
        response = app.response_class()
        app.session_interface.save_session(app, session, response)
    cookie = response.headers["Set-Cookie"].partition(";")[0]
    return Visitor(member_id, cookie, csrf)
