"""The ledger in many hands: senders side by side, one that is killed, people who leave and are erased meanwhile."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from publisher.model import Delivery
from publisher.store import Store, ledger, subscribers
from publisher.store.schema import deliveries
from tests.store.cast import (
    LEASE,
    NOW,
    SENT,
    WEEKLY,
    claimed,
    counted,
    found,
    issue,
    opened,
    settle,
    subscribe,
    together,
    until_somebody_waits,
)

READERS = [f"reader{number:02}@example.org" for number in range(60)]
ENDED = NOW + timedelta(seconds=LEASE)

CLAIMS_AND_WAITS = """
import sys
from datetime import datetime
from publisher.store import open_store
from publisher.store.issue_ledger import IssueLedger

url, issue, limit, now, lease = sys.argv[1:]
store = open_store(url)
rows = IssueLedger(store, int(issue), int(lease), 36, 'a sender')
taken = rows.claim(int(limit), datetime.fromisoformat(now))
print(*(one.key for one in taken.deliveries), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(url: str, made: int, limit: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A process that claims rows and holds them; with the keys it claimed."""
    command = [sys.executable, "-c", CLAIMS_AND_WAITS, url, str(made), str(limit), NOW.isoformat(), str(LEASE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().split()
        finally:
            process.kill()


def send_all(store: Store, made: int) -> list[str]:
    """Claim and settle until there is nothing left; the addresses written to."""
    written = []
    while taken := claimed(store, made, 7):
        for delivery in reversed(taken):
            settle(store, delivery, SENT)
            written.append(delivery.subscriber.email)
    return written


def test_many_senders_write_to_everybody_once(store: Store) -> None:
    made = opened(store, *READERS)

    written = together(*[partial(send_all, store, made)] * 6)

    assert sorted(email for some in written for email in some) == READERS
    assert counted(store, made) == {"sent": 60}


def test_a_claim_takes_no_more_than_its_limit_while_others_claim(store: Store) -> None:
    made = opened(store, *READERS)

    taken = together(*[partial(claimed, store, made, 7)] * 8)

    assert [len(some) for some in taken] == [7] * 8
    assert len({one.id for some in taken for one in some}) == 56


def test_processes_claim_side_by_side(store: Store, database_url: str) -> None:
    made = opened(store, *READERS)

    with another_process(database_url, made, 20) as (_, first), another_process(database_url, made, 20) as (_, second):
        mine = [one.key for one in claimed(store, made, 20)]

    assert len({*first, *second, *mine}) == 60
    assert counted(store, made) == {"sending": 60}


def test_an_issue_opened_by_many_hands_at_once_has_each_recipient_once(store: Store) -> None:
    subscribe(store, *READERS)
    made = issue(store)

    def _open() -> int:
        with store.writing() as transaction:
            return ledger.open_issue(transaction, made, WEEKLY, "en", NOW)

    assert sorted(together(*[_open] * 6)) == [0] * 5 + [60]
    assert counted(store, made) == {"queued": 60}


def test_the_rows_of_a_sender_that_was_killed_are_sent_by_the_next_with_the_same_keys(
    store: Store, database_url: str
) -> None:
    made = opened(store, *READERS)
    with another_process(database_url, made, 25) as (process, keys):
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    send_all(store, made)
    assert counted(store, made) == {"sent": 35, "sending": 25}

    with store.writing() as transaction:
        assert ledger.expire(transaction, made, ENDED) == 25
        assert ledger.requeue_uncertain(transaction, made) == 25

    again = claimed(store, made, 60, ENDED)
    assert sorted(one.key for one in again) == sorted(keys)


def test_two_who_find_the_rows_of_a_dead_sender_requeue_them_once(store: Store) -> None:
    made = opened(store, *READERS)
    claimed(store, made, 60)

    def _find() -> list[Delivery]:
        with store.writing() as transaction:
            ledger.expire(transaction, made, ENDED)
            ledger.requeue_uncertain(transaction, made)
        return claimed(store, made, 60, ENDED)

    taken = together(*[_find] * 4)

    assert Counter(one.id for some in taken for one in some).most_common(1)[0][1] == 1
    assert counted(store, made) == {"sending": 60}


def test_slow_senders_and_those_who_find_their_rows_do_not_block_each_other(store: Store) -> None:
    made = opened(store, *READERS)
    taken = claimed(store, made, 60)

    def _settle(some: list[Delivery]) -> None:
        with store.writing() as transaction:
            ledger.settle(transaction, [(one, SENT) for one in some], ENDED, 36)

    def _expire() -> None:
        with store.writing() as transaction:
            ledger.expire(transaction, made, ENDED)
            ledger.requeue_uncertain(transaction, made)

    works: list[Callable[[], None]] = [partial(_settle, taken[::-1]), _expire, partial(_settle, taken), _expire]
    together(*works)

    assert counted(store, made) == {"sent": 60}


def test_people_leave_complain_and_are_erased_while_the_issue_is_opened_and_sent(store: Store) -> None:
    subscribe(store, *READERS)
    ids = {email: found(store, email).id for email in READERS}
    made = issue(store)

    def _send() -> list[str]:
        with store.writing() as transaction:
            ledger.open_issue(transaction, made, WEEKLY, "en", NOW)
        return send_all(store, made)

    def _go(first: int) -> list[str]:
        for number, email in enumerate(READERS[first : first + 15]):
            with store.writing() as transaction:
                if number % 3 == 0:
                    subscribers.leave(transaction, ids[email], WEEKLY, NOW)
                    ledger.suppress_queued(transaction, ids[email], WEEKLY, NOW)
                elif number % 3 == 1:
                    subscribers.suppress(transaction, email, "complaint", NOW)
                else:
                    subscribers.erase(transaction, email)
        return []

    written = together(_send, partial(_go, 0), partial(_go, 20), _send)

    got = [email for some in written for email in some]
    stayed = {*READERS[15:20], *READERS[35:]}
    assert len(got) == len(set(got))
    assert stayed <= set(got)
    assert set(counted(store, made)) <= {"sent", "suppressed"}
    assert counted(store, made)["sent"] == len(got)


def test_who_is_erased_as_the_issue_is_opened_gets_no_row_and_stops_nobody(store: Store) -> None:
    subscribe(store, *READERS[:2])
    made = issue(store)

    def _open() -> int:
        with store.writing() as transaction:
            return ledger.open_issue(transaction, made, WEEKLY, "en", NOW)

    with ThreadPoolExecutor(1) as pool:
        with store.writing() as transaction:
            subscribers.erase(transaction, READERS[0])
            opening = pool.submit(_open)
            until_somebody_waits(transaction)
        assert opening.result() == 1

    assert counted(store, made) == {"queued": 1}


@pytest.mark.parametrize("other", ["settles", "releases", "expires", "requeues"])
def test_nobody_waits_in_a_circle(store: Store, other: str) -> None:
    made = opened(store, *READERS[:2])
    first, second = claimed(store, made)
    with store.writing() as transaction:  # Its newest version now lies behind the second's.
        transaction.execute(update(deliveries).where(deliveries.c.id == first.id).values(words="moved"))
    if other == "requeues":
        with store.writing() as transaction:
            ledger.expire(transaction, made, ENDED)
            transaction.execute(update(deliveries).where(deliveries.c.id == first.id).values(words="again"))

    def _other() -> None:
        with store.writing() as transaction:
            if other == "settles":
                ledger.settle(transaction, [(second, SENT), (first, SENT)], NOW, 36)
            elif other == "releases":
                ledger.release(transaction, [second, first])
            elif other == "expires":
                ledger.expire(transaction, made, ENDED)
            else:
                ledger.requeue_uncertain(transaction, made)

    with ThreadPoolExecutor(1) as pool:
        with store.writing() as transaction:
            ledger.settle(transaction, [(first, SENT)], NOW, 36)
            waiting = pool.submit(_other)
            until_somebody_waits(transaction)
            ledger.settle(transaction, [(second, SENT)], NOW, 36)
        waiting.result()

    assert counted(store, made) == {"sent": 2}
