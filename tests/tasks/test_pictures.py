"""Pictures of an issue, where a browser is; where it fails, all the rest is written and a sentence says why."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Canvas

from publisher.model import Image
from publisher.tasks import browser, pictures, previewing
from tests.collect.web import Answer, Web, serve
from tests.tasks.conftest import Newsroom

LOOKS = {"640": 640, "320": 320, "dark": 640, "images-off": 640, "web": 1200}
NAME = "the-organization-en-2026-W47"


@pytest.fixture
def database_url(made_file: Path, tmp_path: Path) -> str:
    """One kind of database: a picture asks it nothing that the text of its issue does not."""
    return f"sqlite:///{shutil.copy(made_file, tmp_path / 'publisher.db')}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Web]:
    drawn = tmp_path / "drawn.png"
    Canvas.new("RGB", (1200, 600), (255, 0, 0)).save(drawn)
    with serve() as running:
        running.answers(Answer(drawn.read_bytes(), headers={"Content-Type": "image/png"}))
        yield running


@pytest.fixture
def issue(newsroom: Newsroom, site: Web) -> int:
    """An issue with a red picture in its lead."""
    newsroom.configured("fetch", allow_hosts=("127.0.0.1",), pause_seconds=0.0)
    newsroom.configured("publication", url=f"{site.url}/")
    newsroom.publishes("Port audit", image=Image(f"{site.url}/red.png?a=1&b=2", "Red.", width=1200, height=600))
    return newsroom.composes().issue.id


def previewed(newsroom: Newsroom, issue: int, folder: Path) -> tuple[list[str], tuple[str, ...]]:
    files, failures = previewing.preview_with_pictures(newsroom.store, newsroom.settings, issue, folder, newsroom.clock)
    assert all(file.exists() for file in files)
    return [file.name.removeprefix(f"{NAME}.") for file in files], failures


def stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a browser on the path that does what a script says."""
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def shown(picture: Path) -> tuple[tuple[int, int], set[tuple[int, ...]]]:
    with Canvas.open(picture) as opened:
        image = opened.convert("RGB")
        colours = image.getcolors(1 << 24) or []
        return image.size, {colour for count, colour in colours if count > 5_000 and isinstance(colour, tuple)}


@pytest.mark.needs("chromium")
def test_there_is_a_picture_of_each_look_at_its_full_height(newsroom: Newsroom, issue: int, tmp_path: Path) -> None:
    names, failures = previewed(newsroom, issue, tmp_path)

    assert failures == ()
    assert [name for name in names if name.endswith(".png")] == [f"{look}.png" for look in LOOKS]
    looks = {look: shown(tmp_path / f"{NAME}.{look}.png") for look in LOOKS}
    assert {look: size[0] for look, (size, _) in looks.items()} == LOOKS
    assert all(size[1] > 1000 for size, _ in looks.values())
    assert looks["320"][0][1] > looks["640"][0][1]
    red = (255, 0, 0)
    assert {look for look, (_, colours) in looks.items() if red in colours} == {"640", "320", "dark", "web"}
    light, dark = (newsroom.settings.theme.light.card, newsroom.settings.theme.dark.card)
    assert (_rgb(light) in looks["640"][1], _rgb(dark) in looks["dark"][1]) == (True, True)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.needs("chromium")
def test_the_browser_asks_nobody_and_each_picture_is_fetched_once(
    newsroom: Newsroom, site: Web, issue: int, tmp_path: Path
) -> None:
    previewed(newsroom, issue, tmp_path)

    assert [(request.path, request.query) for request in site.requests] == [("/red.png", {"a": "1", "b": "2"})]
    assert site.requests[0].headers["user-agent"].startswith("publisher/")


@pytest.mark.needs("chromium")
def test_a_page_is_shown_without_its_scripts(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<body style='margin:0'><script>document.body.style.height = '5000px'</script>A page.")
    program = browser.program()
    assert program

    with browser.Browser(program, 60) as running:
        (tmp_path / "page.png").write_bytes(running.picture(page, width=400))

    assert shown(tmp_path / "page.png")[0][1] < 2000


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(status=404), "it answered 404"),
        (Answer(b"<html>", headers={"Content-Type": "text/html"}), "it answered 200, text/html"),
        (Answer(b"half", missing=10), "the connection broke"),
    ],
)
def test_a_picture_that_cannot_be_had_is_said_and_the_rest_is_shown(
    newsroom: Newsroom, site: Web, issue: int, tmp_path: Path, answer: Answer, said: str
) -> None:
    site.answers(answer)

    names, (failure,) = previewed(newsroom, issue, tmp_path)

    assert "640.png" in names
    assert said in failure


def test_where_there_is_no_browser_there_are_no_pictures_and_nothing_is_said(
    newsroom: Newsroom, issue: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "program", lambda: None)

    assert previewed(newsroom, issue, tmp_path) == (["html", "txt", "web.html", "eml"], ())


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "printf 'no protocol\\0' >&4; sleep 60",
        """read -r asked <&3; printf '{"id": 1, "error": {"message": "not today"}}\\0' >&4; sleep 60""",
        "exec sleep 60",
    ],
)
def test_a_browser_that_fails_is_a_sentence_and_the_rest_is_written(
    newsroom: Newsroom, issue: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    stands_in(tmp_path, monkeypatch, script)
    monkeypatch.setattr(pictures, "LONGEST_SECONDS", 0.5)

    names, (failure,) = previewed(newsroom, issue, tmp_path)

    assert names == ["html", "txt", "web.html", "eml"]
    assert "took no picture of what is missing" in failure
