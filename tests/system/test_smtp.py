"""An issue goes out by a real Postfix and arrives in its readers' mailboxes."""

import os
import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from publisher.config import Settings
from publisher.config.settings import Smtp
from publisher.deliver import message
from publisher.deliver.return_path import read_return_path
from publisher.model import Delivery, DeliveryState, IssueState, Variant
from publisher.store import Store, issues, open_store, subscribers
from publisher.store.schema import deliveries
from publisher.tasks import reconciling, sending, signing
from tests.deliver import samples
from tests.deliver.samples import NOW
from tests.system import postfix

pytestmark = [
    pytest.mark.needs(postfix.PROGRAM, "openssl"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a Postfix"),
]

NEWSLETTER = "the-organization"
READERS = [f"reader{number}@example.org" for number in range(19)]
GONE = "gone@example.org"
SUBJECT = "Cuarenta lanchas salieron del registro; según el capitán, todas siguen navegando"


@dataclass
class Mailboxes:
    """The readers' side: what Postfix passed on, in the order it came."""

    arrived: "queue.Queue[tuple[str, str, bytes]]" = field(default_factory=queue.Queue)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.arrived.put((envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        return "250 2.0.0 taken"

    def wait_for(self, count: int) -> dict[str, tuple[str, bytes]]:
        """Give sender and content by recipient once so many have come; the test's time limit ends a wait in vain."""
        found = {}
        for _ in range(count):
            sender, recipient, content = self.arrived.get()
            assert recipient not in found
            found[recipient] = (sender, content)
        return found


@pytest.fixture
def mailboxes() -> Iterator[tuple[Mailboxes, int]]:
    made = Mailboxes()
    with postfix.mailboxes(made) as port:
        yield made, port


@pytest.fixture
def relay(tmp_path: Path, mailboxes: tuple[Mailboxes, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Smtp]:
    """Postfix between us and the mailboxes, and the settings that reach it."""
    folder = tmp_path / "postfix"
    folder.mkdir()
    with postfix.server(folder, mailboxes[1], refused=(GONE,)) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        yield Smtp(host="127.0.0.1", port=running.port, security="starttls", timeout_seconds=60)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    yield opened
    opened.close()


def approved_issue(store: Store) -> int:
    variant = Variant(SUBJECT, "", samples.HTML * 40, samples.TEXT, "")
    period = samples.issue().period
    with store.writing() as transaction:
        for email in (*READERS, GONE):
            subscribers.add(transaction, email, "Díaz, José", "es", (), NEWSLETTER, "paper list, May 2026", NOW)
        put = issues.put(transaction, NEWSLETTER, "es", period, 12, "La flota", (), variant, NOW)
        issues.move(transaction, put, (IssueState.DRAFT,), IssueState.APPROVED, NOW)
    return put


def made(store: Store, settings: Settings, issue: int, key: str, email: str) -> message.Message:
    """Make a delivery's mail again, as a second try would."""
    with store.reading() as transaction:
        reader, of = subscribers.by_email(transaction, email), issues.get(transaction, issue)
    assert reader
    assert of
    template = message.template(settings, settings.newsletters[0], of, signing.secret(store, settings))
    return template.fill(Delivery(0, key, issue, reader, NOW, 2))


def test_an_issue_goes_out_by_postfix_and_arrives_as_it_was_made(
    store: Store, relay: Smtp, mailboxes: tuple[Mailboxes, int]
) -> None:
    settings = samples.settings(delivery={"transport": "smtp", "smtp": relay})
    issue = approved_issue(store)

    counts = sending.send(store, settings, issue, lambda: NOW)
    arrived = mailboxes[0].wait_for(len(READERS))

    assert counts == {DeliveryState.SENT: len(READERS), DeliveryState.FAILED: 1}
    assert sorted(arrived) == sorted(READERS)
    for recipient, (sender, content) in arrived.items():
        key = read_return_path(sender, signing.secret(store, settings))
        assert key is not None
        received, whole, ours = content.partition(b"To: ")
        assert whole + ours == made(store, settings, issue, key, recipient).content
        assert samples.parsed(received).keys() == ["Received"]


def test_the_fields_arrive_as_mail_programs_read_them(
    store: Store, relay: Smtp, mailboxes: tuple[Mailboxes, int]
) -> None:
    settings = samples.settings(delivery={"transport": "smtp", "smtp": relay})

    sending.send(store, settings, approved_issue(store), lambda: NOW)

    for recipient, (_, content) in mailboxes[0].wait_for(len(READERS)).items():
        read = samples.parsed(content)
        assert read["Subject"] == SUBJECT
        assert read["To"] == f'"Díaz, José" <{recipient}>'
        assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = str(read["List-Unsubscribe"]).split(">")[0].strip("<")
        part = read.get_body(("html",))
        assert part
        assert f'href="{link}"' in part.get_content()


def test_a_real_log_settles_those_of_whom_nobody_knows(
    store: Store, relay: Smtp, mailboxes: tuple[Mailboxes, int], tmp_path: Path
) -> None:
    settings = samples.settings(delivery={"transport": "smtp", "smtp": relay})
    issue = approved_issue(store)
    sending.send(store, settings, issue, lambda: NOW)
    mailboxes[0].wait_for(len(READERS))
    with store.writing() as transaction:
        issues.move(transaction, issue, (IssueState.SENT,), IssueState.PAUSED, NOW)
        transaction.execute(update(deliveries).values(state=DeliveryState.UNCERTAIN, settled=NOW))

    account = reconciling.by_log(store, settings, issue, [tmp_path / "postfix" / "log"], datetime.now(UTC))

    assert account.settled == {DeliveryState.SENT: len(READERS)}
    assert [one.partition(":")[0] for one in account.left] == [GONE]


def test_who_was_refused_is_told_with_the_servers_words(store: Store, relay: Smtp) -> None:
    settings = samples.settings(delivery={"transport": "smtp", "smtp": relay})
    issue = approved_issue(store)

    sending.send(store, settings, issue, lambda: NOW)

    with store.reading() as transaction:
        (told,) = subscribers.exported(transaction, GONE)["deliveries"]
    assert (told["state"], told["code"]) == ("failed", 550)
    assert "no such reader" in told["words"]
