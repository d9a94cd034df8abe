"""The mail as it leaves: what every client needs, read from the HTML and the text.

`UPDATE_GOLDEN=1 pytest tests/compose/test_digest.py` writes the golden mails anew; look at the difference before
committing it.
"""

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from publisher.compose import marks
from publisher.model import Place, Variant
from tests.compose import page, samples

GOLDEN = Path(__file__).parent / "golden"
EN = samples.composed(samples.week()).variant
ES = samples.composed(samples.week(), "es").variant
MAILS = pytest.mark.parametrize("mail", [EN, ES], ids=["en", "es"])

# What Word's engine understands, at least in cells and tables; then what makes a mail better where it is
# understood and changes no layout where it is not.
KNOWN_EVERYWHERE = (
    "background-color border border-bottom border-collapse border-top color font-family font-size font-weight "
    "letter-spacing line-height margin max-width padding padding-bottom padding-left padding-right padding-top "
    "text-align text-decoration text-transform width"
)
EXTRAS = (
    "-webkit-text-size-adjust border-radius display height max-height mso-hide mso-padding-alt overflow "
    "overflow-wrap white-space word-break"
)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("en.html", EN.html),
        ("en.txt", EN.text),
        ("en.web.html", EN.web),
        ("es.html", ES.html),
        ("es.txt", ES.text),
        ("es.web.html", ES.web),
    ],
)
def test_the_week_renders_to_the_golden_mail(name: str, written: str) -> None:
    golden = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")

    assert written == golden.read_text(encoding="utf-8")


@MAILS
def test_the_mail_is_small_enough_not_to_be_clipped(mail: Variant) -> None:
    assert len(mail.html.encode()) < 80_000
    assert sum(len(block) for block in page.style_blocks(mail.html)) < 16_000


@MAILS
def test_language_and_direction_stand_on_the_page_and_on_its_wrapper(mail: Variant) -> None:
    root = page.parsed(mail.html)
    wrapper = root.body[0]

    assert mail.html.startswith("<!doctype html>\n<html ")
    assert root.get("lang") == wrapper.get("lang") == ("en" if mail is EN else "es")
    assert root.get("dir") == wrapper.get("dir") == "ltr"


@MAILS
def test_every_table_is_layout_and_says_so(mail: Variant) -> None:
    assert {table.get("role") for table in page.parsed(mail.html).iter("table")} == {"presentation"}


def test_every_picture_has_words_a_size_and_twice_the_pixels_it_is_shown_with(tmp_path: Path) -> None:
    files = samples.pictures(tmp_path)
    images = list(page.parsed(EN.html).iter("img"))

    assert len(images) == 3
    for image in images:
        with Image.open(files[image.get("src", "")]) as file:
            shown = 120 if image.get("width") == "96" else int(image.get("width", "0"))
            assert file.width >= 2 * shown
            assert abs(int(image.get("height", "0")) - file.height * int(image.get("width", "0")) / file.width) < 1
        assert image.get("alt")
        assert image.xpath("ancestor::td[@bgcolor]")


@MAILS
def test_the_layout_is_made_of_what_word_understands(mail: Variant) -> None:
    used = list(page.styles(mail.html))

    assert {name for _, _, name, _ in used} <= {*KNOWN_EVERYWHERE.split(), *EXTRAS.split()}
    padded = {(tag, kind) for tag, kind, name, value in used if name.startswith("padding") and value != "0"}
    assert {tag for tag, _ in padded} == {"td", "a"}
    assert {kind for tag, kind in padded if tag == "a"} == {"button-link"}
    assert not re.search(r"<(?:script|form|iframe|svg|video|link|picture)\b", mail.html)


@MAILS
def test_every_link_leads_somewhere_and_says_where(mail: Variant) -> None:
    for link in page.parsed(mail.html).iter("a"):
        words = " ".join(link.text_content().split()) or link.find("img").get("alt")
        assert words
        assert words.lower() not in {"read more", "leer más", "here", "aquí", "view in browser", "ver en el navegador"}
        assert re.match(rf"https://\S+\.\S+$|mailto:\S+@\S+$|(?:{'|'.join(marks.MARKS)})$", link.get("href", ""))


