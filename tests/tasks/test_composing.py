"""An issue is composed once for its period, again as often as wanted, and never loses an article."""

from datetime import timedelta

import pytest

from publisher.config import Section
from publisher.config.newsletters import Archive
from publisher.errors import UsageError
from publisher.model import ARCHIVE, CORRECTIONS, Edits, IssueState
from publisher.store import articles, issues
from publisher.tasks import composing, editing, issuing
from tests.tasks.conftest import WEEKLY, Newsroom, reasons, titles


def test_an_issue_carries_the_weeks_articles_of_its_language(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.publishes("Auditoría del puerto", language="es", categories=("Noticias",))

    assert titles(newsroom.composes("en")) == ["Port audit"]
    assert titles(newsroom.composes("es")) == ["Auditoría del puerto"]


def test_both_languages_are_composed_when_none_is_named(newsroom: Newsroom) -> None:
    made = composing.compose(newsroom.store, newsroom.settings, WEEKLY, newsroom.now)

    assert [issue.language for issue in made] == ["en", "es"]


def test_composing_again_keeps_the_issue_and_takes_what_was_collected_since(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    first = newsroom.composes()
    newsroom.publishes("Night ferry", hours_ago=2)

    again = newsroom.composes()

    assert (again.issue.id, again.issue.number) == (first.issue.id, 1)
    assert titles(again) == ["Night ferry", "Port audit"]


def test_an_approved_issue_is_frozen(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    issue = newsroom.approves(newsroom.composes())
    newsroom.publishes("Night ferry", hours_ago=2)

    assert titles(newsroom.composes()) == ["Port audit"]
    assert issuing.known_issue(newsroom.store, issue).state is IssueState.APPROVED


def test_what_was_left_as_it_is_says_in_which_state(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id
    issuing.move(newsroom.store, issue, IssueState.CANCELLED, newsroom.now)
    newsroom.publishes("Auditoría", language="es")

    cancelled, draft = composing.compose(newsroom.store, newsroom.settings, WEEKLY, newsroom.now)

    assert (cancelled.id, cancelled.state, cancelled.frozen) == (issue, IssueState.CANCELLED, True)
    assert (draft.state, draft.frozen) == (IssueState.DRAFT, False)


def test_an_article_stands_in_one_issue_only(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.composes()
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Night ferry")

    second = newsroom.composes()

    assert titles(second) == ["Night ferry"]
    assert reasons(second)["Port audit"] == "in an earlier issue"


def test_an_article_collected_late_stands_in_the_next_issue_once(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.composes()
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Night ferry", hours_ago=24 * 12)

    assert titles(newsroom.composes()) == ["Night ferry"]
    newsroom.now += timedelta(days=7)
    assert titles(newsroom.composes()) == []


def test_a_missed_week_goes_into_the_next_issue(newsroom: Newsroom) -> None:
    newsroom.composes()
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Port audit")
    newsroom.now += timedelta(days=7)

    assert titles(newsroom.composes()) == ["Port audit"]


def test_what_a_cancelled_issue_carried_goes_into_the_next(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    cancelled = newsroom.composes()
    issuing.move(newsroom.store, cancelled.issue.id, IssueState.CANCELLED, newsroom.now)
    newsroom.now += timedelta(days=3)

    assert titles(newsroom.composes(period="2026-W48")) == ["Port audit"]


def test_what_was_cancelled_after_a_later_week_was_composed_goes_into_the_next(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    cancelled = newsroom.composes()
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Night ferry")
    assert titles(newsroom.composes()) == ["Night ferry"]
    issuing.move(newsroom.store, cancelled.issue.id, IssueState.CANCELLED, newsroom.now)
    newsroom.now += timedelta(days=7)

    assert titles(newsroom.composes()) == ["Port audit"]


def test_whatever_is_composed_besides_an_issue_loses_nothing_it_had(newsroom: Newsroom) -> None:
    newsroom.publishes("First")
    newsroom.approves(newsroom.composes())
    newsroom.now += timedelta(days=2)
    newsroom.publishes("Weekend")
    newsroom.now += timedelta(days=12)
    newsroom.publishes("Late week")
    newest = newsroom.composes()
    assert titles(newest) == ["Late week", "Weekend"]
    newsroom.composes(period="2026-W48")

    assert titles(newsroom.composes(period=newest.issue.period.name)) == ["Late week", "Weekend"]


def test_the_archive_of_an_earlier_week_takes_nothing_of_a_later_one(newsroom: Newsroom) -> None:
    newsroom.newsletter(archive=Archive(limit=3))
    newsroom.publishes("First", countries=("Peru",))
    first = newsroom.composes().issue
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Late one", hours_ago=24 * 12, countries=("Peru",))
    newsroom.publishes("Second", countries=("Peru",))
    assert titles(newsroom.composes()) == ["Second", "Late one"]

    assert titles(newsroom.composes(period=first.period.name)) == ["First"]
    assert titles(newsroom.composes()) == ["Second", "Late one", "First"][:2]


def test_who_has_waited_longest_is_told_first(newsroom: Newsroom) -> None:
    news = Section(key="news", title={"": "News"}, everything_else=True, limit=1)
    newsroom.newsletter(sections=(news,))
    for number, title in enumerate(("A", "B", "C")):
        newsroom.publishes(title, hours_ago=1 + number)
    told = []
    for _ in range(4):
        told += titles(newsroom.composes())
        newsroom.now += timedelta(days=7)
        newsroom.publishes(f"New {len(told)}", hours_ago=1)

    assert told == ["A", "C", "B", "New 1"]


def test_what_an_editor_drops_of_corrections_and_the_archive_does_not_come_back(newsroom: Newsroom) -> None:
    newsroom.newsletter(archive=Archive(limit=3))
    old = newsroom.publishes("Old", hours_ago=24 * 90, countries=("Peru",))
    first = newsroom.publishes("First", countries=("Peru",))
    issue = newsroom.composes().issue.id
    editing.change(newsroom.store, newsroom.settings, issue, editing.Change(drop=(old.url,)), "ana", newsroom.now)
    newsroom.sends(issuing.move(newsroom.store, issue, IssueState.APPROVED, newsroom.now).id)
    newsroom.now += timedelta(days=7)
    newsroom.changes(first, body="<p>Text.</p><p>Correction: it was Tuesday.</p>")
    newsroom.publishes("Second", countries=("Peru",))
    shown = newsroom.composes()
    assert titles(shown) == ["Second", "First"]
    dropped = editing.Change(drop=(first.url,))
    editing.change(newsroom.store, newsroom.settings, shown.issue.id, dropped, "ana", newsroom.now)
    assert reasons(issuing.show(newsroom.store, shown.issue.id))["First"] == "dropped by the editor"
    newsroom.sends(issuing.move(newsroom.store, shown.issue.id, IssueState.APPROVED, newsroom.now).id)
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Third", countries=("Peru",))

    assert "First" not in titles(newsroom.composes())
    assert "Old" not in titles(newsroom.composes())


def test_a_week_of_nothing_but_corrections_is_empty(newsroom: Newsroom) -> None:
    first = newsroom.publishes("First")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    newsroom.now += timedelta(days=7)
    newsroom.changes(first, body="<p>Text.</p><p>Correction: it was Tuesday.</p>")

    shown = newsroom.composes()

    assert titles(shown) == ["First"]
    assert (shown.issue.state, shown.issue.held_because) == (IssueState.HELD, "the week has no article")


def test_a_correction_that_a_waiting_issue_tells_is_told_by_no_other(newsroom: Newsroom) -> None:
    first = newsroom.publishes("First")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    newsroom.now += timedelta(days=7)
    newsroom.changes(first, body="<p>Text.</p><p>Correction: it was Tuesday.</p>")
    newsroom.publishes("Second")
    assert titles(newsroom.composes()) == ["Second", "First"]
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Third")

    assert titles(newsroom.composes()) == ["Third"]


def test_an_issue_that_nobody_decides_about_is_named_with_what_it_keeps(newsroom: Newsroom) -> None:
    newsroom.publishes("First")
    kept = newsroom.composes().issue.id
    newsroom.now += timedelta(days=7)
    newsroom.publishes("Second", translations={"es": "https://estuary.example.org/segundo/"})
    newsroom.publishes("Segundo", language="es")

    findings = newsroom.composes().issue.findings

    assert [finding.words for finding in findings] == [
        f"issue {kept} (2026-W47) is draft and keeps its articles (1) from this one; approve or cancel it"
    ]


def test_a_translation_of_what_was_told_long_ago_is_nothing_new(newsroom: Newsroom) -> None:
    newsroom.newsletter(untranslated="show")
    original = newsroom.publishes("First")
    newsroom.approves(newsroom.composes())
    newsroom.now += timedelta(days=70)
    newsroom.publishes("Primero", language="es", translations={"en": original.url})
    newsroom.publishes("Second")

    assert titles(newsroom.composes()) == ["Second"]


def test_a_retracted_article_stands_in_no_issue(newsroom: Newsroom) -> None:
    article = newsroom.publishes("Port audit")
    with newsroom.store.writing() as transaction:
        articles.retract(transaction, article.url, newsroom.now)

    assert reasons(newsroom.composes()) == {"Port audit": "retracted"}


def test_an_empty_week_makes_an_issue_that_says_so_and_is_held_until_it_has_an_article(newsroom: Newsroom) -> None:
    newsroom.publishes("Old", hours_ago=2000)
    shown = newsroom.composes()
    newsroom.publishes("Port audit")

    assert (shown.issue.state, shown.issue.held_because) == (IssueState.HELD, "the week has no article")
    assert newsroom.composes().issue.state is IssueState.DRAFT
    assert titles(shown) == []
    assert "There is no new article this week." in shown.issue.variant.text


@pytest.mark.parametrize(
    ("newsletter", "period", "language", "said"),
    [
        ("the-harbour", None, None, "it has the-organization"),
        (WEEKLY, "2026-47", None, 'write its year and number, as "2026-W47"'),
        (WEEKLY, "2026-W48", None, "week 2026-W48 has not begun; it can be composed from 2026-11-23"),
        (WEEKLY, "9998-W01", None, "has not begun"),
        (WEEKLY, None, "fr", "it has en, es"),
    ],
)
def test_what_cannot_be_composed_is_said_with_what_can(
    newsroom: Newsroom, newsletter: str, period: str | None, language: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        composing.compose(newsroom.store, newsroom.settings, newsletter, newsroom.now, period, language)


def test_an_issue_that_lacks_a_source_is_held_and_says_which_until_it_is_collected(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.now += timedelta(hours=2)

    (held,) = composing.compose(newsroom.store, newsroom.settings, WEEKLY, newsroom.now, language="en")
    newsroom.publishes("Night ferry", hours_ago=1)
    (again,) = composing.compose(newsroom.store, newsroom.settings, WEEKLY, newsroom.now, language="en")

    assert held.state is IssueState.HELD
    assert held.held_because == (
        "not collected up to its end: site (last 2026-11-20 09:00); run `publisher collect` and compose it again"
    )
    assert (again.id, again.state, again.held_because) == (held.id, IssueState.DRAFT, "")


def test_a_source_that_never_answered_holds_the_issue(newsroom: Newsroom) -> None:
    (held, _) = composing.compose(newsroom.store, newsroom.settings, WEEKLY, newsroom.now)

    assert "site (never)" in held.held_because


def test_what_a_person_holds_stays_held_when_it_is_composed_again(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id
    with newsroom.store.writing() as transaction:
        issues.hold(transaction, issue, issues.OPEN, "wait for the verdict", "ana")

    again = newsroom.composes().issue

    assert (again.state, again.held_because, again.held_by) == (IssueState.HELD, "wait for the verdict", "ana")


def test_composing_again_keeps_what_an_editor_did(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    dropped = newsroom.publishes("Night ferry", hours_ago=30)
    shown = newsroom.composes()
    (ferry,) = (one.article.id for one in shown.placements if one.article.article.url == dropped.url)
    with newsroom.store.writing() as transaction:
        issues.edit(transaction, shown.issue.id, Edits(title="The audit", dropped=(ferry,)))

    again = newsroom.composes()

    assert (again.issue.title, titles(again)) == ("The audit", ["Port audit"])
    assert reasons(again)["Night ferry"] == "dropped by the editor"


def test_what_an_editor_dropped_does_not_come_back_a_week_later(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit", hours_ago=1)
    shown = newsroom.composes()
    with newsroom.store.writing() as transaction:
        issues.edit(transaction, shown.issue.id, Edits(dropped=(shown.placements[0].article.id,)))
    newsroom.composes()
    newsroom.now += timedelta(days=6)

    assert reasons(newsroom.composes()) == {"Port audit": "dropped by the editor"}


def test_what_a_limit_makes_wait_is_in_the_next_issue_however_old(newsroom: Newsroom) -> None:
    news = Section(key="news", title={"": "News"}, everything_else=True, limit=1)
    newsroom.newsletter(sections=(news,))
    newsroom.publishes("New one", hours_ago=1)
    newsroom.publishes("Old one", hours_ago=100)
    newsroom.composes()
    found = []
    for days in (21, 21):
        newsroom.now += timedelta(days=days)
        found.append(titles(newsroom.composes()))

    assert found == [["Old one"], []]


def test_the_archive_gives_what_shares_rare_terms_or_is_linked_and_was_not_shown_lately(newsroom: Newsroom) -> None:
    newsroom.newsletter(archive=Archive(limit=3, not_in_last=1))
    old = newsroom.now
    newsroom.now = old - timedelta(days=200)
    linked = newsroom.publishes("Linked", categories=("Culture",))
    newsroom.publishes("Same country", countries=("Peru",))
    newsroom.publishes("Same country and tag", countries=("Peru",), tags=("Ports",))
    newsroom.publishes("Retracted", tags=("Ports",), retracted=True)
    newsroom.publishes("Puertos", language="es", tags=("Ports",))
    newsroom.publishes("Nothing shared", categories=("Poetry",))
    newsroom.now = old
    body = f'<p>As <a href="{linked.url}">we reported</a>.</p>'
    newsroom.publishes("Port audit", body=body, countries=("Peru",), tags=("ports",))

    shown = newsroom.composes()

    assert [one.article.article.title for one in shown.placements if one.section == ARCHIVE] == [
        "Linked",
        "Same country and tag",
        "Same country",
    ]


def test_what_the_archive_showed_is_not_shown_again_in_the_next_issues(newsroom: Newsroom) -> None:
    newsroom.newsletter(archive=Archive(limit=3, not_in_last=1))
    newsroom.publishes("Old", hours_ago=3000, countries=("Peru",))
    found = []
    for week in range(3):
        newsroom.publishes(f"Audit {week}", hours_ago=1, countries=("Peru",))
        shown = newsroom.composes()
        found.append([one.article.article.title for one in shown.placements if one.section == ARCHIVE])
        newsroom.now += timedelta(days=7)

    assert found[0] == ["Old"]
    assert "Old" not in found[1]
    assert "Old" in found[2]


def test_a_correction_of_what_an_issue_carried_is_told_once(newsroom: Newsroom) -> None:
    carried = newsroom.publishes("Port audit", hours_ago=1)
    newsroom.subscribes("bruno@example.org")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    found = []
    for week in range(2):
        newsroom.now += timedelta(days=7)
        newsroom.publishes(f"Night ferry {week}", hours_ago=1)
        newsroom.changes(carried, body="<p>The first paragraph.</p><p>Correction: there were nine findings.</p>")
        shown = newsroom.composes()
        found.append([one.article.article.title for one in shown.placements if one.section == CORRECTIONS])
        newsroom.sends(newsroom.approves(shown))

    assert found == [["Port audit"], []]


def test_a_change_that_is_no_correction_is_not_told(newsroom: Newsroom) -> None:
    carried = newsroom.publishes("Port audit", hours_ago=1)
    newsroom.sends(newsroom.approves(newsroom.composes()))
    newsroom.now += timedelta(days=7)
    newsroom.changes(carried, body="<p>Better words.</p>")

    assert titles(newsroom.composes()) == []


def test_what_an_issue_carried_and_was_taken_back_is_told_once(newsroom: Newsroom) -> None:
    carried = newsroom.publishes("Port audit", hours_ago=1)
    newsroom.sends(newsroom.approves(newsroom.composes()))
    found = []
    newsroom.changes(carried, retracted=True)
    for week in range(2):
        newsroom.now += timedelta(days=7)
        newsroom.publishes(f"Night ferry {week}", hours_ago=1)
        shown = newsroom.composes()
        found.append(reasons(shown).get("Port audit"))
        newsroom.sends(newsroom.approves(shown))

    assert found == ["corrected since an earlier issue", "retracted"]


def test_what_lacks_a_translation_is_told(newsroom: Newsroom) -> None:
    spanish = "https://estuary.example.org/transbordador/"
    newsroom.publishes("Night ferry", translations={"es": spanish})
    newsroom.publishes("Transbordador", language="es", categories=("Noticias",))
    newsroom.publishes("Port audit")

    issue = newsroom.composes().issue

    assert [finding.words for finding in issue.findings] == ['"Port audit" is not translated into Spanish']
