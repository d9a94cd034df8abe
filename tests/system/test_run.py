"""`run` as a real process: what is due is done once, whatever happens to the process."""

import email
import email.policy
import json
import signal
import smtplib
from pathlib import Path

import pytest
import requests

from tests.system.desk import Desk

DUE = "2026-11-20 09:00:02"
AFTERNOON = "2026-11-20 15:00:00"
SUNDAY = "2026-11-22 12:00:00"


@pytest.fixture
def automatic(desk: Desk, subscribed: list[str]) -> Desk:
    desk.configure('approval = "required"', 'approval = "automatic"')
    return desk


def recipients(mails: list[Path]) -> list[str]:
    return sorted(str(email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)["To"]) for mail in mails)


def issues(desk: Desk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(desk.does("issue", "list", "--json"))
    return found


def test_a_due_friday_is_collected_composed_sent_and_served(automatic: Desk, subscribed: list[str]) -> None:
    running = automatic.starts("run", at=DUE)
    running.await_line("issue sent")
    running.await_line("issue sent")

    served = requests.get(f"{automatic.base_url}/feeds/en/the-organization.atom", timeout=20)
    code = running.end()

    assert recipients(automatic.mails()) == sorted(subscribed)
    assert "2026-W47" in served.text
    assert code == 0


def test_an_issue_that_is_done_is_told_to_the_newsroom(automatic: Desk, subscribed: list[str]) -> None:
    running = automatic.starts("run", at=DUE)
    running.await_line("alert told")
    running.await_line("alert told")
    running.end()

    told = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in (automatic.folder / "outbox/notices").glob("*.eml")
    ]
    assert sorted(str(mail["Subject"]) for mail in told if "Sent" in str(mail["Subject"])) == [
        "[Sent] La Organización (es), no. 1",
        "[Sent] The Organization (en), no. 1",
    ]
    assert not any(reader in mail.as_string() for mail in told for reader in subscribed)


def test_bounces_are_taken_while_run_is_at_work(desk: Desk) -> None:
    path = desk.folder / "bounces.sock"
    desk.configure("[feeds]", f'[delivery.bounces]\nlisten = "lmtp://{path}"\n\n[feeds]')

    running = desk.starts("run", at=SUNDAY)
    running.await_line("taking bounces")
    with smtplib.LMTP(str(path), timeout=20) as server:
        assert server.noop()[0] == 250
        assert running.end() == 0

    assert not path.exists()


def test_two_processes_started_by_mistake_do_it_once(automatic: Desk, subscribed: list[str]) -> None:
    first = automatic.starts("run", at=DUE)
    automatic.configure(f"port = {automatic.base_url.rpartition(':')[2]}", "port = 0")
    second = automatic.starts("run", at=DUE)
    second.await_line("serving")
    first.await_line("serving")
    automatic.processes.append(first)
    sent: dict[str, bool] = {}
    while len(sent) < 2 or not all(sent.values()):
        sent = {str(issue["issue"]): issue["state"] == "sent" for issue in issues(automatic)}

    assert [first.end(), second.end()] == [0, 0]
    assert sorted(str(issue["language"]) for issue in issues(automatic)) == ["en", "es"]
    assert recipients(automatic.mails()) == sorted(subscribed)


def test_a_missed_friday_is_made_up_once(automatic: Desk, subscribed: list[str]) -> None:
    late = automatic.starts("run", at=AFTERNOON)
    late.await_line("issue sent")
    late.await_line("issue sent")
    late.end()
    made = {mail: mail.stat().st_mtime_ns for mail in automatic.mails()}

    again = automatic.starts("run", at="2026-11-20 16:00:00")
    again.await_line("collected")
    again.end()

    assert len(issues(automatic)) == 2
    assert {mail: mail.stat().st_mtime_ns for mail in automatic.mails()} == made
    assert len(made) == len(subscribed)


def test_what_is_older_than_the_grace_waits_for_a_person(automatic: Desk) -> None:
    running = automatic.starts("run", at=SUNDAY)
    running.await_line("collected")
    running.end()

    assert issues(automatic) == []


def test_a_killed_process_leaves_nobody_out(automatic: Desk, subscribed: list[str]) -> None:
    running = automatic.starts("run", at=DUE)
    running.await_line("issue composed")
    running.end(signal.SIGKILL)

    again = automatic.starts("run", at="2026-11-20 09:30:00")
    again.await_line("issue sent")
    again.await_line("issue sent")
    again.end()

    assert recipients(automatic.mails()) == sorted(subscribed)


def test_nothing_is_sent_before_a_person_approves(desk: Desk, subscribed: list[str]) -> None:
    running = desk.starts("run", at=DUE)
    running.await_line("issue waits for a person")
    running.await_line("issue waits for a person")
    assert desk.mails() == []

    desk.does("issue", "approve", str(issues(desk)[0]["issue"]), at=DUE)
    running.await_line("issue sent")
    running.end()

    assert len(desk.mails()) == len(subscribed) // 2


def test_sigterm_ends_it_with_exit_code_zero(desk: Desk) -> None:
    running = desk.starts("run", at="2026-11-18 12:00:00")
    running.await_line("serving")

    assert running.end() == 0


def test_a_port_in_use_is_said_and_nothing_starts(desk: Desk) -> None:
    running = desk.starts("run", at="2026-11-18 12:00:00")
    running.await_line("serving")

    second = desk.starts("run", at="2026-11-18 12:00:00")

    assert "web.port" in second.await_line("publisher: ")
    assert second.popen.wait() == 2


def test_a_subscriber_leaves_by_the_link_of_her_mail_and_gets_no_other(automatic: Desk, subscribed: list[str]) -> None:
    running = automatic.starts("run", at=DUE)
    running.await_line("issue sent")
    running.await_line("issue sent")
    mail = email.message_from_bytes(automatic.mails()[0].read_bytes(), policy=email.policy.default)
    link = str(mail["List-Unsubscribe"]).split(">")[0].strip(" <")
    address = str(mail["To"])

    shown = requests.get(link, timeout=20)
    assert shown.status_code == 200
    assert json.loads(automatic.does("subscribers", "show", address))["subscriptions"][0]["state"] == "active"

    left = requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    again = requests.post(link, files={"List-Unsubscribe": (None, "One-Click")}, timeout=20, allow_redirects=False)
    forged = requests.post(link[:-1] + ("A" if link[-1] != "A" else "B"), timeout=20)
    running.end()

    assert (left.status_code, again.status_code, forged.status_code) == (200, 200, 404)
    assert json.loads(automatic.does("subscribers", "show", address))["subscriptions"][0]["state"] == "left"

    issue = automatic.does(
        "issue", "compose", "the-organization", "--language", str(mail["Content-Language"]), at="2026-11-24 10:00:00"
    ).strip()
    automatic.does("issue", "approve", issue, "--empty", at="2026-11-24 10:00:00")
    automatic.does("issue", "send", issue, at="2026-11-24 10:00:00")
    assert recipients(automatic.mails()).count(address) == 1
