"""What stands in an issue beside the week's articles: corrections, the archive, other languages, the appeal."""

from datetime import date
from typing import Any

import pytest

from publisher.compose.words import words_in
from publisher.config import Settings
from publisher.config.appeals import Audience, Campaign
from publisher.model import (
    ARCHIVE,
    CORRECTIONS,
    Edits,
    Reason,
    Variant,
)
from tests.compose import page, samples
from tests.compose.samples import article, composed, headings, issue, placed, words

HEADING = "This reporting is free because readers pay for it"


def test_corrections_say_what_was_corrected_and_what_was_taken_back() -> None:
    fixed = article("dues", title="Dues", parts={"correction": "<p>They were 14 pesos a ton.</p>"})
    bare = article("lights", title="Lights")
    back = article("dredger", title="Dredger", retracted_at=samples.NOW)
    placements = [placed(stored, CORRECTIONS, at, Reason.CORRECTION) for at, stored in enumerate((fixed, bare, back))]

    variant = issue(placements).variant

    for form in (variant.html, variant.web):
        assert headings(form)[2:6] == ["Corrections", "Dues", "Lights", "Dredger"]
        assert "They were 14 pesos a ton." in form
        assert "It was corrected after we sent it" in form
        assert "We have retracted this article." in form
        links = samples.links(form)
        assert fixed.article.url in links
        assert back.article.url not in links
    assert "They were 14 pesos a ton." in variant.text


def test_the_preheader_tells_the_weeks_headlines_and_no_corrections() -> None:
    placements = [
        placed(article("night-ferry"), "news", 1),
        placed(article("dredger", title="Dredger", retracted_at=samples.NOW), CORRECTIONS, 2, Reason.CORRECTION),
    ]

    preheader = issue(placements).variant.preheader

    assert preheader.startswith("Night ferry")
    assert "Dredger" not in preheader


def test_the_archive_shows_headlines_with_their_dates_and_no_pictures() -> None:
    old = article("old", title="Who keeps the register?", image=samples.PHOTO, hours_ago=5000, summary="A summary.")

    variant = issue([placed(old, ARCHIVE, 5, Reason.ARCHIVE)]).variant

    for form in (variant.html, variant.web, variant.text):
        assert "Who keeps the register?" in form
        assert "April 26, 2026" in form.replace("\xa0", " ")
        assert "A summary." not in form
        assert "<img" not in form


def test_corrections_and_archive_come_after_the_sections_in_the_words_of_the_language() -> None:
    placements = [
        placed(article("a", language="es"), ARCHIVE, 1, Reason.ARCHIVE),
        placed(article("b", language="es"), CORRECTIONS, 2, Reason.CORRECTION),
        placed(article("c", language="es"), "more", 3),
    ]

    text = issue(placements, language="es").variant.text

    at = [
        text.index(words) for words in ("TAMBIÉN ESTA SEMANA", "CORRECCIONES", "DEL ARCHIVO", "DÍGANOS QUÉ LE PARECIÓ")
    ]
    assert at == sorted(at)


def test_an_article_in_another_language_says_so_and_is_marked() -> None:
    foreign = article("x", language="es", title="El transbordador", summary="La empresa habla.", authors=("Ana",))

    variant = issue([placed(foreign, "news")]).variant

    for form in (variant.html, variant.web):
        root = page.parsed(form)
        assert root.xpath("string(//h3[@lang='es' and @dir='ltr'])").strip() == "El transbordador"
        assert root.xpath("//p[@lang='es' and contains(., 'La empresa habla.')]")
        assert "in Spanish" in words(form)
    assert "By Ana · in Spanish" in variant.text


@pytest.mark.parametrize(("language", "said"), [("es", "en inglés"), ("ar", "in English"), ("en-GB", "")])
def test_the_language_is_named_in_the_words_of_the_issue(language: str, said: str) -> None:
    text = issue([placed(article(authors=("Ana",)), "news")], language=language).variant.text

    assert f" Ana{' · ' * bool(said)}{said}\n" in text


def test_an_arabic_article_among_english_ones_is_written_from_the_right() -> None:
    foreign = article("x", language="ar", title="المطر", kicker="خبر")

    root = page.parsed(issue([placed(foreign, "news")]).variant.html)

    assert [element.get("dir") for element in root.xpath("//*[@lang='ar']")] == ["rtl", "rtl", "rtl"]
    assert "letter-spacing:0" in root.xpath("string(//p[@lang='ar']/@style)")


def test_comments_go_to_a_person_with_the_issue_in_the_subject() -> None:
    listed = samples.newsletter().model_copy(update={"reply_to": "Letters <letters@estuary.example.org>"})

    variant = composed([article()], newsletter=listed).variant

    address = "mailto:letters@estuary.example.org?subject=The%20Organization%2C%20No.%2012"
    assert address in page.links(variant.html)
    assert address in page.links(variant.web)
    assert "Send us a comment or a correction:\nletters@estuary.example.org\n" in variant.text


def _asking(**changes: Any) -> Settings:
    given = samples.settings()
    return given.model_copy(update={"appeal": given.appeal.model_copy(update=changes)})


def _appeals(variant: Variant) -> list[int]:
    return [form.count(HEADING) for form in (variant.html, variant.text, variant.web)]


@pytest.mark.parametrize(
    "changes",
    [
        {"edits": Edits(has_appeal=False)},
        {"settings": _asking(muted=(date(2026, 11, 20),))},
    ],
    ids=["by the editor", "by the config"],
)
def test_on_a_grim_day_no_form_has_an_appeal(changes: dict[str, Any]) -> None:
    variant = composed(samples.week(), **changes).variant

    assert _appeals(variant) == [0, 0, 0]
    assert "/donate/" not in variant.html + variant.text + variant.web


def test_a_campaign_has_its_words_and_its_goal_under_the_text() -> None:
    campaign = Campaign(
        first=date(2026, 11, 1), last=date(2026, 12, 31), text={"": "We count on you."}, goal={"": "600 readers"}
    )

    variant = composed(samples.week(), settings=_asking(calendar=(campaign,))).variant

    for form in (variant.html, variant.text, variant.web):
        assert form.index("We count on you.") < form.index("600 readers") < form.rindex("Support our reporting")


def test_donors_get_no_appeal_and_the_same_issue_otherwise() -> None:
    issue = composed(samples.week(), settings=_asking(audiences=(Audience(tag="donor", no_appeal=True),)))

    assert _appeals(issue.variant) == [2, 2, 2]
    assert _appeals(issue.audiences["donor"]) == [0, 0, 0]
    assert "Forty boats" in issue.audiences["donor"].text


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "1 more article in this issue, on the web"),
        ("en", 1200, "1,200 more articles in this issue, on the web"),
        ("es", 1, "1 artículo más de este número, en la web"),
        ("es", 1_000_000, "1.000.000 artículos más de este número, en la web"),
    ],
)
def test_what_is_only_on_the_web_is_counted_as_the_language_counts(language: str, count: int, said: str) -> None:
    spoken, words = words_in(language)
    assert words.more(count, spoken) == said
