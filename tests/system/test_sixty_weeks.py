"""Week after week on a false clock, the whole process in it: every article stands in one issue of its language, once.

The newsroom is a folder of texts, in a country whose clocks change. Texts come late or with a date ahead, at the edges
of weeks, in one language or in both, and more of them than a section may hold; some weeks nobody is at the desk.
"""

import email
import email.policy
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher.demo.settings import demo_config, shipped_config
from tests.system.desk import ROOT, Process

pytestmark = pytest.mark.needs("faketime")

SANTIAGO = ZoneInfo("America/Santiago")
"""Its clocks went forward on 7 September 2025 and 6 September 2026, and back on 5 April 2026, each at midnight."""
FIRST_MONDAY = date(2025, 8, 4)
WEEKS = int(os.environ.get("WEEKS", "9"))
"""A few where time is short, with one change of the clock; `WEEKS=60` lives through all, and through each change."""
LATEST = timedelta(days=20)
READERS = {"en": "ana@example.org", "es": "bruno@example.org"}
MISSED = {3, 4, 11, 29, 34, 35, 52}
"""Weeks in which nobody makes an issue: some alone, two in a row, one in which the clocks change."""


@dataclass(frozen=True)
class Text:
    """One file of the newsroom: what it says of its date, and when it is put into the folder."""

    name: str
    language: str
    published: datetime
    appears: datetime

    def write(self, folder: Path) -> None:
        file = folder / self.language / f"{self.name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        category = "News" if self.language == "en" else "Noticias"
        fields = {"title": self.name, "date": self.published.isoformat(), "language": self.language}
        front = "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items())
        file.write_text(f"---\n{front}categories: [{category}]\n---\n\nWhat {self.name} says.\n", encoding="utf-8")


def texts() -> list[Text]:
    """Give what the newsroom writes in sixty weeks; the same each time."""
    chance, made = random.Random(60), []
    for week in range(WEEKS):
        for number in range(chance.choice([0, 1, 2, 3, 3, 4, 7])):
            published = _instant(week, chance)
            appears = published + chance.choice(
                [timedelta(0), timedelta(hours=2), LATEST * chance.random(), -timedelta(days=3) * chance.random()]
            )
            for language in chance.choice([("en",), ("es",), ("en", "es")]):
                made.append(Text(f"story-{week:02}-{number}-{language}", language, published, appears))
    return made


def _instant(week: int, chance: random.Random) -> datetime:
    """Give an instant of a week: any, or one at its edge or at the hour of an issue."""
    monday = FIRST_MONDAY + timedelta(weeks=week)
    at_an_edge = [(0, time(0)), (4, time(9)), (6, time(23, 59, 59)), (6, time(0)), (4, time(8, 59, 59))]
    anywhere = (chance.randrange(7), time(chance.randrange(24), chance.randrange(60)))
    day, hour = chance.choice([*at_an_edge, *[anywhere] * len(at_an_edge)])
    return datetime.combine(monday + timedelta(days=day), hour, SANTIAGO).astimezone(UTC)


