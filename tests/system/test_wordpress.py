"""A real WordPress, as its own installer makes it, gives an issue and feeds."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from publisher.demo.settings import demo_config, shipped_config
from tests.system.desk import Desk
from tests.system.wordpress.server import PROGRAMS, wordpress

pytestmark = pytest.mark.needs(*PROGRAMS)

POSTS: list[dict[str, Any]] = [
    {
        "title": "Port audit &amp; <em>its</em> missing pages",
        "content": "<p>The first paragraph says it.</p><script>alert(1)</script><p>The second adds “why”.</p>",
        "excerpt": "Forty pages are gone.",
        "date": "2026-11-18 10:00:00",
        "categories": ["Investigations", "News"],
        "tags": ["ports"],
    },
    {"title": "", "content": "<p>No title here, only words.</p>", "date": "2026-11-18 11:00:00"},
    {"title": "Behind a password", "content": "<p>hush</p>", "date": "2026-11-18 12:00:00", "password": "p"},
    {"title": "A draft", "content": "<p>hush</p>", "date": "2026-11-18 12:00:00", "status": "draft"},
    {"title": "Next year", "content": "<p>hush</p>", "date": "2027-11-18 12:00:00"},
    {"title": "Sunday night", "content": "<p>Late.</p>", "date": "2026-11-15 23:30:00", "categories": ["News"]},
    {"title": "Monday morning", "content": "<p>Early.</p>", "date": "2026-11-16 00:30:00", "categories": ["News"]},
    *(
        {"title": f"Archive {number}", "content": "<p>Old.</p>", "date": f"2025-0{number % 9 + 1}-10 10:00:00"}
        for number in range(120)
    ),
]


Run = Callable[[str], str]


@pytest.fixture(scope="module")
def run_wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with ExitStack() as running:
        yield lambda permalinks: running.enter_context(
            wordpress(tmp_path_factory.mktemp("wordpress"), POSTS, permalinks)
        )


@pytest.fixture(scope="module", params=["/%year%/%postname%/", ""], ids=["pretty", "plain"])
def collected(request: pytest.FixtureRequest, run_wordpress: Run, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder: Path = tmp_path_factory.mktemp("desk")
    url = run_wordpress(request.param)
    text = demo_config(shipped_config(), url.rstrip("/"), "http://127.0.0.1:8080", 8080)
    (folder / "config.toml").write_text(text.partition("# The same site's feed")[0], encoding="utf-8")
    desk = Desk(folder, "http://127.0.0.1:8080")
    desk.does("collect", codes=(3,))
    return desk


def articles(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.does("articles", "list", "--json", "--limit", "500"))
    return found


def test_every_published_post_is_collected_and_nothing_hidden(collected: Desk) -> None:
    titles = {article["title"] for article in articles(collected)}

    assert len(articles(collected)) == 124
    assert {"Port audit & its missing pages", "Sunday night", "Monday morning"} <= titles
    assert not {"Behind a password", "A draft", "Next year"} & titles
    assert any("No title here" in title for title in titles)


def test_its_fields_are_understood(collected: Desk) -> None:
    audit = next(article for article in articles(collected) if article["title"].startswith("Port audit"))

    assert audit["authors"] == ["Ana Writer"]
    assert sorted(audit["categories"]) == ["Investigations", "News"]
    assert audit["tags"] == ["ports"]
    assert audit["summary"] == "Forty pages are gone."
    assert audit["published"] == "2026-11-18T15:00:00+00:00"
    assert "script" not in audit["body"]


def test_a_second_collect_finds_nothing_new(collected: Desk) -> None:
    # The post behind a password is looked at again only where it was changed within the overlap of two runs.
    account = json.loads(collected.does("collect", "--json", codes=(0, 3)))[0]

    assert (account["new"], account["changed"]) == (0, 0)


def test_the_week_is_cut_in_the_newsrooms_time_zone(collected: Desk) -> None:
    issue = collected.does("issue", "compose", "the-organization", "--language", "en", "--period", "2026-W47").strip()
    shown = json.loads(collected.does("issue", "show", issue, "--json"))
    placed = {article["title"]: article["section"] for article in shown["articles"] if article["section"]}

    assert "Monday morning" in placed
    assert "Sunday night" not in placed
    assert placed["Port audit & its missing pages"] == "investigations"
    assert len(placed) == 3


def test_its_articles_are_in_the_feeds(collected: Desk) -> None:
    collected.does("feeds", "build")

    feed = json.loads((collected.folder / "feeds/en/investigations.json").read_text(encoding="utf-8"))

    assert [entry["title"] for entry in feed["items"]] == ["Port audit & its missing pages"]
