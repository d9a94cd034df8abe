"""Subscribers: one mailbox however it is spelled, its consent, and what ends it for good."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from publisher.store import Store, mailbox, subscribers
from publisher.store.subscribers import Added, SubscriptionState
from tests.store.cast import FAILED, NOW, WEEKLY, claimed, found, opened, settle, subscribe, together, writes

BRUNO = "bruno@example.org"
SPELLINGS = {
    "letter case": ("Bruno@Example.ORG", BRUNO),
    "spaces around": (f" {BRUNO}\n", BRUNO),
    "IDNA": ("ana@straße.example", "ana@XN--STRAE-OQA.example"),
    "IDNA in capitals": ("ana@MÜNCHEN.example", "ana@xn--mnchen-3ya.example"),
    "a full-width dot": ("ana@münchen。example", "ana@münchen.example"),
    "a dot at the end": ("ana@example.org.", "ana@example.org"),
    "quotes not needed": ('"ana"@example.org', "ana@example.org"),
    "a quoted pair": (r'"an\a"@example.org', "ana@example.org"),
    "composition": ("jose\u0301@example.org", "JOSÉ@example.org"),
    "a NUL": ("an\x00a@example.org", "ana@example.org"),
}
spelled_otherwise = pytest.mark.parametrize(("one", "other"), SPELLINGS.values(), ids=list(SPELLINGS))


def suppress(store: Store, email: str, why: str = "complaint") -> None:
    with store.writing() as transaction:
        subscribers.suppress(transaction, email, why, NOW)


def erase(store: Store, email: str) -> bool:
    with store.writing() as transaction:
        return subscribers.erase(transaction, email)


def leave(store: Store, email: str, newsletter: str = WEEKLY) -> bool:
    with store.writing() as transaction:
        return subscribers.leave(transaction, found(store, email).id, newsletter, NOW)


def exported(store: Store, email: str) -> dict[str, Any]:
    with store.reading() as transaction:
        return subscribers.exported(transaction, email)


def whole_database(store: Store) -> str:
    with store.reading() as transaction:
        tables = inspect(transaction).get_table_names()
        return repr([transaction.execute(text(f"SELECT * FROM {table}")).all() for table in tables])  # noqa: S608


@spelled_otherwise
def test_two_spellings_are_one_mailbox(store: Store, one: str, other: str) -> None:
    assert subscribe(store, one, other) == [Added.NEW, Added.ALREADY]
    assert found(store, one) == found(store, other)


@spelled_otherwise
def test_a_suppressed_mailbox_stays_so_however_it_is_spelled_and_though_erased(
    store: Store, one: str, other: str
) -> None:
    subscribe(store, one)
    suppress(store, one)
    assert subscribe(store, other) == [Added.SUPPRESSED]

    erase(store, other)

    assert subscribe(store, other, one) == [Added.SUPPRESSED] * 2


@pytest.mark.parametrize(
    "other", ["brun@example.org", "bruno@example.com", "bruno+a@example.org", "b.runo@example.org"]
)
def test_another_mailbox_is_another_subscriber(store: Store, other: str) -> None:
    suppress(store, BRUNO)

    assert subscribe(store, other) == [Added.NEW]


@given(st.emails())
def test_an_identity_is_its_own_identity(email: str) -> None:
    once = mailbox.identity(email)

    assert mailbox.identity(once) == once
    assert mailbox.identity(email.upper()) == mailbox.identity(email.upper().lower())


@given(st.text(max_size=30))
def test_any_text_has_an_identity(nonsense: str) -> None:
    mailbox.identity(nonsense).encode()


def test_the_spelling_its_owner_gave_is_kept(store: Store) -> None:
    subscribe(store, "Bruno@Example.ORG")

    assert found(store, BRUNO).email == "Bruno@Example.ORG"
    with store.reading() as transaction:
        assert subscribers.get(transaction, found(store, BRUNO).id) == found(store, BRUNO)
        assert subscribers.get(transaction, 0) is None
        assert subscribers.by_email(transaction, "ana@example.org") is None


def test_a_second_newsletter_is_a_second_consent(store: Store) -> None:
    subscribe(store, BRUNO)

    assert subscribe(store, BRUNO, newsletter="the-harbour", language="es") == [Added.NEW]
    with store.reading() as transaction:
        assert subscribers.count(transaction, WEEKLY, "en") == 1
        assert subscribers.count(transaction, "the-harbour", "es") == 1
        assert subscribers.count(transaction, "the-harbour", "en") == 0


def test_an_import_wakes_nobody_who_left(store: Store) -> None:
    subscribe(store, BRUNO)
    assert leave(store, BRUNO)

    assert subscribe(store, BRUNO) == [Added.LEFT]
    with store.reading() as transaction:
        assert subscribers.count(transaction, WEEKLY, "en") == 0


def test_leaving_ends_one_subscription_and_says_whether_there_was_one(store: Store) -> None:
    subscribe(store, BRUNO)
    subscribe(store, BRUNO, newsletter="the-harbour")

    assert [leave(store, BRUNO), leave(store, BRUNO), leave(store, BRUNO, "none")] == [True, True, False]
    with store.reading() as transaction:
        bruno = found(store, BRUNO).id
        assert subscribers.state(transaction, bruno, WEEKLY) is SubscriptionState.LEFT
        assert subscribers.state(transaction, bruno, "none") is None
        assert not subscribers.is_subscribed(transaction, bruno, WEEKLY)
        assert subscribers.is_subscribed(transaction, bruno, "the-harbour")


def test_the_first_reason_to_suppress_is_kept(store: Store) -> None:
    subscribe(store, BRUNO)
    suppress(store, BRUNO, "complaint")
    suppress(store, BRUNO, "hard bounce")

    assert found(store, BRUNO).suppressed == "complaint"
    assert exported(store, BRUNO)["suppressed"] == "complaint"
    with store.reading() as transaction:
        assert subscribers.count(transaction, WEEKLY, "en") == 0


def test_an_address_nobody_subscribed_can_be_suppressed(store: Store) -> None:
    assert exported(store, BRUNO) == {}
    suppress(store, BRUNO)

    assert exported(store, BRUNO) == {"email": BRUNO, "suppressed": "complaint"}
    assert subscribe(store, BRUNO) == [Added.SUPPRESSED]


def test_an_export_has_all_that_is_stored(store: Store) -> None:
    issue = opened(store, BRUNO)
    settle(store, claimed(store, issue)[0], FAILED)
    leave(store, BRUNO)

    told = exported(store, BRUNO.upper())

    assert told["email"] == BRUNO
    assert told["since"] == NOW.isoformat()
    assert told["subscriptions"] == [
        {
            "newsletter": WEEKLY,
            "language": "en",
            "state": "left",
            "consent": "paper list, May 2026",
            "consented": NOW.isoformat(),
            "left": NOW.isoformat(),
        }
    ]
    (delivery,) = told["deliveries"]
    assert (delivery["state"], delivery["code"], delivery["words"]) == ("failed", 550, "no such user")


def test_who_only_looks_writes_nothing(store: Store) -> None:
    subscribe(store, BRUNO)

    with writes() as written:
        exported(store, BRUNO)
        exported(store, "ana@example.org")

    assert written == []


def test_erasing_leaves_a_keyed_hash_and_nothing_else(store: Store) -> None:
    subscribe(store, "carla@example.org")
    before = whole_database(store).count("carla@")
    issue = opened(store, "Bruno@Example.org")
    to_bruno = next(one for one in claimed(store, issue) if one.subscriber == found(store, BRUNO))
    settle(store, to_bruno, replace(FAILED, words="<Bruno@Example.org>: no such user"))
    suppress(store, BRUNO)

    assert erase(store, BRUNO)
    assert not erase(store, BRUNO)

    left = whole_database(store).casefold()
    assert left.count("carla@") == before
    assert "bruno" not in left
    assert exported(store, BRUNO) == {"email": BRUNO, "suppressed": "complaint"}


def test_the_id_of_one_who_was_erased_is_given_to_nobody(store: Store) -> None:
    subscribe(store, BRUNO)
    erased = found(store, BRUNO).id
    erase(store, BRUNO)

    subscribe(store, "carla@example.org")

    assert found(store, "carla@example.org").id != erased


def test_erased_without_being_suppressed_an_address_may_come_back(store: Store) -> None:
    subscribe(store, BRUNO)
    assert erase(store, BRUNO)

    assert subscribe(store, BRUNO) == [Added.NEW]
    assert exported(store, BRUNO)["deliveries"] == []


def test_a_mailbox_that_comes_to_many_hands_at_once_is_one(store: Store) -> None:
    outcomes = together(*[partial(subscribe, store, BRUNO)] * 8)

    assert sorted(outcomes) == [[Added.ALREADY]] * 7 + [[Added.NEW]]


def test_two_imports_of_the_same_people_in_another_order_do_not_block_each_other(store: Store) -> None:
    people = [f"reader{number}@example.org" for number in range(40)]

    outcomes = together(*[partial(subscribe, store, *people), partial(subscribe, store, *reversed(people))] * 2)

    assert sorted(one for some in outcomes for one in some) == [Added.ALREADY] * 120 + [Added.NEW] * 40


def test_a_complaint_that_comes_during_an_import_counts(store: Store) -> None:
    for number in range(5):
        email = f"reader{number}@example.org"

        works: list[Callable[[], object]] = [partial(subscribe, store, email), partial(suppress, store, email)]
        together(*works)

        with store.reading() as transaction:
            subscriber = subscribers.by_email(transaction, email)
        assert subscriber is None or subscriber.suppressed == "complaint"


def test_erasing_and_importing_at_once_leaves_all_or_nothing(store: Store) -> None:
    subscribe(store, BRUNO)

    works: list[Callable[[], object]] = [partial(erase, store, BRUNO), partial(subscribe, store, BRUNO)]
    together(*works * 3)

    told = exported(store, BRUNO)
    assert told == {} or len(told["subscriptions"]) == 1


def test_an_error_of_the_database_carries_no_address_into_a_log(store: Store) -> None:
    with pytest.raises(DBAPIError) as raised, store.reading() as transaction:
        subscribers.add(transaction, BRUNO, "", "en", (), WEEKLY, "", NOW + timedelta(1))

    assert "bruno" not in str(raised.value)
