"""How much a mail takes of what sources write without measure: it is never clipped, and no section vanishes."""

from collections.abc import Sequence
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.compose import inlining, largest
from publisher.compose.largest import HTML_BYTES
from publisher.model import Image, StoredArticle
from tests.compose import page, samples
from tests.compose.samples import article, composed

EXAMPLES = settings().max_examples
"""Of one composed mail; here each is of many."""
CATEGORIES = ("Investigations", "Analysis", "News", "Culture")
SECTIONS = ["INVESTIGATIONS", "ANALYSIS", "NEWS BRIEFS", "ALSO THIS WEEK"]

# Each is a character that HTML or a URL writes longer than it is, or one that is never cut at.
_characters = st.sampled_from(["a", "word ", "&", '"', "<", "ñ", "\U0001f600", "'& ", "\u0e01"])
_lengths = st.sampled_from([1, 40, 190, 700, 1900, 10_000])
long_texts = st.builds(lambda character, length: (character * length)[:length], _characters, _lengths)


@st.composite
def sprawling(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what one article says, each field as long as it likes."""
    address = st.builds(lambda tail: f"{samples.SITE}/{tail}", long_texts)
    image = st.builds(
        Image,
        address,
        alt=long_texts,
        caption=long_texts,
        credit=long_texts,
        license_url=st.none() | address,
        small_url=st.just("") | address,
    )
    return {
        "url": draw(address),
        "title": draw(long_texts),
        "summary": draw(long_texts),
        "kicker": draw(long_texts),
        "authors": draw(st.lists(long_texts, max_size=2)) * draw(st.sampled_from([1, 3, 150])),
        "image": draw(st.none() | image),
        "categories": (draw(st.sampled_from(CATEGORIES)),),
    }


@given(st.lists(sprawling(), min_size=1, max_size=5), st.sampled_from([1, 4, 40]), st.sampled_from(["en", "es"]))
@settings(max_examples=EXAMPLES // 2)
def test_no_mail_is_clipped_whatever_its_articles(kinds: list[dict[str, Any]], times: int, language: str) -> None:
    articles = [article(language=language, **kind) for _ in range(times) for kind in kinds]

    variant = composed(articles, language).variant

    assert len(variant.html.encode()) < HTML_BYTES < 90_000
    assert len(variant.subject) <= 150
    assert len(variant.preheader) <= 140


def _many(count: int, **said: Any) -> list[StoredArticle]:
    """Give articles in each section in turn, the newest first."""
    return [
        article(f"n{number:03}", categories=(CATEGORIES[number % 4],), hours_ago=1 + number / 9, **said)
        for number in range(count)
    ]


@given(st.lists(sprawling(), min_size=1, max_size=4), st.sampled_from([5, 15, 40]))
@settings(max_examples=EXAMPLES // 5)
def test_a_mail_has_the_most_that_fits_though_not_every_size_is_tried(kinds: list[dict[str, Any]], times: int) -> None:
    articles = [article(**kind) for _ in range(times) for kind in kinds]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(largest, "DOUBT", inf)
        of_all = composed(articles).variant.html

    assert composed(articles).variant.html == of_all


@pytest.mark.parametrize("count", [10, 30, 35, 60, 100, 300])
@pytest.mark.parametrize("image", [None, samples.PHOTO])
def test_the_css_is_written_into_two_sizes_at_most(
    count: int, image: Image | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    inlined = inlining.inlined

    def _counted(html: str) -> str:
        written.append(html)
        return inlined(html)

    monkeypatch.setattr(inlining, "inlined", _counted)

    variant = composed(_many(count, image=image, authors=["Ana Quispe"])).variant

    assert len(written) <= 2
    assert len(variant.html.encode()) < HTML_BYTES


def test_many_articles_with_pictures_are_told_in_full_as_far_as_there_is_room() -> None:
    variant = composed(_many(100, image=samples.PHOTO, authors=["Ana Quispe", "Bruno Cruz"])).variant

    assert variant.html.count('class="item-text"') == 8
    assert variant.html.count("<h3") == 60


@pytest.mark.parametrize(
    "articles",
    [
        _many(40, title="word " * 2_000),
        _many(40, authors=[f"Ana Number {number}" for number in range(300)]),
        [article(f"n{number}/{'a' * 1_880}", categories=(CATEGORIES[number % 4],)) for number in range(60)],
        _many(1_000, summary="What it is about. " * 20),
    ],
    ids=["titles of 10,000 characters", "300 authors", "addresses of 1,900 characters", "1,000 articles"],
)
def test_every_section_keeps_its_first_entries(articles: Sequence[StoredArticle]) -> None:
    variant = composed(articles).variant

    headings = [heading.text_content() for heading in page.parsed(variant.html).iter("h2")]
    assert [heading.upper() for heading in headings if heading.upper() in SECTIONS] == SECTIONS
    assert len(variant.html.encode()) < HTML_BYTES


def test_what_is_cut_is_the_end_of_every_section_and_is_counted() -> None:
    articles = _many(300)

    variant = composed(articles).variant

    mailed = [number for number, stored in enumerate(articles) if stored.article.url in samples.links(variant.html)]
    assert mailed == list(range(len(mailed)))
    assert f"{300 - len(mailed)} more articles in this issue, on the web" in variant.html
    assert f"{300 - len(mailed)} more articles in this issue, on the web" in variant.text


def test_an_article_with_an_absurd_address_stands_on_the_web_alone() -> None:
    absurd = article(f"absurd/{'a' * 60_000}", title="Night ferry", hours_ago=2)

    variant = composed([article("lead", hours_ago=1), absurd, article("port-audit")]).variant

    assert "Night ferry" not in [heading.text_content() for heading in page.parsed(variant.html).iter("h3")]
    assert "Night ferry" not in variant.text
    assert "1 more article in this issue, on the web" in variant.html
    assert absurd.article.url in page.links(variant.web)
    assert "Port audit" in variant.html


def test_a_lead_with_an_absurd_address_is_told_without_its_link_and_picture() -> None:
    variant = composed([article(f"lead/{'a' * 60_000}", title="Night ferry", image=samples.PHOTO)]).variant

    root = page.parsed(variant.html)
    assert next(heading.text_content() for heading in root.iter("h2")) == "Night ferry"
    assert not list(root.iter("img"))
    assert "Read the article" not in variant.html


def test_a_long_title_is_cut_at_a_word_and_the_subject_sooner() -> None:
    title = "Port audit comes out late " * 100

    variant = composed([article(title=title)]).variant

    heading = next(page.parsed(variant.html).iter("h2")).text_content()
    for cut, most in ((heading, 200), (variant.subject, 150)):
        assert most - 10 < len(cut) <= most
        assert title.startswith(cut.removesuffix("…") + " ")


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 5, "By Ana 1, Ana 2, Ana 3, Ana 4, and Ana 5"),
        ("en", 17, "By Ana 1, Ana 2, Ana 3, Ana 4, Ana 5, and 12 more"),
        ("es", 17, "Por Ana 1, Ana 2, Ana 3, Ana 4, Ana 5 y 12 más"),
    ],
)
def test_a_byline_names_five_and_counts_the_others(language: str, count: int, said: str) -> None:
    authors = [f"Ana {number}" for number in range(1, count + 1)]

    variant = composed([article(language=language, authors=authors)], language).variant

    for form in (variant.html, variant.text, variant.web):
        assert said in form.replace("\xa0", " ")
