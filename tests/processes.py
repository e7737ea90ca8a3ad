"""Processes of their own: forked from one that has imported the application once for all."""

from multiprocessing import get_context
from multiprocessing.context import BaseContext

WORK = ("following.working", "lib.crowd", "mail.working", "pagecache.crowd")


def forked() -> BaseContext:
    context = get_context("forkserver")
    context.set_forkserver_preload([f"tests.{module}" for module in WORK])
    return context
