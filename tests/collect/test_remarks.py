"""What is odd about an article is told, and left as it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.collect import remarks
from publisher.model import Article
from tests.collect.newsroom import LINK, MONDAY, NOW

AUDIT = Article(
    f"{LINK}port-audit/", "es", "Auditoría del puerto", MONDAY, MONDAY, "site", body="<p>Ñandú – “así”.</p>"
)


def said(article: Article) -> str:
    return "; ".join(remark.words for remark in remarks.about(article, NOW))


def test_an_article_as_it_should_be_is_not_remarked_on() -> None:
    assert said(AUDIT) == ""


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252"])
def test_letters_encoded_twice_are_told(encoding: str) -> None:
    spoiled = "La auditoría llegó".encode().decode(encoding)

    assert "letters were encoded twice" in said(replace(AUDIT, title=spoiled))
    assert "letters were encoded twice" in said(replace(AUDIT, body=f"<p>{spoiled}</p>"))


@pytest.mark.parametrize(
    "right",
    ["Ângela e Órgão", "Â", "naïve café – “quoted”", "Ça va à l’été", "São Paulo, Ãn", "Łódź, Žižek", "Đà Nẵng"],
)
def test_letters_of_other_languages_are_not_taken_for_spoiled_ones(right: str) -> None:
    assert said(replace(AUDIT, title=right, body=f"<p>{right}</p>")) == ""


def test_entities_encoded_twice_are_told() -> None:
    assert "entities were encoded twice" in said(replace(AUDIT, body="<p>Port &amp;amp; audit &amp;#8217;s</p>"))


def test_a_date_in_the_future_is_told() -> None:
    assert "in the future" in said(replace(AUDIT, published=NOW + timedelta(days=2)))


def test_a_clock_that_is_a_little_ahead_is_none() -> None:
    assert said(replace(AUDIT, published=NOW + timedelta(minutes=20))) == ""
