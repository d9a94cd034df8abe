"""`doctor mail`: what it sends, what it asks for, and what it leaves to a person without a mailbox to read."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, mails_by
from tests.deliver.far_end import FarEnd, far_end
from tests.system import dovecot

ANA = "ana@example.org"


@pytest.fixture
def server() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


@pytest.fixture
def sending(collected: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal with an issue, whose mails go to a mail server."""
    assert collected.types("issue", "compose", "the-organization", "--period", "2026-W47").code == 0
    mails_by(server, monkeypatch)
    return collected


def test_without_a_mailbox_to_read_it_says_what_to_look_at(sending: Terminal, server: FarEnd) -> None:
    said = sending.types("doctor", "mail", ANA)

    assert (said.code, said.err, len(server.mails)) == (0, "", 1)
    assert f"To: <{ANA}>".encode() in server.mails[0]
    assert "Authentication-Results" in said.out
    assert "List-Unsubscribe-Post" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((ANA, "--imap", "imap.example.org"), "nobody is there to be asked for the password"),
        ((ANA, "--imap", "imap.example.org:x"), "is no server"),
        (("ana",), "is not a mail address"),
    ],
)
def test_what_cannot_be_meant_sends_nothing(
    sending: Terminal, server: FarEnd, words: tuple[str, ...], said: str
) -> None:
    told = sending.types("doctor", "mail", *words)

    assert told.code == 2
    assert said in told.err
    assert server.mails == []


def test_a_mailbox_that_cannot_be_reached_is_tried_later(sending: Terminal) -> None:
    password = sending.folder / "password"
    password.write_text("open-sesame\n", encoding="utf-8")

    said = sending.types("doctor", "mail", ANA, "--imap", "127.0.0.1:1", "--imap-password-file", str(password))

    assert said.code == 75
    assert "mailbox 127.0.0.1:1 cannot be read" in said.err


@pytest.mark.needs(dovecot.PROGRAM, dovecot.IMAP, "openssl")
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a Dovecot")
def test_what_arrived_is_told_and_what_was_changed_ends_with_3(
    sending: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = sending.folder / "password"
    password.write_text(f"{dovecot.PASSWORD}\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, dovecot.server(Path(folder)) as box:
        monkeypatch.setenv("SSL_CERT_FILE", str(box.certificate))

        def _arrives(step: str) -> None:
            if step == "DOT":
                box.gets(server.mails[-1].replace(b"List-Post: NO\r\n", b""))

        server.on_step = _arrives
        imap = f"127.0.0.1:{box.secured}"
        said = sending.types("doctor", "mail", ANA, "--imap", imap, "--imap-password-file", str(password))

    assert said.code == 3
    assert "arrived       good: it was put into the inbox" in said.out
    assert "headers: list-post was taken out; turn off what changes mails at your relay" in said.err
