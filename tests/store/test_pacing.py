"""Limits over several senders on one database: whatever they do in whatever order, no span has more than its limit."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select

from publisher.model import Delivery
from publisher.pace import DAY, HOUR, MINUTE, Limits, Turns
from publisher.store import Store, pacing
from publisher.store.issue_ledger import IssueLedger
from publisher.store.schema import claims, paces
from tests.store.cast import LEASE, NOW, SENT, issue, opened, together, writes

READERS = [f"reader{number:03}@example.org" for number in range(60)]

SECONDS = st.one_of(
    st.sampled_from([0.0, 0.1, 0.5, 2.0, 61.0, 600.0]), st.integers(3_540, 3_670), st.integers(86_340, 86_470)
)


def sender(store: Store, made: int, limits: Limits) -> IssueLedger:
    return IssueLedger(store, made, LEASE, 36, "a sender", lambda _now: limits)


def counted(store: Store) -> int:
    with store.reading() as transaction:
        return int(transaction.execute(select(func.coalesce(func.sum(claims.c.messages), 0))).scalar_one())


class Senders(RuleBasedStateMachine):
    """Three senders of an issue, under limits that hold for all of them, with a clock between them."""

    limits: Limits

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.now: datetime = NOW
        self.went: dict[int, datetime] = {}
        self.turns: list[datetime] = []
        self.held: dict[int, tuple[IssueLedger, Delivery]] = {}

    @initialize(
        rate=st.sampled_from([None, None, 0.5, 3, 50]),
        per_hour=st.sampled_from([None, 3, 7]),
        per_day=st.sampled_from([None, 5, 15]),
    )
    def begin(self, rate: float | None, per_hour: int | None, per_day: int | None) -> None:
        self.limits = Limits(rate, per_hour, per_day)
        with self.store.writing() as transaction:
            for table in (paces, claims):
                transaction.execute(delete(table))
        made = opened(self.store, *READERS)
        self.senders = [sender(self.store, made, self.limits) for _ in range(3)]

    @rule(number=st.integers(0, 2), wanted=st.integers(1, 10), later=SECONDS)
    def claim(self, number: int, wanted: int, later: float) -> None:
        self.now += timedelta(seconds=later)
        claim = self.senders[number].claim(wanted, self.now)
        assert len(claim.deliveries) <= wanted
        for at, delivery in enumerate(claim.deliveries):
            turn = self.now + timedelta(seconds=claim.wait + at * claim.every)
            self.turns.append(turn)
            self.went[delivery.id] = turn
            self.held[delivery.id] = (self.senders[number], delivery)
        self._check_quotas()
        self._check_rate()
        if not claim.deliveries and len(self.went) < len(READERS):
            assert claim.wait > 0 or self._is_used_up()

    @rule(some=st.randoms(use_true_random=False))
    def give_back(self, some: Any) -> None:
        for number, (of, delivery) in list(self.held.items()):
            if some.random() < 0.3:
                of.release([delivery])
                del self.went[number], self.held[number]

    @rule()
    def settle(self) -> None:
        for of, delivery in self.held.values():
            of.settle([(delivery, SENT)], self.now)
        self.held.clear()

    @rule()
    def wait_until_it_goes_on(self) -> None:
        at = self._resumes()
        if at is not None:
            assert at > self.now
            self.now = at
            if len(self.went) < len(READERS) and self.limits.rate is None:
                self.claim(0, 1, 0)
                assert max(self.went.values()) == at

    def _is_used_up(self) -> bool:
        """Tell whether the last hour or day, and a minute and some seconds before it, have what they may."""
        return self._resumes() is not None and any(
            limit is not None and sum(turn >= self.now - window - 2 * MINUTE for turn in self.went.values()) >= limit
            for limit, window in self._quotas()
        )

    def _quotas(self) -> tuple[tuple[int | None, timedelta], ...]:
        return (self.limits.per_hour, HOUR), (self.limits.per_day, DAY)

    def _resumes(self) -> datetime | None:
        with self.store.reading() as transaction:
            return pacing.resumes(transaction, self.limits, self.now)

    def _check_quotas(self) -> None:
        for limit, window in self._quotas():
            for last in self.went.values():
                within = sum(last - window <= other <= last for other in self.went.values())
                assert limit is None or within <= limit

    def _check_rate(self) -> None:
        if self.limits.rate is not None:
            turns = sorted(self.turns)[-60:]
            for first, start in enumerate(turns):
                for more, turn in enumerate(turns[first:]):
                    assert more <= self.limits.rate * ((turn - start).total_seconds() + 1e-4)


def test_no_span_has_more_than_its_limit_and_what_is_given_back_counts_for_none(store: Store) -> None:
    class Here(Senders):
        def __init__(self) -> None:
            super().__init__(store)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_senders_at_the_same_instant_share_what_is_left(store: Store) -> None:
    made = opened(store, *READERS[:30])
    each = [sender(store, made, Limits(per_hour=10)) for _ in range(4)]

    taken = together(*(partial(one.claim, 6, NOW) for one in each))

    assert sum(len(claim.deliveries) for claim in taken) == 10
    assert counted(store) == 10


def test_senders_at_the_same_instant_get_turns_one_after_the_other(store: Store) -> None:
    made = opened(store, *READERS[:30])
    each = [sender(store, made, Limits(rate=20)) for _ in range(3)]

    taken = together(*(partial(one.claim, 4, NOW) for one in each))

    turns = sorted(claim.wait + at * claim.every for claim in taken for at in range(len(claim.deliveries)))
    assert turns == pytest.approx([number / 20 for number in range(12)])


def test_a_new_process_keeps_to_what_others_used(store: Store) -> None:
    made = opened(store, *READERS[:30])
    sender(store, made, Limits(per_hour=10)).claim(8, NOW)

    assert len(sender(store, made, Limits(per_hour=10)).claim(8, NOW + timedelta(minutes=59)).deliveries) == 2


def test_without_limits_nothing_is_written_of_them(store: Store) -> None:
    made = opened(store, *READERS[:5])

    with writes() as written:
        sender(store, made, Limits()).claim(3, NOW)

    assert not [statement for statement in written if "paces" in statement or "claims " in statement.split("SET")[0]]


def test_an_issues_own_rate_holds_beside_that_of_all(store: Store) -> None:
    slow, other = opened(store, *READERS[:30]), issue(store)
    with store.writing() as transaction:
        pacing.set_rate(transaction, slow, 2)

    first = sender(store, slow, Limits(rate=50)).claim(10, NOW)
    with store.writing() as transaction:
        reserved = pacing.reserve(transaction, other, Limits(rate=50), 10, NOW)

    assert (len(first.deliveries), first.every) == (1, 0.5)
    assert reserved.turns == Turns(10, wait=0.02, every=0.02)


def test_an_issues_own_rate_may_be_above_that_of_all_and_is_taken_away_again(store: Store) -> None:
    made = opened(store, *READERS[:30])
    rows = sender(store, made, Limits(rate=1))
    with store.writing() as transaction:
        pacing.set_rate(transaction, made, 100)
    assert rows.claim(30, NOW).every == 0.01

    with store.writing() as transaction:
        pacing.set_rate(transaction, made, None)
    assert rows.claim(30, NOW + timedelta(seconds=2)).every == 1


def test_what_is_older_than_a_day_is_forgotten(store: Store) -> None:
    made = opened(store, *READERS[:30])
    rows = sender(store, made, Limits(per_day=5))
    for days in range(3):
        rows.claim(5, NOW + timedelta(days=days, minutes=2 * days))

    assert counted(store) == 5
