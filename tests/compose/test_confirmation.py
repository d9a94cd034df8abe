"""The mail that asks for consent is as every mail of ours: for phones, dark screens and readers of plain text."""

from pathlib import Path

import pytest
from lxml import html

from publisher.compose import confirmation
from publisher.compose.reviews import Written
from publisher.config import Settings
from publisher.languages import direction
from tests.compose import axe, faults, samples
from tests.compose.kinds import Mail

URL = "https://news.estuary.example.org/confirm/12~1764338400~0123456789abcdef0123~the-organization.c2lnbmVkIGhlcmU"
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


def written(language: str = "en", settings: Settings | None = None) -> Written:
    given = settings or samples.settings()
    return confirmation.written(given, samples.newsletter(), language, "bruno@example.org", URL, 7)


def preheader(mail: Written) -> str:
    return str(html.document_fromstring(mail.html).xpath("string(//*[@class='preheader'])"))


@LANGUAGES
def test_it_has_none_of_the_ten_faults_but_that_there_is_nothing_to_leave(language: str) -> None:
    mail = written(language)

    found = faults.faults(Mail(mail.subject, preheader(mail), mail.html, mail.text, {}))

    assert found == ["8: no link to leave"]


@LANGUAGES
def test_it_says_what_is_asked_how_long_and_what_happens_without(language: str) -> None:
    mail = written(language)

    words = confirmation.WORDS[language]
    for form in (" ".join(mail.text.split()), " ".join(samples.words(mail.html).split())):
        assert words.heading in form
        assert words.nothing in form
        assert words.works.format(days=7) in form
        assert "bruno@example.org" in form
    assert mail.text.count(URL) == mail.html.count(URL) == 1
    assert f'lang="{language}" dir="{direction(language)}"' in mail.html


def test_a_language_without_words_of_ours_gets_english_and_says_so() -> None:
    mail = written("fr")

    assert '<html lang="en" dir="ltr"' in mail.html
    assert mail.subject == "Confirm your subscription to The Organization"


def test_it_has_the_colours_of_the_theme() -> None:
    plain = samples.settings()
    light = plain.theme.light.model_copy(update={"accent": "#7a1020"})
    themed = plain.model_copy(update={"theme": plain.theme.model_copy(update={"light": light})})

    assert "#7a1020" in written(settings=themed).html
    assert "#0b5a5c" not in written(settings=themed).html


@pytest.mark.needs("chromium")
@LANGUAGES
def test_it_is_readable_on_phones_and_dark_screens(language: str, tmp_path: Path) -> None:
    assert faults.seen_faults(written(language).html, tmp_path) == []


@pytest.mark.needs("chromium", str(axe.SCRIPT))
@pytest.mark.parametrize("dark", [False, True])
def test_nobody_stumbles_over_it(dark: bool, tmp_path: Path) -> None:
    assert axe.violations(written().html, tmp_path, width=320, dark=dark, is_mail=True) == []
