"""What ours is compared with: the shortest WSGI function and the shortest Flask view that answer
with the same bytes and headers, under the same server with the same settings as `flask serve`;
and the view under that server as it is without settings, but for the number of processes.

    python -m bench.bare function|view|unset-view PORT WORKERS FILE
"""

import json
import sys
from base64 import b64decode
from pathlib import Path

from flask import Flask, Response
from granian import Granian
from granian.constants import Interfaces

from app.cli.serve import server, settled
from config import Config


def main(kind: str, port: str, workers: str, file: str) -> None:
    recorded = json.loads(Path(file).read_text())
    app = {"function": function, "view": view, "unset-view": view}[kind](recorded)
    if kind == "unset-view":
        plain = Granian(
            "app", port=int(port), interface=Interfaces.WSGI, workers=int(workers), websockets=False
        )
        plain.serve(target_loader=lambda _target: app)
        return
    config = Config.from_env({"PORT": port})
    with settled(int(workers), lambda _target: app) as load:
        server(config, int(workers)).serve(target_loader=load)


def function(recorded: dict[str, dict]):
    """One look in a dictionary more than the barest, so that one program has all answers."""
    answers = {
        f"/{name}": (
            answer["status"],
            [tuple(header) for header in answer["headers"]],
            [b64decode(answer["body"])] if answer["body"] else [],
        )
        for name, answer in recorded.items()
    }

    def application(environ, start_response):
        status, headers, body = answers[environ["PATH_INFO"]]
        start_response(status, headers)
        return body

    return application


def view(recorded: dict[str, dict]) -> Flask:
    app = Flask(__name__, static_folder=None)
    for name, answer in recorded.items():
        app.add_url_rule(f"/{name}", name, _answering(answer))
    return app


def _answering(answer: dict):
    status, headers, body = answer["status"], answer["headers"], b64decode(answer["body"])

    def answering() -> Response:
        return Response(body, status, headers)

    return answering


if __name__ == "__main__":
    main(*sys.argv[1:])
