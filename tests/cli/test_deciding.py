"""`issue approve`, `hold`, `review` and `cancel`: what a person decides at the terminal, and what is kept of it."""

import pytest

from publisher.model import Finding, IssueState
from publisher.store import issues, open_store
from tests.cli.conftest import Terminal
from tests.deliver import samples
from tests.deliver.far_end import far_end

NEWSLETTER = "the-organization"
REVIEWER = "The Estuary Desk <desk@estuary.example.org>"


@pytest.fixture
def drafted(terminal: Terminal) -> Terminal:
    """A terminal with issue 1, a draft without articles of which a check found something."""
    store = open_store(f"sqlite:///{terminal.folder}/publisher.db")
    with store.writing() as transaction:
        week, found = samples.issue().period, [Finding("links", "one link is broken", is_grave=True)]
        issues.put(
            transaction, NEWSLETTER, "es", week, 1, "La flota", (), samples.issue().variant, samples.NOW, findings=found
        )
    store.close()
    return terminal


def state(terminal: Terminal) -> str:
    return str(terminal.types("issue", "show", "1", "--json").json["state"])


def test_who_approves_reads_what_was_found_and_is_not_hindered(drafted: Terminal) -> None:
    said = drafted.types("issue", "approve", "1", "--empty", "--by", "Ana")

    assert (said.code, said.err.splitlines()) == (0, ["links: one link is broken", "issue 1 is approved"])


def test_an_approved_issue_can_be_held_and_approved_again(drafted: Terminal) -> None:
    for decision in (("approve", "--empty"), ("hold", "--because", "the verdict"), ("approve", "--empty"), ("cancel",)):
        assert drafted.types("issue", decision[0], "1", *decision[1:]).code == 0

    history = drafted.types("issue", "show", "1", "--json").json["history"]
    assert [event["what"] for event in history] == ["approved", "held", "approved", "cancelled"]
    assert all(event["who"] for event in history)
    assert state(drafted) == IssueState.CANCELLED
    assert drafted.types("issue", "hold", "1").code == 1


def test_who_is_asked_for_a_review_is_named(drafted: Terminal) -> None:
    said = drafted.types("issue", "review", "1")

    assert (said.code, said.err.splitlines()[-1]) == (0, f"issue 1: told {REVIEWER}")
    assert len(list((drafted.folder / "outbox" / "notices").iterdir())) == 1


def test_a_reviewer_whom_no_mail_reaches_is_named_and_it_ends_with_3(
    drafted: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with far_end() as server:
        server.answers("RCPT", "550 5.1.1 nobody here")
        monkeypatch.setenv("PUBLISHER_DELIVERY__TRANSPORT", "smtp")
        monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__HOST", "127.0.0.1")
        monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__PORT", str(server.settings.port))
        monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__SECURITY", "none")
        monkeypatch.setenv("PUBLISHER_WEB__BASE_URL", "https://news.example.org")
        said = drafted.types("issue", "review", "1")

    assert said.code == 3
    assert "550" in said.err
    assert f"issue 1: {REVIEWER} not told; `run` tries again" in said.err
