"""Pictures of what the demo made, by Chromium where it is there: those in the README are made so."""

import shutil
import subprocess
import tempfile
from html import escape
from pathlib import Path

from publisher.errors import UsageError

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_NARROWEST = 500
"""Pixels: no window of Chromium is narrower, so a phone is a frame shown at twice its size."""
_PHONE = (
    '<!doctype html><body style="margin:0;overflow:hidden"><iframe src="{page}" style="border:0;width:{width}px;'
    'height:{height}px;transform:scale(2);transform-origin:0 0"></iframe>'
)


def picture(page: Path, to: Path, width: int, height: int) -> None:
    """Write a PNG of a local HTML file as a window of `width` by `height` pixels shows it.

    Raises:
        UsageError: when Chromium is not there or takes no picture.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise UsageError("pictures need Chromium; install it, or leave --pictures out")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shown = page.absolute().as_uri()
        if width < _NARROWEST:
            frame = Path(folder) / "phone.html"
            frame.write_text(_PHONE.format(page=escape(shown), width=width, height=height), encoding="utf-8")
            shown, width, height = frame.as_uri(), width * 2, height * 2
        shot = subprocess.run(  # noqa: S603 - the browser found above, with our own arguments
            [
                chromium,
                *FLAGS,
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--screenshot={to.absolute()}",
                shown,
            ],
            capture_output=True,
            timeout=60,
            check=False,
        )
    if shot.returncode or not to.exists():
        raise UsageError(f"Chromium took no picture of {page} (exit {shot.returncode}); try it by hand")
