"""Whatever happens in whatever order: the counts add up, no row has two owners, who is gone is not written to."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import bindparam, select

from publisher.model import Delivery, DeliveryState, Reply
from publisher.store import Store, ledger, subscribers
from publisher.store.schema import deliveries
from publisher.store.schema import subscribers as subscribed
from tests.store.cast import LEASE, NOW, SENDER, issue, week

MINUTES = st.integers(1, 5 * 60)
REPLIES = st.sampled_from([DeliveryState.SENT, DeliveryState.DEFERRED, DeliveryState.FAILED, DeliveryState.UNCERTAIN])
PEOPLE = st.integers(0, 5)


class Sending(RuleBasedStateMachine):
    """One issue to six people, as any number of senders, readers and clocks may treat it."""

    held = Bundle("held")

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.newsletter = f"newsletter {week().name}"
        self.emails = [f"{number}@{self.newsletter.split()[1].lower()}.example" for number in range(6)]
        self.now: datetime = NOW
        self.rows = 0
        self.gone: set[str] = set()
        self.owned: dict[int, datetime] = {}
        self.ended: dict[int, str] = {}
        self.keys: dict[int, str] = {}
        self.issue = issue(store, self.newsletter)
        with store.writing() as transaction:
            for email in self.emails[:4]:
                subscribers.add(transaction, email, "", "en", (), self.newsletter, "form", NOW)

    @rule()
    def open(self) -> None:
        with self.store.writing() as transaction:
            made = ledger.open_issue(transaction, self.issue, self.newsletter, "en", self.now)
        assert made >= 0
        self.rows += made

    @rule(target=held, limit=st.integers(0, 4))
    def claim(self, limit: int) -> object:
        with self.store.writing() as transaction:
            taken = ledger.claim(transaction, self.issue, limit, self.now, LEASE, SENDER)
        assert len(taken) <= limit
        for delivery in taken:
            assert delivery.id not in self.owned, "two owners"
            assert delivery.id not in self.ended, f"was {self.ended.get(delivery.id)}"
            assert delivery.subscriber.email not in self.gone, "is gone"
            assert self.keys.setdefault(delivery.id, delivery.key) == delivery.key
            self.owned[delivery.id] = self.now + timedelta(seconds=LEASE)
        return multiple(*taken)

    @rule(delivery=consumes(held), state=REPLIES)
    def settle(self, delivery: Delivery, state: DeliveryState) -> None:
        mine = self._claims(delivery) == delivery.claim
        with self.store.writing() as transaction:
            ledger.settle(transaction, [(delivery, Reply(state, 250, "2.0.0", "said"))], self.now, 36)
        if mine:
            self.owned.pop(delivery.id, None)
            if state in (DeliveryState.SENT, DeliveryState.FAILED) and self._state(delivery) == state:
                self.ended[delivery.id] = state

    @rule(delivery=held)
    def release(self, delivery: Delivery) -> None:
        mine = self._claims(delivery) == delivery.claim
        with self.store.writing() as transaction:
            ledger.release(transaction, [delivery])
        if mine:
            self.owned.pop(delivery.id, None)

    @rule()
    def renew(self) -> None:
        until = self.now + timedelta(seconds=LEASE)
        with self.store.writing() as transaction:
            mine = (deliveries.c.issue_id == self.issue, deliveries.c.state == DeliveryState.SENDING)
            sending = set(transaction.execute(select(deliveries.c.id).where(*mine)).scalars())
            ledger.renew(transaction, self.issue, SENDER, until)
        self.owned |= {row: until for row in self.owned if row in sending}

    @rule(delivery=consumes(held), is_whole=st.booleans(), state=REPLIES)
    def die(self, delivery: Delivery, is_whole: bool, state: DeliveryState) -> None:
        notes = {(delivery.id, delivery.claim): Reply(state, 250)}
        with self.store.writing() as transaction:
            ledger.recover(transaction, self.issue, SENDER, notes, self.now, 36, is_whole=is_whole)
            query = select(deliveries.c.id, deliveries.c.state).where(deliveries.c.issue_id == self.issue)
            states = {number: DeliveryState(found) for number, found in transaction.execute(query)}
        assert DeliveryState.SENDING not in states.values()
        self.owned.clear()
        over = (DeliveryState.SENT, DeliveryState.FAILED)
        self.ended |= {number: found for number, found in states.items() if found in over}

    @rule(minutes=MINUTES)
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def expire(self) -> None:
        with self.store.writing() as transaction:
            ended = (deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until <= self.now)
            query = select(deliveries.c.id, deliveries.c.claims).where(deliveries.c.issue_id == self.issue, *ended)
            found = [(number, claims) for number, claims in transaction.execute(query)]
            assert ledger.expire(transaction, self.issue, self.now) == len(found)
            now_in = select(deliveries.c.state).where(deliveries.c.id == bindparam("row"))
            states = {one: transaction.execute(now_in, {"row": one[0]}).scalar_one() for one in found}
        for one in found:
            assert states[one] == DeliveryState.UNCERTAIN
        self.owned = {row: until for row, until in self.owned.items() if until > self.now}

    @rule()
    def requeue(self) -> None:
        with self.store.writing() as transaction:
            ledger.requeue_uncertain(transaction, self.issue)

    @rule(person=PEOPLE)
    def subscribe(self, person: int) -> None:
        with self.store.writing() as transaction:
            added = subscribers.add(transaction, self.emails[person], "", "en", (), self.newsletter, "form", self.now)
        if added is subscribers.Added.NEW:
            self.gone.discard(self.emails[person])

    @rule(person=PEOPLE, told=st.booleans())
    def leave(self, person: int, told: bool) -> None:
        with self.store.writing() as transaction:
            subscriber = subscribers.by_email(transaction, self.emails[person])
            if subscriber and subscribers.leave(transaction, subscriber.id, self.newsletter, self.now):
                self.gone.add(self.emails[person])
                if told:
                    ledger.suppress_queued(transaction, subscriber.id, self.newsletter, self.now)

    @rule(person=PEOPLE)
    def suppress(self, person: int) -> None:
        with self.store.writing() as transaction:
            subscribers.suppress(transaction, self.emails[person].upper(), "complaint", self.now)
        self.gone.add(self.emails[person])

    @rule(person=PEOPLE)
    def erase(self, person: int) -> None:
        with self.store.writing() as transaction:
            if subscribers.erase(transaction, self.emails[person]):
                self.gone.add(self.emails[person])

    @invariant()
    def the_counts_add_up_to_the_recipients(self) -> None:
        with self.store.reading() as transaction:
            assert sum(ledger.counts(transaction, self.issue).values()) == self.rows

    def teardown(self) -> None:
        """In the end all senders are gone: another sends the rest, and everybody who still wants it has it."""
        self.now += timedelta(seconds=LEASE)
        self.expire()
        self.requeue()
        self.now += ledger.LONGEST_DELAY
        with self.store.writing() as transaction:
            taken = ledger.claim(transaction, self.issue, 100, self.now, LEASE, SENDER)
            ledger.settle(transaction, [(one, Reply(DeliveryState.SENT)) for one in taken], self.now, 36)
        assert not {one.subscriber.email for one in taken} & self.gone
        with self.store.reading() as transaction:
            assert set(ledger.counts(transaction, self.issue)) <= {"sent", "failed", "suppressed"}
            left_out = (
                select(subscribed.c.email)
                .join(deliveries)
                .where(deliveries.c.issue_id == self.issue, deliveries.c.state == DeliveryState.SUPPRESSED)
            )
            assert set(transaction.execute(left_out).scalars()) <= self.gone

    def _row(self, delivery: Delivery) -> tuple[str, int]:
        query = select(deliveries.c.state, deliveries.c.claims).where(deliveries.c.id == delivery.id)
        with self.store.reading() as transaction:
            state, claims = transaction.execute(query).one()
        return state, claims

    def _state(self, delivery: Delivery) -> str:
        return self._row(delivery)[0]

    def _claims(self, delivery: Delivery) -> int:
        return self._row(delivery)[1]


def test_no_order_of_events_skips_doubles_or_loses_anybody(store: Store) -> None:
    class Here(Sending):
        def __init__(self) -> None:
            super().__init__(store)

    run_state_machine_as_test(
        Here,
        settings=settings(stateful_step_count=40, suppress_health_check=list(HealthCheck)),
    )
