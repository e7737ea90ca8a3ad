"""One thread at a time, and nobody kept out for good."""

from threading import Event, Thread

from app.lib import clock
from app.lib.turns import Turn


def test_one_is_let_in_at_a_time():
    turn, inside, most = Turn(60), [], []

    def work() -> None:
        for _ in range(200):
            with turn:
                inside.append(1)
                clock.pause(0)
                most.append(len(inside))
                inside.pop()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 1200
    assert max(most) == 1


def test_who_has_waited_for_long_is_let_in_and_takes_nobodys_place():
    turn, done = Turn(0.01), Event()
    with turn, turn:  # A thread inside that wants to be let in once more.
        pass

    def work() -> None:
        with turn:
            done.set()

    with turn:
        thread = Thread(target=work)
        thread.start()
        assert done.wait(10)
        thread.join()
    with turn:
        assert not turn._free.acquire(blocking=False)


def test_who_gives_up_a_place_lets_the_next_in_at_once():
    turn, done = Turn(60), Event()
    turn.give_up()  # Of a thread that has none; nothing happens.

    def work() -> None:
        with turn:
            done.set()

    with turn:
        turn.give_up()
        thread = Thread(target=work)
        thread.start()
        assert done.wait(10)
        thread.join()
        turn.give_up()
    with turn:
        assert not turn._free.acquire(blocking=False)
