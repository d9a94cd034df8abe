"""One answer for each reader and issue; the newest counts, and the rows go with the issue."""

from sqlalchemy import delete, func, select

from publisher.store import Store, votes
from publisher.store import schema as tables
from tests.store.cast import NOW, issue, together


def cast(store: Store, made: int, voter: str, *, is_helpful: bool) -> None:
    with store.writing() as transaction:
        votes.cast(transaction, made, voter, is_helpful, NOW)


def counts(store: Store, made: int) -> tuple[int, int]:
    with store.reading() as transaction:
        return votes.counts(transaction, made)


def test_an_issue_that_nobody_answered_has_none(store: Store) -> None:
    assert counts(store, issue(store)) == (0, 0)


def test_each_voter_counts_once_with_the_newest_answer_for_each_issue(store: Store) -> None:
    first, second = issue(store), issue(store)
    cast(store, first, "a", is_helpful=True)
    cast(store, first, "b", is_helpful=True)
    cast(store, first, "b", is_helpful=False)
    cast(store, first, "c", is_helpful=False)
    cast(store, second, "a", is_helpful=True)

    assert (counts(store, first), counts(store, second)) == ((1, 2), (1, 0))


def test_a_button_pressed_twice_at_once_counts_once(store: Store) -> None:
    made = issue(store)

    together(*[lambda: cast(store, made, "a", is_helpful=True)] * 4)

    assert counts(store, made) == (1, 0)


def test_votes_go_with_their_issue(store: Store) -> None:
    made = issue(store)
    cast(store, made, "a", is_helpful=True)

    with store.writing() as transaction:
        transaction.execute(delete(tables.issues).where(tables.issues.c.id == made))
        left = transaction.execute(select(func.count()).select_from(tables.votes)).scalar_one()

    assert left == 0
