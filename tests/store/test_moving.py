"""An article that got another address stays the one it was; another piece at an old address does not."""

from datetime import timedelta

from publisher.model import Article
from publisher.store import Store, articles, moving
from tests.store.cast import NOW, article, keep

OLD = article("port-audit", title="Port audit")
NEW = article("the-port-audit", title="Port audit")


def moves(store: Store, to: Article = NEW) -> int:
    with store.writing() as transaction:
        retracted = moving.move(transaction, {OLD.url: to}, NOW)
    keep(store, to)
    return retracted


def known(store: Store, url: str) -> tuple[int, bool] | None:
    """The id of what is stored at an address, and whether it is retracted."""
    with store.reading() as transaction:
        found = articles.by_url(transaction, url)
    return (found.id, found.retracted_at is not None) if found else None


def test_an_article_keeps_its_id_at_its_new_address(store: Store) -> None:
    keep(store, OLD)
    before = known(store, OLD.url)

    assert moves(store) == 0

    assert (known(store, NEW.url), known(store, OLD.url)) == (before, None)
    assert keep(store, NEW) == [articles.Outcome.UNCHANGED]


def test_another_piece_does_not_take_over_the_old_one(store: Store) -> None:
    keep(store, OLD)
    other = article("the-port-audit", title="Night ferry", published=NOW - timedelta(days=9))

    assert moves(store, other) == 1

    old, new = known(store, OLD.url), known(store, other.url)
    assert old is not None
    assert new is not None
    assert (old[1], new[1], old[0] != new[0]) == (True, False, True)


def test_what_is_there_already_stays_and_the_old_one_goes(store: Store) -> None:
    keep(store, OLD, NEW)

    assert moves(store) == 1

    old, new = known(store, OLD.url), known(store, NEW.url)
    assert old is not None
    assert new is not None
    assert (old[1], new[1]) == (True, False)


def test_an_address_that_was_never_stored_is_nothing_to_move(store: Store) -> None:
    assert moves(store) == 0
