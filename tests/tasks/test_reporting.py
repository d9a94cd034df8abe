"""What the relay reports ends the mail to dead addresses like a mail that came back, once each."""

from collections.abc import Callable
from typing import Any

import pytest

from publisher.deliver.return_path import base, return_path
from publisher.errors import NotAllowed
from publisher.store import subscribers
from publisher.tasks import reporting, signing
from tests.deliver.far_relays import (
    CERTIFICATE,
    SECRET,
    TOPIC,
    by_mailgun,
    by_password,
    by_sns,
    confirmation,
    sns_certificate,
)
from tests.tasks.conftest import Newsroom

ANA = "ana@example.org"


@pytest.fixture
def key(newsroom: Newsroom) -> str:
    """The key of the mail that Ana got."""
    newsroom.publishes("Port audit")
    newsroom.subscribes(ANA)
    newsroom.sends(newsroom.approves(newsroom.composes()))
    (mail,) = newsroom.mails()
    return str(mail["Message-ID"]).strip("<>").partition("@")[0]


@pytest.fixture
def asked() -> list[str]:
    """The addresses that were asked."""
    return []


@pytest.fixture
def takes(newsroom: Newsroom, asked: list[str]) -> Callable[..., list[str]]:
    """Take a call of a relay; give what was done."""

    def _get(url: str) -> bytes:
        asked.append(url)
        return sns_certificate()

    def _take(relay: str, sent: tuple[dict[str, str], bytes], **webhook: Any) -> list[str]:
        values = {**({"topic": TOPIC} if relay == "ses" else {"secret": SECRET}), **webhook}
        settings = newsroom.settings.delivery.webhook.__class__.model_validate(values)
        newsroom.configured("delivery", relay=relay, webhook=settings)
        account = reporting.take(newsroom.store, newsroom.settings, *sent, newsroom.now, _get)
        return [taken.done for taken in account]

    return _take


def failed(key: str, **fields: Any) -> tuple[dict[str, str], bytes]:
    status = {"code": 550, "message": "5.1.1 user unknown"}
    event = {"event": "failed", "severity": "permanent", "id": "a1", "recipient": ANA, "delivery-status": status}
    return by_mailgun({"user-variables": {"delivery": key}, **event, **fields})


def known(newsroom: Newsroom) -> dict[str, Any]:
    with newsroom.store.reading() as transaction:
        return subscribers.exported(transaction, ANA)


def test_a_dead_address_is_suppressed_once(newsroom: Newsroom, key: str, takes: Callable[..., list[str]]) -> None:
    assert takes("mailgun", failed(key)) == ["suppressed"]
    assert takes("mailgun", failed(key)) == ["nothing: it was counted before"]

    assert known(newsroom)["suppressed"] == "hard bounce 5.1.1"
    assert len(known(newsroom)["bounces"]) == 1


def test_a_complaint_ends_all_and_the_relays_way_out_one(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]]
) -> None:
    left = failed(key, event="unsubscribed")
    assert takes("mailgun", left) == ["left the-organization"]
    assert takes("mailgun", left) == ["nothing: it was counted before"]
    assert not known(newsroom)["suppressed"]

    assert takes("mailgun", failed(key, event="complained")) == ["suppressed"]
    assert known(newsroom)["suppressed"] == "complaint (abuse)"


@pytest.mark.parametrize("fields", [{}, {"delivery": "00" * 10}, {"delivery": "a\0b"}, {"delivery": "é" * 2000}])
def test_what_names_no_mail_of_ours_changes_nothing(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]], fields: dict[str, Any]
) -> None:
    assert takes("mailgun", failed(key, **{"user-variables": fields})) == ["nothing: it names no mail of ours"]
    assert not known(newsroom)["suppressed"]


def test_what_is_not_proven_changes_nothing(newsroom: Newsroom, key: str, takes: Callable[..., list[str]]) -> None:
    with pytest.raises(NotAllowed):
        takes("mailgun", failed(key), secret="the key of somebody else")

    assert not known(newsroom)["suppressed"]


def test_amazon_names_the_delivery_by_our_return_path_where_it_keeps_no_tags(
    newsroom: Newsroom, key: str, takes: Callable[..., list[str]], asked: list[str]
) -> None:
    sender = return_path(
        base(newsroom.settings.delivery.return_path), key, signing.secret(newsroom.store, newsroom.settings)
    )
    recipient = {"emailAddress": ANA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [recipient]}
    sent = {"notificationType": "Bounce", "mail": {"source": sender}, "bounce": bounce}

    assert takes("ses", by_sns(sent)) == ["suppressed"]
    assert asked == [CERTIFICATE]


def test_amazons_topic_is_confirmed_where_it_asks(takes: Callable[..., list[str]], asked: list[str]) -> None:
    takes("ses", confirmation())

    assert len(asked) == 2
    assert asked[1].endswith("Token=abc")


def test_another_topic_asks_us_for_nothing(takes: Callable[..., list[str]], asked: list[str]) -> None:
    with pytest.raises(NotAllowed):
        takes("ses", confirmation(TopicArn="arn:aws:sns:us-east-1:210987654321:bounces"))

    assert asked == []


def test_only_the_relay_of_the_config_is_expected(newsroom: Newsroom, takes: Callable[..., list[str]]) -> None:
    assert not reporting.is_expected(newsroom.settings, "own")
    takes("postmark", by_password({}))

    assert reporting.is_expected(newsroom.settings, "postmark")
    assert not reporting.is_expected(newsroom.settings, "brevo")
