"""`issue send` and its kin: what they say is so, and the exit code says how it ended."""

import io
import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from rich.console import Console

from publisher.cli import context
from publisher.cli.issue import progress
from publisher.deliver.send import Sending
from publisher.model import IssueState, Variant
from publisher.store import issues, open_store, subscribers
from publisher.tasks.progress import Account
from tests.cli.conftest import Terminal, mails_by
from tests.deliver import samples
from tests.deliver.far_end import FarEnd, far_end
from tests.deliver.samples import NOW

NEWSLETTER = "the-organization"
UNKNOWN = "550 5.1.1 no such user"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    """The mail server that the terminal's config names."""
    with far_end() as running:
        mails_by(running, monkeypatch)
        yield running


def approved(terminal: Terminal, count: int, *others: str) -> str:
    """Put an approved issue into the store, with so many subscribers and those of `others`; its id."""
    store = open_store(f"sqlite:///{terminal.folder}/publisher.db")
    variant = Variant("La flota", "", samples.HTML, samples.TEXT, "")
    with store.writing() as transaction:
        for email in (*(f"reader{number}@example.org" for number in range(count)), *others):
            subscribers.add(transaction, email, "", "es", (), NEWSLETTER, "paper list, May 2026", NOW)
        made = issues.put(transaction, NEWSLETTER, "es", samples.issue().period, 1, "La flota", (), variant, NOW)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, NOW)
    store.close()
    return str(made)


def test_who_was_refused_is_named_with_the_servers_words_and_it_ends_with_3(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 3)
    server.answers("RCPT", "250 ok", UNKNOWN, "250 ok")

    said = terminal.types("issue", "send", issue)

    assert (said.code, said.out) == (3, "")
    assert f"reader1@example.org: failed: {UNKNOWN}" in said.err
    assert "1 failed" in said.err
    assert "wait" not in said.err


def test_fifty_are_named_and_the_rest_is_counted(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 60)
    server.answers("RCPT", UNKNOWN)

    said = terminal.types("issue", "send", issue, "--believe-refusals")

    assert said.code == 3
    assert said.err.count(f"failed: {UNKNOWN}") == 50
    assert f"and 10 more; see `issue status {issue}`" in said.err


def test_a_list_refused_as_a_whole_pauses_the_issue_and_says_why(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 30)
    server.answers("RCPT", UNKNOWN)

    said = terminal.types("issue", "send", issue)

    assert said.code == 1
    assert "refused 20 recipients in a row alike (550 5.1.1 no such user)" in said.err
    assert f"`issue send {issue} --believe-refusals`" in said.err
    status = terminal.types("issue", "status", issue, "--json").json
    assert (status["state"], status["queued"], status["failed"]) == ("paused", 30, 0)


def test_a_deferred_row_waits_and_it_ends_with_75(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 3)
    server.answers("RCPT", UNKNOWN, "450 4.2.1 greylisted", "250 ok")

    said = terminal.types("issue", "send", issue)

    assert said.code == 75
    assert f"1 wait; `issue send {issue}` or `run` goes on with them" in said.err
    assert "reader0@example.org: failed" in said.err


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        ("pause", 75, "was paused; `issue resume {issue}` lets them go on"),
        ("cancel", 1, "2 do not get it: issue {issue} was cancelled"),
    ],
)
def test_stopped_by_a_person_it_says_what_becomes_of_the_rest(
    terminal: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch, command: str, code: int, sentence: str
) -> None:
    issue = approved(terminal, 3)
    store = open_store(f"sqlite:///{terminal.folder}/publisher.db")
    to = {"pause": IssueState.PAUSED, "cancel": IssueState.CANCELLED}[command]

    has_ended, end = threading.Event(), Sending.end

    def _end(sending: Sending, error: BaseException | None = None) -> None:
        end(sending, error)
        has_ended.set()

    def _stop(step: str) -> None:
        if step == "DOT":
            with store.writing() as transaction:
                issues.move(transaction, int(issue), (IssueState.SENDING,), to, NOW)
            assert has_ended.wait(20)

    monkeypatch.setattr(Sending, "end", _end)
    server.on_step = _stop
    said = terminal.types("issue", "send", issue)
    store.close()

    assert said.code == code
    assert sentence.format(issue=issue) in said.err
    assert len(server.mails) == 1


