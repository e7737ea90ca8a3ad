"""A real mail server on this machine, as obliging or as bad as a test wants it."""

import asyncio
import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from threading import Thread

from aiosmtpd.controller import Controller

from tests.server import free_port


class MailServer:
    """What it took, and how it answers: `answers` by the step (MAIL, RCPT, DATA). It hangs or dies
    instead at the step that `hangs_at` or `dies_at` names."""

    def __init__(self):
        self.taken: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.hangs_at = self.dies_at = ""
        self.url = ""

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self._answer("MAIL", server)

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT", server)

    async def handle_DATA(self, server, session, envelope):
        answer = await self._answer("DATA", server)
        if answer.startswith("250"):
            self.taken.append(email.message_from_bytes(envelope.content, policy=SMTP))
            self.recipients.append(envelope.rcpt_tos)
        return answer

    async def _answer(self, step: str, server) -> str:
        if self.hangs_at == step:
            await asyncio.sleep(2)
        if self.dies_at == step:
            server.transport.abort()
        return self.answers.get(step, "250 OK")


@contextmanager
def listening(**more: object) -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), **more)
    controller.start()
    try:
        server.url = f"smtp://127.0.0.1:{controller.port}"
        yield server
    finally:
        controller.stop()


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server that greets for ever, a line at a time."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        try:
            caller, _ = listener.accept()
            with caller:
                while caller.send(b"220-one moment\r\n"):
                    caller.settimeout(0.05)
                    try:
                        if not caller.recv(1):
                            return
                    except TimeoutError:
                        pass
        except OSError:
            return

    thread = Thread(target=drip)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join()


def own_certificate(cert: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context
