"""Which articles an issue takes, where they stand in it, and why the others do not."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import Earlier, period
from publisher.compose.archive import Related
from publisher.compose.place import Asked, place
from publisher.compose.stories import stories
from publisher.config import Newsletter, Section
from publisher.config.newsletters import Archive
from publisher.model import ARCHIVE, CORRECTIONS, Edits, Placement, Reason, StoredArticle
from publisher.store import articles as articles_store
from tests.compose.samples import NOW, WEEK, ZONE, article, newsletter

DAY = timedelta(days=1)


def _placed(*articles: StoredArticle, **changes: Any) -> list[Placement]:
    asked = {"newsletter": newsletter(), "language": "en", "period": WEEK, "now": NOW, **changes}
    earlier, edits = asked.pop("earlier", Earlier()), asked.pop("edits", Edits())
    told = replace(earlier, story=stories(articles, articles_store.identity))
    return place(articles, Asked(**{"languages": ("en", "es"), "zone": ZONE, **asked}), told, edits)


def _with(**changes: Any) -> Newsletter:
    """Give the newsletter with other keys; sections as their keys."""
    return Newsletter.model_validate({**newsletter().model_dump(), **changes})


def _sections(*sections: dict[str, Any]) -> Newsletter:
    return _with(sections=[{"title": {"": "Title"}, **section} for section in sections])


def _library(*related: StoredArticle) -> Related:
    return lambda _articles, without: [stored for stored in related if stored.id not in without]


def _titles(placements: list[Placement], section: str | None = "news") -> list[str]:
    return [found.article.article.title for found in placements if found.section == section]


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
    carried = frozenset(stored.id for stored in articles[::3])
    earlier = Earlier(carried, since=WEEK.start - 7 * DAY, composed=NOW - 7 * DAY)

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

SPANISH = "https://estuary.example.org/es/"


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ({"tags": ["Ports"]}, {"tags": ("ports",)}),
        ({"countries": ["Peru"]}, {"countries": ("Chile", "Peru")}),
        ({"kickers": ["Coast"]}, {"kicker": "coast"}),
        ({"sources": ["site"]}, {"source": "site"}),
        ({"languages": ["en"]}, {"language": "en-GB"}),
        ({"categories": ["News"], "countries": ["Peru"]}, {"countries": ("Peru",)}),
    ],
)
def test_a_section_takes_what_has_a_name_of_each_of_its_rules(rules: dict[str, Any], fields: dict[str, Any]) -> None:
    listed = _sections({"key": "ruled", **rules}, {"key": "rest", "everything_else": True})
    other = article("other", source="feed", language="en", categories=("Poetry",), hours_ago=48)

    placements = _placed(article(**fields), other, newsletter=listed)

    taken = ["Port audit", "Other"] if rules == {"languages": ["en"]} else ["Port audit"]
    assert _titles(placements, "ruled") == taken


@pytest.mark.parametrize(
    ("order", "titles"),
    [("newest", ["B", "C", "A"]), ("oldest", ["A", "C", "B"]), ("title", ["A", "B", "C"])],
)
def test_a_section_has_its_order(order: str, titles: list[str]) -> None:
    listed = _sections({"key": "news", "everything_else": True, "order": order})
    told = [article("a", hours_ago=30), article("b", hours_ago=10), article("c", hours_ago=20)]

    assert _titles(_placed(*told, newsletter=listed)) == titles


@pytest.mark.parametrize(("over_limit", "reason"), [("wait", Reason.WAITS), ("drop", Reason.LIMIT)])
def test_what_is_above_the_limit_waits_or_is_dropped(over_limit: str, reason: Reason) -> None:
    listed = _sections({"key": "news", "everything_else": True, "limit": 2, "over_limit": over_limit})
    told = [article("a", hours_ago=30), article("b", hours_ago=10), article("c", hours_ago=20)]

    placements = _placed(*told, newsletter=listed)

    assert _titles(placements) == ["B", "C"]
    assert placements[-1].reason is reason


def test_what_has_waited_comes_before_what_is_new_whatever_its_age() -> None:
    listed = _sections({"key": "news", "everything_else": True, "limit": 1})
    waited = article("waited", hours_ago=2000)

    placements = _placed(article("fresh"), waited, newsletter=listed, earlier=Earlier(waiting=frozenset({waited.id})))

    assert _titles(placements) == ["Waited"]


def test_what_was_refused_for_good_does_not_come_back() -> None:
    dropped = article("dropped")

    assert _reason(dropped, earlier=Earlier(refused={dropped.id: Reason.DROPPED})) is Reason.DROPPED


def test_the_newest_long_read_that_fits_leads_and_stays_in_its_section() -> None:
    listed = _with(lead={"minutes": 3})
    long = article("long", body=f"<p>{'word ' * 700}</p>", hours_ago=60)

    placements = _placed(article("analysis", categories=("Analysis",)), long, newsletter=listed)

    assert (placements[0].article, placements[0].section, placements[0].reason) == (long, "news", Reason.LEAD)


def test_without_one_that_fits_the_first_section_leads() -> None:
    listed = _with(lead={"categories": ["Poetry"]})

    placements = _placed(article(), article("analysis", categories=("Analysis",)), newsletter=listed)

    assert placements[0].section == "analysis"


def test_an_editor_moves_drops_orders_takes_in_and_lets_lead() -> None:
    a, b, c, gone, foreign = (article(slug) for slug in ("a", "b", "c", "gone", "foreign"))
    foreign = replace(foreign, article=replace(foreign.article, language="es"))
    edits = Edits(
        lead=c.id,
        sections={b.id: "analysis", foreign.id: "news"},
        order={"news": (foreign.id, a.id)},
        dropped=(gone.id,),
    )

    placements = _placed(a, b, c, gone, foreign, edits=edits)

    assert (placements[0].article, placements[0].reason) == (c, Reason.LEAD)
    assert _titles(placements, "analysis") == ["B"]
    assert _titles(placements)[1:] == ["Foreign", "A"]
    assert placements[-1].reason is Reason.DROPPED


def test_no_editor_takes_in_what_is_retracted_or_puts_it_where_nothing_is() -> None:
    retracted, lost = article("retracted", retracted_at=NOW), article("lost")
    edits = Edits(lead=retracted.id, sections={retracted.id: "news", lost.id: "no-such-section"})

    placements = _placed(retracted, lost, edits=edits)

    assert {found.article.id: found.reason for found in placements} == {
        retracted.id: Reason.RETRACTED,
        lost.id: Reason.LEAD,
    }


def test_what_an_editor_wants_is_above_every_limit() -> None:
    listed = _sections({"key": "news", "everything_else": True, "limit": 1})
    a, b = article("a", hours_ago=10), article("b", hours_ago=20)

    placements = _placed(a, b, newsletter=listed, edits=Edits(sections={b.id: "news"}))

    assert _titles(placements) == ["B"]


def _pair(days_late: float = 0, **fields: Any) -> tuple[StoredArticle, StoredArticle]:
    english = article("ferry", hours_ago=100, translations={"es": f"{SPANISH}transbordador"}, **fields)
    spanish = article("es/transbordador", language="es", hours_ago=100 - days_late * 24, **fields)
    return english, spanish


def test_what_has_no_translation_is_shown_where_that_is_wanted() -> None:
    shown = _with(untranslated="show")

    assert _reason(article(language="es"), newsletter=shown) is Reason.LEAD
    assert _reason(article(language="fr"), newsletter=shown) is Reason.OTHER_LANGUAGE


def test_what_has_a_translation_is_shown_in_the_readers_language() -> None:
    english, spanish = _pair()

    for language, own in (("en", english), ("es", spanish)):
        placements = _placed(english, spanish, language=language, newsletter=_with(untranslated="show"))
        assert (placements[0].article, placements[0].section) == (own, "news")
        assert placements[1].reason is Reason.OTHER_LANGUAGE


def test_a_translation_that_comes_after_its_original_was_shown_tells_nothing_new() -> None:
    english, spanish = _pair(days_late=3)
    earlier = Earlier(carried=frozenset({english.id}))

    placements = _placed(english, spanish, language="es", newsletter=_with(untranslated="show"), earlier=earlier)

    assert {found.reason for found in placements} == {Reason.OTHER_LANGUAGE, Reason.IN_EARLIER_ISSUE}


def test_both_languages_keep_one_order_though_a_translation_came_later() -> None:
    english, spanish = _pair(days_late=3)
    others = [article("audit", hours_ago=60), article("es/auditoria", language="es", hours_ago=60)]
    others[0] = replace(others[0], article=replace(others[0].article, translations={"es": others[1].article.url}))

    for language, titles in (("en", ["Audit", "Ferry"]), ("es", ["Es/auditoria", "Es/transbordador"])):
        assert _titles(_placed(english, spanish, *others, language=language)) == titles


def test_the_archive_adds_what_stands_nowhere_else_and_nobody_kept_out() -> None:
    standing, dropped, over, waiting, refused, old, older = (
        article("standing"),
        article("dropped"),
        article("over", hours_ago=5),
        article("waiting", hours_ago=2000),
        article("refused", hours_ago=2000),
        article("old", hours_ago=3000),
        article("older", hours_ago=4000),
    )
    related = _library(standing, dropped, over, waiting, refused, older, old)
    earlier = Earlier(
        waiting=frozenset({waiting.id}),
        refused={refused.id: Reason.DROPPED},
        related=related,
        carried=frozenset({old.id}),
    )
    listed = _sections({"key": "news", "everything_else": True, "limit": 1})

    placements = _placed(
        standing,
        over,
        newsletter=listed.model_copy(update={"archive": Archive(limit=1)}),
        earlier=earlier,
        edits=Edits(dropped=(dropped.id,)),
    )

    assert _titles(placements, ARCHIVE) == ["Older"]


def test_an_article_that_the_archive_adds_has_no_other_place() -> None:
    standing, old = article("standing"), article("old", hours_ago=3000)
    earlier = Earlier(related=_library(old))

    placements = _placed(standing, old, newsletter=_with(archive={"limit": 3}), earlier=earlier)

    assert [(found.article.id, found.section) for found in placements] == [(standing.id, "news"), (old.id, ARCHIVE)]


def test_corrections_stand_before_the_archive_and_retracted_ones_are_told_there() -> None:
    standing, corrected = article("standing"), article("corrected", hours_ago=200)
    taken_back = article("taken-back", retracted_at=NOW)
    earlier = Earlier(carried=frozenset({corrected.id, taken_back.id}), corrected=(corrected, taken_back))

    placements = _placed(standing, corrected, taken_back, earlier=earlier)

    assert [(found.article.id, found.section, found.reason) for found in placements[1:]] == [
        (corrected.id, CORRECTIONS, Reason.CORRECTION),
        (taken_back.id, CORRECTIONS, Reason.CORRECTION),
    ]


_ruled = st.fixed_dictionaries(
    {
        "limit": st.none() | st.integers(1, 3),
        "over_limit": st.sampled_from(["wait", "drop"]),
        "order": st.sampled_from(["newest", "oldest", "title"]),
    }
)


@given(
    st.lists(_articles, max_size=12),
    st.lists(_ruled, min_size=3, max_size=3),
    st.sampled_from(["skip", "show"]),
    st.data(),
)
def test_whatever_the_rules_and_the_editor_say_each_article_has_one_place_or_reason(
    articles: list[StoredArticle], rules: list[dict[str, Any]], untranslated: str, data: st.DataObject
) -> None:
    ids, related = [stored.id for stored in articles], articles[::2]
    some = st.lists(st.sampled_from(ids), unique=True, max_size=4) if ids else st.just([])
    edits = Edits(
        lead=data.draw(st.none() | st.sampled_from(ids) if ids else st.none()),
        sections={chosen: data.draw(st.sampled_from(["news", "analysis", "nowhere"])) for chosen in data.draw(some)},
        order={"news": tuple(data.draw(some))},
        dropped=tuple(data.draw(some)),
    )
    listed = _sections(
        {"key": "news", "categories": ["News"], **rules[0]},
        {"key": "analysis", "languages": ["es"], **rules[1]},
        {"key": "rest", "everything_else": True, **rules[2]},
    ).model_copy(update={"untranslated": untranslated})
    earlier = Earlier(
        carried=frozenset(ids[::4]),
        waiting=frozenset(ids[1::4]),
        corrected=tuple(articles[2::5]),
        related=_library(*related),
        since=WEEK.start - 7 * DAY,
        composed=NOW - 7 * DAY,
    )
    changes: dict[str, Any] = {"newsletter": listed, "edits": edits, "earlier": earlier}

    placements = _placed(*articles, **changes)

    assert Counter(found.article.id for found in placements) == Counter(ids)
    assert [found.position for found in placements] == list(range(len(placements)))
    assert sum(found.reason is Reason.LEAD for found in placements) == any(
        found.section in ("news", "analysis", "rest") for found in placements
    )
    data.draw(st.randoms(use_true_random=False)).shuffle(articles)
    assert _placed(*articles, **changes) == placements


_weeks = st.lists(st.integers(1, 3), min_size=2, max_size=5)
_collected = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 20)), max_size=15)


@given(_weeks, _collected, st.floats(0.5, 6.9), st.none() | st.integers(1, 3))
def test_no_article_is_lost_or_told_twice_between_issues(
    steps: list[int], collected: list[tuple[float, float]], day: float, limit: int | None
) -> None:
    """Weeks are missed, the hour varies, articles come in up to twenty days after they were published, some wait."""
    articles = [
        article(f"n{number}", published=WEEK.start + published * DAY, first_seen=WEEK.start + (published + late) * DAY)
        for number, (published, late) in enumerate(collected)
    ]
    carried: list[int] = []
    waiting: set[int] = set()
    earlier, start = Earlier(), WEEK.start - 7 * DAY
    for step in [1, *steps, 4, 4, 4, 4, *[4] * (len(collected) if limit else 0)]:
        start += step * 7 * DAY
        now = start + day * DAY
        known = [stored for stored in articles if stored.first_seen <= now]
        listed = _sections({"key": "news", "everything_else": True, "limit": limit, "order": "oldest"})
        placements = _placed(*known, period=period.week_of(start, ZONE), earlier=earlier, now=now, newsletter=listed)
        carried += [found.article.id for found in placements if found.section]
        waiting |= {found.article.id for found in placements if found.reason is Reason.WAITS}
        earlier = Earlier(frozenset(carried), waiting=frozenset(waiting), since=start, composed=now)
    due = [stored.id for stored in articles if stored.first_seen <= now and stored.article.published < now]
    assert sorted(carried) == sorted(due)
