"""What a real Postfix refuses, asks for and sends back, and what becomes of an issue by that."""

import os
import queue
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from publisher.config import Settings
from publisher.config.settings import Smtp
from publisher.errors import FarEndError
from publisher.model import DeliveryState, IssueState, Variant
from publisher.store import Store, issues, open_store, subscribers
from publisher.tasks import bouncing, issuing, sending
from tests.deliver import samples
from tests.deliver.samples import NOW
from tests.system import dovecot, postfix

pytestmark = [
    pytest.mark.needs(postfix.PROGRAM, "openssl"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a Postfix"),
]

NEWSLETTER = "the-organization"
READERS = [f"reader{number}@example.org" for number in range(5)]
DEAD = READERS[2]


@dataclass
class Mailboxes:
    """The readers' side, which knows all but one of them, and what came back to us."""

    bounces: "queue.Queue[bytes]" = field(default_factory=queue.Queue)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address == DEAD:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if envelope.rcpt_tos[0].startswith("bounces+"):
            to = f"Delivered-To: {envelope.rcpt_tos[0]}\r\n"
            self.bounces.put(to.encode() + envelope.content)
        return "250 2.0.0 taken"


@pytest.fixture
def mailboxes() -> Iterator[tuple[Mailboxes, int]]:
    made = Mailboxes()
    with postfix.mailboxes(made) as port:
        yield made, port


@dataclass
class Desk:
    """A newsroom with an approved issue, and the Postfix that takes its mails."""

    store: Store
    settings: Settings
    issue: int

    def sends(self) -> dict[DeliveryState, int]:
        return dict(sending.send(self.store, self.settings, self.issue, lambda: NOW))

    def logs_in(self, password: str) -> None:
        update = {"username": dovecot.USER, "password": password}
        smtp = Smtp(**{**self.settings.delivery.smtp.model_dump(), **update})
        delivery = self.settings.delivery.model_copy(update={"smtp": smtp})
        self.settings = self.settings.model_copy(update={"delivery": delivery})

    @property
    def stands(self) -> tuple[IssueState, dict[DeliveryState, int]]:
        issue = issuing.known_issue(self.store, self.issue)
        return issue.state, dict(sending.status(self.store, self.issue))


@pytest.fixture
def desk(
    tmp_path: Path, mailboxes: tuple[Mailboxes, int], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk whose Postfix has the settings that the test names."""
    folder, store = tmp_path / "postfix", open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    folder.mkdir()
    variant = Variant("La flota", "", samples.HTML, samples.TEXT, "")
    with store.writing() as transaction:
        for email in READERS:
            subscribers.add(transaction, email, "", "es", (), NEWSLETTER, "paper list, May 2026", NOW)
        made = issues.put(transaction, NEWSLETTER, "es", samples.issue().period, 12, "La flota", (), variant, NOW)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, NOW)
    more = getattr(request, "param", "").format(folder=tmp_path)
    with postfix.server(folder, mailboxes[1], more=more) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        smtp = Smtp(host="127.0.0.1", port=running.port, security="starttls", connections=1)
        delivery = {"transport": "smtp", "smtp": smtp, "return_path": "bounces@example.org"}
        yield Desk(store, samples.settings(delivery=delivery), made)
    store.close()


@pytest.mark.parametrize("desk", ["queue_minfree = 1000000000000000\n"], indirect=True)
def test_a_queue_without_room_puts_all_off_and_nobody_is_touched(desk: Desk) -> None:
    with pytest.raises(FarEndError, match=r"takes no mail now: 452 4\.3\.1") as raised:
        desk.sends()

    assert not raised.value.permanent
    assert desk.stands == (IssueState.SENDING, {DeliveryState.QUEUED: len(READERS)})


@pytest.mark.parametrize("desk", ["message_size_limit = 1000\n"], indirect=True)
def test_a_mail_above_the_size_limit_pauses_the_issue_and_nobody_is_touched(desk: Desk) -> None:
    with pytest.raises(FarEndError, match="takes messages of at most 1000 octets"):
        desk.sends()

    assert desk.stands == (IssueState.PAUSED, {DeliveryState.QUEUED: len(READERS)})


ASKS_FOR_A_LOG_IN = """\
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = unix:{folder}/dovecot/auth
smtpd_tls_auth_only = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""


@pytest.mark.needs(dovecot.PROGRAM)
@pytest.mark.parametrize("desk", [ASKS_FOR_A_LOG_IN], indirect=True)
def test_a_wrong_password_pauses_the_issue_and_with_the_right_one_it_goes_out(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "dovecot").mkdir()
    with dovecot.server(tmp_path / "dovecot"):
        desk.logs_in("close-sesame")
        with pytest.raises(FarEndError, match="refused our log-in: 535") as raised:
            desk.sends()
        assert "close-sesame" not in str(raised.value)
        assert desk.stands == (IssueState.PAUSED, {DeliveryState.QUEUED: len(READERS)})

        desk.logs_in(dovecot.PASSWORD)
        assert desk.sends() == {DeliveryState.SENT: len(READERS)}


def test_a_report_of_what_could_not_be_delivered_comes_back_and_suppresses_the_address(
    desk: Desk, mailboxes: tuple[Mailboxes, int], tmp_path: Path
) -> None:
    assert desk.sends() == {DeliveryState.SENT: len(READERS)}
    (tmp_path / "bounce.eml").write_bytes(mailboxes[0].bounces.get(timeout=20))

    (taken,) = bouncing.collect(desk.store, desk.settings, [tmp_path / "bounce.eml"], NOW)

    assert taken.bounce
    assert (taken.bounce.recipient, taken.bounce.status, taken.done) == (DEAD, "5.1.1", "suppressed")
    with desk.store.reading() as transaction:
        alive = Counter(subscribers.exported(transaction, one)["suppressed"] is None for one in READERS)
    assert alive == {True: len(READERS) - 1, False: 1}
