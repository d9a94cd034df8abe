"""Which articles an issue takes, where they stand in it, and why the others do not."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import Earlier, period
from publisher.compose.place import place
from publisher.config import Section
from publisher.model import Placement, Reason, StoredArticle
from tests.compose.samples import NOW, WEEK, ZONE, article, newsletter

DAY = timedelta(days=1)


def _placed(*articles: StoredArticle, **changes: Any) -> list[Placement]:
    asked = {"language": "en", "period": WEEK, "earlier": Earlier(), "now": NOW, **changes}
    return place(articles, asked.pop("newsletter", newsletter()), zone=ZONE, **asked)


def _reason(stored: StoredArticle, **changes: Any) -> Reason:
    return _placed(stored, **changes)[0].reason


def test_an_article_in_two_categories_stands_once_in_the_first_section_that_takes_it() -> None:
    placements = _placed(article(), article("both", categories=("News", "Analysis")))

    assert [(found.article.article.title, found.section) for found in placements] == [
        ("Both", "analysis"),
        ("Port audit", "news"),
    ]


@pytest.mark.parametrize("category", ["investigaciones", "INVESTIGATIONS", " Investigations ", "Investigations"])
def test_categories_match_whatever_their_letter_case_and_language(category: str) -> None:
    assert _placed(article(categories=(category,)))[0].section == "investigations"


def test_accents_match_however_they_are_encoded() -> None:
    assert _placed(article(categories=("Ana\N{COMBINING ACUTE ACCENT}lisis",)))[0].section == "analysis"


def test_everything_else_takes_what_is_left_even_when_it_is_listed_first() -> None:
    listed = newsletter()
    turned = listed.model_copy(update={"sections": (listed.sections[-1], *listed.sections[:-1])})

    placements = _placed(article(), article("poem", categories=()), newsletter=turned)

    assert {found.article.article.title: found.section for found in placements} == {
        "Poem": "more",
        "Port audit": "news",
    }


def test_without_a_section_for_everything_else_an_article_may_have_none() -> None:
    narrow = newsletter().model_copy(
        update={"sections": (Section(key="news", title={"": "News"}, categories=("News",)),)}
    )

    assert _reason(article(categories=("Poetry",)), newsletter=narrow) is Reason.NO_SECTION


def test_the_lead_is_the_newest_of_the_first_section_that_has_an_article() -> None:
    placements = _placed(
        article("old-analysis", categories=("Analysis",), hours_ago=30),
        article("new-analysis", categories=("Analysis",), hours_ago=20),
        article("newest-news", hours_ago=1),
    )

    lead = [found for found in placements if found.reason is Reason.LEAD]
    assert [(found.article.article.title, found.section, found.position) for found in lead] == [
        ("New analysis", "analysis", 0)
    ]


def test_articles_of_one_instant_stand_in_the_order_of_their_urls() -> None:
    placements = _placed(article("b"), article("c"), article("a"))

    assert [found.article.article.title for found in placements] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"language": "es"}, Reason.OTHER_LANGUAGE),
        ({"language": "en-GB"}, Reason.LEAD),
        ({"language": "eng"}, Reason.OTHER_LANGUAGE),
        ({"retracted": True}, Reason.RETRACTED),
        ({"retracted_at": NOW}, Reason.RETRACTED),
        ({"published": NOW}, Reason.FUTURE_DATE),
        ({"published": NOW - timedelta(seconds=1)}, Reason.LEAD),
        ({"published": NOW - 7 * DAY}, Reason.LEAD),
        ({"published": NOW - 7 * DAY - timedelta(seconds=1)}, Reason.BEFORE_PERIOD),
    ],
)
def test_the_first_issue_takes_seven_days_of_its_own_language(changed: dict[str, Any], reason: Reason) -> None:
    assert _reason(article(**changed)) is reason


def test_what_another_issue_carried_is_left_out() -> None:
    assert _reason(article(id=7), earlier=Earlier(carried=frozenset({7}))) is Reason.IN_EARLIER_ISSUE


def test_a_past_week_ends_with_its_sunday() -> None:
    last_week = period.week("2026-W46", ZONE)

    assert _reason(article(published=last_week.end), period=last_week) is Reason.FUTURE_DATE
    assert _reason(article(published=last_week.end - DAY), period=last_week) is Reason.LEAD


def test_after_a_missed_week_an_issue_reaches_back_to_the_previous_one() -> None:
    earlier = Earlier(since=WEEK.start - 14 * DAY, composed=NOW - 14 * DAY)

    assert _reason(article(published=WEEK.start - 14 * DAY), earlier=earlier) is Reason.LEAD


@pytest.mark.parametrize(
    ("seen", "published", "reason"),
    [
        (NOW - DAY, WEEK.start - 30 * DAY, Reason.LEAD),
        (NOW - DAY, WEEK.start - 36 * DAY, Reason.BEFORE_PERIOD),
        (NOW - 8 * DAY, WEEK.start - 30 * DAY, Reason.BEFORE_PERIOD),
    ],
)
def test_what_came_in_late_may_be_four_weeks_older(seen: datetime, published: datetime, reason: Reason) -> None:
    earlier = Earlier(since=WEEK.start - 7 * DAY, composed=NOW - 7 * DAY)

    assert _reason(article(published=published, first_seen=seen), earlier=earlier) is reason


_articles = st.builds(
    lambda slug, **fields: article(f"a{slug}", **fields),
    st.integers(0, 9),
    hours_ago=st.floats(-200, 1500),
    first_seen=st.floats(0, 900).map(lambda hours: NOW - timedelta(hours=hours)),
    language=st.sampled_from(["en", "es", "en-GB"]),
    categories=st.lists(st.sampled_from(["News", "analysis", "Culture", "Investigaciones"]), max_size=3).map(tuple),
    retracted=st.booleans(),
)


@given(st.lists(_articles, max_size=12), st.randoms(use_true_random=False), st.booleans())
def test_every_article_has_exactly_one_place_or_reason(
    articles: list[StoredArticle], chance: random.Random, has_earlier: bool
) -> None:
    earlier = Earlier(frozenset(stored.id for stored in articles[::3]), WEEK.start - 7 * DAY, NOW - 7 * DAY)

    placements = _placed(*articles, earlier=earlier if has_earlier else Earlier())

    assert Counter(found.article.id for found in placements) == Counter(stored.id for stored in articles)
    assert all((found.section is not None) == (found.reason in PLACED) for found in placements)
    assert [found.position for found in placements] == list(range(len(placements)))
    for section in {found.section for found in placements}:
        shelf = [found for found in placements if found.section == section]
        published = [found.article.article.published for found in shelf]
        assert published == sorted(published, reverse=True)
    leads = [found.reason is Reason.LEAD for found in placements]
    assert sum(leads) == any(found.section for found in placements) == bool(leads and leads[0])
    chance.shuffle(articles)
    assert _placed(*articles, earlier=earlier if has_earlier else Earlier()) == placements


PLACED = {Reason.LEAD, Reason.MATCHED, Reason.EVERYTHING_ELSE}

_weeks = st.lists(st.integers(1, 3), min_size=2, max_size=5)
_collected = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 20)), max_size=15)


@given(_weeks, _collected, st.floats(0.5, 6.9))
def test_no_article_is_lost_or_told_twice_between_issues(
    steps: list[int], collected: list[tuple[float, float]], day: float
) -> None:
    """Weeks are missed, the hour varies, articles come in up to twenty days after they were published."""
    articles = [
        article(f"n{number}", published=WEEK.start + published * DAY, first_seen=WEEK.start + (published + late) * DAY)
        for number, (published, late) in enumerate(collected)
    ]
    carried: list[int] = []
    earlier, start = Earlier(), WEEK.start - 7 * DAY
    for step in [1, *steps, 4, 4, 4, 4]:
        start += step * 7 * DAY
        now = start + day * DAY
        known = [stored for stored in articles if stored.first_seen <= now]
        placements = _placed(*known, period=period.week_of(start, ZONE), earlier=earlier, now=now)
        carried += [found.article.id for found in placements if found.section]
        earlier = Earlier(frozenset(carried), since=start, composed=now)
    due = [stored.id for stored in articles if stored.first_seen <= now and stored.article.published < now]
    assert sorted(carried) == sorted(due)
