"""An issue is composed once for its period, again as often as wanted, and never loses an article."""

from datetime import timedelta

import pytest

from publisher.errors import UsageError
from publisher.model import IssueState
from publisher.store import articles
from publisher.tasks import composing, issuing
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


def test_a_retracted_article_stands_in_no_issue(newsroom: Newsroom) -> None:
    article = newsroom.publishes("Port audit")
    with newsroom.store.writing() as transaction:
        articles.retract(transaction, article.url, newsroom.now)

    assert reasons(newsroom.composes()) == {"Port audit": "retracted"}


def test_an_empty_week_makes_an_issue_that_says_so(newsroom: Newsroom) -> None:
    shown = newsroom.composes()

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
