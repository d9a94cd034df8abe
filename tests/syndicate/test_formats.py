"""What holds for every feed in every format: one test walks all of them."""

import json
import re
from typing import Any

import feedparser
import pytest

from publisher import rights
from publisher.syndicate.formats import FORMATS
from publisher.web.feeds import FEED_TYPES
from tests.syndicate import samples
from tests.syndicate.samples import FEED_FILES, FEEDS, FILES, HUB, LICENSE

EVERY_FEED = pytest.mark.parametrize("name", FEED_FILES)
EVERY_XML_FEED = pytest.mark.parametrize("name", [name for name in FEED_FILES if not name.endswith(".json")])


@EVERY_FEED
def test_license_reuse_statement_and_appeal_stand_in_the_feed_and_in_each_entry(name: str) -> None:
    feed, settings = samples.read(name, FILES[name]), samples.settings()
    appeal, notice = rights.appeal(settings, feed.language), rights.notice(settings, feed.language)

    assert feed.licenses == [LICENSE]
    for said in (notice.statement, appeal.text, appeal.url):
        assert said in feed.description
    for item in feed.items:
        closing = samples.fragment(item.html).xpath("//p")[-2:]
        assert item.licenses == [LICENSE]
        assert closing[0].xpath("a[@rel='license']/@href") == [LICENSE]
        assert closing[1].xpath("a/@href")[0] in set(settings.appeal.url.values())


@EVERY_FEED
def test_it_says_where_it_is_fetched_from_and_names_the_hub(name: str) -> None:
    feed = samples.read(name, FILES[name])

    assert feed.url == FEEDS + name
    assert feed.hubs == [HUB]


@EVERY_FEED
def test_every_entry_has_its_own_permanent_identity(name: str) -> None:
    items = samples.read(name, FILES[name]).items

    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert item.id == (f"{item.url}#republish" if "republish" in name else item.url)
        assert item.url.startswith((f"{samples.SITE}/", "https://news.estuary.example.org/issues/"))


@EVERY_FEED
def test_every_address_is_absolute_and_nothing_runs(name: str) -> None:
    for item in samples.read(name, FILES[name]).items:
        root = samples.fragment(item.html)

        assert not root.xpath("//script|//iframe|//style|//object|//form|//@onclick|//@style")
        assert all(re.match(r"https://|mailto:", address) for address in root.xpath("//@href|//@src"))


@EVERY_FEED
def test_its_kind_is_one_the_site_serves(name: str) -> None:
    suffix = name.rpartition(".")[2]
    served = FEED_TYPES[f".{suffix}"].partition(";")[0]

    assert served == {form.suffix: form.media_type for form in FORMATS}[suffix]


@EVERY_XML_FEED
def test_a_parser_of_feeds_finds_everything(name: str) -> None:
    expected: list[dict[str, Any]] = json.loads(FILES[f"{name.rpartition('.')[0]}.json"])["items"]
    parsed = feedparser.parse(FILES[name])

    assert not parsed.bozo
    for entry, item in zip(parsed.entries, expected, strict=True):
        assert (entry.id, entry.link, entry.title) == (item["id"], item["url"], item["title"])
        assert [author.name for author in entry.authors] == [author["name"] for author in item["authors"]]
        assert [tag.term for tag in entry.get("tags", [])] == item.get("tags", [])
        read, written = samples.fragment(entry.content[0].value), samples.fragment(item["content_html"])
        assert read.text_content() == written.text_content()
        assert item["date_published"].startswith("{}-{:02}-{:02}T{:02}:{:02}".format(*entry.published_parsed))
        assert item["date_modified"].startswith("{}-{:02}-{:02}T{:02}:{:02}".format(*entry.updated_parsed))
