"""`issue send` as a real process that is killed or asked to end: nobody is left out, one mail at most is repeated."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from publisher.demo.settings import demo_config, shipped_config
from publisher.model import DeliveryState, IssueState, Variant
from publisher.store import issues, open_store, subscribers
from publisher.store import ledger as rows
from publisher.store.schema import deliveries
from tests.deliver import samples
from tests.deliver.far_end import FarEnd
from tests.system.typed import typed

ROOT = Path(__file__).parents[2]
NEWSLETTER = "the-organization"
COUNT = 150
EVERYBODY = Counter(f"reader{number}@example.org" for number in range(COUNT))
AT = 40
"""At which mail the process is sent a signal."""


@dataclass
class Desk:
    """A folder with a config, and an approved issue with its subscribers."""

    folder: Path
    issue: int
    environment: dict[str, str] = field(default_factory=dict)

    def starts(self, *command: str, later: timedelta = timedelta()) -> "subprocess.Popen[str]":
        """Start `issue …` with a clock that may be ahead."""
        now = (datetime.now(UTC) + later).astimezone(ZoneInfo("America/Bogota"))
        program = [str(ROOT / "tests/system/at.py"), f"{now:%Y-%m-%d %H:%M:%S}"]
        return subprocess.Popen(
            [sys.executable, *program, "--config", str(self.folder / "config.toml"), "issue", *command],
            env={**os.environ, **self.environment},
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def does(self, *command: str) -> tuple[int, str]:
        """Run `issue …` to its end; its exit code and what it said."""
        code, _, said = typed(self.folder / "config.toml", "issue", *command, **self.environment)
        return code, said

    def counts(self) -> Mapping[DeliveryState, int]:
        store = open_store(f"sqlite:///{self.folder / 'publisher.db'}")
        with store.reading() as transaction:
            counted = rows.counts(transaction, self.issue)
        store.close()
        return counted

    def blocks_the_outbox(self) -> Path:
        """Let whoever writes the mail after `AT` wait for ever: its file is a pipe that nobody reads."""
        store, now = open_store(f"sqlite:///{self.folder / 'publisher.db'}"), datetime.now(UTC)
        with store.writing() as transaction:
            rows.open_issue(transaction, self.issue, NEWSLETTER, "es", now)
            issues.move(transaction, self.issue, (IssueState.APPROVED,), IssueState.SENDING, now)
            keys = transaction.execute(select(deliveries.c.key).order_by(deliveries.c.id)).scalars().all()
        store.close()
        blocked = self.folder / "outbox" / f"{NEWSLETTER}-es-2026-W47" / f".{keys[AT]}.unfinished"
        blocked.parent.mkdir(parents=True)
        os.mkfifo(blocked)
        return blocked

    def outbox(self) -> list[bytes]:
        return [file.read_bytes() for file in (self.folder / "outbox").rglob("*.eml")]

    def mails_to(self, server: FarEnd) -> None:
        self.environment |= {
            "PUBLISHER_DELIVERY__TRANSPORT": "smtp",
            "PUBLISHER_DELIVERY__SMTP__HOST": "127.0.0.1",
            "PUBLISHER_DELIVERY__SMTP__PORT": str(server.port),
            "PUBLISHER_DELIVERY__SMTP__SECURITY": "none",
            "PUBLISHER_DELIVERY__SMTP__CONNECTIONS": "1",
            "PUBLISHER_WEB__BASE_URL": "https://news.example.org",
        }

    def sends_until(self, server: FarEnd, step: str, number: signal.Signals) -> tuple[int, str]:
        """Send until a step of the mail `AT`, and there send the process a signal before it has its answer."""
        started: list[subprocess.Popen[str]] = []
        steps: list[str] = []

        def _count(at: str) -> None:
            if at == step:
                steps.append(at)
                if len(steps) == AT:
                    os.kill(started[0].pid, number)

        server.on_step = _count
        self.mails_to(server)
        started.append(self.starts("send", str(self.issue)))
        _, said = started[0].communicate()
        return started[0].returncode, said


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    config = demo_config(shipped_config(), "http://127.0.0.1:1", "http://127.0.0.1:8080", 8080)
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    now = datetime.now(UTC)
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    variant = Variant("La flota", "", samples.HTML, samples.TEXT, "")
    with store.writing() as transaction:
        for email in EVERYBODY:
            subscribers.add(transaction, email, "", "es", (), NEWSLETTER, "paper list, May 2026", now)
        made = issues.put(transaction, NEWSLETTER, "es", samples.issue().period, 1, "La flota", (), variant, now)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, now)
    store.close()
    return Desk(tmp_path, made)


def recipients(mails: list[bytes]) -> Counter[str]:
    return Counter(str(samples.parsed(mail)["To"]) for mail in mails)


def test_killed_at_any_moment_everybody_has_a_mail_in_the_outbox(desk: Desk) -> None:
    blocked = desk.blocks_the_outbox()
    process = desk.starts("send", str(desk.issue))
    while len(list(blocked.parent.glob("*.eml"))) < AT and process.poll() is None:
        pass
    process.kill()
    process.communicate()
    blocked.unlink()
    assert desk.counts()[DeliveryState.SENDING]

    code, said = desk.does("send", str(desk.issue))

    assert code == 0, said
    assert recipients(desk.outbox()) == EVERYBODY
    assert desk.counts() == {DeliveryState.SENT: COUNT}


@pytest.mark.parametrize(("step", "repeated"), [("MAIL", 0), ("DOT", 1)])
def test_killed_at_any_step_nobody_is_left_out_and_only_the_mail_on_its_way_is_repeated(
    desk: Desk, server: FarEnd, step: str, repeated: int
) -> None:
    code, _ = desk.sends_until(server, step, signal.SIGKILL)
    assert code == -signal.SIGKILL
    code, said = desk.does("send", str(desk.issue))

    assert code == 0, said
    assert set(recipients(server.mails)) == set(EVERYBODY)
    assert len(server.mails) == COUNT + repeated
    assert desk.counts() == {DeliveryState.SENT: COUNT}


def test_killed_only_the_mail_on_its_way_is_held_and_a_person_sends_it_again(desk: Desk, server: FarEnd) -> None:
    desk.environment["PUBLISHER_DELIVERY__UNCERTAIN"] = "hold"
    desk.sends_until(server, "DOT", signal.SIGKILL)

    code, said = desk.does("send", str(desk.issue))
    assert code == 3
    assert f"1 uncertain are kept; `issue resend {desk.issue}` sends them again" in said
    assert "wait" not in said
    assert desk.counts() == {DeliveryState.SENT: COUNT - 1, DeliveryState.UNCERTAIN: 1}

    code, said = desk.does("resend", str(desk.issue))
    assert code == 0, said
    assert set(recipients(server.mails)) == set(EVERYBODY)
    assert len(server.mails) == COUNT + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_after_its_message_and_gives_the_rest_back(
    desk: Desk, server: FarEnd, number: signal.Signals
) -> None:
    code, said = desk.sends_until(server, "DOT", number)

    assert code == 75
    assert f"{COUNT - AT} wait; `issue send {desk.issue}` or `run` goes on with them" in said
    assert desk.counts() == {DeliveryState.SENT: AT, DeliveryState.QUEUED: COUNT - AT}
    assert len(server.mails) == AT
