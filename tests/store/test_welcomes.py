"""Newcomers have one row of one welcome, however many senders ask at the same instant and whatever they change."""

from datetime import timedelta
from functools import partial

from publisher.model import Issue, IssueKind, IssueState
from publisher.store import Store, issues, subscribers, welcomes
from tests.store.cast import NOW, VARIANT, WEEKLY, counted, found, subscribe, together, week


def begun(store: Store, language: str = "en", minutes_ago: int = 1) -> Issue:
    approved = NOW - timedelta(minutes=minutes_ago)
    with store.writing() as transaction:
        made = issues.put(
            transaction, WEEKLY, language, week(), 0, "Welcome", (), VARIANT, approved, kind=IssueKind.WELCOME
        )
        issues.approve(transaction, made, "Ana", approved)
        issues.move(transaction, made, (IssueState.APPROVED,), IssueState.SENDING, approved)
        issue = issues.get(transaction, made)
    assert issue is not None
    return issue


def opens(store: Store, issue: Issue) -> int:
    with store.writing() as transaction:
        return welcomes.open_rows(transaction, issue, NOW)


def test_two_senders_make_one_row_for_each(store: Store) -> None:
    subscribe(store, "ana@example.org", "bruno@example.org")
    welcome = begun(store)

    made = together(*[partial(opens, store, welcome)] * 3)

    assert sum(made) == 2
    assert counted(store, welcome.id) == {"queued": 2}


def test_who_changes_language_between_two_welcomes_has_a_row_of_one(store: Store) -> None:
    subscribe(store, "bruno@example.org")
    english, spanish = begun(store), begun(store, "es")
    opens(store, english)
    with store.writing() as transaction:
        subscribers.choose(transaction, found(store, "bruno@example.org").id, WEEKLY, "es", "page", NOW)

    with store.reading() as transaction:
        assert not welcomes.has_newcomer(transaction, spanish)
    assert opens(store, spanish) == 0


def test_none_is_a_newcomer_who_was_there_before_has_left_or_gets_no_mail(store: Store) -> None:
    subscribe(store, "ana@example.org", "bruno@example.org")
    with store.writing() as transaction:
        subscribers.leave(transaction, found(store, "ana@example.org").id, WEEKLY, NOW)
        subscribers.suppress(transaction, "bruno@example.org", "asked by phone", NOW)

    assert opens(store, begun(store)) == 0
    subscribe(store, "carla@example.org")
    assert opens(store, begun(store, minutes_ago=-1)) == 0


def test_one_is_over_when_another_follows_and_all_its_own_have_a_row(store: Store) -> None:
    subscribe(store, "bruno@example.org")
    older = begun(store)
    with store.reading() as transaction:
        assert not welcomes.is_over(transaction, older)
    newer = begun(store, minutes_ago=-1)

    with store.reading() as transaction:
        assert not welcomes.is_over(transaction, older)
    assert (opens(store, newer), opens(store, older)) == (0, 1)
    with store.reading() as transaction:
        assert welcomes.is_over(transaction, older)
        assert not welcomes.is_over(transaction, newer)
