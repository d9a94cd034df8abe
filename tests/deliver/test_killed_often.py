"""Killed again and again at random moments, with several connections: nobody is left out, and at most what was on its
way is repeated, as the same mail."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.model import DeliveryState, IssueState, Variant
from publisher.store import Store, issues, ledger, subscribers
from tests.deliver import samples
from tests.deliver.far_end import FarEnd
from tests.deliver.samples import NOW

ROOT = Path(__file__).parents[2]
NEWSLETTER = "the-organization"
COUNT, CONNECTIONS, KILLS = 60, 3, 4


@dataclass
class Sender:
    """A process whose children send."""

    process: "subprocess.Popen[str]"

    def begins(self, told: str) -> int:
        """Start a child; its number."""
        assert self.process.stdin
        self.process.stdin.write(told + "\n")
        self.process.stdin.flush()
        return self._line()

    def ended(self) -> int:
        """Wait for the child's end; its exit code."""
        return self._line()

    def _line(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def sender() -> Iterator[Sender]:
    program = [sys.executable, "-m", "tests.deliver.dying"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield Sender(process)


@pytest.fixture
def issue(store: Store) -> int:
    variant = Variant("La flota", "", samples.HTML, samples.TEXT, "")
    with store.writing() as transaction:
        for number in range(COUNT):
            email = f"reader{number}@example.org"
            subscribers.add(transaction, email, "", "es", (), NEWSLETTER, "paper list, May 2026", NOW)
        made = issues.put(transaction, NEWSLETTER, "es", samples.issue().period, 1, "La flota", (), variant, NOW)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, NOW)
    return made


@pytest.fixture
def told(database_url: str, issue: int, server: FarEnd, tmp_path: Path) -> dict[str, object]:
    """What a sender is to know."""
    server.offers("PIPELINING")
    where = {"database": database_url, "journal": str(tmp_path / "journal"), "port": server.port}
    return {**where, "issue": issue, "connections": CONNECTIONS, "now": NOW.isoformat(), "uncertain": "resend"}


def killed_and_sent(sender: Sender, server: FarEnd, told: dict[str, object]) -> int:
    """Kill some senders at random moments and let another send the rest; give how many were killed."""
    words = json.dumps(told)
    killed = sum(kills(sender, server, words, random.randrange(3 * CONNECTIONS, 50)) for _ in range(KILLS))
    server.on_step = lambda _step: None
    sender.begins(words)
    assert sender.ended() == 0
    return killed


def test_killed_at_random_moments_nobody_is_left_out_and_what_is_repeated_is_the_same_mail(
    sender: Sender, store: Store, issue: int, server: FarEnd, told: dict[str, object], tmp_path: Path
) -> None:
    killed = killed_and_sent(sender, server, told)

    assert killed
    assert set(recipients(server.mails)) == {f"reader{number}@example.org" for number in range(COUNT)}
    assert len(server.mails) - COUNT <= CONNECTIONS * killed
    assert len(set(server.mails)) == COUNT
    with store.reading() as transaction:
        assert ledger.counts(transaction, issue) == {DeliveryState.SENT: COUNT}
    assert not list((tmp_path / "journal").rglob("*.journal"))


def test_killed_at_random_moments_nobody_gets_a_mail_twice_where_a_person_decides_about_those_in_doubt(
    sender: Sender, store: Store, issue: int, server: FarEnd, told: dict[str, object]
) -> None:
    killed = killed_and_sent(sender, server, told | {"uncertain": "hold"})

    with store.reading() as transaction:
        counts = ledger.counts(transaction, issue)
    assert len(set(recipients(server.mails))) == len(server.mails)
    assert counts[DeliveryState.SENT] + counts[DeliveryState.UNCERTAIN] == COUNT
    assert counts[DeliveryState.SENT] <= len(server.mails)
    assert counts[DeliveryState.UNCERTAIN] <= CONNECTIONS * killed


def kills(sender: Sender, server: FarEnd, told: str, at: int) -> bool:
    """Send until so many steps were heard, and kill the sender there; whether that was before its end."""
    steps: list[str] = []
    started: list[int] = []

    def _count(step: str) -> None:
        steps.append(step)
        if len(steps) >= at and started:
            os.kill(started.pop(), signal.SIGKILL)

    server.on_step = _count
    started.append(sender.begins(told))
    return sender.ended() == -signal.SIGKILL


def recipients(mails: list[bytes]) -> Counter[str]:
    return Counter(str(samples.parsed(mail)["To"]) for mail in mails)
