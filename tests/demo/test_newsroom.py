"""The sample newsroom holds what the demo is to show, and the publisher reads it as it was written."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image as Canvas

from publisher.compose import period
from publisher.demo import newsroom
from publisher.demo.newsroom import archive, manuscripts, pages
from publisher.demo.newsroom.manuscripts import HERE, Manuscript
from publisher.model import Article
from tests.demo.written import CORRECTED, FIRST, FRIDAY, LATE, RETRACTED, SECOND, Collect

each = pytest.mark.parametrize("written", FIRST.values(), ids=FIRST.keys())


def labelled_links(written: Manuscript) -> list[str]:
    lines = re.findall(r"^(?:SEE ALSO|VEA TAMBIÉN): (.+)$", written.body, re.MULTILINE)
    return [title for line in lines for title in re.findall(r"\[([^\]]+)\]", line)]


def test_forty_articles_and_more_in_two_languages_over_five_weeks() -> None:
    languages = Counter(written.language for written in FIRST.values())

    assert languages["en"] + languages["es"] == len(FIRST) >= 40
    assert min(languages.values()) >= 20
    assert {written.weeks_ago for written in FIRST.values()} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_newest_week_fills_every_section(language: str) -> None:
    newest = [w for w in FIRST.values() if w.language == language and w.weeks_ago == 0]
    investigations, analysis, news = pages.SECTIONS[language]
    categories = Counter(name for written in newest for name in written.categories)

    assert 8 <= len(newest) <= 10
    assert categories[investigations] in (1, 2)
    assert categories[analysis] >= 1
    assert categories[news] in (4, 5)
    assert categories.keys() - {investigations, analysis, news}


def test_it_shows_what_newsrooms_do() -> None:
    written = list(FIRST.values())

    assert sum(bool(one.translates) for one in written) >= 3
    assert sum(len(one.categories) > 1 for one in written) >= 2
    assert sum(bool(one.related) for one in written) >= 20
    assert sum(bool(labelled_links(one)) for one in written) >= 8
    assert any(re.search(r"^## (Analysis|Análisis)$", one.body, re.MULTILINE) for one in written)
    assert any(len(one.authors) > 1 for one in written)
    assert any(not one.summary for one in written)
    assert any(not one.categories for one in written)
    assert 0.6 < sum(bool(one.picture) for one in written) / len(written) < 0.8


def test_the_second_look_corrects_one_retracts_one_and_brings_one_late() -> None:
    assert SECOND.keys() == {CORRECTED, RETRACTED, LATE}
    assert SECOND[CORRECTED].body.splitlines()[-1].startswith("*Correction: ")
    assert SECOND[CORRECTED].title == FIRST[CORRECTED].title
    assert "retracted" in SECOND[RETRACTED].tags
    assert SECOND[LATE].weeks_ago == 1
    assert LATE not in FIRST


@each
def test_what_is_written_fits_a_mail(written: Manuscript) -> None:
    assert len(written.title) <= 80
    assert len(written.summary) <= 280
    assert not re.search(r"""["']|--|\.\.\.""", written.title + written.summary + written.body)


def test_no_picture_comes_twice_in_a_week() -> None:
    uses = Counter((w.weeks_ago, w.language, w.picture) for w in (FIRST | SECOND).values() if w.picture)

    assert max(uses.values()) == 1


def test_two_articles_stand_on_either_side_of_midnight_between_two_weeks() -> None:
    friday = manuscripts.newest_friday(FRIDAY)
    times = sorted(written.published_at(friday) for written in FIRST.values())
    weeks = [period.week_of(time, newsroom.ZONE).name for time in times]
    nearest = min(b - a for a, b, left, right in zip(times, times[1:], weeks, weeks[1:], strict=False) if left != right)

    assert nearest <= timedelta(hours=1)


@pytest.mark.parametrize(
    "now",
    [FRIDAY, FRIDAY + timedelta(days=6), datetime(2028, 2, 29, 3, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)],
    ids=str,
)
def test_the_newsroom_is_the_same_at_any_time(now: datetime) -> None:
    assert _since_newest(now) == _since_newest(FRIDAY)


