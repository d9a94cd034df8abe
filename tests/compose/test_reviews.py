"""The mails to reviewers: their words in each language, and whatever an issue's own texts hold."""

from dataclasses import fields

import pytest
from lxml import html

from publisher.compose import review_words, reviews
from publisher.compose.findings import Kind, finding
from publisher.compose.reviews import Asking, Draft
from publisher.config import load
from publisher.model import Finding
from tests.tasks.conftest import SHIPPED

SETTINGS = load(SHIPPED, {})
URL = "https://news.estuary.example.org/review/1"


BROKEN = Finding("links", "one <link> is broken", is_grave=True)


def draft(
    language: str = "en",
    *,
    why: str = "",
    who: str = "",
    subject: str = "Port audit",
    number: int = 12,
    found: Finding = BROKEN,
    is_amended: bool = False,
) -> Draft:
    return Draft(
        name="The Organization",
        language=language,
        number=number,
        title="After the flood",
        subject=subject,
        deadline="November 21",
        why=why,
        who=who,
        findings=(found,),
        html='<html><body class="a"><p>Hello</p></body></html>',
        text="Hello",
        is_amended=is_amended,
    )


@pytest.mark.parametrize("language", review_words.WORDS)
@pytest.mark.parametrize("asking", Asking)
@pytest.mark.parametrize("who", ["", "ana@example.org"])
def test_nothing_is_left_to_be_filled_in(language: str, asking: Asking, who: str) -> None:
    mail = reviews.written(SETTINGS, draft(language, who=who), asking, URL)

    assert not set("{}") & set(mail.subject + mail.text + mail.html)
    assert URL in mail.text
    assert f'href="{URL}"' in mail.html


@pytest.mark.parametrize("asking", [Asking.ASKED, Asking.REMINDED])
def test_an_amendment_waits_without_a_deadline_and_nobody_holds_it(asking: Asking) -> None:
    mail = reviews.written(SETTINGS, draft(is_amended=True), asking, URL)

    told = " ".join(mail.text.split())
    assert "was amended after its sending began" in told
    assert not {word for word in ("held", "hold it", "November 21") if word in told}


def test_every_language_has_every_word() -> None:
    for words in review_words.WORDS.values():
        assert all(getattr(words, word.name) for word in fields(words))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", 'Grave: "Port audit" was taken back'),
        ("es", "Grave: «Port audit» fue retirado"),
        ("fr", 'Grave: "Port audit" was taken back'),
    ],
)
def test_what_was_found_is_said_in_the_language_of_the_mail(language: str, said: str) -> None:
    found = finding(Kind.ARTICLE_RETRACTED, is_grave=True, title="Port audit")

    mail = reviews.written(SETTINGS, draft(language, found=found), Asking.ASKED, URL)

    assert said in " ".join(mail.text.split())
    assert said in str(html.document_fromstring(mail.html).xpath("string()"))


def test_who_held_it_and_why_are_said() -> None:
    by_ana = reviews.written(SETTINGS, draft(why="wait.", who="ana"), Asking.HELD, URL).text
    by_us = reviews.written(SETTINGS, draft(why="the week has no article"), Asking.HELD, URL).text

    assert "was held by ana: wait. It" in " ".join(by_ana.split())
    assert "is held: the week has no article. It" in " ".join(by_us.split())


def test_an_issue_of_no_week_has_its_title_and_no_number() -> None:
    weekly, special = (
        " ".join(reviews.written(SETTINGS, draft(number=number), Asking.ASKED, URL).text.split()) for number in (12, 0)
    )

    assert "The Organization, no. 12, waits for your approval" in weekly
    assert "The Organization, “After the flood”, waits for your approval" in special


def test_what_an_issue_says_is_text_and_never_a_mark_or_markup() -> None:
    mail = reviews.written(SETTINGS, draft(subject="<b>{why} \\1</b>", why="{name}"), Asking.HELD, URL)

    assert mail.subject == "[Held] <b>{why} \\1</b>"
    assert "&lt;b&gt;{why} \\1&lt;/b&gt;" in mail.html
    assert "is held: {name}." in mail.text
    assert mail.html.count("<body") == 1
