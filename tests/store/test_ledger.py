"""The ledger: a row for each recipient, claimed, settled, given back, found again; nobody twice, nobody skipped."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from publisher.model import Delivery, DeliveryState, Reply
from publisher.store import Store, ledger, standing, subscribers
from publisher.store.issue_ledger import IssueLedger
from publisher.store.schema import deliveries
from tests.store.cast import (
    DEFERRED,
    FAILED,
    LEASE,
    NOW,
    SENDER,
    SENT,
    WEEKLY,
    claimed,
    counted,
    found,
    issue,
    opened,
    settle,
    subscribe,
)

ANA, BRUNO, CARLA = "ana@example.org", "bruno@example.org", "carla@example.org"
ENDED = NOW + timedelta(seconds=LEASE)
HOUR = timedelta(hours=1)


def open_again(store: Store, made: int, newsletter: str = WEEKLY, language: str = "en") -> int:
    with store.writing() as transaction:
        return ledger.open_issue(transaction, made, newsletter, language, NOW)


def release(store: Store, *given_back: Delivery) -> None:
    with store.writing() as transaction:
        ledger.release(transaction, given_back)


def expire(store: Store, made: int) -> int:
    with store.writing() as transaction:
        return ledger.expire(transaction, made, ENDED)


def requeue(store: Store, made: int) -> int:
    with store.writing() as transaction:
        return ledger.requeue_uncertain(transaction, made)


def leave(store: Store, email: str) -> None:
    with store.writing() as transaction:
        subscribers.leave(transaction, found(store, email).id, WEEKLY, NOW)


def emails(some: list[Delivery]) -> list[str]:
    return [one.subscriber.email for one in some]


def row(store: Store, delivery: Delivery) -> dict[str, Any]:
    with store.reading() as transaction:
        found_row = transaction.execute(select(deliveries).where(deliveries.c.id == delivery.id)).one()
    return dict(found_row._mapping)


def test_opening_makes_a_row_for_each_active_subscription(store: Store) -> None:
    subscribe(store, ANA, BRUNO, CARLA, "dora@example.org")
    subscribe(store, "elsa@example.org", language="es")
    subscribe(store, "fede@example.org", newsletter="the-harbour")
    leave(store, ANA)
    with store.writing() as transaction:
        subscribers.suppress(transaction, BRUNO, "complaint", NOW)
    made = issue(store)

    assert open_again(store, made) == 2

    assert emails(claimed(store, made)) == [CARLA, "dora@example.org"]


def test_opening_again_adds_nobody_twice(store: Store) -> None:
    made = opened(store, ANA, BRUNO)
    settle(store, claimed(store, made, 1)[0], SENT)

    assert open_again(store, made) == 0
    assert counted(store, made) == {"sent": 1, "queued": 1}


def test_opening_an_issue_nobody_reads_makes_nothing(store: Store) -> None:
    made = issue(store)

    assert open_again(store, made) == 0
    assert claimed(store, made) == []
    assert counted(store, made) == {}


def test_keys_are_ten_bytes_in_hex_each_its_own(store: Store) -> None:
    made = opened(store, *(f"reader{number}@example.org" for number in range(50)))

    keys = [one.key for one in claimed(store, made)]

    assert len(set(keys)) == 50
    assert all(re.fullmatch("[0-9a-f]{20}", key) for key in keys)


def test_a_claim_takes_as_many_as_asked_and_nobody_twice(store: Store) -> None:
    made = opened(store, ANA, BRUNO, CARLA)

    assert emails(claimed(store, made, 2)) == [ANA, BRUNO]
    assert emails(claimed(store, made, 2)) == [CARLA]
    assert claimed(store, made, 2) == []
    assert claimed(store, made, 0) == []
    assert counted(store, made) == {"sending": 3}


def test_a_claim_keeps_to_its_issue(store: Store) -> None:
    first, second = opened(store, ANA), opened(store, BRUNO)

    assert {one.issue for one in claimed(store, second)} == {second}
    assert counted(store, first) == {"queued": 1}


def test_what_the_server_said_is_kept(store: Store) -> None:
    made = opened(store, ANA, BRUNO, CARLA)
    for delivery, reply in zip(claimed(store, made), (SENT, DEFERRED, FAILED), strict=True):
        settle(store, delivery, reply)
        kept = row(store, delivery)
        assert (kept["code"], kept["enhanced"], kept["words"]) == (reply.code, reply.enhanced, reply.words)
        assert (kept["settled"], kept["lease_until"]) == (NOW, None)

    assert counted(store, made) == {"sent": 1, "deferred": 1, "failed": 1}


def test_words_of_any_length_and_kind_are_kept_short_and_clean(store: Store) -> None:
    made = opened(store, ANA)
    (delivery,) = claimed(store, made)

    settle(store, delivery, Reply(DeliveryState.FAILED, 550, "5." * 99, "\x00é\ud800" + "x" * 100_000))

    kept = row(store, delivery)
    assert kept["words"] == "é" + "x" * (ledger.MAX_WORDS - 3)
    assert kept["enhanced"] == "5." * 10


def test_a_deferred_row_waits_longer_each_time_and_fails_in_the_end(store: Store) -> None:
    made = opened(store, ANA)
    now, waits = NOW, []
    while taken := claimed(store, made, now=now):
        settle(store, taken[0], DEFERRED, now)
        due = row(store, taken[0])["next_try"]
        if due is None:
            break
        assert claimed(store, made, now=due - timedelta(seconds=1)) == []
        waits.append((due - now) / HOUR)
        now = due

    assert [5 / 6 * most < wait <= most for wait, most in zip(waits, [0.5, 1, 2, 4, 4], strict=False)] == [True] * 5
    assert counted(store, made) == {"failed": 1}
    assert NOW + 27 * HOUR < now <= NOW + 36 * HOUR


def test_those_who_were_put_off_together_come_back_one_after_the_other(store: Store) -> None:
    made = opened(store, ANA, BRUNO, CARLA)
    deliveries = claimed(store, made)
    for delivery in deliveries:
        settle(store, delivery, DEFERRED)

    assert len({row(store, delivery)["next_try"] for delivery in deliveries}) == 3


def test_a_row_whose_first_turn_comes_days_later_is_tried_again_like_any_other(store: Store) -> None:
    made = opened(store, ANA)
    late = NOW + 72 * HOUR
    (delivery,) = claimed(store, made, now=late)

    settle(store, delivery, DEFERRED, late)

    assert late + timedelta(minutes=25) < row(store, delivery)["next_try"] <= late + timedelta(minutes=30)


def test_those_never_tried_go_before_those_who_wait(store: Store) -> None:
    made = opened(store, ANA, BRUNO, CARLA)
    settle(store, claimed(store, made, 1)[0], DEFERRED)

    assert emails(claimed(store, made, 2, NOW + HOUR)) == [BRUNO, CARLA]
    assert emails(claimed(store, made, 2, NOW + HOUR)) == [ANA]


def test_a_row_given_back_is_anybodys_at_once(store: Store) -> None:
    made = opened(store, ANA, BRUNO)
    first, second = claimed(store, made)

    release(store, second, first)
    release(store)

    assert emails(claimed(store, made)) == [ANA, BRUNO]


def test_a_row_given_back_twice_is_not_taken_from_its_new_owner(store: Store) -> None:
    made = opened(store, ANA)
    (mine,) = claimed(store, made)
    release(store, mine)
    claimed(store, made)

    release(store, mine)

    assert counted(store, made) == {"sending": 1}


def test_a_row_whose_lease_ended_is_uncertain_and_sent_again_only_when_asked(store: Store) -> None:
    made = opened(store, ANA)
    (first,) = claimed(store, made)
    assert claimed(store, made, now=ENDED) == []

    assert expire(store, made) == 1
    assert claimed(store, made, now=ENDED) == []
    assert counted(store, made) == {"uncertain": 1}
    assert requeue(store, made) == 1

    (second,) = claimed(store, made)
    assert (second.key, second.created) == (first.key, first.created)


def test_a_delay_grows_with_tries_and_not_with_claims(store: Store) -> None:
    made = opened(store, ANA)
    for _ in range(9):
        release(store, *claimed(store, made))
    (delivery,) = claimed(store, made)
    assert (delivery.attempts, delivery.claim) == (0, 10)

    settle(store, delivery, DEFERRED)

    kept = row(store, delivery)
    assert 5 / 6 * ledger.FIRST_DELAY < kept["next_try"] - NOW <= ledger.FIRST_DELAY
    assert (kept["attempts"], kept["claims"]) == (1, 10)


def test_who_left_was_not_tried(store: Store) -> None:
    made = opened(store, ANA)
    (delivery,) = claimed(store, made)

    settle(store, delivery, Reply(DeliveryState.SUPPRESSED))

    assert row(store, delivery)["attempts"] == 0


def test_those_who_were_skipped_are_named_with_the_servers_words(store: Store) -> None:
    made = opened(store, ANA, BRUNO, CARLA)
    first, second, _third = claimed(store, made)
    settle(store, first, FAILED)
    settle(store, second, SENT)
    expire(store, made)

    with store.reading() as transaction:
        both = standing.outcomes(transaction, made, [DeliveryState.FAILED, DeliveryState.UNCERTAIN], 10)
        assert standing.outcomes(transaction, made, [DeliveryState.FAILED, DeliveryState.UNCERTAIN], 1) == both[:1]

    assert [(one.email, one.state, one.code, one.words) for one in both] == [
        (ANA, DeliveryState.FAILED, 550, "no such user"),
        (CARLA, DeliveryState.UNCERTAIN, None, ""),
    ]


def test_an_issue_has_sent_once_the_server_took_a_message(store: Store) -> None:
    made = opened(store, ANA, BRUNO)
    first, second = claimed(store, made)
    settle(store, first, FAILED)
    with store.reading() as transaction:
        assert not standing.has_sent(transaction, made)

    settle(store, second, SENT)
    with store.reading() as transaction:
        assert standing.has_sent(transaction, made)


def test_a_lease_that_runs_and_a_row_that_is_settled_do_not_expire(store: Store) -> None:
    made = opened(store, ANA, BRUNO)
    settle(store, claimed(store, made, 1)[0], SENT)
    claimed(store, made, 1, NOW + timedelta(seconds=1))

    assert expire(store, made) == 0
    assert requeue(store, made) == 0


@pytest.mark.parametrize("requeued", [False, True], ids=["uncertain", "queued again"])
@pytest.mark.parametrize("reply", [SENT, DEFERRED, FAILED], ids=lambda reply: str(reply.state))
def test_an_answer_that_comes_after_the_lease_still_counts(store: Store, reply: Reply, requeued: bool) -> None:
    made = opened(store, ANA)
    (slow,) = claimed(store, made)
    expire(store, made)
    if requeued:
        requeue(store, made)

    settle(store, slow, reply, ENDED)

    assert counted(store, made) == {str(reply.state): 1}


def test_an_answer_that_comes_when_another_has_the_row_changes_nothing(store: Store) -> None:
    made = opened(store, ANA)
    (slow,) = claimed(store, made)
    expire(store, made)
    requeue(store, made)
    (mine,) = claimed(store, made)

    settle(store, slow, FAILED)

    assert counted(store, made) == {"sending": 1}
    settle(store, mine, SENT)
    assert counted(store, made) == {"sent": 1}


def test_who_changed_language_after_the_opening_gets_the_issue_of_the_opening(store: Store) -> None:
    made = opened(store, ANA)
    with store.writing() as transaction:
        transaction.exec_driver_sql("UPDATE subscriptions SET language = 'es'")

    (delivery,) = claimed(store, made)

    assert delivery.subscriber.email == ANA


@pytest.mark.parametrize("ending", ["left", "suppressed", "erased"])
@pytest.mark.parametrize("state", ["queued", "deferred", "uncertain"])
def test_who_is_gone_is_never_claimed_again(store: Store, state: str, ending: str) -> None:
    made = opened(store, ANA, BRUNO)
    if state != "queued":
        first, second = claimed(store, made)
        settle(store, second, SENT)
    if state == "deferred":
        settle(store, first, DEFERRED)
    if state == "uncertain":
        expire(store, made)

    with store.writing() as transaction:
        if ending == "left":
            subscribers.leave(transaction, found(store, ANA).id, WEEKLY, NOW)
        elif ending == "suppressed":
            subscribers.suppress(transaction, ANA, "complaint", NOW)
        else:
            subscribers.erase(transaction, ANA)
    requeue(store, made)

    assert ANA not in emails(claimed(store, made, 1, NOW + HOUR))
    assert claimed(store, made, 1, NOW + HOUR) == []
    assert counted(store, made)["suppressed"] == 1
    assert sum(counted(store, made).values()) == 2


def test_who_leaves_is_taken_out_of_the_issues_of_that_newsletter_alone(store: Store) -> None:
    subscribe(store, ANA, newsletter="the-harbour")
    weekly, harbour = opened(store, ANA, BRUNO), issue(store, "the-harbour")
    open_again(store, harbour, "the-harbour")

    with store.writing() as transaction:
        ledger.suppress_queued(transaction, found(store, ANA).id, WEEKLY, NOW)

    assert counted(store, weekly) == {"suppressed": 1, "queued": 1}
    assert counted(store, harbour) == {"queued": 1}


def test_a_claim_goes_on_past_those_who_are_gone(store: Store) -> None:
    made = opened(store, *(f"reader{number}@example.org" for number in range(5)), BRUNO)
    for number in range(5):
        leave(store, f"reader{number}@example.org")

    assert emails(claimed(store, made, 2)) == [BRUNO]
    assert counted(store, made) == {"suppressed": 5, "sending": 1}


def test_who_is_erased_while_the_message_is_sent_is_settled_without_a_word(store: Store) -> None:
    made = opened(store, ANA)
    (delivery,) = claimed(store, made)
    with store.writing() as transaction:
        subscribers.erase(transaction, ANA)

    settle(store, delivery, Reply(DeliveryState.FAILED, 550, "5.1.1", f"<{ANA}>: no such user"))

    kept = row(store, delivery)
    assert (kept["state"], kept["code"], kept["words"], kept["subscriber_id"]) == ("failed", 550, "", None)


def test_who_is_erased_while_a_sender_dies_ends_suppressed(store: Store) -> None:
    made = opened(store, ANA)
    claimed(store, made)
    with store.writing() as transaction:
        subscribers.erase(transaction, ANA)

    expire(store, made)
    requeue(store, made)

    assert claimed(store, made) == []
    assert counted(store, made) == {"suppressed": 1}


def test_settling_nothing_changes_nothing(store: Store) -> None:
    made = opened(store, ANA)
    with store.writing() as transaction:
        ledger.settle(transaction, [], NOW, 36)
    assert counted(store, made) == {"queued": 1}


def test_the_ledger_of_one_issue_is_the_same_in_transactions_of_its_own(store: Store) -> None:
    made = opened(store, ANA, BRUNO)
    rows = IssueLedger(store, made, LEASE, 36, SENDER)

    first, second = rows.claim(5, NOW).deliveries
    rows.renew(NOW + HOUR)
    assert expire(store, made) == 0
    rows.settle([(first, SENT)], NOW)
    rows.release([second])

    assert counted(store, made) == {"sent": 1, "queued": 1}


def recover(store: Store, made: int, notes: dict[tuple[int, int], Reply], *, is_whole: bool = True) -> int:
    with store.writing() as transaction:
        return ledger.recover(transaction, made, SENDER, notes, NOW, 36, is_whole=is_whole)


@pytest.mark.parametrize(("is_whole", "silent"), [(True, "queued"), (False, "uncertain")])
def test_what_a_dead_sender_knew_is_written_and_of_the_rest_nothing_was_begun(
    store: Store, is_whole: bool, silent: str
) -> None:
    made = opened(store, ANA, BRUNO, CARLA)
    first, second, third = claimed(store, made)
    notes = {(first.id, first.claim): SENT, (second.id, second.claim): Reply(DeliveryState.UNCERTAIN)}

    assert recover(store, made, notes, is_whole=is_whole) == 3

    assert [row(store, one)["state"] for one in (first, second, third)] == ["sent", "uncertain", silent]
    assert recover(store, made, notes, is_whole=is_whole) == 0


@pytest.mark.parametrize("requeued", [False, True], ids=["uncertain", "queued again"])
def test_a_journal_that_comes_back_after_the_lease_still_counts(store: Store, requeued: bool) -> None:
    made = opened(store, ANA, BRUNO)
    first, second = claimed(store, made)
    expire(store, made)
    if requeued:
        requeue(store, made)

    recover(store, made, {(first.id, first.claim): SENT})

    assert [row(store, one)["state"] for one in (first, second)] == ["sent", "queued"]


def test_a_journal_says_nothing_of_rows_that_another_sender_has_by_now(store: Store) -> None:
    made = opened(store, ANA)
    (old,) = claimed(store, made)
    release(store, old)
    with store.writing() as transaction:
        ledger.claim(transaction, made, 1, NOW, LEASE, "another sender")

    assert recover(store, made, {(old.id, old.claim): SENT}) == 0
    assert counted(store, made) == {"sending": 1}


def turn(store: Store, issue: int, *, after: timedelta = timedelta(), resend: bool = True) -> tuple[bool, bool]:
    """Tell whether a sender would find something to send, and whether the issue is open at all."""
    with store.reading() as transaction:
        has_turn = standing.has_turn(transaction, issue, NOW + after, resend_uncertain=resend)
        return has_turn, standing.is_open(transaction, issue)


def test_a_sender_has_something_to_do_when_a_rows_turn_has_come(store: Store) -> None:
    made = opened(store, ANA)
    assert turn(store, made) == (True, True)

    (delivery,) = claimed(store, made)
    assert turn(store, made) == (False, True)
    assert turn(store, made, after=timedelta(seconds=LEASE)) == (True, True)

    settle(store, delivery, DEFERRED)
    assert turn(store, made) == (False, True)
    assert turn(store, made, after=ledger.FIRST_DELAY) == (True, True)


def test_an_uncertain_row_has_its_turn_only_where_it_is_sent_again(store: Store) -> None:
    made = opened(store, ANA)
    claimed(store, made)
    expire(store, made)

    assert turn(store, made) == (True, True)
    assert turn(store, made, resend=False) == (False, True)


def test_an_issue_is_over_when_every_row_is_settled_for_good(store: Store) -> None:
    made = opened(store, ANA)
    (delivery,) = claimed(store, made)

    settle(store, delivery, SENT)

    assert turn(store, made) == (False, False)