@MAILS
def test_nothing_is_left_unfilled(mail: Variant) -> None:
    for part in (mail.subject, mail.html, mail.text, mail.web):
        assert not re.search(r"\{[{%#]|[}%#]\}|\{\w+\}|\bNone\b|\bundefined\b", part.replace("100%", ""))


@MAILS
def test_the_preheader_comes_first_and_adds_to_the_subject(mail: Variant) -> None:
    first = next(text.strip() for text in page.parsed(mail.html).body.itertext() if text.strip())

    assert first == mail.preheader
    assert 40 <= len(mail.preheader) <= 140
    assert mail.subject not in mail.preheader


@pytest.mark.parametrize("form", [EN.html, ES.html, EN.web, ES.web])
def test_headings_are_one_h1_and_no_level_is_jumped(form: str) -> None:
    levels = [int(str(heading.tag)[1]) for heading in page.parsed(form).iter("h1", "h2", "h3", "h4")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("form", [EN.html, ES.html, EN.web, ES.web])
def test_no_id_stands_twice(form: str) -> None:
    ids = page.parsed(form).xpath("//@id")

    assert len(ids) == len(set(ids))


@MAILS
def test_the_text_has_every_link_of_the_html_on_a_line_of_its_own(mail: Variant) -> None:
    lines = {line.strip() for line in mail.text.splitlines()}

    for url in page.links(mail.html):
        address, _, _ = url.removeprefix("mailto:").partition("?")
        assert url in lines or (url.startswith("mailto:") and address in mail.text)


@MAILS
def test_the_text_is_one_a_person_would_have_typed(mail: Variant) -> None:
    lines = mail.text.splitlines()

    filled = mail.text.replace(Place.ADDRESS, "n" * 38 + "@example.org").splitlines()
    assert all(len(line) <= 70 for line in filled if "://" not in line)
    assert lines.count("-- ") == 1
    assert not re.search(r"&\w+;|&#|<\w|\n\n\n|\xa0", mail.text)
    assert not [line for line in lines if line != line.rstrip() and line != "-- "]
    assert mail.text.index("-- \n") < mail.text.index(Place.LEAVE_URL)


@MAILS
def test_only_the_mail_has_personal_marks(mail: Variant) -> None:
    for mark in set(marks.MARKS) - {Place.GREETING}:
        assert mark in mail.html
        assert mark in mail.text
        assert mark not in mail.web


def test_the_parts_come_in_their_order() -> None:
    order = [
        EN.preheader,
        "Reporting on organized crime, freely shared",
        "The Organization",
        "Nov\xa020,\xa02026",
        "mangroves.jpg",
        "Illustration: Estuary Desk",
        "Forty boats",
        "This reporting is free",
        "How the fuel subsidy",
        "Five books on rivers &amp; the people who tax them",
        "Was this mail helpful?",
        Place.HELPFUL_URL,
        Place.UNHELPFUL_URL,
        "Send us a comment",
        "Republish this work",
        "help us report the next story",
        Place.ADDRESS,
        "because you signed up",
        "Calle 12 # 4-56",
        Place.PREFERENCES_URL,
        Place.LEAVE_URL,
        "Read\xa0on\xa0the\xa0web",
    ]

    body, at = EN.html[EN.html.index("<body") :], 0
    for part in order:
        at = body.index(part, at)


def test_the_web_copy_is_a_page_with_landmarks_and_no_script() -> None:
    root = page.parsed(EN.web)

    assert EN.web.startswith("<!doctype html>")
    assert [len(list(root.iter(tag))) for tag in ("header", "nav", "main", "footer", "script")] == [1, 1, 1, 1, 0]
    assert root.xpath("//a[@class='skip']/@href") == ["#main"]
    assert root.xpath("//link[@rel='canonical']/@href") == [
        "https://news.estuary.example.org/issues/the-organization/en/2026-W47"
    ]
    assert len(EN.web.encode()) < 50_000
