"""Bounces in a mailbox of a real IMAP server: read once, marked when they were acted on, and never read whole."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from publisher.config import load
from publisher.config.returning import Imap
from publisher.deliver.bounces import MOST_OCTETS, imap
from publisher.errors import FarEndError
from publisher.store import open_store
from publisher.tasks import bouncing
from tests.system import dovecot
from tests.system.dovecot import Dovecot
from tests.tasks.conftest import SHIPPED, Newsroom

pytestmark = [
    pytest.mark.needs(dovecot.PROGRAM, dovecot.IMAP, "openssl"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a Dovecot"),
]

BOUNCE = (
    b"From: MAILER-DAEMON@mx.example.org\r\nTo: desk@example.org\r\n\r\n"
    b"<ana@example.org>:\r\n550 5.1.1 User unknown\r\n"
)
LETTER = b"From: bruno@example.org\r\nSubject: Re: The port\r\n\r\nThank you.\r\n"


def of(box: Dovecot, **fields: Any) -> Imap:
    given = {"host": "127.0.0.1", "port": box.secured, "username": dovecot.USER, "password": dovecot.PASSWORD}
    return Imap.model_validate({**given, **fields})


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    (tmp_path / "config.toml").write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    yield Newsroom(store, load(tmp_path / "config.toml", {}))
    store.close()


@pytest.fixture
def collects(newsroom: Newsroom, box: Dovecot) -> Callable[..., list[str]]:
    """Read the mailbox as `run` does; give what was done."""

    def _collect(stop: Callable[[], bool] = lambda: False, clock: Callable[[], datetime] = newsroom.clock) -> list[str]:
        policy = newsroom.settings.delivery.bounces.model_copy(update={"imap": of(box)})
        newsroom.configured("delivery", bounces=policy)
        account = bouncing.collect_inbox(newsroom.store, newsroom.settings, clock, stop)
        return [taken.done for taken in account]

    return _collect


def test_what_nobody_read_is_read_once_and_marked(box: Dovecot, collects: Callable[..., list[str]]) -> None:
    box.gets(BOUNCE, LETTER)

    assert collects() == ["nothing: it names no mail of ours", "nothing: it is no bounce; a person may have written it"]
    assert box.flags() == ["S", "S"]
    assert collects() == []


def test_what_was_not_acted_on_stays_unread(box: Dovecot, collects: Callable[..., list[str]]) -> None:
    box.gets(BOUNCE)

    def _fails() -> datetime:
        raise FarEndError("nobody knows what time it is; try again later")

    with pytest.raises(FarEndError, match="what time"):
        collects(clock=_fails)
    assert box.flags() == [""]
    assert len(collects()) == 1


def test_who_is_to_stop_reads_no_further(box: Dovecot, collects: Callable[..., list[str]]) -> None:
    box.gets(BOUNCE, BOUNCE)

    assert collects(lambda: True) == []
    assert box.flags() == ["", ""]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_of_a_large_mail_the_beginning_is_read(box: Dovecot, security: str) -> None:
    box.gets(BOUNCE + b"x" * 70 * 10_000)
    port = box.secured if security == "tls" else box.plain

    with imap.opened(of(box, security=security, port=port)) as inbox:
        (name,) = inbox.unread()
        octets = inbox.beginning(name)

    assert octets is not None
    assert octets.startswith(BOUNCE)
    assert len(octets) == MOST_OCTETS


def test_a_mail_that_is_gone_is_none(box: Dovecot) -> None:
    with imap.opened(of(box)) as inbox:
        assert inbox.beginning("4711") is None


def test_a_wrong_password_is_told_without_it(box: Dovecot) -> None:
    with pytest.raises(FarEndError, match="refused the log-in") as raised, imap.opened(of(box, password="guessed")):
        pass

    assert raised.value.permanent
    assert "guessed" not in str(raised.value)


def test_a_certificate_of_somebody_else_is_not_trusted(box: Dovecot) -> None:
    with pytest.raises(FarEndError, match="not trusted"), imap.opened(of(box, host="localhost")):
        pass


def test_a_folder_that_is_not_there_is_told(box: Dovecot) -> None:
    with pytest.raises(FarEndError, match="cannot be read"), imap.opened(of(box, folder="Nowhere")):
        pass
