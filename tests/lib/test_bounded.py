"""The store that takes no more than a given number of bytes."""

from app.lib.bounded import Bounded
from tests.threads import restless_threads


def filled(most: int, **sizes: int) -> Bounded[str, str]:
    store = Bounded(most)
    for key, size in sizes.items():
        store.keep(key, key, size)
    return store


def test_the_oldest_leaves_first_unless_it_was_asked_for():
    store = filled(300, a=100, b=100, c=100)
    assert store.get("a")
    store.keep("d", "d", 100)
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]


def test_the_newest_stays_where_all_were_asked_for():
    store = filled(300, a=100, b=100, c=100)
    for newest in "de":
        for key in "abcde":
            store.get(key)
        store.keep(newest, newest, 100)
        assert store.get(newest)
    assert len(store) == 3


def test_a_store_never_holds_more_than_it_may():
    store, sizes = Bounded(20_000), {}
    for number in range(500):
        key, size = number % 40, number * 37 % 5000
        store.keep(key, str(key), size)
        sizes[key] = size
        assert store.size == sum(sizes[key] for key in sizes if store.get(key)) <= 20_000


def test_what_is_too_large_is_not_kept_and_pushes_nothing_out():
    store = filled(500, a=100)
    store.keep("large", "large", 501)
    assert store.get("large") is None
    assert store.get("a")
    store.keep("a", "a", 501)
    assert len(store) == store.size == 0


def test_what_has_grown_makes_its_room_by_what_leaves():
    store = filled(300, one=100, other=100)
    store.keep("other", "other", 250)
    assert store.get("one") is None
    assert store.get("other") == "other"
    assert store.size == 250


def test_what_is_forgotten_takes_no_room():
    store = filled(500, a=100, b=100)
    store.forget("a")
    store.forget("a")
    assert store.get("a") is None
    store.forget("b")
    assert store.size == 0


def test_many_threads_share_one_store():
    store = Bounded(1000)

    def work(seed: int) -> None:
        for number in range(1000):
            key = (seed + number) % 12
            store.get(key)
            store.keep(key, key, 100 + key)
            if number % 7 == 0:
                store.forget((key + 5) % 12)

    with restless_threads(8) as threads:
        list(threads.map(work, range(8)))  # Raises what failed in one of them.
    assert store.size == sum(100 + key for key in range(12) if store.get(key) is not None) <= 1000
