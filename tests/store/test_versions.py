"""The versions of an issue: who got which of them, whatever happens to those who send it."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from publisher.model import Amendment, Delivery, DeliveryState, Edits, Issue, IssueState, Reply, Variant
from publisher.store import Store, issues, ledger, open_store, versions
from publisher.store.schema import deliveries
from tests.store.cast import DEFERRED, FAILED, LEASE, NOW, SENDER, SENT, VARIANT, WEEKLY, issue, opened, subscribe

UNCERTAIN = Reply(DeliveryState.UNCERTAIN)
READERS = [f"reader{number}@example.org" for number in range(6)]


def known(store: Store, made: int) -> Issue:
    with store.reading() as transaction:
        found = issues.get(transaction, made)
    assert found
    return found


def amendment(subject: str, number: int = 0) -> Amendment:
    said = Variant(subject, "", f"<p>{subject}</p>", subject, "<html></html>")
    return Amendment("The week", said, {"donor": said}, Edits(), (), NOW + timedelta(minutes=number), ())


def move(store: Store, made: int, *states: IssueState) -> None:
    with store.writing() as transaction:
        for before, after in zip((IssueState.DRAFT, *states), states, strict=False):
            issues.move(transaction, made, (before,), after, NOW)


def amend(store: Store, made: int, subject: str, number: int = 0) -> bool:
    with store.writing() as transaction:
        wanted = amendment(subject, number)
        return versions.propose(transaction, made, wanted) and versions.take_effect(transaction, made, wanted.composed)


@pytest.fixture
def paused(store: Store) -> int:
    made = opened(store, *READERS)
    move(store, made, IssueState.SENDING, IssueState.PAUSED)
    return made


def test_an_amendment_is_kept_as_it_was_given(store: Store, paused: int) -> None:
    with store.writing() as transaction:
        assert versions.propose(transaction, paused, amendment("Nine findings"))

    assert known(store, paused).amendment == amendment("Nine findings")
    assert known(store, paused).variant == VARIANT


def test_one_that_took_effect_leaves_what_was_said_before_as_a_version(store: Store, paused: int) -> None:
    assert amend(store, paused, "Nine findings")
    assert amend(store, paused, "Ten findings", 1)

    found = known(store, paused)
    with store.reading() as transaction:
        earlier = versions.earlier(transaction, found)
    assert (found.version, found.variant.subject, found.amendment) == (2, "Ten findings", None)
    assert [(one.number, one.variant.subject, list(one.audiences)) for one in earlier] == [
        (0, "Subject", []),
        (1, "Nine findings", ["donor"]),
    ]


def test_an_approval_of_another_amendment_changes_nothing(store: Store, paused: int) -> None:
    with store.writing() as transaction:
        versions.propose(transaction, paused, amendment("Nine findings"))
        assert not versions.take_effect(transaction, paused, NOW + timedelta(minutes=5))

    assert known(store, paused).version == 0


def test_an_issue_that_is_being_sent_takes_no_amendment_and_one_with_an_amendment_is_not_sent(
    store: Store, paused: int
) -> None:
    with store.writing() as transaction:
        versions.propose(transaction, paused, amendment("Nine findings"))
        assert not issues.move(transaction, paused, (IssueState.PAUSED,), IssueState.SENDING, NOW)
        versions.withdraw(transaction, paused)
        assert issues.move(transaction, paused, (IssueState.PAUSED,), IssueState.SENDING, NOW)
        assert not versions.propose(transaction, paused, amendment("Nine findings"))


def test_who_cancels_an_issue_drops_its_amendment(store: Store, paused: int) -> None:
    with store.writing() as transaction:
        versions.propose(transaction, paused, amendment("Nine findings"))
        issues.move(transaction, paused, (IssueState.PAUSED,), IssueState.CANCELLED, NOW)

    assert known(store, paused).amendment is None


@dataclass
class Post:
    """An issue on its way: what a server may have taken of each reader's mail, by its key."""

    store: Store
    issue: int
    claimed: list[Delivery] = field(default_factory=list)
    taken: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def claims(self) -> None:
        with self.store.writing() as transaction:
            version = known(self.store, self.issue).version
            self.claimed += ledger.claim(transaction, self.issue, 2, NOW + timedelta(days=1), LEASE, SENDER, version)

    def hears(self, reply: Reply) -> None:
        if self.claimed:
            delivery = self.claimed.pop(0)
            if reply.state in (DeliveryState.SENT, DeliveryState.UNCERTAIN):
                self.taken[delivery.key].add(delivery.version)
            with self.store.writing() as transaction:
                ledger.settle(transaction, [(delivery, reply)], NOW, retry_hours=36)

    def gives_back(self) -> None:
        with self.store.writing() as transaction:
            ledger.release(transaction, self.claimed)
        self.claimed.clear()

    def dies(self) -> None:
        for delivery in self.claimed:
            self.taken[delivery.key].add(delivery.version)
        self.claimed.clear()
        with self.store.writing() as transaction:
            ledger.expire(transaction, self.issue, NOW + timedelta(days=2))

    def resends(self) -> None:
        with self.store.writing() as transaction:
            ledger.requeue_uncertain(transaction, self.issue)

    def amends(self) -> None:
        number = known(self.store, self.issue).version + 1
        assert amend(self.store, self.issue, f"Version {number}", number)


STEPS = {
    "claims": Post.claims,
    "sent": lambda post: post.hears(SENT),
    "deferred": lambda post: post.hears(DEFERRED),
    "refused": lambda post: post.hears(FAILED),
    "unheard": lambda post: post.hears(UNCERTAIN),
    "gives back": Post.gives_back,
    "dies": Post.dies,
    "resends": Post.resends,
    "amends": Post.amends,
}


@pytest.fixture(scope="module")
def shared(made_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: each has an issue of its own."""
    file = tmp_path_factory.mktemp("versions") / "publisher.db"
    shutil.copy(made_file, file)
    store = open_store(f"sqlite:///{file}")
    subscribe(store, *READERS)
    yield store
    store.close()


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=25))
@settings(max_examples=15)
def test_whatever_interrupts_it_a_message_id_has_one_version_and_those_who_got_the_old_are_known(
    shared: Store, steps: list[str]
) -> None:
    made = issue(shared)
    move(shared, made, IssueState.SENDING, IssueState.PAUSED)
    with shared.writing() as transaction:
        ledger.open_issue(transaction, made, WEEKLY, "en", NOW)
    post = Post(shared, made)

    for step in steps:
        STEPS[step](post)
    post.gives_back()
    for _ in READERS:
        post.claims()
        post.hears(SENT)
        post.hears(SENT)

    newest = known(shared, made).version
    assert all(len(taken) == 1 for taken in post.taken.values())
    with shared.reading() as transaction:
        reached = versions.reached(transaction, known(shared, made))
    refused = {key for key in post.taken if state_of(shared, key) is DeliveryState.FAILED}
    old = [key for key, (version,) in post.taken.items() if version < newest and key not in refused]
    assert (reached.got, reached.on_their_way) == (len(old), 0)


def state_of(store: Store, key: str) -> DeliveryState:
    with store.reading() as transaction:
        return DeliveryState(
            transaction.execute(select(deliveries.c.state).where(deliveries.c.key == key)).scalar_one()
        )
