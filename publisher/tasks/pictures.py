"""Pictures of an issue as readers see it: at a desk, on a phone, on a dark screen, with images off, and its web copy.

The browser has no network: what the mail shows is fetched before, by the same door as everything else.
"""

import base64
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

from publisher.compose.outline import outline
from publisher.config import Settings
from publisher.errors import FarEndError
from publisher.tasks import rounds
from publisher.tasks.browser import Browser, program

LONGEST_SECONDS = 60
LONGEST_ROUND = timedelta(seconds=40)
_IMAGE = re.compile(r'(<img\b[^<>]*? src=")([^"]*)(?=")')


@dataclass(frozen=True, slots=True)
class Taken:
    """The pictures that were taken, and a sentence for each thing that is not on them, or why there are none."""

    files: tuple[Path, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    name: str
    page: str
    width: int
    dark: bool = False


def take(settings: Settings, mail: Path, web: Path, clock: Callable[[], datetime]) -> Taken:
    """Write PNG files beside the HTML of a mail and of its web copy; none where there is no browser."""
    browser = program()
    if browser is None:
        return Taken()
    read, copy = mail.read_text(encoding="utf-8"), web.read_text(encoding="utf-8")
    shown, failures = _fetched(settings, read + copy, clock)
    looks = (
        _Look("640", _with(read, shown), 640),
        _Look("320", _with(read, shown), 320),
        _Look("dark", _with(read, shown), 640, dark=True),
        _Look("images-off", _with(read, {}), 640),
        _Look("web", _with(copy, shown), 1200),
    )
    files: list[Path] = []
    try:
        for look, picture in _taken(browser, looks):
            file = mail.with_name(f"{mail.stem}.{look.name}.png")
            file.write_bytes(picture)
            files.append(file)
    except (FarEndError, OSError) as error:
        failures.append(f"{browser} took no picture of what is missing ({error}); open the HTML by hand")
    return Taken(tuple(files), tuple(failures))


def _taken(browser: str, looks: tuple[_Look, ...]) -> Iterator[tuple[_Look, bytes]]:
    with tempfile.TemporaryDirectory() as folder, Browser(browser, LONGEST_SECONDS) as running:
        page = Path(folder) / "page.html"
        for look in looks:
            page.write_text(look.page, encoding="utf-8")
            yield look, running.picture(page, width=look.width, dark=look.dark)


def _fetched(settings: Settings, html: str, clock: Callable[[], datetime]) -> tuple[dict[str, str], list[str]]:
    """Give the pictures that HTML shows, each written into an address of its own, and why others are missing."""
    found: dict[str, str] = {}
    failures: list[str] = []
    with rounds.going(settings, clock, LONGEST_ROUND) as going:
        on_the_web = (one.src for one in outline(html).pictures if one.src.startswith(("http://", "https://")))
        for url in dict.fromkeys(on_the_web):
            answer = going.ask(url)
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower() if answer else ""
            if answer and answer.status < 400 and re.fullmatch(r"image/[\w.+-]+", kind):
                found[url] = f"data:{kind};base64,{base64.b64encode(answer.body).decode()}"
            elif answer:
                failures.append(f"{url} is not on the pictures: it answered {answer.status}, {kind or 'no type'}")
    failures += [f"not on the pictures: {sentence}" for sentence in going.failures.values()]
    return found, failures


def _with(html: str, shown: Mapping[str, str]) -> str:
    """Give HTML with the pictures in it; the others have no address."""
    whole = _IMAGE.sub(lambda image: image[1] + shown.get(unescape(image[2]), ""), html)
    return whole.replace(' loading="lazy"', "")
