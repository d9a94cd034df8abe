"""Every kind of issue looks as it did when somebody looked at it: phone, tablet and desk, light, dark, images off.

`UPDATE_GOLDEN=1 pytest tests/compose/test_references.py` takes the pictures anew; look at them before committing.
"""

import os
from pathlib import Path

import pytest

from tests.compose import kinds, references, samples
from tests.compose.kinds import KINDS

FONTS = Path("/usr/share/fonts/truetype")
NEEDED = ("noto/NotoSerif-Regular.ttf", "noto/NotoColorEmoji.ttf", "liberation/LiberationSans-Regular.ttf")
pytestmark = pytest.mark.needs("chromium", *(str(FONTS / font) for font in NEEDED))

KEPT = Path(__file__).parent / "references"
WIDTHS = (320, 640, 1200)
LOOKS = ("light", "dark", "images-off")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return samples.pictures(tmp_path_factory.mktemp("pictures"))


def shown(kind: str, look: str, files: dict[str, Path]) -> str:
    html = kinds.mail(kind, files).html
    for url, file in files.items() if look != "images-off" else ():
        html = html.replace(url, file.as_uri())
    return html


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("look", LOOKS)
def test_a_mail_looks_as_it_did(kind: str, width: int, look: str, files: dict[str, Path], tmp_path: Path) -> None:
    reference = KEPT / f"{kind}-{width}-{look}.webp"
    picture = references.taken(shown(kind, look, files), tmp_path, width=width, dark=look == "dark")
    if os.environ.get("UPDATE_GOLDEN"):
        references.keep(picture, reference)

    assert references.differences(picture, reference) == []


BROKEN = {
    "a block moved by a line": ("</h1>", "</h1><p style='margin:0;font-size:14px;line-height:16px'>&nbsp;</p>"),
    "a block moved over another": ("</head>", "<style>:root h3 { position: relative; top: 24px }</style></head>"),
    "a headline is gone": ("<h3 ", '<h3 hidden="" '),
    "a headline is not seen": ("</head>", "<style>:root h3, :root h3 * { visibility: hidden }</style></head>"),
    "the ground of a panel is gone": ("</head>", "<style>:root table { background: none !important }</style></head>"),
    "buttons have another colour": ("</head>", "<style>:root td a { background: #5a0b2c !important }</style></head>"),
    "texts are aligned otherwise": ("</head>", "<style>:root p { text-align: right !important }</style></head>"),
    "rules between articles are gone": ("</head>", "<style>:root td { border: 0 !important }</style></head>"),
    "a picture is another": ("mangroves.jpg", "ledger.jpg"),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_mail_that_looks_otherwise_is_caught(fault: str, width: int, files: dict[str, Path], tmp_path: Path) -> None:
    found, instead = BROKEN[fault]
    whole = shown("week", "light", files)
    broken = whole.replace(found, instead, 1)

    assert broken != whole
    picture = references.taken(broken, tmp_path, width=width, dark=False)
    assert references.differences(picture, KEPT / f"week-{width}-light.webp")


def test_a_mail_in_letters_a_little_bolder_looks_the_same(files: dict[str, Path], tmp_path: Path) -> None:
    other = shown("week", "light", files).replace("</head>", "<style>* { -webkit-text-stroke: 0.2px }</style></head>")

    picture = references.taken(other, tmp_path, width=640, dark=False)

    assert references.differences(picture, KEPT / "week-640-light.webp") == []


def test_the_references_are_those_of_the_kinds_and_weigh_little() -> None:
    kept = list(KEPT.iterdir())

    assert {file.stem for file in kept} == {
        f"{kind}-{width}-{look}" for kind in KINDS for width in WIDTHS for look in LOOKS
    }
    assert sum(file.stat().st_size for file in kept) < 1_500_000
