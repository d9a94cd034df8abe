"""The mail and its web copy in a real browser: phone and desk, light and dark, with and without style and pictures."""

from pathlib import Path

import pytest
from PIL import Image

from publisher.model import Image as Picture
from tests.compose import browser, page, samples

pytestmark = pytest.mark.needs("chromium")

EN = samples.composed(samples.week()).variant
HARD = samples.composed(
    [
        samples.article("lead", title="Electroencefalografistas " * 3, categories=("Investigations",)),
        samples.article("long", title="Contrarrevolucionariamente, otorrinolaringólogo", image=samples.PHOTO),
        samples.article("url", title="https://estuary.example.org/" + "a" * 90, summary="b" * 200, image=samples.PHOTO),
        samples.article("odd", image=Picture(samples.PHOTO.url, "No size is known of it")),
    ]
).variant
FORMS = {
    "mail": EN.html,
    "mail without its style block": page.without_style_block(EN.html),
    "mail of long words": HARD.html,
    "mail of long words without its style block": page.without_style_block(HARD.html),
    "web copy": EN.web,
    "web copy of long words": HARD.web,
}
"""Their pictures are nowhere, so each is seen with images off."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_wider_than_the_screen(form: str, width: int, tmp_path: Path) -> None:
    assert browser.look(FORMS[form], tmp_path, width=width).width == width


def test_with_its_pictures_the_mail_is_as_wide_as_a_phone(tmp_path: Path) -> None:
    seen = browser.look(_with_pictures(EN.html, tmp_path), tmp_path, width=320)

    assert seen.width == 320


@pytest.mark.parametrize("form", [EN.html, EN.web], ids=["mail", "web"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_stands_out_in_light_in_dark_and_flipped(form: str, dark: bool, tmp_path: Path) -> None:
    texts = browser.look(form, tmp_path, width=640, dark=dark).texts

    assert len(texts) > 30
    for text in texts:
        assert browser.contrast(text.colour, text.ground) >= 5.5, text
        assert browser.contrast(browser.flipped(text.colour), browser.flipped(text.ground)) >= 4.5, text


@pytest.mark.parametrize("width", [320, 640])
def test_no_word_is_smaller_than_13_pixels_and_buttons_are_48_high(width: int, tmp_path: Path) -> None:
    texts = browser.look(EN.html, tmp_path, width=width).texts

    assert min(text.size for text in texts) >= 13
    assert {text.height for text in texts if text.words == "Read the article"} == {48}


def test_on_a_phone_a_credit_has_lines_of_its_own_under_the_byline(tmp_path: Path) -> None:
    texts = browser.look(EN.html, tmp_path, width=320).texts

    byline = next(text for text in texts if text.words.startswith("By Teo Arrieta"))
    credit = next(text for text in texts if text.words.startswith("Picture: Nadia Ferrer"))
    assert (byline.size, byline.height) == (14, 20)
    assert (credit.size, credit.height) == (13, 36)


def test_the_preheader_is_not_seen(tmp_path: Path) -> None:
    texts = browser.look(EN.html, tmp_path, width=640).texts

    assert EN.preheader not in [text.words for text in texts]


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize(("dark", "card"), [(False, (255, 255, 255)), (True, (25, 30, 31))], ids=["light", "dark"])
def test_a_picture_of_the_mail_shows_its_card_and_its_lead(
    width: int, dark: bool, card: browser.Colour, tmp_path: Path
) -> None:
    taken = tmp_path / "mail.png"
    browser.picture(_with_pictures(EN.html, tmp_path), taken, width=width, height=900, dark=dark)

    with Image.open(taken) as shot:
        colours = shot.convert("RGB").crop((0, 0, width, 900)).getcolors(1 << 20) or []
    assert max(colours)[1] == card
    assert len(colours) > 200


def _with_pictures(html: str, folder: Path) -> str:
    for url, file in samples.pictures(folder / "pictures").items():
        html = html.replace(url, file.as_uri())
    return html
