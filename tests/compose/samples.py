"""A week of an invented newsroom, small enough to know by heart, and the settings it is composed with."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image as Canvas
from PIL import ImageDraw

from publisher.compose import Composed, Earlier, compose, period, rendered
from publisher.config import Newsletter, Settings, load
from publisher.model import Article, Edits, Image, IssueKind, Placement, Reason, StoredArticle
from tests.compose import page

ROOT = Path(__file__).parents[2]
SITE = "https://estuary.example.org"
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Bogota")
WEEK = period.week("2026-W47", ZONE)
PHOTO_LICENSE = "https://creativecommons.org/licenses/by-sa/4.0/"
PHOTO = Image(
    f"{SITE}/pictures/ledger.jpg",
    "A bound ledger, open.",
    credit="Nadia Ferrer",
    license_url=PHOTO_LICENSE,
    width=960,
    height=720,
)

_ids = count(1)


def settings() -> Settings:
    return load(ROOT / "config.toml", {})


def newsletter() -> Newsletter:
    return settings().newsletters[0]


def article(slug: str = "port-audit", *, hours_ago: float = 24, **fields: Any) -> StoredArticle:
    """Give an article of the newsroom; what a test does not say is ordinary."""
    published = fields.pop("published", NOW - timedelta(hours=hours_ago))
    kept = {name: fields.pop(name) for name in ("first_seen", "retracted_at", "id") if name in fields}
    said = {
        "url": f"{SITE}/{slug}/",
        "language": "en",
        "title": slug.replace("-", " ").capitalize(),
        "categories": ("News",),
        "body": "<p>A paragraph of the text.</p>",
        "source": "site",
    }
    return StoredArticle(
        id=kept.pop("id", next(_ids)),
        article=Article(**{**said, "published": published, "modified": published, **fields}),
        first_seen=kept.pop("first_seen", published),
        updated=published,
        revision=1,
        **kept,
    )


def composed(articles: Sequence[StoredArticle], language: str = "en", **changes: Any) -> Composed:
    asked = {
        "settings": settings(),
        "newsletter": newsletter(),
        "period": WEEK,
        "number": 12,
        "earlier": Earlier(),
        "now": NOW,
        **changes,
    }
    return compose(articles, language=language, **asked)


def links(form: str) -> list[str]:
    """Give the links of a mail or page, without what they tell the newsroom's site of the mail."""
    return [untagged(url) for url in page.links(form)]


def untagged(form: str) -> str:
    """Give an address, or a text with addresses in it, without campaign parameters."""
    return re.sub(r"(?:[?&]|&amp;)utm_[a-z]+=[\w.-]+", "", form)


def issue(placed: Sequence[Placement] = (), **changes: Any) -> Composed:
    """Give an issue of articles that have their places."""
    asked = {
        "settings": settings(),
        "newsletter": newsletter(),
        "language": "en",
        "period": WEEK,
        "number": 12,
        "now": NOW,
        "edits": Edits(),
        "kind": IssueKind.PERIODIC,
        **changes,
    }
    return rendered(placed, **asked)


def placed(stored: StoredArticle, section: str, at: int = 0, reason: Reason = Reason.MATCHED) -> Placement:
    """Put an article into a section."""
    return Placement(stored, section, at, reason)


def headings(form: str) -> list[str]:
    """Give the headings of a mail or page."""
    return [" ".join(heading.text_content().split()) for heading in page.parsed(form).iter("h1", "h2", "h3")]


def words(form: str) -> str:
    """Give all words of a mail or page, on one line."""
    return " ".join(page.parsed(form).body.text_content().split())


def _body(paragraphs: int) -> str:
    words = "The register lists every boat by its owner, its engine and the port it calls home, and nobody keeps it. "
    return f"<p>{words * 4}</p>" * paragraphs


def week() -> list[StoredArticle]:
    """Give the articles of the golden mails: eight in English, three in Spanish, two that stay out."""
    return [*_english(), *_spanish(), *_left_out()]


