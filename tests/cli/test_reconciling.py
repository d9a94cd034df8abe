"""`issue reconcile`: what it settled is said, who stays uncertain is named, and the exit code tells."""

import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.model import DeliveryState, IssueState, Reply
from publisher.store import issues, ledger, open_store
from tests.cli.conftest import Terminal
from tests.cli.test_sending import NEWSLETTER, approved
from tests.deliver import maillogs
from tests.deliver.maillogs import DELIVERED, GIVEN_UP, Mail

NOW = datetime.now(UTC) - timedelta(hours=3)


@pytest.fixture
def keys(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of an issue, number 1, to four readers; the first got it, of the others nobody knows."""
    monkeypatch.setenv("PUBLISHER_DELIVERY__UNCERTAIN", "hold")
    issue = int(approved(terminal, 4))
    store = open_store(f"sqlite:///{terminal.folder}/publisher.db")
    with store.writing() as transaction:
        issues.move(transaction, issue, (IssueState.APPROVED,), IssueState.SENDING, NOW)
        ledger.open_issue(transaction, issue, NEWSLETTER, "es", NOW)
        rows = ledger.claim(transaction, issue, 4, NOW, 1500, "0123456789abcdef")
        replies = [Reply(DeliveryState.SENT, 250), *[Reply(DeliveryState.UNCERTAIN)] * 3]
        ledger.settle(transaction, list(zip(rows, replies, strict=True)), NOW, 36)
    store.close()
    return [row.key for row in rows]


def log(keys: list[str], *became: str, until: timedelta = timedelta(hours=1)) -> str:
    mails = [Mail(key, "srs0=x@relay.example.net", "ana@example.net", NOW) for key in keys]
    lines = [line for mail, one in zip(mails, became, strict=False) for line in maillogs.postfix(mail, one)]
    ticks = [f"{at.isoformat()} relay cron[1]: tick" for at in (NOW - timedelta(hours=1), NOW + until)]
    return "\n".join([ticks[0], *lines, ticks[1], ""])


def test_what_it_settled_is_said(terminal: Terminal, keys: list[str]) -> None:
    (terminal.folder / "mail.log").write_text(log(keys, DELIVERED, DELIVERED, GIVEN_UP), encoding="utf-8")

    said = terminal.types("issue", "reconcile", "1", "--mail-log", str(terminal.folder / "mail.log"))

    assert (said.code, said.out) == (0, "")
    assert "issue 1: of those uncertain: 1 sent, 1 failed, 1 never taken, and queued again" in said.err
    assert "0 of them skipped" in said.err
    status = terminal.types("issue", "status", "1", "--json").json
    assert [status[one] for one in ("sent", "failed", "queued", "uncertain")] == [2, 1, 1, 0]


def test_who_stays_uncertain_is_named_with_the_reason_and_it_ends_with_3(terminal: Terminal, keys: list[str]) -> None:
    text = log(keys, DELIVERED, DELIVERED, until=timedelta())
    (terminal.folder / "mail.log").write_text(text + "rubbish\n", encoding="utf-8")

    said = terminal.types("issue", "reconcile", "1", "--mail-log", str(terminal.folder / "mail.log"))

    assert said.code == 3
    assert "of those uncertain: 1 sent" in said.err
    assert "1 of them skipped" in said.err
    for reader in ("reader2@example.org", "reader3@example.org"):
        assert f"{reader}: uncertain: the log has not all of the time from " in said.err


def test_several_files_are_read_packed_or_not_as_a_shell_names_them(terminal: Terminal, keys: list[str]) -> None:
    lines = log(keys, DELIVERED, DELIVERED, GIVEN_UP, DELIVERED).splitlines(keepends=True)
    rotated, newest = terminal.folder / "mail.log.1.gz", terminal.folder / "mail.log"
    rotated.write_bytes(gzip.compress("".join(lines[:8]).encode()))
    newest.write_text("".join(lines[8:]), encoding="utf-8")

    said = terminal.types("issue", "reconcile", "1", "--json", "--mail-log", str(newest), str(rotated))

    settled = {"sent": 2, "failed": 1, "queued": 0}
    assert (said.code, said.json["settled"], said.json["uncertain"]) == (0, settled, 0)
    assert terminal.types("issue", "status", "1", "--json").json["state"] == "sent"


def test_a_relays_events_come_by_stdin(terminal: Terminal, keys: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    events = [{"event": "delivered", "smtp-id": f"<{key}@news.example.org>"} for key in keys[1:]]
    octets = "\n".join(map(json.dumps, events)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(octets))))

    said = terminal.types("issue", "reconcile", "1", "--events", "-")

    assert (said.code, "of those uncertain: 3 sent" in said.err) == (0, True)
    assert "issue 1 is sent" in said.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "give the mail server's log by --mail-log FILE"),
        (("--mail-log", "a", "--events", "b"), "not both"),
        (("--mail-log", "nowhere.log"), "nowhere.log cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_said(terminal: Terminal, keys: list[str], words: tuple[str, ...], why: str) -> None:
    said = terminal.types("issue", "reconcile", "1", *words)

    assert said.code == 2
    assert why in said.err
    assert keys


def test_a_log_that_is_a_folder_is_said(terminal: Terminal, keys: list[str], tmp_path: Path) -> None:
    assert keys
    assert "cannot be read" in terminal.types("issue", "reconcile", "1", "--mail-log", str(tmp_path)).err
