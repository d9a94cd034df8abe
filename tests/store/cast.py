"""Bruno and the other readers, an article, an issue; and several hands that do something at the same instant."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from publisher.model import Article, Delivery, DeliveryState, Period, Reply, Subscriber, Variant
from publisher.store import Store, Transaction, articles, issues, ledger, subscribers

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WEEKLY = "the-organization"
LEASE = 600
SENDER = "0123456789abcdef"
VARIANT = Variant("Subject", "Preheader", "<p>Body</p>", "Body", "<html></html>")
SENT = Reply(DeliveryState.SENT, 250, "2.0.0", "queued as 4F2")
DEFERRED = Reply(DeliveryState.DEFERRED, 451, "4.7.1", "greylisted")
FAILED = Reply(DeliveryState.FAILED, 550, "5.1.1", "no such user")

Result = TypeVar("Result")
_weeks = count()


def article(slug: str = "port-audit", **said: Any) -> Article:
    given: dict[str, Any] = {
        "url": f"https://example.org/{slug}",
        "language": "en",
        "title": slug,
        "published": NOW - timedelta(days=1),
        "modified": NOW - timedelta(days=1),
        "source": "site",
    }
    return Article(**{**given, **said})


def keep(store: Store, *collected: Article, now: datetime = NOW) -> list[articles.Outcome]:
    """Keep articles as a collect does that has one source."""
    with store.writing() as transaction:
        articles.copies(transaction, [one.url for one in collected])
        kept = articles.keep(transaction, [(one, one) for one in collected], now)
    return [one.outcome for one in kept]


def subscribe(store: Store, *emails: str, newsletter: str = WEEKLY, language: str = "en") -> list[subscribers.Added]:
    with store.writing() as transaction:
        return [
            subscribers.add(transaction, email, "", language, (), newsletter, "paper list, May 2026", NOW)
            for email in emails
        ]


def found(store: Store, email: str) -> Subscriber:
    with store.reading() as transaction:
        subscriber = subscribers.by_email(transaction, email)
    assert subscriber is not None
    return subscriber


def week() -> Period:
    """A week that no issue has yet."""
    start = NOW + timedelta(weeks=next(_weeks))
    return Period(f"{start:%G-W%V}", start, start + timedelta(weeks=1))


def issue(store: Store, newsletter: str = WEEKLY, language: str = "en") -> int:
    with store.writing() as transaction:
        return issues.put(transaction, newsletter, language, week(), 1, "The week", (), VARIANT, NOW)


def opened(store: Store, *emails: str) -> int:
    """An issue with a row for each of these, whom it subscribes."""
    subscribe(store, *emails)
    made = issue(store)
    with store.writing() as transaction:
        ledger.open_issue(transaction, made, WEEKLY, "en", NOW)
    return made


def claimed(store: Store, issue_id: int, limit: int = 100, now: datetime = NOW) -> list[Delivery]:
    with store.writing() as transaction:
        return ledger.claim(transaction, issue_id, limit, now, LEASE, SENDER)


def settle(store: Store, delivery: Delivery, reply: Reply, now: datetime = NOW) -> None:
    with store.writing() as transaction:
        ledger.settle(transaction, [(delivery, reply)], now, retry_hours=36)


def counted(store: Store, issue_id: int) -> dict[str, int]:
    with store.reading() as transaction:
        return {str(state): number for state, number in ledger.counts(transaction, issue_id).items()}


def together(*works: Callable[[], Result]) -> list[Result]:
    """Let each work begin at the same instant, in a thread of its own."""
    barrier = Barrier(len(works))

    def _one(work: Callable[[], Result]) -> Result:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(_one, works))


def until_somebody_waits(transaction: Transaction) -> None:
    """Return when another transaction waits for a lock; on SQLite every other that writes does."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while transaction.dialect.name == "postgresql" and not transaction.execute(waiting).scalar():
        pass


@contextmanager
def writes() -> Iterator[list[str]]:
    """Note the statements that write."""
    noted: list[str] = []

    def _note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if re.search(r"\b(INSERT|UPDATE|DELETE)\b(?! SKIP| OF|$)", statement):
            noted.append(statement)

    event.listen(Engine, "before_cursor_execute", _note)
    try:
        yield noted
    finally:
        event.remove(Engine, "before_cursor_execute", _note)
