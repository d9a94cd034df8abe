"""A real WordPress, as its own installer makes it, gives an issue and feeds."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publisher.config import Source
from publisher.config.settings import Fetch
from publisher.demo.settings import demo_config, shipped_config
from publisher.fetch import Door
from publisher.model import ARCHIVE
from tests.collect.newsroom import run
from tests.system.desk import Desk
from tests.system.wordpress.server import PROGRAMS, Site, wordpress

pytestmark = pytest.mark.needs(*PROGRAMS)

LONG = "<p>" + "The report names every ship and every hour. " * 50 + "</p>"
LAZY = (
    '<p>Open.</p><figure><img class="lazyload" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
    'data-src="/wp-content/uploads/quay.jpg" alt="The quay"><figcaption>Noon. Photo: Carla Soto</figcaption></figure>'
)
POSTS: list[dict[str, Any]] = [
    {
        "title": "Port audit &amp; <em>its</em> missing pages",
        "content": "<p>The first paragraph says it.</p><script>alert(1)</script><p>The second adds “why”.</p>",
        "excerpt": "Forty pages are gone.",
        "date": "2026-11-18 10:00:00",
        "categories": ["Investigations", "News"],
        "tags": ["ports"],
        "countries": ["Peru", "Trinidad & Tobago"],
        "authors": ["Ana Ríos", "Bruno Díaz"],
        "picture": {"caption": "The pier at dawn.", "credit": "Carla Soto", "alt": "A pier"},
    },
    {"title": "", "content": "<p>No title here, only words.</p>", "date": "2026-11-18 11:00:00"},
    {"title": "Behind a password", "content": "<p>hush</p>", "date": "2026-11-18 12:00:00", "password": "p"},
    {"title": "A draft", "content": "<p>hush</p>", "date": "2026-11-18 12:00:00", "status": "draft"},
    {"title": "Pending", "content": "<p>hush</p>", "date": "2026-11-18 12:00:00", "status": "pending"},
    {"title": "Private", "content": "<p>hush</p>", "date": "2026-11-18 12:00:00", "status": "private"},
    {"title": "Far ahead", "content": "<p>hush</p>", "date": "2087-11-18 12:00:00"},
    {"title": "Sunday night", "content": "<p>Late.</p>", "date": "2026-11-15 23:30:00", "categories": ["News"]},
    {"title": "Monday morning", "content": "<p>Early.</p>", "date": "2026-11-16 00:30:00", "categories": ["News"]},
    {"title": "All of it", "content": LONG * 45, "date": "2026-10-01 10:00:00"},
    {"title": "Lazy", "content": LAZY, "date": "2026-10-02 10:00:00"},
    {"title": "Left over", "content": '[vc_row css="x"]<p>He [sic] said.</p>[/vc_row]', "date": "2026-10-03 10:00:00"},
    {"title": "Dossier", "content": "<p>Long.</p>", "date": "2026-10-04 10:00:00", "type": "investigation"},
    {"title": "To be corrected", "content": "<p>Wrong.</p>", "date": "2026-10-05 10:00:00"},
    {"title": "To be trashed", "content": "<p>Gone soon.</p>", "date": "2026-10-06 10:00:00"},
    {"title": "To be hidden", "content": "<p>Public yet.</p>", "date": "2026-10-07 10:00:00"},
    {"title": "To be touched", "content": "<p>As it was.</p>", "date": "2026-10-08 10:00:00"},
    *(
        {"title": f"Archive {number}", "content": "<p>Old.</p>", "date": f"2025-0{number % 9 + 1}-10 10:00:00"}
        for number in range(120)
    ),
]
HIDDEN = {"Behind a password", "A draft", "Pending", "Private", "Far ahead"}


Run = Callable[[str], Site]


@dataclass(frozen=True, slots=True)
class Collected:
    """A desk that collected a site twice, one right after the other, and the account of the second time."""

    site: Site
    desk: Desk
    second: dict[str, Any]


@pytest.fixture(scope="module")
def run_wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with ExitStack() as running:
        yield lambda permalinks: running.enter_context(
            wordpress(tmp_path_factory.mktemp("wordpress"), POSTS, permalinks)
        )


@pytest.fixture(scope="module", params=["/%year%/%postname%/", ""], ids=["pretty", "plain"])
def collected(
    request: pytest.FixtureRequest, run_wordpress: Run, tmp_path_factory: pytest.TempPathFactory
) -> Collected:
    folder: Path = tmp_path_factory.mktemp("desk")
    site = run_wordpress(request.param)
    text = demo_config(shipped_config(), site.url.rstrip("/"), "http://127.0.0.1:8080", 8080)
    (folder / "config.toml").write_text(text.partition("# The same site's feed")[0], encoding="utf-8")
    desk = Desk(folder, "http://127.0.0.1:8080")
    desk.configure('language = "en"\n', 'language = "en"\npost_types = ["posts", "investigations"]\n')
    desk.does("collect", codes=(3,))
    return Collected(site, desk, json.loads(desk.does("collect", "--json"))[0])


@pytest.fixture
def desk(collected: Collected) -> Desk:
    return collected.desk


def articles(desk: Desk) -> dict[str, dict[str, Any]]:
    found = json.loads(desk.does("articles", "list", "--json", "--limit", "500"))
    return {article["title"]: article for article in found}


def test_every_published_post_is_collected_and_nothing_hidden(desk: Desk) -> None:
    titles = articles(desk).keys()

    assert len(titles) == len(POSTS) - len(HIDDEN)
    assert {"Port audit & its missing pages", "Sunday night", "Monday morning", "Dossier"} <= titles
    assert not HIDDEN & titles
    assert any("No title here" in title for title in titles)


def test_its_fields_are_understood(desk: Desk) -> None:
    audit = articles(desk)["Port audit & its missing pages"]

    assert audit["authors"] == ["Ana Ríos", "Bruno Díaz"]
    assert sorted(audit["categories"]) == ["Investigations", "News"]
    assert (audit["tags"], sorted(audit["countries"])) == (["ports"], ["Peru", "Trinidad & Tobago"])
    assert audit["summary"] == "Forty pages are gone."
    assert audit["published"] == "2026-11-18T15:00:00+00:00"
    assert "script" not in audit["body"]
    assert audit["image"]["url"].endswith("/wp-content/uploads/2026/11/pier.jpg")
    assert [audit["image"][name] for name in ("alt", "caption", "credit")] == [
        "A pier",
        "The pier at dawn.",
        "Carla Soto",
    ]


def test_bylines_are_there_though_visitors_may_not_list_users(desk: Desk) -> None:
    assert articles(desk)["Dossier"]["authors"] == ["Ana Writer"]


def test_long_lazy_and_left_over_texts_come_in_whole(desk: Desk) -> None:
    found = articles(desk)

    assert found["All of it"]["body"].count("every ship") == 2250
    assert found["Left over"]["body"] == "<p>He [sic] said.</p>"
    assert [(image["url"].rpartition("/")[2], image["credit"]) for image in found["Lazy"]["images"]] == [
        ("quay.jpg", "Carla Soto")
    ]


def test_a_second_collect_finds_nothing_new(collected: Collected) -> None:
    second = collected.second

    assert (second["new"], second["changed"], second["unchanged"], second["skipped"]) == (0, 0, 0, [])


def test_what_its_editor_does_between_two_collects_is_noticed(collected: Collected) -> None:
    source = Source(name="site", kind="wordpress", url=collected.site.url, post_types=("posts", "investigations"))
    with Door(Fetch(allow_hosts=("127.0.0.1",), pause_seconds=0), "The Ledger <desk@example.org>") as door:
        first = run(source, door, now=datetime.now(UTC))
        urls = {article.title: article.url for article in first.articles}
        collected.site.change(
            {"title": "To be corrected", "becomes": {"post_content": "<p>Right.</p>"}},
            {"title": "To be trashed", "becomes": "trash"},
            {"title": "To be hidden", "becomes": {"post_password": "p"}},
            {"title": "To be touched", "becomes": {"post_title": "To be touched"}},
        )
        second = run(source, door, first.memory, now=datetime.now(UTC))

    assert {article.title: article.body for article in second.articles} == {
        "To be corrected": "<p>Right.</p>",
        "To be touched": "<p>As it was.</p>",
    }
    assert second.withdrawn == [urls["To be hidden"]]
    assert first.listed
    assert second.listed
    assert first.listed.urls - second.listed.urls == {urls["To be trashed"]}


def test_the_week_is_cut_in_the_newsrooms_time_zone(desk: Desk) -> None:
    issue = desk.does("issue", "compose", "the-organization", "--language", "en", "--period", "2026-W47").strip()
    shown = json.loads(desk.does("issue", "show", issue, "--json"))
    archived = [article["title"] for article in shown["articles"] if article["section"] == ARCHIVE]
    placed = {
        article["title"]: article["section"]
        for article in shown["articles"]
        if article["section"] not in (None, ARCHIVE)
    }

    assert "Monday morning" in placed
    assert "Sunday night" in archived
    assert placed["Port audit & its missing pages"] == "investigations"
    assert len(placed) == 3


def test_its_articles_are_in_the_feeds(desk: Desk) -> None:
    desk.does("feeds", "build")

    feed = json.loads((desk.folder / "feeds/en/investigations.json").read_text(encoding="utf-8"))

    assert [entry["title"] for entry in feed["items"]] == ["Port audit & its missing pages"]
