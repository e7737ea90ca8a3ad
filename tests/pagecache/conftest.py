"""Finished answers are tried with versions as they are leased in earnest."""

import pytest


@pytest.fixture
def in_haste():
    """There are other processes, which have to learn of what is written."""
