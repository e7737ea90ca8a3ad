"""The `flask …` commands. Each is thin, and ends with one clear line when it cannot do it."""

from flask import Flask

from app.cli.bench import bench
from app.cli.check_links import check_links
from app.cli.db import db
from app.cli.demo import demo
from app.cli.mail import mail
from app.cli.member import member
from app.cli.serve import serve
from app.cli.site import site
from app.cli.worker import worker


def register(app: Flask) -> None:
    for command in (bench, check_links, db, demo, serve, worker, member, mail, site):
        app.cli.add_command(command)
