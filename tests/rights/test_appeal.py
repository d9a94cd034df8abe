"""The donation appeal: whose words it has on which day, for whom, and when there is none."""

from datetime import date
from typing import Any

import pytest

from publisher import rights
from publisher.config import Settings
from publisher.config.appeals import Appeal
from tests.compose import samples

DAY = date(2026, 11, 20)
ADVENT = {"first": date(2026, 12, 1), "last": date(2026, 12, 31), "heading": {"en": "Advent"}, "goal": {"en": "600"}}
EARLY = {"first": date(2026, 12, 24), "last": date(2027, 1, 6), "heading": {"en": "Twelve nights"}}
DONORS = {"tag": "donor", "heading": {"en": "Thank you"}}
BOARD = {"tag": "board", "no_appeal": True}


def settings(**changed: Any) -> Settings:
    shipped = samples.settings()
    appeal = Appeal.model_validate({**shipped.appeal.model_dump(), **changed})
    return shipped.model_copy(update={"appeal": appeal})


@pytest.mark.parametrize(
    ("day", "heading", "goal"),
    [
        (date(2026, 11, 30), "This reporting is free because readers pay for it", ""),
        (date(2026, 12, 1), "Advent", "600"),
        (date(2026, 12, 31), "Advent", "600"),
        (date(2027, 1, 1), "Twelve nights", ""),
        (date(2027, 1, 7), "This reporting is free because readers pay for it", ""),
    ],
)
def test_on_its_days_a_campaign_has_its_words_and_the_first_one_counts(day: date, heading: str, goal: str) -> None:
    words = rights.appeal_on(settings(calendar=[ADVENT, EARLY]), "en", day)

    assert words is not None
    assert (words.heading, words.goal) == (heading, goal)


def test_what_a_campaign_does_not_say_stays_as_it_is() -> None:
    used = settings(calendar=[ADVENT])
    words = rights.appeal_on(used, "en", date(2026, 12, 5))

    assert words is not None
    assert (words.text, words.button, words.url) == (
        used.appeal.text["en"],
        used.appeal.button["en"],
        used.appeal.url["en"],
    )


def test_feeds_and_copies_know_no_campaign() -> None:
    used = settings(calendar=[ADVENT])

    assert rights.appeal(used, "en").heading == used.appeal.heading["en"]


def test_on_a_grim_day_nobody_is_asked() -> None:
    used = settings(muted=[DAY], audiences=[DONORS])

    assert rights.appeal_on(used, "en", DAY) is None
    assert rights.appeal_on(used, "en", DAY, "donor") is None
    assert rights.appeal_on(used, "en", date(2026, 11, 21)) is not None


def test_donors_are_thanked_also_during_a_campaign_and_others_are_not() -> None:
    used = settings(calendar=[ADVENT], audiences=[DONORS])
    day = date(2026, 12, 5)

    donors, others = rights.appeal_on(used, "en", day, "donor"), rights.appeal_on(used, "en", day)

    assert donors is not None
    assert others is not None
    assert (donors.heading, donors.goal) == ("Thank you", "600")
    assert others.heading == "Advent"


def test_an_audience_may_get_no_appeal() -> None:
    assert rights.appeal_on(settings(audiences=[BOARD]), "en", DAY, "board") is None


def test_the_first_audience_whose_tag_a_subscriber_has_counts() -> None:
    used = settings(audiences=[BOARD, DONORS])

    assert rights.audience_of(used, ("donor", "board")) == "board"
    assert rights.audience_of(used, ("donor",)) == "donor"
    assert rights.audience_of(used, ("press",)) == ""