def _english() -> list[StoredArticle]:
    mangroves = Image(
        f"{SITE}/pictures/mangroves.jpg",
        "Low tide among mangroves, two boats drawn up on the mud.",
        "The inner estuary at low tide, where the boats were found.",
        "Illustration: Estuary Desk",
        width=1200,
        height=640,
    )
    return [
        article(
            "ghost-fleet",
            title="Forty boats left the register. All of them still sail.",
            kicker="Investigation",
            summary="A fishing fleet that does not exist on paper buys fuel at the subsidised price every week. "
            "We followed three of its boats from the pump to the river mouth, and back.",
            authors=("Marisol Quintero", "Teo Arrieta"),
            categories=("Investigations",),
            body=_body(34),
            image=mangroves,
            hours_ago=5,
        ),
        article(
            "fuel-subsidy-ledger",
            title="How the fuel subsidy ledger lost a page",
            summary="Page 212 is missing from both copies. The clerk who numbered them remembers what stood on it.",
            authors=("Teo Arrieta",),
            categories=("Investigaciones", "News"),
            body=_body(12),
            image=PHOTO,
            hours_ago=30,
        ),
        article(
            "customs-broker-analysis",
            title="Why nobody wants to be the customs broker",
            summary="Three resigned in a year. The job pays well, and the reasons to leave it are all in one hand.",
            authors=("Ines Vallecilla",),
            categories=("Analysis",),
            body=_body(9),
            hours_ago=50,
        ),
        article(
            "night-ferry",
            title="Night ferry stops taking lorries after a second search",
            body="<h2>What happened</h2><p>The company says the change is for safety. Its own letter to the port, "
            "which we have read, gives another reason.</p>" + _body(2),
            authors=("Marisol Quintero",),
            countries=("Colombia",),
            hours_ago=12,
            image=Image(
                f"{SITE}/pictures/ferry.jpg",
                "A small car ferry at dusk.",
                width=800,
                height=600,
                small_url=f"{SITE}/pictures/ferry-300.jpg",
            ),
        ),
        article(
            "port-audit",
            title="Port audit comes out eleven months late",
            summary="Four of its nine findings had been acted on by then, two of them by the people they name.",
            authors=("Ines Vallecilla", "Teo Arrieta", "Marisol Quintero"),
            body=_body(4),
            hours_ago=40,
        ),
        article(
            "fishmarket-levy",
            title="The levy at the fish market has a new collector",
            summary="Stallholders pay on Saturdays now. The receipt is a bottle cap.",
            authors=("Nadia Ferrer",),
            kicker="Coast",
            body=_body(3),
            hours_ago=76,
        ),
        article(
            "reading-list",
            title="Five books on rivers & the people who tax them",
            summary="Chosen by the desk; two can be read free of charge.",
            categories=("Culture",),
            body=_body(2),
            hours_ago=60,
        ),
    ]


def _spanish() -> list[StoredArticle]:
    return [
        article(
            "es/flota-fantasma",
            language="es",
            title="Cuarenta lanchas salieron del registro. Todas siguen navegando.",
            summary="Una flota pesquera que no existe en el papel compra combustible subsidiado cada semana. "
            "Seguimos a tres de sus lanchas desde el surtidor hasta la boca del río.",
            authors=("Marisol Quintero", "Teo Arrieta"),
            categories=("Investigaciones",),
            body=_body(30),
            hours_ago=5,
        ),
        article(
            "es/corredor-de-aduanas",
            language="es",
            title="Por qué nadie quiere ser agente de aduanas",
            summary="Tres renunciaron en un año. El puesto paga bien, y las razones para dejarlo llegan por escrito.",
            authors=("Ines Vallecilla",),
            categories=("Análisis",),
            body=_body(9),
            hours_ago=48,
        ),
        article(
            "es/transbordador",
            language="es",
            title="El transbordador nocturno deja de llevar camiones",
            summary="La empresa habla de seguridad; su carta al puerto da otra razón.",
            categories=("Noticias",),
            body=_body(2),
            hours_ago=12,
        ),
    ]


def _left_out() -> list[StoredArticle]:
    return [
        article("withdrawn", title="A report we took back", retracted_at=NOW - timedelta(hours=1)),
        article("embargoed", title="A report for next week", hours_ago=-20),
    ]


def pictures(folder: Path) -> dict[str, Path]:
    """Draw the pictures of the week; give each one's address and file."""
    sizes = {"mangroves": (1200, 640), "ledger": (960, 720), "ferry": (800, 600), "ferry-300": (300, 225)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in sizes.items():
        _coast(size, len(name)).save(folder / f"{name}.jpg", quality=80)
    return {f"{SITE}/pictures/{name}.jpg": folder / f"{name}.jpg" for name in sizes}


def _coast(size: tuple[int, int], seed: int) -> Canvas.Image:
    """Draw a sky, a sun and four bands of shore, different for each seed."""
    width, height = size
    canvas = Canvas.new("RGB", size)
    draw = ImageDraw.Draw(canvas)
    for y in range(height):
        part = y / height
        draw.line((0, y, width, y), fill=(int(52 + 190 * part), int(96 + 88 * part), int(108 + 20 * part)))
    sun = width * (seed % 4 + 2) // 7
    draw.ellipse((sun - 40, height // 3, sun + 40, height // 3 + 80), fill=(250, 232, 190))
    for band in range(4):
        level, shade = height * (5 + band) // 9, 96 - band * 22
        shore = [
            (x, level - (x * (seed + 3 * band) // 9 + 57 * band) % 90 // 3) for x in range(0, width + 1, width // 24)
        ]
        draw.polygon([(0, height), *shore, (width, level), (width, height)], fill=(shade // 2, shade, shade - 4))
    return canvas
