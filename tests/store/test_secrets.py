"""Secrets: made once, and the same for every host that shares the database."""

from functools import partial
from itertools import count

from publisher.store import Store, secrets
from tests.store.cast import together, writes

_made = count()


def get_or_make(store: Store, name: str = "signing") -> str:
    with store.writing() as transaction:
        return secrets.get_or_make(transaction, name, lambda: f"secret {next(_made)}")


def find(store: Store, name: str = "signing") -> str | None:
    with store.reading() as transaction:
        return secrets.find(transaction, name)


def test_a_secret_is_made_at_the_first_call_and_stays(store: Store) -> None:
    assert find(store) is None

    made = get_or_make(store)

    assert made == get_or_make(store) == find(store)
    assert get_or_make(store, "another") != made


def test_a_secret_made_by_many_hands_at_once_is_one(store: Store) -> None:
    made = together(*[partial(get_or_make, store)] * 8)

    assert set(made) == {find(store)}


def test_a_secret_that_is_there_is_not_written_again(store: Store) -> None:
    get_or_make(store)

    with writes() as written:
        get_or_make(store)

    assert written == []
