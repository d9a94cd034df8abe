"""What an editor changes is kept, composed at once, and lost by nobody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.config import Section
from publisher.errors import ConfigError, NotAllowed, UsageError
from publisher.model import Edits, IssueState
from publisher.tasks import editing, issuing
from publisher.tasks.editing import Change
from tests.tasks.conftest import Newsroom, titles


@pytest.fixture
def issue(newsroom: Newsroom) -> int:
    newsroom.publishes("Port audit", hours_ago=10)
    newsroom.publishes("Night ferry", hours_ago=20)
    newsroom.publishes("Transbordador", language="es", hours_ago=30)
    newsroom.publishes("Taken back", retracted=True)
    return newsroom.composes().issue.id


def url(slug: str) -> str:
    return f"https://estuary.example.org/{slug}/"


def changes(newsroom: Newsroom, issue: int, **wanted: object) -> issuing.Shown:
    editing.change(newsroom.store, newsroom.settings, issue, Change(**wanted), "ana", newsroom.now)  # type: ignore[arg-type]  # by name
    return issuing.show(newsroom.store, issue)


def test_texts_are_what_the_editor_says(newsroom: Newsroom, issue: int) -> None:
    shown = changes(
        newsroom, issue, title="The audit", subject="Nine findings", note="Good *morning*.", has_appeal=False
    )

    assert (shown.issue.title, shown.issue.variant.subject) == ("The audit", "Nine findings")
    assert "Good <em>morning</em>." in shown.issue.variant.web
    assert "Support our reporting" not in shown.issue.variant.text


def test_a_note_that_clips_the_mail_is_told_at_once_kept_with_the_issue_and_gone_with_the_note(
    newsroom: Newsroom, issue: int
) -> None:
    def _told(note: str) -> list[str]:
        wanted = Change(note=note)
        made = editing.change(newsroom.store, newsroom.settings, issue, wanted, "ana", newsroom.now)
        kept = issuing.known_issue(newsroom.store, issue).findings
        assert [one for one in kept if one.check == "note"] == [one for one in made.findings if one.check == "note"]
        return [one.words for one in made.findings if one.check == "note"]

    (said,) = _told("The harbour office keeps the list. " * 4_000)

    assert re.search(r"take \d+ KB of the 102", said)
    assert _told("Good morning.") == []


def test_articles_lead_are_dropped_come_back_and_are_taken_in(newsroom: Newsroom, issue: int) -> None:
    assert titles(changes(newsroom, issue, lead=url("night-ferry"))) == ["Night ferry", "Port audit"]
    assert titles(changes(newsroom, issue, drop=[url("night-ferry")])) == ["Port audit"]
    assert titles(changes(newsroom, issue, restore=[url("night-ferry")])) == ["Port audit", "Night ferry"]
    assert titles(changes(newsroom, issue, take={url("transbordador"): "analysis"})) == [
        "Transbordador",
        "Port audit",
        "Night ferry",
    ]


def test_excerpts_and_blocks_are_added_and_all_can_be_taken_back(newsroom: Newsroom, issue: int) -> None:
    shown = changes(newsroom, issue, excerpts={url("night-ferry"): "Own words."}, blocks={"news": "Come and see us."})
    assert "Own words." in shown.issue.variant.text
    assert "Come and see us." in shown.issue.variant.text

    assert changes(newsroom, issue, reset=True).issue.edits == Edits()


def test_who_changed_what_is_kept(newsroom: Newsroom, issue: int) -> None:
    shown = changes(newsroom, issue, title="The audit", has_appeal=False)

    edited = [event for event in shown.history if event.what == "edited"]
    assert [(event.who, event.words) for event in edited] == [("ana", "title, appeal")]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"drop": [url("nowhere")]}, "was never collected"),
        ({"lead": url("taken-back")}, "is retracted"),
        ({"take": {url("night-ferry"): "weather"}}, '"weather" is no section of the-organization; there are'),
        ({"drop": ["nothing"]}, "was never collected"),
        ({"blocks": {"weather": "Rain."}}, '"weather" is no section of the-organization; there are'),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_changed(
    newsroom: Newsroom, issue: int, wanted: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        changes(newsroom, issue, title="Lost?", **wanted)

    assert issuing.known_issue(newsroom.store, issue).edits == Edits()


@pytest.mark.parametrize(
    "wanted",
    [
        {"restore": [url("port-audit")]},
        {"take": {url("port-audit"): "analysis"}},
        {"lead": url("port-audit")},
        {"take": {f"{url('port-audit')}?utm_source=x": "analysis"}},
    ],
)
def test_what_contradicts_itself_is_told(newsroom: Newsroom, issue: int, wanted: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"port-audit/ is to be dropped and to (?:stand in the issue|lead)"):
        changes(newsroom, issue, drop=[url("port-audit")], **wanted)


def test_what_would_come_to_nothing_is_told_with_what_would_not(newsroom: Newsroom, issue: int) -> None:
    with pytest.raises(UsageError, match="was not dropped from this issue; `--take SECTION="):
        changes(newsroom, issue, restore=[url("port-audit")])


def test_a_file_of_an_issue_whose_section_is_gone_from_the_config_can_be_taken_back(
    newsroom: Newsroom, issue: int
) -> None:
    news = Section(key="briefs", title={"": "Briefs"}, everything_else=True)
    newsroom.newsletter(sections=(news,))

    text = editing.written(newsroom.store, newsroom.settings, issue)
    editing.take(newsroom.store, newsroom.settings, issue, text, "ana", newsroom.now)

    assert titles(issuing.show(newsroom.store, issue)) == ["Port audit", "Night ferry"]


def test_what_cannot_be_rendered_is_not_kept(newsroom: Newsroom, issue: int, tmp_path: Path) -> None:
    own = tmp_path / "own/email/digest/subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("{{ nothing if issue.note else issue.subject }}", encoding="utf-8")
    newsroom.configured("theme", templates=Path("own"))

    with pytest.raises(ConfigError, match="cannot be filled in"):
        changes(newsroom, issue, note="Good morning.")

    assert issuing.show(newsroom.store, issue).issue.edits == Edits()
    assert titles(newsroom.composes()) == ["Port audit", "Night ferry"]


def test_an_edit_holds_no_issue_for_what_was_not_collected_meanwhile(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += timedelta(hours=5)

    assert changes(newsroom, issue, title="The audit").issue.state is IssueState.DRAFT


def test_what_an_editor_took_in_and_dropped_comes_back_where_it_was(newsroom: Newsroom, issue: int) -> None:
    changes(newsroom, issue, take={url("transbordador"): "analysis"})
    assert "Transbordador" not in titles(changes(newsroom, issue, drop=[url("transbordador")]))

    assert "Transbordador" in titles(changes(newsroom, issue, restore=[url("transbordador")]))


def test_texts_are_one_line_without_what_turns_it_around(newsroom: Newsroom, issue: int) -> None:
    shown = changes(newsroom, issue, title="The\naudit\u202e\x07", subject="Nine\r\nfindings")

    assert (shown.issue.title, shown.issue.variant.subject) == ("The audit", "Nine findings")


def test_an_empty_excerpt_is_none(newsroom: Newsroom, issue: int) -> None:
    changes(newsroom, issue, excerpts={url("night-ferry"): "Own words."})

    assert changes(newsroom, issue, excerpts={url("night-ferry"): ""}).issue.edits == Edits()


def test_an_approved_issue_is_frozen_until_it_is_held(newsroom: Newsroom, issue: int) -> None:
    issuing.move(newsroom.store, issue, IssueState.APPROVED, newsroom.now)
    with pytest.raises(NotAllowed, match=f"opened by `issue hold {issue}`"):
        changes(newsroom, issue, title="Too late")

    issuing.move(newsroom.store, issue, IssueState.HELD, newsroom.now, who="ana", because="a slip")
    held = changes(newsroom, issue, title="In time").issue
    assert (held.title, held.state, held.held_because) == ("In time", IssueState.HELD, "a slip")


def test_a_file_is_taken_back(newsroom: Newsroom, issue: int) -> None:
    text = editing.written(newsroom.store, newsroom.settings, issue)
    text = text.replace("title: Port audit", "title: The audit").replace("- [Night ferry]", "- [Ferry]")

    editing.take(newsroom.store, newsroom.settings, issue, text, "ana", newsroom.now)

    shown = issuing.show(newsroom.store, issue)
    assert (shown.issue.title, titles(shown)) == ("The audit", ["Port audit", "Night ferry"])
    assert shown.issue.edits == Edits(title="The audit")


def test_of_two_editors_the_second_is_told(newsroom: Newsroom, issue: int) -> None:
    text = editing.written(newsroom.store, newsroom.settings, issue)
    changes(newsroom, issue, title="First")

    with pytest.raises(NotAllowed, match="has changed since this file was written"):
        editing.take(newsroom.store, newsroom.settings, issue, text, "bea", newsroom.now)

    assert issuing.known_issue(newsroom.store, issue).title == "First"


def test_an_article_composed_in_meanwhile_is_not_lost_by_an_older_file(newsroom: Newsroom, issue: int) -> None:
    text = editing.written(newsroom.store, newsroom.settings, issue)
    newsroom.publishes("Late one", hours_ago=1)
    newsroom.composes()

    with pytest.raises(NotAllowed, match="put in what is missing"):
        editing.take(newsroom.store, newsroom.settings, issue, text, "ana", newsroom.now)


def test_a_lead_is_taken_back_by_an_empty_one(newsroom: Newsroom, issue: int) -> None:
    changes(newsroom, issue, lead=url("night-ferry"))

    assert titles(changes(newsroom, issue, lead="")) == ["Port audit", "Night ferry"]


def test_late_articles_still_come_in_by_the_rules(newsroom: Newsroom, issue: int) -> None:
    text = editing.written(newsroom.store, newsroom.settings, issue)
    editing.take(
        newsroom.store, newsroom.settings, issue, text.replace("preheader:", "preheader: x"), "ana", newsroom.now
    )
    newsroom.publishes("Late one", hours_ago=1)

    assert titles(newsroom.composes()) == ["Late one", "Port audit", "Night ferry"]
