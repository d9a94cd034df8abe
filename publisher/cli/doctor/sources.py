"""How each source is understood: what it gave, and its newest article in words."""

from collections.abc import Iterator
from dataclasses import asdict

from rich.text import Text

from publisher import markup
from publisher.cli import context as cli
from publisher.cli.doctor.arguments import tell
from publisher.model import Article, Image
from publisher.tasks.examining import Examined

_SHOWN = 300
"""Characters of a summary or a beginning that are shown."""
_MOST_NAMED = 5


def show(examined: Examined, asked: cli.Context) -> None:
    """Show what one source gave."""
    cli.out.print()
    source = examined.source
    cli.out.print(Text(f"{source.name}: {source.kind}, {source.url or source.path}", style="bold"))
    tell("answers", "no" if examined.failure else f"yes; articles read: {examined.articles}")
    for name, notes in (
        ("skipped", [f"{one.what}: {one.reason}" for one in examined.skipped]),
        ("odd", [f"{one.what}: {one.words}" for one in examined.remarks]),
    ):
        for note in notes[:_MOST_NAMED]:
            tell(name, note)
        if len(notes) > _MOST_NAMED:
            tell(name, f"and {len(notes) - _MOST_NAMED} more")
    if examined.newest:
        tell("newest", "the newest of them, as it is understood:")
        for name, words in _understood(examined.newest, examined, asked):
            tell(f"  {name}", words)


def _understood(article: Article, examined: Examined, asked: cli.Context) -> Iterator[tuple[str, str]]:
    """Give what an article says, in words; what it does not say is left out."""
    published = article.published.astimezone(asked.settings.publication.zone)
    named = {
        "title": article.title,
        "url": article.url,
        "language": article.language,
        "published": f"{published:%Y-%m-%d %H:%M} ({asked.settings.publication.timezone})",
        "kicker": article.kicker,
        "authors": ", ".join(article.authors) or "none found",
        "categories": ", ".join(article.categories) or "none found",
        "countries": ", ".join(article.countries),
        "tags": ", ".join(article.tags),
        "image": _picture(article.image) if article.image else "none found",
        "summary": _short(article.summary),
        "begins": _short(markup.first_paragraph(article.body)),
        "body": _body(article, examined),
        "parts": ", ".join(f"{name} ({_words(part)} words)" for name, part in article.parts.items()),
        "links": f"{len(article.see_also)} see also, {len(article.related)} related",
        "enclosures": ", ".join(one.url for one in article.enclosures),
        "translations": ", ".join(f"{language} {url}" for language, url in article.translations.items()),
        "license": article.license_url or "",
        "retracted": "yes: its source takes it back" if article.retracted else "",
    }
    yield from ((name, words) for name, words in named.items() if words)


def _picture(image: Image) -> str:
    size = f"{image.width} x {image.height}" if image.width and image.height else ""
    credit = f"credit: {image.credit}" if image.credit else "no credit"
    told = (size, image.alt and f"alt: {image.alt}", image.caption and f"caption: {image.caption}", credit)
    return "; ".join(filter(None, (image.url, *told, image.license_url)))


def _body(article: Article, examined: Examined) -> str:
    said = f"{_words(article.body)} words, {len(article.images)} pictures"
    if not markup.is_cut_off(article.body):
        return said
    remedy = '; full_text = "page" has it read from the page' if examined.source.kind == "feed" else ""
    return f"{said}; it breaks off{remedy}"


def _words(html: str) -> int:
    return len(markup.text(html).split())


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else words[:_SHOWN].rpartition(" ")[0] + " …"


def document(examined: Examined) -> dict[str, object]:
    """Give what one source gave as JSON."""
    source = examined.source
    return {
        "source": source.name,
        "kind": source.kind,
        "address": source.url or str(source.path),
        "answers": examined.failure is None,
        "failure": str(examined.failure) if examined.failure else None,
        "articles": examined.articles,
        "skipped": [{"what": one.what, "reason": one.reason} for one in examined.skipped],
        "remarks": [{"what": one.what, "words": one.words} for one in examined.remarks],
        "article": _article(examined.newest) if examined.newest else None,
    }


def _article(article: Article) -> dict[str, object]:
    return {
        **asdict(article),
        "parts": dict(article.parts),
        "translations": dict(article.translations),
        "published": article.published.isoformat(),
        "modified": article.modified.isoformat(),
        "words": _words(article.body),
    }
