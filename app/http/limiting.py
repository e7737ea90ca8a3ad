"""From where a request comes, for counting what must not be done too often from there."""

from flask import request


def client_address() -> str:
    return request.remote_addr or "unknown"
