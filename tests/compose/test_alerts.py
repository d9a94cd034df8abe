"""What the newsroom is told is one sentence, its sums below one another, and what to do, in its language."""

from dataclasses import fields

import pytest

from publisher.compose.alert_words import WORDS
from publisher.compose.alerts import Alert, What, name_of, told

EACH = pytest.mark.parametrize("language", sorted(WORDS))


@EACH
@pytest.mark.parametrize("what", list(What))
def test_every_alert_has_words_in_every_language(language: str, what: What) -> None:
    alert = Alert(what, "The Organization", why="the reason", who="ana", since="yesterday", share=7.25, limit=5)

    said = told(alert, language)

    assert "The Organization" in said.subject
    assert "{" not in said.subject + said.text
    assert " ".join(said.text.split()) == said.words


def test_both_languages_name_the_same_things() -> None:
    english, spanish = WORDS["en"], WORDS["es"]
    for field in fields(english):
        one, other = getattr(english, field.name), getattr(spanish, field.name)
        assert one == other or isinstance(one, str) or one.keys() == other.keys(), field.name


def test_sums_stand_below_one_another() -> None:
    counts, failures = {"recipients": 12_000, "sent": 11_990, "failed": 10}, {"550 5.1.1": 7, "552": 2, "": 1}

    lines = told(Alert(What.SENT, "The Organization", counts=counts, failures=failures), "en").text.splitlines()

    assert lines[2:5] == ["    recipients  12,000", "    sent        11,990", "    failed          10"]
    assert lines[8:] == [
        "    550 5.1.1 (the address)  7",
        "    552                      2",
        "    no server was asked      1",
    ]


def test_numbers_are_written_as_the_language_does() -> None:
    alert = Alert(What.BOUNCES, "La Organización", share=7.25, limit=5, counts={"recipients": 12_000})

    assert "El 7,25 % de" in told(alert, "es").text
    assert "12.000" in told(alert, "es").text


def test_a_language_we_have_no_words_for_gets_english() -> None:
    said = told(Alert(What.SENT, "Die Woche"), "de")

    assert (said.language, said.subject) == ("en", "[Sent] Die Woche")


@pytest.mark.parametrize(
    ("number", "name"), [(12, "The Organization (es), no. 12"), (0, "The Organization (es), “A flood”")]
)
def test_an_issue_is_named_as_its_reviewers_know_it(number: int, name: str) -> None:
    assert name_of("en", "The Organization", "es", number, "A flood") == name