@dataclass
class FalseDesk:
    """The publisher in a process whose clock stands still until it is moved."""

    folder: Path
    process: "subprocess.Popen[str]"
    now: datetime

    def at(self, instant: datetime) -> None:
        """Move the clock of the process."""
        self.now = instant.astimezone(UTC)

    def does(self, *arguments: str) -> str:
        """Run a command to its end and give what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        words = (f"{self.now:%Y-%m-%d %H:%M:%S}", "--config", str(self.folder / "config.toml"), *arguments)
        print(json.dumps(words), file=self.process.stdin, flush=True)
        code, printed, believed = json.loads(self.process.stdout.readline())
        assert code == 0, f"{arguments} ended with {code}"
        assert datetime.fromisoformat(believed) == self.now
        return str(printed)


def newsroom(folder: Path) -> None:
    """Write the config of a newsroom that is a folder of texts, whose sections may hold three."""
    given, _, _ = demo_config(shipped_config(), "http://127.0.0.1:1").partition("# The same site's feed")
    changed = {
        'kind = "wordpress"': 'kind = "markdown"\npath = "texts"',
        'timezone = "America/Bogota"': 'timezone = "America/Santiago"',
        'categories = ["News", "Noticias"]': 'categories = ["News", "Noticias"]\nlimit = 3\nover_limit = "wait"',
        "limit = 3, not_in_last": "limit = 0, not_in_last",
        "tries = 3": "tries = 1",
    }
    for found, instead in changed.items():
        assert found in given, found
        given = given.replace(found, instead)
    (folder / "config.toml").write_text(given, encoding="utf-8")
    (folder / "texts").mkdir()


def environment(**clock: str) -> dict[str, str]:
    """Give the environment of a process with a false calendar; waiting goes on as it does."""
    preload = ["faketime", "-f", "+0", "printenv", "LD_PRELOAD"]
    library = subprocess.run(preload, capture_output=True, text=True, check=True).stdout.strip()
    return {**os.environ, "LD_PRELOAD": library, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC", **clock}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FalseDesk]:
    newsroom(tmp_path)
    clock = environment(FAKETIME=f"{FIRST_MONDAY} 00:00:00", FAKETIME_NO_CACHE="1")
    command = [sys.executable, "-m", "tests.system.weeks"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=clock, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        yield FalseDesk(tmp_path, process, datetime.now(UTC))
        process.kill()


def friday(week: int) -> datetime:
    return datetime.combine(FIRST_MONDAY + timedelta(weeks=week, days=4), time(9), SANTIAGO)


def makes_an_issue(desk: FalseDesk, due: datetime) -> list[dict[str, Any]]:
    """Collect, compose, approve and send, as an editor does on a Friday; give what the issues say of articles."""
    desk.at(due - timedelta(minutes=10))
    desk.does("collect")
    desk.at(due)
    issues = desk.does("issue", "compose", "the-organization").split()
    for minutes, number in enumerate(issues, start=5):
        desk.at(due + timedelta(minutes=minutes))
        desk.does("issue", "approve", number, "--empty")
        desk.does("issue", "send", number)
    return [json.loads(desk.does("issue", "show", number, "--json")) for number in issues]


def stories_in(text: str) -> set[str]:
    return set(re.findall(r"story-\d+-\d+-(?:en|es)", text))


def mails(folder: Path) -> list[tuple[str, set[str]]]:
    """Give which reader got each mail, and the texts that it names."""
    found = []
    for file in sorted((folder / "outbox").rglob("*.eml")):
        if file.parent.name == "notices":
            continue
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        plain = mail.get_body(("plain",))
        assert plain is not None
        found.append((str(mail["To"]), stories_in(plain.get_content())))
    return found


def waits(issues: list[dict[str, Any]]) -> bool:
    return any("waits" in one["reason"] for issue in issues for one in issue["articles"])


def subscribe(desk: FalseDesk) -> None:
    for language, reader in READERS.items():
        asked = ("--newsletter", "the-organization", "--language", language, "--consent", "paper list, May 2025")
        desk.does("subscribers", "add", reader, *asked)


def lives_through(desk: FalseDesk, written: list[Text]) -> list[dict[str, Any]]:
    """Let sixty weeks pass, and as many more as it takes until nothing waits; give what each issue says of articles."""
    to_come, shown, week = list(written), list[dict[str, Any]](), 0
    while week < WEEKS or to_come or waits(shown[-len(READERS) :]):
        assert week < 2 * WEEKS, "what waits never gets its turn"
        for text in [one for one in to_come if one.appears <= friday(week) - timedelta(minutes=10)]:
            text.write(desk.folder / "texts")
            to_come.remove(text)
        if week not in MISSED:
            shown += makes_an_issue(desk, friday(week))
        week += 1
    return shown


@pytest.mark.timeout(600)
def test_each_article_of_sixty_weeks_stands_in_one_issue_of_its_language(desk: FalseDesk) -> None:
    written = texts()
    desk.at(friday(0) - timedelta(days=1))
    subscribe(desk)

    shown = lives_through(desk, written)

    for language, reader in READERS.items():
        once = {one.name: 1 for one in written if one.language == language}
        issues = [issue for issue in shown if issue["language"] == language]
        assert Counter(one["title"] for issue in issues for one in issue["articles"] if one["section"]) == once
        got = [names for to, names in mails(desk.folder) if to == reader]
        assert len(got) == len(issues)
        assert Counter(name for names in got for name in names) == once


def test_the_schedule_keeps_to_the_calendar_of_its_process(desk: FalseDesk, tmp_path: Path) -> None:
    desk.at(friday(11) - timedelta(hours=1))
    subscribe(desk)
    for language in READERS:
        Text(f"story-11-0-{language}", language, desk.now, desk.now).write(tmp_path / "texts")
    config = tmp_path / "config.toml"
    given = config.read_text(encoding="utf-8").replace("port = 8080", "port = 0")
    config.write_text(given.replace('approval = "required"', 'approval = "automatic"'), encoding="utf-8")

    command = [sys.executable, "tests/system/at.py", "now", "--config", str(config), "run"]
    before = environment(FAKETIME=f"@{(friday(11) - timedelta(seconds=2)).astimezone(UTC):%Y-%m-%d %H:%M:%S}")
    with subprocess.Popen(command, cwd=ROOT, env=before, stderr=subprocess.PIPE, text=True) as popen:
        running = Process(popen)
        running.await_line("issue sent")
        running.await_line("issue sent")
        assert running.end() == 0

    assert mails(tmp_path) == [(READERS[tag], {f"story-11-0-{tag}"}) for tag in ("en", "es")]
