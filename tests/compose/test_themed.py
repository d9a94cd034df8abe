"""An issue in the newsroom's colours, typefaces and width, with its logo and its own templates."""

import re
from pathlib import Path
from typing import Any

from publisher.config import Settings
from publisher.model import (
    Image,
)
from tests.compose import page, samples
from tests.compose.samples import article, composed, headings

LOGO = "https://estuary.example.org/logo.png"


def _themed(**changes: Any) -> Settings:
    given = samples.settings()
    return given.model_copy(update={"theme": given.theme.model_copy(update=changes)})


def test_a_logo_stands_above_the_name_and_says_nothing_twice() -> None:
    root = page.parsed(composed([article()], settings=_themed(logo=LOGO, logo_width=90)).variant.html)

    logo = next(root.iter("img"))
    assert (logo.get("src"), logo.get("alt"), logo.get("width")) == (LOGO, "", "90")
    assert root.xpath("string(//h1)").strip() == "The Organization"
    assert "max-width:100%" not in (logo.get("style") or "")


def test_colours_typefaces_and_width_are_the_themes_in_every_form() -> None:
    plain = samples.settings().theme
    light = plain.light.model_copy(update={"accent": "#7a1020", "page": "#fafafa", "tint": "#f4ecec"})
    dark = plain.dark.model_copy(update={"accent": "#ffb0b0"})
    theme = _themed(light=light, dark=dark, reading_font="'Iowan Old Style', serif", width=660)

    variant = composed(samples.week(), settings=theme).variant

    for form in (variant.html, variant.web):
        assert "#7a1020" in form
        assert "#ffb0b0" in form
        assert "Iowan Old Style" in form
        assert "#0b5a5c" not in form
        assert "Georgia" not in form
        assert "&#39;" not in "".join(re.findall(r"<style>.*?</style>", form, re.DOTALL))
    assert "max-width:660px" in variant.html
    assert 'bgcolor="#f4ecec"' in variant.html


def test_a_file_of_the_newsrooms_replaces_ours_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "email/digest").mkdir(parents=True)
    ours = "<tr><td class='gutter'><h1><a href='{{ issue.web_url }}'>Our own {{ issue.newsletter }}</a></h1></td></tr>"
    (tmp_path / "email/digest/masthead.html").write_text(ours)

    html = composed([article()], settings=_themed(templates=tmp_path)).variant.html

    assert headings(html)[:2] == ["Our own The Organization", "Port audit"]
    assert "Our own" not in composed([article()]).variant.html


def test_a_picture_of_the_lead_is_as_wide_as_the_theme() -> None:
    image = Image(f"{samples.SITE}/a.jpg", "A boat", width=2000, height=1000)

    root = page.parsed(composed([article(image=image)], settings=_themed(width=680)).variant.html)

    assert next(root.iter("img")).get("width") == "680"
