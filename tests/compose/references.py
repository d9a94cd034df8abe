"""Small pictures of mails, to see whether a mail still looks as it did when somebody looked at it.

A picture is kept at a quarter of its size. Two are compared by the mean colours of their tiles, in which the edges of
letters drown and a block that moved, vanished or changed its colour does not. Where fonts are others than ours, or
another Chromium breaks a line elsewhere, all below it moves: then look again and renew the pictures.
"""

from pathlib import Path

from PIL import Image, ImageChops

from tests.compose import browser

REDUCED = 4
_TILE = 4
"""Pixels of a reduced picture, so sixteen of the screen's."""
_NEAR, _FAR = 16, 40
"""How far the mean colours of two tiles may be apart, of 255: a few more than near, as at the edges of letters that
another machine draws bolder, and none by far."""
_FEW = 1 / 200


def taken(html: str, folder: Path, *, width: int, dark: bool) -> Image.Image:
    """Take a picture of a whole page as wide as a screen, and reduce it."""
    file = folder / "whole.png"
    browser.picture(html, file, width=width, dark=dark)
    with Image.open(file) as whole:
        return whole.convert("RGB").reduce(REDUCED)


def keep(picture: Image.Image, file: Path) -> None:
    """Write a picture as a reference."""
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file, quality=75, method=6)


def differences(picture: Image.Image, reference: Path) -> list[str]:
    """Tell where a picture differs from a reference, in pixels of the screen; empty when it shows the same."""
    with Image.open(reference) as kept:
        other = kept.convert("RGB")
    if picture.size != other.size:
        return [f"{_size(picture)} instead of {_size(other)} pixels"]
    tiles = ImageChops.difference(picture.reduce(_TILE), other.reduce(_TILE))
    apart = {(x, y): max(_colour(tiles, x, y)) for x in range(tiles.width) for y in range(tiles.height)}
    unlike = sorted(place for place, distance in apart.items() if distance > _NEAR)
    if len(unlike) <= len(apart) * _FEW and max(apart.values()) <= _FAR:
        return []
    side = REDUCED * _TILE
    return [f"{apart[x, y]} of 255 at {x * side}, {y * side}" for x, y in unlike]


def _size(picture: Image.Image) -> str:
    return f"{picture.width * REDUCED} × {picture.height * REDUCED}"


def _colour(tiles: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    red, green, blue = tiles.getpixel((x, y))  # type: ignore[misc]  # three numbers, since the picture is RGB
    return red, green, blue
