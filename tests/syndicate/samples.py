"""What the newsroom has published when its feeds are built: four articles and two issues, and a way to read feeds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lxml import etree, html

from publisher import syndicate
from publisher.config import Settings, load
from publisher.model import Issue, IssueState, StoredArticle, Variant
from publisher.syndicate.extensions import ATOM, CREATIVE_COMMONS, MEDIA, TERMS
from tests.compose.samples import NOW, PHOTO, ROOT, SITE, WEEK, article

__all__ = ["NOW", "PHOTO", "SITE", "article"]

LICENSE = "https://creativecommons.org/licenses/by-nc/4.0/"
FEEDS = "https://news.estuary.example.org/feeds/"
HUB = "https://hub.example.org/"
ISSUE = "https://news.estuary.example.org/issues/the-organization/en/2026-W47"
NAMES = {
    "atom": ATOM,
    "cc": CREATIVE_COMMONS,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": TERMS,
    "media": MEDIA,
}


def settings(**changes: Any) -> Settings:
    """Give the shipped config with a hub; `feeds_entries=2` changes `entries` of the table `feeds`."""
    made = load(ROOT / "config.toml", {})
    for path, value in {"feeds_hubs": (HUB,), **changes}.items():
        table, _, key = path.partition("_")
        changed = getattr(made, table).model_copy(update={key: value}) if key else value
        made = made.model_copy(update={table: changed})
    return made


FLEET = article(
    "ghost-fleet",
    id=1,
    title="Forty boats left the register & still sail",
    summary="A fleet that is < 1 % on paper buys fuel & bait.",
    authors=("Marisol Quintero", "Teo Arrieta"),
    categories=("Investigations",),
    countries=("Colombia",),
    tags=("fuel",),
    body="<p>The first paragraph says it.</p><p>The second adds “why”.</p>",
    image=PHOTO,
    translations={"es": f"{SITE}/es/flota-fantasma/"},
    hours_ago=5,
)
FERRY = article("night-ferry", id=2, authors=("Nadia Ferrer",), hours_ago=12)
BOOKS = article("reading-list", id=3, categories=("Culture",), hours_ago=60)
FLOTA = article(
    "es/flota-fantasma",
    id=4,
    language="es",
    title="Cuarenta lanchas salieron del registro",
    summary="Una flota que no existe en el papel.",
    categories=("Investigaciones",),
    body="<p>El primer párrafo lo dice.</p>",
    hours_ago=6,
)
ARTICLES = (FLEET, FERRY, BOOKS, FLOTA)


def issue(language: str = "en", **changes: Any) -> Issue:
    """Give an issue; its web copy has the parts that every one has."""
    title = {"en": "Forty boats left the register", "es": "Cuarenta lanchas salieron del registro"}[language]
    web = (
        '<!doctype html><header>The Estuary Desk</header><main id="main"><h1>The Organization</h1>'
        f'<h2><a href="{SITE}/ghost-fleet/">{title}</a></h2>'
        '<section class="panel appeal"><h2>This reporting is free</h2></section></main><footer>Calle 12</footer>'
    )
    variant = Variant(subject=title, preheader="How the ledger lost a page", html="", text="", web=web)
    said = {"newsletter": "the-organization", "period": WEEK, "number": 12, "state": IssueState.SENT}
    dates = {"composed": NOW - timedelta(hours=2), "approved": NOW - timedelta(hours=1), "sent": NOW}
    return Issue(**{"id": 1, "language": language, "title": title, "variant": variant, **said, **dates, **changes})


ISSUES = (issue("en"), issue("es"))


def build(
    articles: Sequence[StoredArticle] = ARTICLES, issues: Sequence[Issue] = ISSUES, **changes: Any
) -> Mapping[str, bytes]:
    """Build the feeds of the sample week, or of what a test says."""
    return syndicate.build(settings(**changes), articles, issues)


FILES = build()
FEED_FILES = [name for name in FILES if name.rpartition(".")[2] in ("rss", "atom", "json")]


@dataclass
class Item:
    """An entry as it is read back from any format."""

    id: str
    url: str
    title: str
    html: str
    licenses: list[str]


@dataclass
class Read:
    """A feed as it is read back from any format."""

    url: str
    title: str
    description: str
    language: str
    licenses: list[str]
    hubs: list[str]
    items: list[Item] = field(default_factory=list)

    def titles(self) -> list[str]:
        """Give the titles of its entries."""
        return [item.title for item in self.items]


def titles(files: Mapping[str, bytes], name: str) -> list[str]:
    """Give the titles of a feed's entries."""
    return read(f"{name}.json", files[f"{name}.json"]).titles()


def read(name: str, content: bytes) -> Read:
    """Read a feed of any format."""
    return {"rss": _read_rss, "atom": _read_atom, "json": _read_json}[name.rpartition(".")[2]](content)


def xml(content: bytes) -> Any:
    """Parse XML as strictly as its standard asks."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))


def page(content: bytes) -> Any:
    """Parse a page."""
    return html.document_fromstring(content)


def fragment(content: str) -> Any:
    """Parse HTML that stands inside a page."""
    return html.fragment_fromstring(content, create_parent="div")


def _read_rss(content: bytes) -> Read:
    channel = xml(content).find("channel")
    links = {link.get("rel"): link.get("href") for link in channel.findall("atom:link", NAMES)}
    return Read(
        url=links["self"],
        title=channel.findtext("title"),
        description=channel.findtext("description"),
        language=channel.findtext("language"),
        licenses=[found.text for found in channel.findall("cc:license", NAMES)],
        hubs=[link.get("href") for link in channel.findall("atom:link[@rel='hub']", NAMES)],
        items=[
            Item(
                id=item.findtext("guid"),
                url=item.findtext("link"),
                title=item.findtext("title"),
                html=item.findtext("content:encoded", namespaces=NAMES),
                licenses=[found.text for found in item.findall("cc:license", NAMES)],
            )
            for item in channel.findall("item")
        ],
    )


def _read_atom(content: bytes) -> Read:
    feed = xml(content)
    return Read(
        url=_hrefs(feed, "self")[0],
        title=feed.findtext("atom:title", namespaces=NAMES),
        description=feed.findtext("atom:subtitle", namespaces=NAMES),
        language=feed.get("{http://www.w3.org/XML/1998/namespace}lang"),
        licenses=_hrefs(feed, "license"),
        hubs=_hrefs(feed, "hub"),
        items=[
            Item(
                id=entry.findtext("atom:id", namespaces=NAMES),
                url=_hrefs(entry, "alternate")[0],
                title=entry.findtext("atom:title", namespaces=NAMES),
                html=entry.findtext("atom:content", namespaces=NAMES),
                licenses=_hrefs(entry, "license"),
            )
            for entry in feed.findall("atom:entry", NAMES)
        ],
    )


def _hrefs(element: Any, relation: str) -> list[str]:
    return [link.get("href") for link in element.findall(f"atom:link[@rel='{relation}']", NAMES)]


def _read_json(content: bytes) -> Read:
    feed = json.loads(content)
    return Read(
        url=feed["feed_url"],
        title=feed["title"],
        description=feed["description"],
        language=feed["language"],
        licenses=[feed["_license"]["url"]],
        hubs=[hub["url"] for hub in feed.get("hubs", [])],
        items=[
            Item(item["id"], item["url"], item["title"], item["content_html"], [item["_license"]["url"]])
            for item in feed["items"]
        ],
    )
