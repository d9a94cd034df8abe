"""What the checks find, said in each language of the interface."""

from string import Formatter

import pytest

from publisher.compose.findings import WORDS, Kind, Value, finding, spoken
from publisher.model import Finding


def marks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def sample(mark: str) -> Value:
    return (
        ["One", "Two", "Three", "Four", "Five"]
        if mark in ("titles", "addresses")
        else "es"
        if mark == "language"
        else 1_234
    )


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words_in_every_language_and_is_filled_in(kind: Kind, language: str) -> None:
    named = set[str]().union(*(marks(words.sentences[kind]) for words in WORDS.values()))
    found = finding(kind, is_grave=False, **{mark: sample(mark) for mark in named})

    (told,) = spoken([found], language)

    assert not set("{}") & set(told.words)
    assert told.check == kind.partition(":")[0]
    assert (told.words == found.words) is (language == "en")


def test_every_language_has_its_own_words() -> None:
    sentences = [words.sentences[kind] for words in WORDS.values() for kind in Kind]

    assert len(set(sentences)) == len(sentences)


def test_numbers_names_and_languages_are_written_as_the_language_writes_them() -> None:
    heavy = finding(Kind.PICTURES_HEAVY, size=420_000, most=300_000)
    lacking = finding(Kind.UNTRANSLATED_MANY, titles=["A", "B", "C", "D"], count=4, language="es")

    assert "420,000 bytes" in heavy.words
    assert "420.000 bytes" in spoken([heavy], "es")[0].words
    assert lacking.words == '4 articles are not translated into Spanish: "A", "B", "C" and 1 more'
    assert spoken([lacking], "es-MX")[0].words == "4 artículos no están traducidos al español: «A», «B», «C» y 1 más"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_other_languages_are_told_in_english(language: str) -> None:
    told = finding(Kind.SUBJECT_EMPTY, is_grave=True, issue="7")

    assert spoken([told], language) == (told,)


@pytest.mark.parametrize("kind", ["", "links: of a release to come", "subject: empty"])
def test_what_another_release_found_is_told_in_its_own_words(kind: str) -> None:
    old = Finding("subject", "the subject is empty; write another", is_grave=True, kind=kind)

    assert spoken([old], "es") == (old,)


def test_what_an_article_is_called_fills_nothing_in() -> None:
    told = finding(Kind.ARTICLE_RETRACTED, title="{issue} {0} %s")

    assert '"{issue} {0} %s" was taken back' in told.words
    assert "«{issue} {0} %s» fue retirado" in spoken([told], "es")[0].words
