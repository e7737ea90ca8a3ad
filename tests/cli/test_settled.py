"""Web processes that keep to a processor each."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.cli.serve import settled

forking = multiprocessing.get_context("fork")


@pytest.fixture
def processors():
    """Up to two of those that this process may use, and for as long no others."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:2])
    yield os.sched_getaffinity(0)
    os.sched_setaffinity(0, before)


def where(_target: str) -> set[int]:
    return os.sched_getaffinity(0)


@contextmanager
def process(load) -> Iterator[set[int]]:
    """A web process that loads this, and the processors that it may use then."""
    ours, its = forking.Pipe()
    started = forking.Process(target=lambda: (its.send(load("app")), its.recv()))
    started.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        started.join(10)


def test_each_has_a_processor_and_leaves_it_to_the_next(processors):
    with settled(len(processors), where) as load, process(load) as first:
        assert len(first) == 1
        if len(processors) > 1:
            with process(load) as second:
                assert first | second == processors
            with process(load) as third:
                assert third == second
    assert os.sched_getaffinity(0) == processors


def test_where_there_are_more_or_fewer_of_them_they_go_where_there_is_room(processors):
    for workers in (len(processors) - 1, len(processors) + 1):
        with settled(workers, where) as load, process(load) as one, process(load) as another:
            assert one == another == processors
