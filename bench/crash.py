"""Breaks the sending of an issue at random moments, in every way there is, and counts who got what.

python -m bench.crash [MAILS [TIMES]]

After each way everybody has the mail: nobody is lost, who has it twice has the same Message-ID twice, and no more have
it twice than connections were open each time that something was broken.
"""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import desk
from bench.mails import ROOT
from bench.sending import database
from publisher.model import DeliveryState
from publisher.store import ledger, open_store

CONNECTIONS = 8
KINDS = ("sqlite", "postgresql")


@dataclass
class Scene:
    """An issue that is being sent to a sink that logs whom it took a mail for."""

    folder: Path
    url: str
    mails: int
    times: int
    chance: random.Random
    port: int = field(default_factory=desk.free_port)
    broken: int = 0

    def __post_init__(self) -> None:
        self.issue = desk.prepared(self.url, self.mails)
        self.log = self.folder / f"{self.port}.log"
        self.log.touch()

    @contextmanager
    def sink(self, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the sink; it is killed at the end, whatever ends it."""
        command = [sys.executable, "-m", "bench.sink", str(self.port), "--log", str(self.log), *options]
        with subprocess.Popen(command, cwd=ROOT) as started:
            try:
                desk.await_port(started, self.port)
                yield started
            finally:
                started.kill()

    def sender(self, later: timedelta = timedelta()) -> "subprocess.Popen[bytes]":
        """Start a sender, whose clock may be ahead or behind."""
        now = (datetime.now(UTC) + later).astimezone(ZoneInfo("America/Bogota"))
        command = [sys.executable, "tests/system/at.py", f"{now:%Y-%m-%d %H:%M:%S}", "issue", "send", str(self.issue)]
        return subprocess.Popen(command, cwd=ROOT, env=self._environment(), stderr=subprocess.DEVNULL)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PUBLISHER_DATABASE__URL": self.url,
            "PUBLISHER_DELIVERY__TRANSPORT": "smtp",
            "PUBLISHER_DELIVERY__JOURNAL": str(self.folder / "journal"),
            "PUBLISHER_DELIVERY__SMTP__HOST": "127.0.0.1",
            "PUBLISHER_DELIVERY__SMTP__PORT": str(self.port),
            "PUBLISHER_DELIVERY__SMTP__SECURITY": "none",
            "PUBLISHER_DELIVERY__SMTP__CONNECTIONS": str(CONNECTIONS),
            "PUBLISHER_WEB__BASE_URL": "https://news.example.org",
        }

    def taken(self) -> int:
        """Count the mails that the sink took."""
        with self.log.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 16), b""))

    def await_some(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait until the sink has taken some more, or the process has ended."""
        wanted = self.taken() + self.chance.randint(1, max(2, self.mails // (self.times + 1)))
        while self.taken() < wanted and process.poll() is None:
            time.sleep(0.002)

    def ends(self, most: int = 60) -> None:
        """Send until nobody is left, with a clock that goes ahead for those who were deferred.

        Raises:
            AssertionError: when that does not end.
        """
        for hours in range(most):
            self.sender(later=timedelta(hours=hours)).wait()
            if self.counts() == {DeliveryState.SENT: self.mails}:
                return
        raise AssertionError(f"it does not end: {self.counts()}")

    def counts(self) -> dict[DeliveryState, int]:
        """Count the ledger, which must add up.

        Raises:
            AssertionError: when it does not.
        """
        store = open_store(self.url)
        with store.reading() as transaction:
            counts = ledger.counts(transaction, self.issue)
        store.close()
        assert sum(counts.values()) in (0, self.mails), counts
        return dict(counts)

    def judge(self) -> str:
        """Say who got what.

        Raises:
            AssertionError: when somebody was lost, or too many got it twice, or not the same.
        """
        names: dict[str, list[str]] = defaultdict(list)
        unanswered = 0
        for line in self.log.read_text(encoding="ascii").splitlines():
            recipient, name, *closed = line.split()
            names[recipient].append(name)
            unanswered += bool(closed)
        lost = self.mails - len(names)
        twice = sum(len(found) - 1 for found in names.values())
        assert lost == 0, f"{lost} lost"
        assert all(len(set(found)) == 1 for found in names.values()), "a repeated mail has another Message-ID"
        most = CONNECTIONS * self.broken + unanswered
        assert twice <= most, f"{twice} repeated, {most} may be"
        return f"{self.mails:,} mails, broken {self.broken or unanswered} times: 0 lost, {twice} of {most} repeated"


def killed(scene: Scene) -> None:
    """Kill the sender."""
    _kill_with_clocks(scene, timedelta())


def clock_set_back(scene: Scene) -> None:
    """Kill the sender, and set the clock back by an hour."""
    _kill_with_clocks(scene, timedelta(), -timedelta(hours=1))


def _kill_with_clocks(scene: Scene, *clocks: timedelta) -> None:
    with scene.sink():
        for _, clock in zip(range(scene.times), cycle(clocks), strict=False):
            sender = scene.sender(later=clock)
            scene.await_some(sender)
            sender.send_signal(signal.SIGKILL)
            scene.broken += sender.wait() == -signal.SIGKILL
            scene.counts()
        scene.ends()


def server_killed(scene: Scene) -> None:
    """Kill the mail server."""
    for _ in range(scene.times):
        with scene.sink() as sink:
            sender = scene.sender()
            scene.await_some(sender)
            sink.kill()
            scene.broken += 1
            sender.wait()
        scene.counts()
    with scene.sink():
        scene.ends()


def bad_server(scene: Scene) -> None:
    """Let the server defer at random, and close within mails and after them."""
    with scene.sink("--faults", str(scene.chance.randint(0, 1 << 30))):
        scene.ends()


def full_disk(scene: Scene) -> None:
    """Let the database's files not grow any more while mails go out.

    Raises:
        AssertionError: when no sender noticed.
    """
    with scene.sink("--seconds", "0.005"):
        for _ in range(scene.times):
            sender = scene.sender()
            scene.await_some(sender)
            largest = max(file.stat().st_size for file in scene.folder.glob("*.db-wal"))
            with suppress(ProcessLookupError):
                resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (largest, largest))
            scene.broken += sender.wait() != 0
            scene.counts()
        assert scene.broken, "the disk was never full while mails went out"
        scene.ends()


def two_senders(scene: Scene) -> None:
    """Start two senders at once, kill one of them each time, and let the other go on for a while."""
    with scene.sink():
        for _ in range(scene.times):
            one, other = scene.sender(), scene.sender()
            scene.await_some(one)
            one.send_signal(signal.SIGKILL)
            scene.broken += one.wait() == -signal.SIGKILL
            scene.await_some(other)
            other.terminate()
            other.wait()
            scene.counts()
        scene.ends()


Way = Callable[[Scene], None]
WAYS: tuple[Way, ...] = (killed, server_killed, bad_server, full_disk, two_senders, clock_set_back)


def prove(way: Way, folder: Path, url: str, mails: int, times: int) -> str:
    """Break an issue's sending in one way, in an empty database, and say what became of it.

    Raises:
        AssertionError: when somebody was lost, or more than may be got it twice.
    """
    scene = Scene(folder, url, mails, times, random.Random(1))  # noqa: S311 - the same moments each time
    way(scene)
    return f"{way.__name__.replace('_', ' ')}, {url.partition(':')[0]}: {scene.judge()}"


def main(mails: int = 20_000, times: int = 20) -> Iterator[str]:
    """Break it in every way on both databases."""
    for way in WAYS:
        for kind in KINDS[: 1 if way is full_disk else None]:
            with database(kind) as (folder, new):
                yield prove(way, folder, new(), mails, times)


if __name__ == "__main__":
    for line in main(*map(int, sys.argv[1:])):
        print(line, flush=True)
