"""Sources: what each remembers, and when it last answered or failed; what is the same is not written."""

from datetime import timedelta
from functools import partial

from publisher.store import Store, sources
from tests.store.cast import NOW, together, writes

HOUR = timedelta(hours=1)


def remember(store: Store, **values: str) -> None:
    with store.writing() as transaction:
        sources.remember(transaction, "site", values)


def memory(store: Store, name: str = "site") -> dict[str, str]:
    with store.reading() as transaction:
        return sources.memory(transaction, name)


def answers(store: Store, after: timedelta) -> None:
    with store.writing() as transaction:
        sources.succeeded(transaction, "site", NOW + after)


def fails(store: Store, after: timedelta, why: str = "answered 503") -> None:
    with store.writing() as transaction:
        sources.failed(transaction, "site", NOW + after, why)


def health(store: Store) -> sources.Health:
    with store.reading() as transaction:
        return sources.health(transaction, "site")


def test_a_source_remembers_what_it_was_told_last_and_nothing_else(store: Store) -> None:
    assert memory(store) == {}
    remember(store, etag='"1"', url="https://example.org")
    remember(store, url="https://example.org/feed")

    assert memory(store) == {"url": "https://example.org/feed"}
    assert memory(store, "another") == {}
    remember(store)
    assert memory(store) == {}


def test_what_is_remembered_already_is_not_written(store: Store) -> None:
    remember(store, etag='"1"')

    with writes() as written:
        remember(store, etag='"1"')

    assert written == []


def test_any_character_is_remembered_or_dropped(store: Store) -> None:
    remember(store, etag="\x00ñ✓")
    fails(store, HOUR, "answered \x00\ud83d in the middle")

    assert memory(store)["etag"].endswith("ñ✓")
    assert health(store).failure == "answered  in the middle"


def test_a_source_that_was_never_collected_has_no_health(store: Store) -> None:
    assert health(store) == sources.Health("site", None, None, None)


def test_health_tells_the_last_answer_and_the_last_failure(store: Store) -> None:
    answers(store, -HOUR)
    fails(store, timedelta())

    assert health(store) == sources.Health("site", NOW - HOUR, NOW, "answered 503")


def test_an_answer_within_the_hour_is_not_written_again(store: Store) -> None:
    answers(store, timedelta())

    with writes() as written:
        answers(store, HOUR - timedelta(seconds=1))

    assert written == []
    answers(store, HOUR)
    assert health(store).succeeded == NOW + HOUR


def test_an_answer_after_a_failure_is_written_at_once(store: Store) -> None:
    answers(store, timedelta())
    fails(store, timedelta(minutes=1))

    answers(store, timedelta(minutes=2))

    assert health(store).succeeded == NOW + timedelta(minutes=2)


def test_an_answer_is_written_when_the_clock_was_set_back(store: Store) -> None:
    answers(store, timedelta(days=30))

    answers(store, timedelta())

    assert health(store).succeeded == NOW


def test_a_failure_of_any_length_is_kept_short(store: Store) -> None:
    fails(store, timedelta(), "x" * 100_000)

    assert health(store).failure == "x" * sources.MAX_FAILURE


def test_a_source_that_answers_many_hands_at_once_has_one_row(store: Store) -> None:
    together(*[partial(answers, store, timedelta())] * 4, *[partial(remember, store, etag='"1"')] * 4)

    assert memory(store) == {"etag": '"1"'}
    assert health(store).succeeded == NOW
