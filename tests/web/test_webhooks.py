"""Relays report at an address of ours: what they prove is taken, and nobody else changes anything."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config import Settings
from publisher.config.returning import Webhook
from publisher.store import Store, open_store
from publisher.tasks import reporting
from publisher.web import server
from publisher.web.app import application
from tests.deliver.far_relays import SECRET, by_password
from tests.web.conftest import Visitor

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@contextmanager
def site_of(settings: Settings, store: Store) -> Iterator[Visitor]:
    """The relay at the site of a newsroom that sends by Postmark."""
    delivery = {"relay": "postmark", "webhook": Webhook.model_validate({"secret": SECRET})}
    by_postmark = settings.model_copy(update={"delivery": settings.delivery.model_copy(update=delivery)})
    bound, stop = server.bind("127.0.0.1", 0), threading.Event()
    site = application(by_postmark, store, "a secret of sixteen characters or more", lambda: NOW)
    serving = threading.Thread(target=server.serve, args=(site, bound, stop))
    serving.start()
    yield Visitor(bound.getsockname()[1])
    stop.set()
    serving.join()


@pytest.fixture
def relay(settings: Settings, store: Store) -> Iterator[Visitor]:
    with site_of(settings, store) as visitor:
        yield visitor


def posts(relay: Visitor, sent: tuple[dict[str, str], bytes], path: str = "/webhooks/postmark") -> tuple[int, str]:
    headers, body = sent
    answer = relay.ask("POST", path, body, **headers)
    return answer.status, answer.text


def test_what_is_proven_is_taken_each_time(relay: Visitor) -> None:
    bounce = by_password({"RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "Email": "ana@example.org"})

    assert [posts(relay, bounce) for _ in range(2)] == [(200, "ok")] * 2


def test_who_proves_nothing_is_asked_who_it_is(relay: Visitor) -> None:
    answer = relay.ask("POST", "/webhooks/postmark", b"{}")

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="webhooks"')
    assert posts(relay, by_password({}, "another password of some length"))[0] == 401


def test_what_is_no_json_is_told(relay: Visitor) -> None:
    headers, _ = by_password({})

    assert posts(relay, (headers, b"<xml/>"))[0] == 400


def test_a_relay_that_is_not_ours_finds_nothing(relay: Visitor, visitor: Visitor) -> None:
    assert posts(relay, by_password({}), "/webhooks/brevo")[0] == 404
    assert posts(relay, by_password({}), "/webhooks/own")[0] == 404
    assert posts(visitor, by_password({}))[0] == 404


def test_who_looks_changes_nothing(relay: Visitor) -> None:
    assert relay.get("/webhooks/postmark").status == 405


def test_too_much_is_not_read(relay: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "MOST_BYTES", 1000)
    headers, _ = by_password({})

    assert posts(relay, (headers, json.dumps("x" * 1001).encode()))[0] == 413


def test_what_cannot_be_acted_on_is_to_be_sent_again(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    broken = open_store(f"sqlite:///{file}")
    broken.close()
    file.write_bytes(b"rubbish" * 1000)
    bounce = by_password(
        {"RecordType": "Bounce", "Type": "HardBounce", "Email": "ana@example.org", "Metadata": {"delivery": "00" * 10}}
    )

    with site_of(settings, broken) as relay:
        assert posts(relay, bounce)[0] == 500
    broken.close()