def _since_newest(now: datetime) -> dict[str, tuple[int, timedelta]]:
    """Give each post's id, and how long before the newest it was published."""
    posts = archive.build("http://127.0.0.1", now, second=False).posts
    return {post.slug: (post.id, posts[0].published - post.published) for post in posts}


def test_the_newest_article_is_never_older_than_a_week_and_a_morning() -> None:
    for hours in range(0, 21 * 24, 5):
        now = FRIDAY + timedelta(hours=hours)
        newest = archive.build("http://127.0.0.1", now, second=False).posts[0].published

        assert timedelta() < now - newest < timedelta(days=7, hours=3)


def test_every_article_is_collected_and_none_is_skipped(site: newsroom.Site, collect_from: Collect) -> None:
    articles, skipped = collect_from(site, "wordpress", "/")

    assert articles.keys() == FIRST.keys()
    assert skipped == []


@each
def test_an_article_is_collected_as_it_was_written(written: Manuscript, collected: dict[str, Article]) -> None:
    article = collected[written.slug]
    uncategorized = ("Uncategorized",) if written.language == "en" else ("Sin categoría",)

    assert article.title == written.title
    assert article.language == written.language
    assert article.authors == written.authors
    assert article.kicker == written.kicker
    assert article.summary == written.summary
    assert article.countries == written.countries
    assert article.tags == written.tags
    assert article.categories == (written.categories or uncategorized)
    assert article.published == written.published_at(manuscripts.newest_friday(FRIDAY))


@each
def test_see_also_lines_and_related_articles_become_links(written: Manuscript, collected: dict[str, Article]) -> None:
    article = collected[written.slug]

    assert [link.title for link in article.see_also] == labelled_links(written)
    assert [link.title for link in article.related] == [FIRST[slug].title for slug in written.related]
    assert {link.url for link in article.see_also + article.related} <= {other.url for other in collected.values()}
    assert not re.search(r"SEE ALSO|VEA TAMBIÉN|Related content|Contenido relacionado", article.body)


def test_pictures_come_with_their_words_and_their_size(collected: dict[str, Article]) -> None:
    for written in FIRST.values():
        image = collected[written.slug].image
        if not written.picture:
            assert image is None
            continue
        with Canvas.open(HERE / "pictures" / f"{written.picture}.jpg") as file:
            assert image is not None
            assert (image.width, image.height) == file.size
        assert min(map(len, (image.alt, image.caption, image.credit))) >= 10


def test_translations_name_each_other(collected: dict[str, Article]) -> None:
    for written in FIRST.values():
        if written.translates:
            here, there = collected[written.slug], collected[written.translates]

            assert here.translations[there.language] == there.url
            assert there.translations[here.language] == here.url


def test_the_feed_has_the_same_articles_under_other_addresses(site: newsroom.Site, collect_from: Collect) -> None:
    articles, skipped = collect_from(site, "feed", "/feed/")
    from_the_site, _ = collect_from(site, "wordpress", "/")

    assert b"utm_source=rss" in site.answer("/feed/", {}).body
    assert skipped == []
    assert {slug: article.url for slug, article in articles.items()}.items() <= {
        (slug, article.url) for slug, article in from_the_site.items()
    }


def test_after_the_second_look_three_articles_differ(
    second_site: newsroom.Site, collect_from: Collect, collected: dict[str, Article]
) -> None:
    after, skipped = collect_from(second_site, "wordpress", "/")
    before = {slug: article.body for slug, article in collected.items()}
    changed = {slug for slug, article in after.items() if _bare(article.body) != _bare(before.get(slug, ""))}

    assert changed == {CORRECTED, RETRACTED, LATE}
    assert [slug for slug, article in after.items() if article.retracted] == [RETRACTED]
    assert "<em>Correction: An earlier version" in after[CORRECTED].body
    assert skipped == []


def _bare(body: str) -> str:
    """Take out the port, which differs from site to site."""
    return re.sub(r"127\.0\.0\.1:\d+", "", body)
