from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import DeliveryState, IssueState, Period, Variant
from publisher.store import Store, issues, ledger, open_store, subscribers
from publisher.tasks import leaving
from publisher.tokens import leave_token

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SECRET = "a secret of sixteen characters or more"
WEEKLY, DAILY = "the-organization", "the-harbour"
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


@dataclass
class Bruno:
    """A subscriber to two newsletters, an issue of each of which is being sent."""

    store: Store
    id: int
    issues: dict[str, int]

    def token(self, newsletter: str = WEEKLY) -> str:
        return leave_token(self.id, newsletter, SECRET)

    def reads(self, newsletter: str) -> bool:
        with self.store.reading() as transaction:
            return subscribers.is_subscribed(transaction, self.id, newsletter)

    def rows(self, newsletter: str) -> dict[DeliveryState, int]:
        with self.store.reading() as transaction:
            return dict(ledger.counts(transaction, self.issues[newsletter]))


@pytest.fixture
def bruno(tmp_path: Path) -> Iterator[Bruno]:
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    period = Period("2026-W47", NOW - timedelta(days=4), NOW + timedelta(days=3))
    with store.writing() as transaction:
        opened = {}
        for newsletter in (WEEKLY, DAILY):
            subscribers.add(transaction, "bruno@example.org", "", "es", (), newsletter, "paper list", NOW)
            opened[newsletter] = issues.put(
                transaction, newsletter, "es", period, 1, "Puerto", (), Variant("", "", "", "", ""), NOW
            )
            issues.move(transaction, opened[newsletter], (IssueState.DRAFT,), IssueState.SENDING, NOW)
            ledger.open_issue(transaction, opened[newsletter], newsletter, "es", NOW)
        found = subscribers.by_email(transaction, "bruno@example.org")
    assert found
    yield Bruno(store, found.id, opened)
    store.close()


def test_finding_tells_what_the_link_is_about_and_changes_nothing(bruno: Bruno) -> None:
    found = leaving.find(bruno.store, bruno.token(), SECRET)

    assert found == leaving.Subscription(WEEKLY, "es", "b…@example.org", is_active=True)
    assert bruno.reads(WEEKLY)


def test_leaving_ends_this_subscription_and_no_other(bruno: Bruno) -> None:
    left = leaving.leave(bruno.store, bruno.token(), SECRET, NOW)

    assert left == leaving.Left(WEEKLY, "es", "b…@example.org", already=False)
    assert (bruno.reads(WEEKLY), bruno.reads(DAILY)) == (False, True)


def test_a_message_that_waits_is_not_sent_any_more(bruno: Bruno) -> None:
    leaving.leave(bruno.store, bruno.token(), SECRET, NOW)

    assert bruno.rows(WEEKLY) == {DeliveryState.SUPPRESSED: 1}
    assert bruno.rows(DAILY) == {DeliveryState.QUEUED: 1}


def test_leaving_twice_is_leaving_once(bruno: Bruno) -> None:
    leaving.leave(bruno.store, bruno.token(), SECRET, NOW)

    again = leaving.leave(bruno.store, bruno.token(), SECRET, NOW + timedelta(days=400))

    assert again
    assert again.already
    assert not bruno.reads(WEEKLY)
    found = leaving.find(bruno.store, bruno.token(), SECRET)
    assert found
    assert not found.is_active


def test_a_subscription_that_never_was_cannot_be_left(bruno: Bruno) -> None:
    for token in (bruno.token("another"), leave_token(bruno.id + 1, WEEKLY, SECRET)):
        assert leaving.find(bruno.store, token, SECRET) is None
        assert leaving.leave(bruno.store, token, SECRET, NOW) is None


def test_a_token_with_any_one_character_changed_is_refused(bruno: Bruno) -> None:
    token = bruno.token()
    flipped = [token[:at] + other + token[at + 1 :] for at in range(len(token)) for other in URL_SAFE]

    taken = {forged for forged in flipped if leaving.find(bruno.store, forged, SECRET)}

    assert taken == {token}


def test_a_token_cut_or_lengthened_is_refused(bruno: Bruno) -> None:
    token = bruno.token()
    cut = [token[:at] for at in range(len(token))] + [token[at:] for at in range(1, len(token))]
    longer = [token + mark for mark in (*URL_SAFE, "=", "==", "!", " ", "\n", "\x00", "é")] + [f" {token}", f".{token}"]

    for forged in cut + longer:
        assert leaving.leave(bruno.store, forged, SECRET, NOW) is None
    assert bruno.reads(WEEKLY)


def test_a_token_of_another_secret_is_refused(bruno: Bruno) -> None:
    forged = leave_token(bruno.id, WEEKLY, SECRET + "!")

    assert leaving.leave(bruno.store, forged, SECRET, NOW) is None
    assert bruno.reads(WEEKLY)


@given(st.emails())
def test_a_masked_address_keeps_its_domain_and_one_letter(email: str) -> None:
    shown = leaving.masked(email)

    assert shown == f"{email[0]}…@{email.rpartition('@')[2]}"
