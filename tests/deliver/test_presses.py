"""Presses make the mails that the sender would, and whatever becomes of one, no mail is missing."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from publisher.deliver.message import Template
from publisher.deliver.presses import Presses
from tests.deliver.pressing import signing, started
from tests.deliver.samples import ROOT, delivery, template

DELIVERIES = [delivery(f"r{number}@example.org", number=number) for number in range(1, 20)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys")
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    for name, key in (("rsa", rsa.generate_private_key(65537, 2048)), ("ed", ed25519.Ed25519PrivateKey.generate())):
        (made / f"{name}.pem").write_bytes(key.private_bytes(kind, form, serialization.NoEncryption()))
    return made


@pytest.fixture(scope="module")
def signed(folder: Path) -> Template:
    return signing(folder)


@pytest.fixture
def presses(signed: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[Presses]:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    made = Presses(signed, alone=10)
    yield made
    made.close()


def test_presses_make_octet_for_octet_what_the_sender_would(presses: Presses, signed: Template) -> None:
    made = started(presses).fill(DELIVERIES)

    assert made == {one.key: signed.fill(one) for one in DELIVERIES}


def test_until_presses_are_ready_and_for_few_mails_the_sender_makes_its_own(presses: Presses) -> None:
    assert presses.fill(DELIVERIES[:10]) == {}
    assert presses.starting == []
    assert presses.fill(DELIVERIES[:1]) == {}
    assert len(presses.starting) == 2


def test_mails_without_signatures_need_no_presses() -> None:
    presses = Presses(template(), alone=0)

    assert presses.fill(DELIVERIES) == {}
    assert presses.starting == []
    presses.close()


def test_what_no_mail_can_be_sent_to_is_left_to_the_sender(presses: Presses) -> None:
    nobody, somebody = delivery("no address", number=1), delivery(number=2)

    assert [*started(presses).fill([nobody, somebody])] == [somebody.key]


def test_a_press_that_dies_leaves_its_mails_to_the_others_and_to_the_sender(presses: Presses) -> None:
    started(presses)
    first, _ = children(os.getpid())
    os.kill(first, signal.SIGKILL)

    made = presses.fill(DELIVERIES)

    assert 0 < len(made) < len(DELIVERIES)
    assert len(presses.fill(DELIVERIES)) == len(DELIVERIES)


def test_a_press_that_stands_still_is_not_waited_for(presses: Presses, monkeypatch: pytest.MonkeyPatch) -> None:
    started(presses)
    monkeypatch.setattr("publisher.deliver.presses.PATIENCE", 0.01)
    for press in children(os.getpid()):
        os.kill(press, signal.SIGSTOP)

    assert presses.fill(DELIVERIES) == {}


def test_presses_that_cannot_read_a_key_any_more_leave_all_to_the_sender_without_a_word(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    presses = Presses(signing(Path(shutil.copytree(folder, tmp_path / "keys"))), alone=0)
    shutil.rmtree(tmp_path / "keys")

    made = started(presses).fill(DELIVERIES)

    presses.close()
    assert (made, capfd.readouterr().err) == ({}, "")


def test_presses_end_with_a_sender_that_is_killed(folder: Path) -> None:
    sender = subprocess.Popen(
        [sys.executable, "-m", "tests.deliver.pressing", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
        presses = [os.pidfd_open(child) for child in children(sender.pid)]
        sender.kill()

    assert presses
    for press in presses:
        ended, _, _ = select.select([press], [], [], 20)
        assert ended
        os.close(press)


def children(parent: int) -> list[int]:
    """Give the presses of a process by their ids."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return [child for child in found if b"publisher.deliver.press" in Path(f"/proc/{child}/cmdline").read_bytes()]
