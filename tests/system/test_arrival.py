"""`doctor mail`: the issue leaves by a mail server, lands in a real Dovecot, and is read and judged there."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.config import load
from publisher.deliver.arrival.inbox import Mailbox
from publisher.deliver.domain.asking import Verdict
from publisher.errors import FarEndError, UsageError
from publisher.store import open_store
from publisher.tasks import arriving
from tests.deliver.far_end import FarEnd, far_end
from tests.system import dovecot
from tests.system.dovecot import Dovecot
from tests.tasks.conftest import SHIPPED, Newsroom

pytestmark = [
    pytest.mark.needs(dovecot.PROGRAM, dovecot.IMAP, "openssl"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a Dovecot"),
]

ANA = "ana@example.org"
PASSED = b"Authentication-Results: mx.example.org; dkim=pass header.d=a.org; spf=pass; dmarc=pass\r\n"


@pytest.fixture
def server() -> Iterator[FarEnd]:
    with far_end() as made:
        yield made


@pytest.fixture
def newsroom(tmp_path: Path, server: FarEnd) -> Iterator[Newsroom]:
    """A newsroom whose mails go to the server."""
    (tmp_path / "config.toml").write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    made = Newsroom(store, load(tmp_path / "config.toml", {}))
    made.configured("delivery", transport="smtp", smtp=server.settings)
    yield made
    store.close()


def mailbox(box: Dovecot, **fields: str) -> Mailbox:
    given = {"host": "127.0.0.1", "username": ANA, "password": dovecot.PASSWORD, **fields}
    return Mailbox(port=box.secured, **given)


def waited(newsroom: Newsroom, where: Mailbox, arrives: Callable[[bytes], None]) -> dict[str, Verdict]:
    """Send the newest issue, let it arrive while it is waited for, and give what is found."""
    newsroom.publishes("Port audit")
    newsroom.composes()
    sent = arriving.send(newsroom.store, newsroom.settings, ANA, newsroom.now)
    found = arriving.wait(where, sent, 60, newsroom.clock, lambda _seconds: arrives(sent.mail.content))
    return {one.about: one.verdict for one in arriving.judge(newsroom.settings, sent, found)}


def test_a_mail_is_waited_for_and_judged(newsroom: Newsroom, box: Dovecot, server: FarEnd) -> None:
    found = waited(newsroom, mailbox(box), lambda _sent: box.gets(PASSED + server.mails[-1]))

    assert set(found.values()) == {Verdict.GOOD}
    assert list(found) == ["arrived", "dkim", "spf", "dmarc", "headers", "links", "pixel"]
    assert box.flags() == [""]


def test_a_mail_that_the_relay_gave_another_name_is_found_by_the_relays_answer(
    newsroom: Newsroom, box: Dovecot, server: FarEnd
) -> None:
    name = "0100018f2a3b4c5d-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-000000"
    newsroom.configured("delivery", relay="ses")
    server.answers("DOT", f"250 Ok {name}")

    def _goes_on(sent: bytes) -> None:
        renamed = re.sub(rb"Message-ID: \S+", f"Message-ID: <{name}@email.amazonses.com>".encode(), sent)
        box.gets(PASSED + re.sub(rb"X-SES-MESSAGE-TAGS: .*\r\n", b"", renamed))

    assert set(waited(newsroom, mailbox(box), _goes_on).values()) == {Verdict.GOOD}


def test_what_a_relay_added_is_told(newsroom: Newsroom, box: Dovecot) -> None:
    pixel = b'<img src=3D"https://open.example.net/1.gif"></body>'

    found = waited(newsroom, mailbox(box), lambda sent: box.gets(sent.replace(b"</body>", pixel)))

    assert (found["pixel"], found["links"]) == (Verdict.WRONG, Verdict.GOOD)


def test_a_mail_among_spam_is_found_there(newsroom: Newsroom, box: Dovecot) -> None:
    junk = box.maildir / ".Junk"
    for folder in (junk, *(junk / name for name in ("new", "cur", "tmp"))):
        folder.mkdir()
        os.chown(folder, box.maildir.stat().st_uid, -1)

    def _sort(sent: bytes) -> None:
        box.gets(sent)
        for file in (box.maildir / "new").iterdir():
            file.rename(junk / "new" / file.name)

    assert waited(newsroom, mailbox(box), _sort)["arrived"] is Verdict.WRONG


def test_a_mail_that_does_not_arrive_is_waited_for_no_longer_than_was_said(newsroom: Newsroom, box: Dovecot) -> None:
    def _passes(_sent: bytes) -> None:
        newsroom.now += timedelta(seconds=30)

    with pytest.raises(FarEndError, match=r"did not arrive at 127\.0\.0\.1:\d+ in 60 seconds"):
        waited(newsroom, mailbox(box), _passes)


def test_a_mailbox_that_cannot_be_read_is_told(
    newsroom: Newsroom, box: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fields, said in (
        ({"password": "ñ wrong"}, "refused the log-in of ana@example.org"),
        ({"host": "localhost"}, "certificate that is not trusted"),
    ):
        with pytest.raises(FarEndError, match=said) as raised:
            waited(newsroom, mailbox(box, **fields), lambda _sent: None)
        assert "ñ wrong" not in str(raised.value)
        assert raised.value.permanent


def test_without_an_issue_or_a_mail_server_nothing_is_sent(newsroom: Newsroom, server: FarEnd) -> None:
    with pytest.raises(UsageError, match="there is no issue to send"):
        arriving.send(newsroom.store, newsroom.settings, ANA, newsroom.now)
    newsroom.configured("delivery", transport="outbox")
    with pytest.raises(UsageError, match="mails go to a folder"):
        arriving.send(newsroom.store, newsroom.settings, ANA, newsroom.now)

    assert server.heard == []
