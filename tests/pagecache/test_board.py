"""The board on which the processes of a server pass on which content is the newest."""

import multiprocessing

import pytest

from app.lib import clock
from app.pagecache.board import Board

POSTS = 20_000
FIRST, SECOND = ((1, 2, 3), 4.5), ((11, 12, 13), 14.5)


@pytest.fixture
def board():
    board = Board()
    yield board
    board.close()


def test_nothing_is_read_before_anything_is_posted(board):
    assert board.read() is None


def test_the_last_post_is_read_and_nothing_of_others(board):
    board.post(*FIRST)
    board.post(*SECOND)
    assert board.read() == SECOND


def test_a_post_of_which_only_a_part_is_there_is_not_read(board):
    board.post(*FIRST)
    first = board._memory[:]
    board.post(*SECOND)
    second = board._memory[:]
    changed = [place for place in range(len(first)) if first[place] != second[place]]
    for place in range(changed[0] + 1, changed[-1] + 1):
        board._memory[:] = second[:place] + first[place:]
        assert board.read() is None
        board._memory[:] = first[:place] + second[place:]
        assert board.read() is None
    board._memory[:] = first
    assert board.read() == FIRST


def test_another_process_reads_whole_posts_one_newer_than_the_other(board):
    process = multiprocessing.get_context("fork").Process(target=post_many, args=(board,))
    process.start()
    read, until = [0], clock.ticks() + 30
    while read[-1] < POSTS and clock.ticks() < until:
        posted = board.read()
        if posted is not None:
            (version, texts, settings), moment = posted
            assert version == -texts == settings == moment
            read.append(version)
    process.join(10)
    assert read == sorted(read)
    assert read[-1] == POSTS


def post_many(board: Board) -> None:
    for number in range(1, POSTS + 1):
        board.post((number, -number, number), float(number))


def test_ringing_keeps_nobody_waiting_however_often(board):
    for _ in range(100_000):
        board.ring()
    board.wait()
