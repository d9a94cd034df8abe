import threading
from functools import partial

from publisher.fetch.watchdog import Watchdog

LONG = 3600.0


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "watchdog"]


def test_what_is_overdue_is_ended_and_what_was_left_is_not() -> None:
    watchdog, ended = Watchdog(), threading.Event()
    called: list[str] = []
    left = partial(called.append, "left")

    watchdog.watch(left, 0.01)
    watchdog.leave(left)
    watchdog.watch(partial(called.append, "waits"), LONG)
    watchdog.watch(ended.set, 0.02)

    assert ended.wait(10)
    assert called == []


def test_one_thread_watches_all_and_goes_when_nothing_is_left() -> None:
    before = threads()
    watchdog = Watchdog()
    watched = [partial(print, number) for number in range(100)]
    for one in watched:
        watchdog.watch(one, LONG)
    (ours,) = set(threads()) - set(before)

    for one in watched:
        watchdog.leave(one)
    watchdog.rest()
    ours.join(10)

    assert not ours.is_alive()


def test_it_watches_again_after_it_rested() -> None:
    watchdog, first, second = Watchdog(), threading.Event(), threading.Event()

    watchdog.watch(first.set, 0.001)
    assert first.wait(10)
    watchdog.rest()
    watchdog.watch(second.set, 0.001)

    assert second.wait(10)
