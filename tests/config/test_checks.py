"""What tables say against each other is told at one of their lines, beside every other mistake."""

import pytest

from publisher.config import load
from tests.config.shipped import SHIPPED_PATH, Told

AGAIN = '[[sources]]\nname = "site"\nkind = "feed"\nurl = "https://example.org/feed"\n\n[license]'
ANALYSIS = 'title = { en = "Analysis", es = "Análisis" }'
SECTIONS = "newsletters.the-organization.sections"
BY_SMTP = {"PUBLISHER_DELIVERY__TRANSPORT": "smtp"}


@pytest.mark.parametrize(
    ("found", "wrong", "said"),
    [
        ("[license]", AGAIN, '58: sources.site.name: "site" is an earlier source\'s; give each its own'),
        (
            '"news"',
            '"analysis"',
            f'140: {SECTIONS}.analysis.key: "analysis" is an earlier section\'s; give each its own',
        ),
        ('"news"', '"all"', f'140: {SECTIONS}.all.key: "all" names another feed; give another key'),
        (
            'categories = ["News", "Noticias"]',
            "everything_else = true",
            f"148: {SECTIONS}.more.everything_else: is true for an earlier section; keep one",
        ),
        (
            ANALYSIS,
            'title = { en = "Analysis" }',
            f'135: {SECTIONS}.analysis.title: has no text for "es"; add es = "…"',
        ),
        (ANALYSIS, "title = {}", f'135: {SECTIONS}.analysis.title: has no text for "en"; add en = "…"'),
        (
            ANALYSIS,
            'title = { en = "Analysis", es = "Análisis", sp = "Análisis" }',
            f'135: {SECTIONS}.analysis.title.sp: is not in publication.languages; did you mean "es"?',
        ),
        (
            'languages = ["en", "es"]\n# When an issue',
            'languages = ["en", "fr"]\n# When an issue',
            '87: newsletters.the-organization.languages: "fr" is not in publication.languages; add it there, '
            "or leave it out",
        ),
    ],
)
def test_a_disagreement_is_told_at_a_line(told: Told, found: str, wrong: str, said: str) -> None:
    assert told(found, wrong) == [f"config.toml:{said}"]


@pytest.mark.parametrize(
    ("found", "wrong", "said"),
    [
        ("https://news.", "http://news.", '188: web.base_url: "http://news.estuary.example.org" is no https address'),
        ("lease_seconds = 1500", "lease_seconds = 300", "164: delivery.lease_seconds: 300 is shorter than a try can"),
    ],
)
def test_what_mail_by_smtp_needs_is_told_at_its_line(told: Told, found: str, wrong: str, said: str) -> None:
    (sentence,) = told(found, wrong, BY_SMTP)

    assert sentence.startswith(f"config.toml:{said}")


def test_disagreements_are_told_beside_other_mistakes(told: Told) -> None:
    wrong_port = {"PUBLISHER_WEB__PORT": "x", "PUBLISHER_SCHEDULE__COLLECT_MINUTES": "0", "PUBLISHER_NO": "1"}

    assert [sentence.partition(": ")[0] for sentence in told("[license]", AGAIN, wrong_port)] == [
        "PUBLISHER_NO",
        "PUBLISHER_WEB__PORT",
        "PUBLISHER_SCHEDULE__COLLECT_MINUTES",
        "config.toml:58",
    ]


def test_a_text_of_a_language_serves_its_kinds() -> None:
    settings = load(SHIPPED_PATH, {"PUBLISHER_PUBLICATION__LANGUAGES": '["en", "es", "es-MX"]'})

    assert settings.publication.languages == ("en", "es", "es-MX")