def test_nobody_uncertain_is_sent_nothing_again(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 2)
    assert terminal.types("issue", "resend", issue).code == 1
    terminal.types("issue", "send", issue)

    said = terminal.types("issue", "resend", issue)

    assert said.code == 0
    assert "0 uncertain are sent again" in said.err
    assert len(server.mails) == 2


def test_who_is_uncertain_is_sent_the_same_mail_again(
    terminal: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISHER_DELIVERY__UNCERTAIN", "hold")
    issue = approved(terminal, 3)
    server.answers("DOT", "hello", "250 ok")

    held = terminal.types("issue", "send", issue)
    said = terminal.types("issue", "resend", issue)

    assert (held.code, said.code) == (3, 0)
    assert "reader0@example.org: uncertain: " in held.err
    assert "1 uncertain are sent again" in said.err
    assert len(server.contents) == 4
    assert server.contents[0] == server.contents[3]


def test_a_mistake_in_the_config_is_said_before_anybody_is_fixed_as_a_recipient(
    terminal: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = approved(terminal, 2)
    monkeypatch.setenv("PUBLISHER_DELIVERY__RETURN_PATH", "b" * 40 + "@example.org")

    said = terminal.types("issue", "send", issue)

    assert said.code == 2
    assert "delivery.return_path" in said.err
    status = terminal.types("issue", "status", issue, "--json").json
    assert (status["state"], status["recipients"]) == ("approved", 0)


def test_what_a_recipient_got_is_shown_with_its_row(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 2)
    terminal.types("issue", "send", issue)

    shown = terminal.types("issue", "show-delivery", issue, "Reader1@example.org")
    document = terminal.types("issue", "show-delivery", issue, "reader1@example.org", "--json").json

    assert (shown.code, document["state"], document["bounces"]) == (0, "sent", [])
    assert f"return_path {document['return_path']}" in shown.out
    assert document["mail"].startswith("To: ")
    assert f"Message-ID: <{document['key']}@" in shown.out


def test_of_an_address_that_is_none_the_row_is_shown_alone(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 1, "bruno..roa@example.org")
    terminal.types("issue", "send", issue)

    shown = terminal.types("issue", "show-delivery", issue, "bruno..roa@example.org")
    document = terminal.types("issue", "show-delivery", issue, "bruno..roa@example.org", "--json").json

    assert (shown.code, document["state"], document["mail"]) == (0, "failed", None)
    assert '5.1.3 "bruno..roa@example.org" is no mail address' in shown.out
    assert "Message-ID" not in shown.out


def test_refusals_are_shown_by_cause_and_provider(terminal: Terminal, server: FarEnd) -> None:
    issue = approved(terminal, 3)
    server.answers("RCPT", UNKNOWN, "250 ok")
    terminal.types("issue", "send", issue)

    shown = terminal.types("issue", "status", issue)
    document = terminal.types("issue", "status", issue, "--json").json

    told = {"cause": "no such address", "provider": "example.org", "failed": 1, "deferred": 0}
    assert document["refusals"] == [told]
    assert shown.out.splitlines()[-1].split() == ["no", "such", "address", "example.org", "1", "0"]


def test_what_the_hour_has_no_room_for_waits_and_it_says_until_when(
    terminal: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISHER_DELIVERY__PER_HOUR", "2")
    issue = approved(terminal, 3)

    said = terminal.types("issue", "send", issue)
    status = terminal.types("issue", "status", issue, "--json").json

    assert said.code == 75
    local = datetime.fromisoformat(status["goes_on"])
    assert f"1 wait; what may go in an hour or a day is used up until {local:%F %H:%M}; from then on" in said.err
    assert local.tzinfo is not None
    assert len(server.mails) == 2


def test_an_issue_gets_a_rate_and_loses_it_again(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_DELIVERY__RATE", "14")
    issue = approved(terminal, 1)

    def _says(*words: str) -> str:
        return terminal.types("issue", "rate", issue, *words).err.strip()

    assert _says() == f"issue {issue}: 14 messages a second"
    assert _says("200") == f"issue {issue}: 200 messages a second"
    assert terminal.types("issue", "status", issue, "--json").json["rate"] == 200
    assert _says("--none") == f"issue {issue}: 14 messages a second"
    assert terminal.types("issue", "rate", issue, "5", "--none").code == 2
    assert {terminal.types("issue", "rate", issue, none).code for none in ("0", "nan", "inf")} == {2}


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (Account(1_234, 0, 0, 8_766, 51.4, 170), "1,234 sent, 51/s, 8,766 left, done in 3 min"),
        (Account(3, 1, 2, 10, 0.5, 20), "3 sent, 0.5/s, 10 left, done in 20 s, 1 failed, 2 deferred"),
        (Account(3, 0, 0, 9_000, 5, 200_000), "3 sent, 5.0/s, 9,000 left, done in 2 d"),
        (Account(0, 0, 0, 10, 0, None), "0 sent, 0.0/s, 10 left"),
    ],
)
def test_how_far_it_is_stands_on_one_line(account: Account, words: str) -> None:
    assert progress.words(account) == words


def test_on_a_terminal_a_line_shows_how_far_it_is(
    terminal: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue, shown = approved(terminal, 3), io.StringIO()
    monkeypatch.setattr(context, "err", Console(file=shown, force_terminal=True, width=160))
    monkeypatch.setattr(progress, "TELL_SECONDS", 0)

    terminal.types("issue", "send", issue)

    assert "3 sent" in shown.getvalue()
    assert "0 left" in shown.getvalue()


@pytest.fixture
def half(collected: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    """A mail server that pauses issue 1 when it has taken two of its four mails."""
    collected.types("issue", "compose", NEWSLETTER, "--period", "2026-W47", "--language", "en")
    for number in range(4):
        collected.types(
            *("subscribers", "add", f"reader{number}@example.org", "--newsletter", NEWSLETTER),
            *("--language", "en", "--consent", "paper list"),
        )
    collected.types("issue", "approve", "1")
    with far_end() as running:
        running.answers("RCPT", "250 ok", "250 ok", "450 later")
        mails_by(running, monkeypatch)
        assert collected.types("issue", "send", "1").code == 75
        yield running


def test_amended_in_mid_send_it_says_who_got_what_and_offers_the_correction(reporting: Terminal, half: FarEnd) -> None:
    assert len(half.mails) == 2

    amended = reporting.types("issue", "amend", "1", "--subject", "Nine findings")
    assert amended.code == 0
    assert "issue 1 is paused; `issue resume 1` lets it go on" in amended.err
    assert "version 1 waits for approval: `issue approve 1`" in amended.err
    assert "2 got an earlier version, 2 wait for the newest" in amended.err
    assert f"`issue compose {NEWSLETTER} --special FILE.md --to-old-of 1` makes a correction" in amended.err
    assert "issue 1 has an amendment that waits for approval" in reporting.types("issue", "resume", "1").err
    assert "version 1 waits for approval" in reporting.types("issue", "show", "1").out

    assert "version 1 goes out; `issue resume 1`" in reporting.types("issue", "approve", "1").err
    shown = reporting.types("issue", "show", "1", "--json").json
    assert (shown["version"], shown["subject"], shown["amendment_waits"]) == (1, "Nine findings", False)
    assert shown["reached"]["got"] == 2

    (reporting.folder / "sorry.md").write_text("---\ntitle: Sorry\n---\n\nThere are nine.\n", encoding="utf-8")
    file = str(reporting.folder / "sorry.md")
    correction = reporting.types("issue", "compose", NEWSLETTER, "--special", file, "--to-old-of", "1").out.strip()
    assert "earlier version of issue 1: 2 still subscribed" in reporting.types("issue", "show", correction).out
    reporting.types("issue", "approve", correction)
    half.answers("RCPT", "250 ok")
    assert reporting.types("issue", "send", correction).code == 0
    assert len(half.mails) == 4


def test_a_delivery_is_shown_with_its_version(reporting: Terminal, half: FarEnd) -> None:
    reporting.types("issue", "amend", "1", "--subject", "Nine findings")
    reporting.types("issue", "approve", "1")

    old, new = (
        reporting.types("issue", "show-delivery", "1", f"reader{number}@example.org", "--json").json
        for number in (0, 3)
    )

    assert (old["version"], new["version"]) == (0, 1)
    assert old["mail"].encode() == half.mails[0]
    assert "Subject: Nine findings" in new["mail"]


def test_a_correction_is_an_issue_of_a_file(terminal: Terminal) -> None:
    said = terminal.types("issue", "compose", NEWSLETTER, "--to-old-of", "1")

    assert said.code == 2
    assert "--to-old-of is for an issue of a file" in said.err
