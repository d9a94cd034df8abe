"""Whatever newsrooms write, feeds are whole, say the same, and say it in the same bytes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import markup
from publisher.model import Image, StoredArticle
from publisher.syndicate import plan
from publisher.syndicate.formats import FORMATS, Format
from tests.syndicate import samples
from tests.syndicate.samples import FILES, article

PIECES = [
    "]]>",
    "<![CDATA[",
    "<",
    "&",
    "&amp;",
    "<b>",
    "</p>",
    "\0",
    "\x1f",
    "\ud800",
    "\ufffe",
    "‮",
    "עברית",
    "🜁",
    "\r\n",
]
TEXT = st.lists(st.one_of(st.text(st.characters(exclude_categories=())), st.sampled_from(PIECES)), max_size=8).map(
    "".join
)
NAMES = st.lists(TEXT, max_size=3).map(tuple)
PICTURES = st.none() | st.builds(
    Image, url=TEXT | st.just(f"{samples.SITE}/a.png"), alt=TEXT, caption=TEXT, credit=TEXT
)
CONFIG = samples.settings()

ARTICLES = st.builds(
    article,
    title=TEXT,
    summary=TEXT,
    body=TEXT.map(lambda html: markup.clean(html, samples.SITE)),
    authors=NAMES,
    categories=NAMES,
    tags=NAMES,
    image=PICTURES,
    id=st.just(1),
)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
@given(stored=ARTICLES)
@settings(max_examples=2 * settings().max_examples)
def test_any_article_is_well_formed_and_reads_back_the_same(form: Format, stored: StoredArticle) -> None:
    for feed in plan.feeds(CONFIG, [stored], []):
        if feed.folder != "es":
            for item in samples.read(feed.file(form.suffix), form.render(feed)).items:
                assert item.title == (markup.one_line(stored.article.title) or stored.article.url)
                assert item.url == stored.article.url


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
@given(name=TEXT, words=TEXT)
@settings(max_examples=2 * settings().max_examples)
def test_any_name_and_appeal_of_a_newsroom_is_well_formed(form: Format, name: str, words: str) -> None:
    said: dict[str, Any] = {"publication_name": name, "license_byline": name, "appeal_text": {"": words}}
    feed = plan.feeds(samples.settings(**said), samples.ARTICLES, samples.ISSUES)[0]

    assert samples.read(feed.file(form.suffix), form.render(feed)).titles() == samples.titles(FILES, "all")


@given(st.permutations(samples.ARTICLES), st.permutations(samples.ISSUES))
@settings(max_examples=10, deadline=None)
def test_the_same_articles_in_any_order_are_the_same_bytes(articles: list[StoredArticle], issues: list[Any]) -> None:
    assert samples.build(articles, issues) == FILES


def test_a_new_article_touches_only_the_feeds_it_is_in() -> None:
    files = samples.build([*samples.ARTICLES, article("port-audit", id=9, categories=("Analysis",), hours_ago=1)])

    assert {name for name in files if files[name] != FILES[name]} == {
        f"{feed}.{form.suffix}" for feed in ("all", "en/all", "en/analysis", "en/republish") for form in FORMATS
    }


def test_a_change_nobody_can_see_changes_no_byte() -> None:
    collected_again = [replace(stored, first_seen=samples.NOW, id=stored.id + 100) for stored in samples.ARTICLES]

    assert samples.build(collected_again) == FILES
