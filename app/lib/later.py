"""A module that is read when something of it is first asked for."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for the module of this name: one that needs much and is needed seldom."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)
