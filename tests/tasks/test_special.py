"""Issues that are no period: one file each, the same parts and states, and no week disturbed by them."""

from pathlib import Path

import pytest

from publisher.config import Section
from publisher.errors import NotAllowed, UsageError
from publisher.model import IssueKind, IssueState, Reason
from publisher.tasks import editing, issuing, special
from publisher.tasks.composing import ComposedIssue
from publisher.tasks.editing import Change
from tests.tasks.conftest import WEEKLY, Newsroom, titles

FLOOD = """---
title: After the flood
subject: What the water left
articles:
  - https://estuary.example.org/port-audit/
appeal: no
---

The desk is *open*.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Flood 2026.md"
    path.write_text(FLOOD, encoding="utf-8")
    return path


def made(newsroom: Newsroom, file: Path, language: str | None = None) -> ComposedIssue:
    return special.compose(newsroom.store, newsroom.settings, WEEKLY, file, newsroom.now, language)


def test_a_file_is_an_issue_with_its_note_and_its_articles(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit", hours_ago=5000)

    shown = issuing.show(newsroom.store, made(newsroom, file).id)

    issue = shown.issue
    assert (issue.kind, issue.state, issue.period.name, issue.number) == (
        IssueKind.SPECIAL,
        IssueState.DRAFT,
        "flood-2026",
        0,
    )
    assert (issue.title, issue.variant.subject, titles(shown)) == (
        "After the flood",
        "What the water left",
        ["Port audit"],
    )
    assert "The desk is" in issue.variant.text
    assert "Support our reporting" not in issue.variant.text


def test_a_file_that_is_too_long_for_a_mail_says_so(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    file.write_text(FLOOD + "The water stood for nine days. " * 4_000, encoding="utf-8")

    issue = made(newsroom, file)

    assert [(one.check, one.is_grave) for one in issue.findings] == [("note", True)]
    assert issuing.known_issue(newsroom.store, issue.id).findings == issue.findings


def test_composed_again_it_is_the_same_issue_and_keeps_what_was_edited_besides(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    first = made(newsroom, file)
    block = Change(blocks={"news": "Come and see us."}, lead="https://estuary.example.org/port-audit/")
    editing.change(newsroom.store, newsroom.settings, first.id, block, "ana", newsroom.now)
    file.write_text(FLOOD.replace("After the flood", "After the water"), encoding="utf-8")

    again = made(newsroom, file)

    issue = issuing.known_issue(newsroom.store, again.id)
    assert (again.id, issue.title) == (first.id, "After the water")
    assert "Come and see us." in issue.variant.text
    assert issuing.show(newsroom.store, first.id).placements[0].reason is Reason.LEAD


def test_what_an_editor_changed_of_what_its_file_says_stays_changed(newsroom: Newsroom, file: Path) -> None:
    for title in ("Port audit", "Night ferry", "Third"):
        newsroom.publishes(title)
    first = made(newsroom, file)
    ferry = "https://estuary.example.org/night-ferry/"
    wanted = Change(subject="Own subject", note="Own note.", take={ferry: "analysis"})
    editing.change(newsroom.store, newsroom.settings, first.id, wanted, "ana", newsroom.now)
    third = FLOOD.replace("appeal:", "  - https://estuary.example.org/third/\nappeal:")
    file.write_text(third.replace("After the flood", "After the water").replace("open", "shut"), encoding="utf-8")

    shown = issuing.show(newsroom.store, made(newsroom, file).id)

    assert (shown.issue.title, shown.issue.variant.subject) == ("After the water", "Own subject")
    assert "Own note." in shown.issue.variant.text
    assert titles(shown) == ["Port audit", "Third", "Night ferry"]


def test_what_its_file_lists_no_more_goes(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    newsroom.publishes("Night ferry")
    made(newsroom, file)
    file.write_text(FLOOD.replace("port-audit", "night-ferry"), encoding="utf-8")

    assert titles(issuing.show(newsroom.store, made(newsroom, file).id)) == ["Night ferry"]


def test_what_its_file_lists_no_more_leads_no_more(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    newsroom.publishes("Night ferry")
    issue = made(newsroom, file).id
    lead = Change(lead="https://estuary.example.org/port-audit/")
    editing.change(newsroom.store, newsroom.settings, issue, lead, "ana", newsroom.now)
    file.write_text(FLOOD.replace("port-audit", "night-ferry"), encoding="utf-8")

    assert titles(issuing.show(newsroom.store, made(newsroom, file).id)) == ["Night ferry"]


def test_an_article_that_was_dropped_comes_back(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    issue, audit = made(newsroom, file).id, ("https://estuary.example.org/port-audit/",)
    editing.change(newsroom.store, newsroom.settings, issue, Change(drop=audit), "ana", newsroom.now)
    assert titles(issuing.show(newsroom.store, made(newsroom, file).id)) == []

    editing.change(newsroom.store, newsroom.settings, issue, Change(restore=audit), "ana", newsroom.now)

    assert titles(issuing.show(newsroom.store, issue)) == ["Port audit"]


def test_a_section_that_is_gone_from_the_config_loses_no_article(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    issue = made(newsroom, file).id
    newsroom.newsletter(sections=(Section(key="briefs", title={"": "Briefs"}, everything_else=True),))

    editing.change(newsroom.store, newsroom.settings, issue, Change(title="Flood 2"), "ana", newsroom.now)

    assert titles(issuing.show(newsroom.store, issue)) == ["Port audit"]


def test_it_stays_of_its_kind(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    first = made(newsroom, file)
    file.write_text(FLOOD.replace("title:", "kind: welcome\ntitle:"), encoding="utf-8")

    with pytest.raises(UsageError, match=f"is issue {first.id} already, which is special; write another key"):
        made(newsroom, file)


def test_what_its_file_says_is_not_reset(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    issue = made(newsroom, file).id

    with pytest.raises(NotAllowed, match="--special FILE` makes it as the file says"):
        editing.change(newsroom.store, newsroom.settings, issue, Change(reset=True), "ana", newsroom.now)


def test_once_approved_it_is_left_as_it_is(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    first = made(newsroom, file)
    issuing.move(newsroom.store, first.id, IssueState.APPROVED, newsroom.now)

    assert made(newsroom, file).frozen


def test_it_goes_to_all_who_are_subscribed_and_disturbs_no_week(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    newsroom.subscribes("bruno@example.org")
    issue = made(newsroom, file).id
    newsroom.sends(issuing.move(newsroom.store, issue, IssueState.APPROVED, newsroom.now).id)

    assert newsroom.recipients() == ["bruno@example.org"]
    week = newsroom.composes()
    assert (titles(week), week.issue.number) == (["Port audit"], 1)


def test_it_needs_no_article(newsroom: Newsroom, file: Path) -> None:
    file.write_text("---\ntitle: Thank you\n---\nThat was a year.\n", encoding="utf-8")

    issue = made(newsroom, file).id

    assert issuing.move(newsroom.store, issue, IssueState.APPROVED, newsroom.now).state is IssueState.APPROVED


def test_one_that_says_nothing_is_approved_only_by_somebody_who_means_it(newsroom: Newsroom, file: Path) -> None:
    file.write_text("---\ntitle: Thank you\n---\n", encoding="utf-8")
    issue = made(newsroom, file).id

    with pytest.raises(NotAllowed, match="has no note, no article and no block"):
        issuing.move(newsroom.store, issue, IssueState.APPROVED, newsroom.now)

    moved = issuing.move(newsroom.store, issue, IssueState.APPROVED, newsroom.now, empty_too=True)
    assert moved.state is IssueState.APPROVED


def test_a_language_is_that_of_the_file_or_of_the_command(newsroom: Newsroom, file: Path) -> None:
    newsroom.publishes("Port audit")
    assert issuing.known_issue(newsroom.store, made(newsroom, file, "es").id).language == "es"
    file.write_text(FLOOD.replace("title:", "language: en\ntitle:"), encoding="utf-8")

    with pytest.raises(UsageError, match="says language: en, and --language es; leave one of them out"):
        made(newsroom, file, "es")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: After the flood\n", "", "has no title"),
        ("title:", "kind: weekly\ntitle:", '"weekly" is no kind; write one of special'),
        ("title:", "titel: x\ntitle:", '"titel" is no key of such a file'),
        ("title:", "language: fr\ntitle:", 'has no issue in "fr"'),
        ("appeal: no", "appeal: maybe", '"maybe" is neither yes nor no'),
        ("title:", "kind: [welcome]\ntitle:", "kind has a list; write one text"),
        ("title:", "key: 2026-w47\ntitle:", '"2026-w47" names no such issue'),
        ("title:", "key: much-too-long-to-be-a-key\ntitle:", "of at most 20 lower-case letters"),
        ("port-audit", "nowhere", "was never collected"),
        ("port-audit", "taken-back", "is retracted"),
        ("---\ntitle", "---\ntitle: [\ntitle", "cannot be read as YAML"),
    ],
)
def test_a_slip_in_the_file_is_told(newsroom: Newsroom, file: Path, old: str, new: str, said: str) -> None:
    newsroom.publishes("Port audit")
    newsroom.publishes("Taken back", retracted=True)
    file.write_text(FLOOD.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        made(newsroom, file)

    assert issuing.listed(newsroom.store) == []


def test_a_file_that_is_none_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        made(newsroom, tmp_path / "nothing.md")
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not text"):
        made(newsroom, tmp_path / "binary.md")
