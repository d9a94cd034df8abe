"""No kind of issue has one of the ten faults of mails, and a mail that has one is caught."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from PIL import Image

from publisher.model import Place
from tests.compose import faults, kinds, page, samples
from tests.compose.kinds import FILLED, KINDS, Mail

ALL = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return samples.pictures(tmp_path_factory.mktemp("pictures"))


@ALL
def test_no_kind_of_issue_has_a_fault(kind: str, files: dict[str, Path]) -> None:
    assert faults.faults(kinds.mail(kind, files)) == []


@ALL
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("form", ["mail", "mail without its style block", "web copy"])
def test_no_kind_of_issue_shows_a_fault(kind: str, form: str, tmp_path: Path) -> None:
    html = kinds.variant(kind).web if form == "web copy" else kinds.mail(kind, {}).html

    assert faults.seen_faults(page.without_style_block(html) if "without" in form else html, tmp_path) == []


def html(found: str, instead: str) -> Callable[[Mail], Mail]:
    """Break the first place of the HTML that a pattern finds."""
    return lambda mail: replace(mail, html=re.sub(found, instead, mail.html, count=1, flags=re.DOTALL))


def text(found: str, instead: str) -> Callable[[Mail], Mail]:
    """Break the first place of the text part that a pattern finds."""
    return lambda mail: replace(mail, text=re.sub(found, instead, mail.text, count=1, flags=re.DOTALL))


def style(rules: str) -> Callable[[Mail], Mail]:
    """Put rules into the mail that win over its own."""
    return html("</head>", f"<style>{rules}</style></head>")


def preheader(words: str) -> Callable[[Mail], Mail]:
    return lambda mail: replace(mail, html=mail.html.replace(f">{escape(mail.preheader)}<", f">{words}<", 1))


def lead_picture(pixels: int, extra: bytes = b"") -> Callable[[Mail], Mail]:
    """Exchange the file of the lead's picture for one of so many pixels, with so much behind its end."""

    def broken(mail: Mail) -> Mail:
        url, file = next(iter(mail.files.items()))
        other = file.with_name("other.jpg")
        Image.new("RGB", (pixels, pixels * 640 // 1200)).save(other)
        other.write_bytes(other.read_bytes() + extra)
        return replace(mail, files={**mail.files, url: other})

    return broken


BROKEN = {
    "1, it is clipped": html("</body>", f"<p>{'word ' * 16_000}</p></body>"),
    "1, its style block is dropped": style("p { color: #1c2221 } " * 800),
    "3, the page has no language": html(r'<html[^>]* lang="\w+"', '<html dir="ltr"'),
    "3, the wrapper has no direction": html(r'(<body[^>]*>\s*<div[^>]*) dir="ltr"', r"\1"),
    "3, a table is read as data": html(r'(<table[^>]*) role="presentation"', r"\1"),
    "4, a picture without words": html(r'(<img[^>]*) alt="[^"]*"', r"\1"),
    "4, a link of a picture without words": html(r'(<a [^>]*>\s*<img[^>]*) alt="[^"]*"', r'\1 alt=""'),
    "4, a picture without a size": html(r'(<img[^>]*) height="\d+"', r"\1"),
    "4, a picture with a size in CSS alone": html(r'(<img[^>]*) width="\d+"', r'\1 width="100%"'),
    "4, a picture stretched": html(r'(<img[^>]*) height="\d+"', r'\1 height="99"'),
    "4, a picture on nothing": html(r'(<td[^>]*) bgcolor="#\w+"([^>]*>\s*(?:<a [^>]*>)?\s*<img)', r"\1\2"),
    "4, a picture of half the pixels": lead_picture(600),
    "4, a picture too heavy": lead_picture(1200, b"\0" * 150_000),
    "7, padding of a paragraph": html(r'<p([^>]*) style="', r'<p\1 style="padding: 0 12px;'),
    "7, columns by flex": html(r'<td([^>]*) style="', r'<td\1 style="display: flex;'),
    "7, a picture that floats": html(r'<img([^>]*) style="', r'<img\1 style="float: left;'),
    "7, a box that is no table": html(r"<body([^>]*)>", r'<body\1><div style="max-width: 600px">&nbsp;</div>'),
    "8, a link to nowhere": html(r'<a([^>]*) href="https:[^"]*"', r'<a\1 href="#"'),
    "8, an empty link": html(r'<a([^>]*) href="https:[^"]*"', r'<a\1 href=""'),
    "8, a link that can be read on the way": html(r'href="https://estuary', 'href="http://estuary'),
    "8, a link that says nothing": html(r"(<a [^>]*>)[^<]+</a>", r"\1Read more</a>"),
    "8, a link without words": html(r"(<h3[^>]*>\s*<a [^>]*>)[^<]+</a>", r"\1</a>"),
    "8, a mark is left": html(re.escape(FILLED[Place.LEAVE_URL]), Place.LEAVE_URL),
    "8, a word is left": text(r"\Z", "\nRead it before {date}.\n"),
    "8, nobody can leave": html(re.escape(FILLED[Place.LEAVE_URL]), "https://news.estuary.example.org/"),
    "9, no preheader": html(r"<div[^>]*display: ?none[^>]*>.*?</div>", ""),
    "9, a preheader that says nothing": preheader("View in browser"),
    "9, a preheader too short": preheader("This week's news"),
    "9, a preheader that repeats the subject": lambda mail: preheader(escape(mail.subject))(mail),
    "10, a level of headings is jumped": html(r"<h3([^>]*)>(.*?)</h3>", r"<h5\1>\2</h5>"),
    "10, two headings of the page": html(r"<h2([^>]*)>(.*?)</h2>", r"<h1\1>\2</h1>"),
    "10, the text lacks a link": text(r"https://estuary\.example\.org/night-ferry/\S*", "(link)"),
    "10, an entity in the text": text(" & ", " &amp; "),
    "10, markup in the text": text("Night ferry", "<strong>Night ferry"),
    "10, a line that is not broken": text(r"\n-- \n", "\n" + "word " * 16 + "word\n\n-- \n"),
    "10, no line begins the signature": text(r"\n-- \n", "\n"),
    "10, a section that does not stand out": text(r"\n-{5,}\n", "\n"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_mail_with_a_fault_is_caught(fault: str, files: dict[str, Path]) -> None:
    whole = kinds.mail("week", files)
    broken = BROKEN[fault](whole)

    assert broken != whole
    assert [found for found in faults.faults(broken) if found.startswith(f"{fault.partition(',')[0]}:")]


WIDE = '<table role="presentation" class="wide" width="600"><tr><td>A row</td></tr></table>'
DARK, LIGHT = "@media (prefers-color-scheme: dark)", "@media (prefers-color-scheme: light)"
SHOWN_BROKEN = {
    "2, a table of 600 pixels": html("</body>", f"{WIDE}</body>"),
    "2, a word that is not broken": html("</body>", f'<p style="white-space: nowrap">{"word " * 20}</p></body>'),
    "5, grey on white": style(":root p { color: #a0a6a4 !important }"),
    "5, weak once it is inverted": style(
        f"{LIGHT} {{ :root p {{ color: #8a8a8a !important; background: #1a1a1a !important }} }}"
    ),
    "6, words that stay dark in the dark": style(f"{DARK} {{ :root body p {{ color: #1c2221 !important }} }}"),
    "6, a ground that stays light in the dark": style(f"{DARK} {{ :root body td {{ background: #fff !important }} }}"),
}


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("fault", SHOWN_BROKEN)
def test_a_mail_that_shows_a_fault_is_caught(fault: str, tmp_path: Path) -> None:
    broken = SHOWN_BROKEN[fault](kinds.mail("week", {}))

    found = faults.seen_faults(broken.html, tmp_path)

    assert {one.partition(":")[0] for one in found} == {fault.partition(",")[0]}


@pytest.mark.needs("chromium")
def test_a_mail_that_is_narrow_by_its_style_block_alone_is_caught(tmp_path: Path) -> None:
    narrowing = style("@media (max-width: 480px) { .wide { width: 100% !important } }")
    broken = html("</body>", f"{WIDE}</body>")(narrowing(kinds.mail("week", {})))

    assert not [one for one in faults.seen_faults(broken.html, tmp_path) if one.startswith("2:")]
    assert [one for one in faults.seen_faults(page.without_style_block(broken.html), tmp_path) if one.startswith("2:")]
