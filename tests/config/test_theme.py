"""Colours that nobody could read, typefaces that are none, and a folder that is not there are told with their line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config import load
from publisher.config.theme import DARK, LIGHT, PAIRS, contrast
from publisher.errors import ConfigError
from tests.config.shipped import SHIPPED

PLAIN = "width = 600"


def _mistake(line: str, tmp_path: Path) -> str:
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED.replace(PLAIN, line), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path, {})
    return str(raised.value).removeprefix(f"{tmp_path}/")


def _colours(**changed: str) -> str:
    colours = {**LIGHT.model_dump(), **changed}
    return "light = { " + ", ".join(f'{name} = "{colour}"' for name, colour in colours.items()) + " }"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"quiet": "#999999"},
            'theme.light.quiet: "#999999" on card "#ffffff" has a contrast of 2.84, which few can read; 4.5 is needed, '
            "so write a darker colour, or change card",
        ),
        (
            {"on_accent": "#444444"},
            'theme.light.on_accent: "#444444" on accent "#0b5a5c" has a contrast of 1.22, which few can read; 4.5 is '
            "needed, so write a lighter colour, or change accent",
        ),
        (
            {"tint": "#0b5a5c"},
            'theme.light.ink: "#1c2221" on tint "#0b5a5c" has a contrast of 2.02, which few can read; 4.5 is needed, '
            "so write a lighter colour, or change tint",
        ),
    ],
)
def test_a_colour_too_weak_is_told_with_its_contrast_and_what_to_do(
    changed: dict[str, str], told: str, tmp_path: Path
) -> None:
    line = SHIPPED.split("\n").index(PLAIN) + 1

    assert _mistake(_colours(**changed), tmp_path) == f"config.toml:{line}: {told}"


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_our_own_colours_have_room_to_spare(colours: object) -> None:
    assert min(contrast(getattr(colours, text), getattr(colours, ground)) for text, ground in PAIRS) >= 5.5


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_contrast_goes_from_1_to_21_either_way_round(one: int, other: int) -> None:
    above, below = f"#{one:06x}", f"#{other:06x}"

    assert 1 <= contrast(above, below) == contrast(below, above) <= 21.01


@pytest.mark.parametrize("wrong", ["Georgia; color: red", "Georgia</style>", "'Times New Roman, serif"])
def test_what_is_no_list_of_typefaces_is_told(wrong: str, tmp_path: Path) -> None:
    told = _mistake(f'reading_font = "{wrong}"', tmp_path)

    assert f'theme.reading_font: "{wrong}" is not a list of typefaces; write it as' in told


def test_a_folder_of_templates_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = _mistake('templates = "theme"', tmp_path)

    assert told.endswith('theme.templates: "theme" is no folder; create it, or leave the key out')


def test_a_folder_of_templates_counts_from_the_config(tmp_path: Path) -> None:
    (tmp_path / "theme").mkdir()
    (tmp_path / "config.toml").write_text(SHIPPED.replace(PLAIN, 'templates = "theme"'), encoding="utf-8")

    settings = load(tmp_path / "config.toml", {})

    assert settings.theme.templates is not None
    assert settings.path(settings.theme.templates).is_dir()
