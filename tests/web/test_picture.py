"""What Chromium shows of the page of the way out, under the page's own security headers."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.web.conftest import Visitor

pytestmark = pytest.mark.needs("chromium")

TEAL = (0x0B, 0x5A, 0x5C)


def picture(url: str, folder: Path, width: int) -> Image.Image:
    """Take a picture of a page as a window of that width shows it."""
    shot = folder / f"{width}.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"]
    subprocess.run(
        [
            "chromium",
            *options,
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},700",
            # Frames are painted too before the picture is taken.
            "--virtual-time-budget=3000",
            f"--screenshot={shot}",
            url,
        ],
        capture_output=True,
        check=True,
    )
    return Image.open(shot).convert("RGB")


@pytest.mark.parametrize("width", [320, 1200])
def test_the_button_is_painted_large_enough_to_press(visitor: Visitor, token: str, tmp_path: Path, width: int) -> None:
    image = picture(f"http://127.0.0.1:{visitor.port}/leave/{token}", tmp_path, width)

    painted = {colour: pixels for pixels, colour in image.getcolors(width * image.height) or []}

    assert image.width == width
    assert painted.get(TEAL, 0) > 100 * 44
