"""From where a request comes: for counting what must not be done too often from there, and for
telling members where they are signed in."""

from flask import request

from app.lib import agents


def client_address() -> str:
    return request.remote_addr or "unknown"


def client_agent() -> str:
    return agents.described(request.user_agent.string)
