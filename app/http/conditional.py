"""Conditional answers: an ETag made of the content, and 304 for who has it already."""

from flask import Flask, Response, request


def init(app: Flask) -> None:
    @app.after_request
    def answer(response: Response) -> Response:
        may_ask = request.method in ("GET", "HEAD") and response.status_code == 200
        if may_ask and "no-store" not in response.headers.get("Cache-Control", ""):
            response.add_etag()
            response.make_conditional(request)
        return response
