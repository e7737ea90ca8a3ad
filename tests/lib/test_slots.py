"""So many threads at a time, and nobody kept out for good."""

from threading import Barrier, Event, Thread

from app.lib.slots import Slots


def test_no_more_are_let_in_at_a_time():
    slots, inside, most = Slots(2, 60), [], []

    def work() -> None:
        for _ in range(200):
            with slots:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 1200
    assert max(most) <= 2


def test_two_are_let_in_at_once():
    slots, met = Slots(2, 60), Barrier(2)

    def work() -> None:
        with slots:
            met.wait(10)

    other = Thread(target=work)
    other.start()
    work()
    other.join()


def test_who_has_waited_for_long_is_let_in_and_takes_nobodys_place():
    slots, done = Slots(1, 0.01), Event()
    with slots, slots:  # A thread inside that wants to be let in once more.
        pass

    def work() -> None:
        with slots:
            done.set()

    with slots:
        thread = Thread(target=work)
        thread.start()
        assert done.wait(10)
        thread.join()
    with slots:
        assert not slots._free.acquire(blocking=False)


def test_who_gives_up_a_place_lets_the_next_in_at_once():
    slots, done = Slots(1, 60), Event()
    slots.give_up()  # Of a thread that has none; nothing happens.

    def work() -> None:
        with slots:
            done.set()

    with slots:
        slots.give_up()
        thread = Thread(target=work)
        thread.start()
        assert done.wait(10)
        thread.join()
        slots.give_up()
    with slots:
        assert not slots._free.acquire(blocking=False)
