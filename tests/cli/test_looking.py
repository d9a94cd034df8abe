"""`issue show`, `check`, `preview` and `test`: what an editor reads before an issue goes, and just as it goes."""

import pytest

from publisher.store import Store, articles, issues, open_store
from publisher.tasks import pictures, spam
from tests.cli.conftest import Terminal

WEEK = ("the-organization", "--period", "2026-W47", "--language", "en")


@pytest.fixture
def composed(collected: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal with issue 1, on a machine with neither browser nor SpamAssassin."""
    monkeypatch.setattr(pictures, "program", lambda: None)
    monkeypatch.setattr(spam, "findings", lambda _mail: ())
    assert collected.types("issue", "compose", *WEEK).out.split() == ["1"]
    return collected


def opened(terminal: Terminal) -> Store:
    return open_store(f"sqlite:///{terminal.folder}/publisher.db")


def lead_of(terminal: Terminal) -> str:
    """Give the address of the article that leads issue 1."""
    shown = terminal.types("issue", "show", "1", "--json").json["articles"]
    return str(next(article["url"] for article in shown if article["reason"] == "lead"))


def retract_lead(terminal: Terminal) -> str:
    url = lead_of(terminal)
    assert terminal.types("articles", "retract", url).code == 0
    return url


def test_showing_tells_state_findings_and_who_did_what_when(composed: Terminal) -> None:
    composed.types("issue", "hold", "1", "--because", "wait for the verdict", "--by", "Ana")

    held = composed.types("issue", "show", "1")

    assert "held by Ana: wait for the verdict" in held.out
    assert "remark  translation" in held.out
    assert "UTC" in held.out

    composed.types("issue", "approve", "1", "--by", "Bea")
    assert "approved, approved by Bea at 20" in composed.types("issue", "show", "1").out


def test_showing_as_json_adds_what_was_judged_to_what_there_was(composed: Terminal) -> None:
    composed.types("issue", "hold", "1", "--because", "wait", "--by", "Ana")
    held = composed.types("issue", "show", "1", "--json").json
    composed.types("issue", "approve", "1", "--by", "Bea")
    approved = composed.types("issue", "show", "1", "--json").json

    assert (held["held_because"], held["held_by"], held["approved"]) == ("wait", "Ana", None)
    assert approved["approved_by"] == "Bea"
    assert [(event["who"], event["what"]) for event in approved["history"]][-2:] == [
        ("Ana", "held"),
        ("Bea", "approved"),
    ]
    assert {"check", "words", "is_grave", "kind", "values"} == set(approved["findings"][0])
    assert {"url", "title", "section", "reason"} == set(approved["articles"][0])


def test_checking_prints_what_is_odd_and_ends_well_when_nothing_is_grave(composed: Terminal) -> None:
    said = composed.types("issue", "check", "1")

    assert said.code == 0
    assert "links to 127.0.0.1 go by http" in said.out
    findings = composed.types("issue", "check", "1", "--json").json["findings"]
    assert [finding["check"] for finding in findings][-1] == "translation"


def test_checking_ends_with_3_when_the_issue_should_not_go_so(composed: Terminal) -> None:
    retract_lead(composed)

    said = composed.types("issue", "check", "1")

    assert said.code == 3
    assert "was taken back; compose the issue again" in said.out
    assert "grave   articles" in said.out


def test_checking_an_issue_without_a_fault_says_so(composed: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.tasks.checking.check", lambda *_asked: ())

    said = composed.types("issue", "check", "1")

    assert (said.code, said.out) == (0, "")
    assert "issue 1: nothing is odd" in said.err


def test_what_is_missing_on_the_pictures_is_said_and_the_files_are_named(
    composed: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "take", lambda *_asked: pictures.Taken((), ("chromium took no picture",)))

    said = composed.types("issue", "preview", "1", "--to", str(composed.folder / "preview"))

    assert said.code == 0
    assert len(said.out.split()) == 4
    assert "chromium took no picture" in said.err


def test_a_test_mail_for_a_tag_that_changes_nothing_is_refused(composed: Terminal) -> None:
    said = composed.types("issue", "test", "1", "ana@example.org", "--tag", "donor")

    assert said.code == 2
    assert 'readers with the tag "donor" get no other words in issue 1; nobody does' in said.err
    assert composed.types("issue", "test", "1", "ana@example.org").code == 0


def test_what_the_last_look_finds_is_said_as_the_issue_goes(composed: Terminal) -> None:
    composed.types("issue", "approve", "1")
    url = retract_lead(composed)
    store = opened(composed)
    with store.reading() as transaction:
        stored = articles.by_url(transaction, url)
    assert stored

    said = composed.types("issue", "send", "1")

    assert said.code == 0
    assert f'"{stored.article.title}" was taken back, and dropped out of the issue' in said.err
    with store.reading() as transaction:
        sent = issues.get(transaction, 1)
    store.close()
    assert sent
    assert [finding.check for finding in sent.findings if "dropped out" in finding.words] == ["last look"]
