"""What members read. Who has the session cookie is not answered by the layer in front, which
counts what strangers read; and of those who have it, the authors are at work here."""

from flask import Flask, Response, request

from app.http import who


def init(app: Flask) -> None:
    tally = app.extensions["commonplace"].ledger.tally

    @app.after_request
    def count(response: Response) -> Response:
        if request.method == "GET" and response.status_code == 200 and who.has_cookie():
            member = who.asking()
            if member is None or not member.is_author:
                headers = request.headers
                agent, referer = headers.get("User-Agent"), headers.get("Referer")
                tally.hear((request.path, response.mimetype, agent, referer, request.remote_addr))
        return response
