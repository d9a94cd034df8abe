"""`publisher doctor`: whether the config can be worked with, and how each source is understood."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from publisher import markup
from publisher.cli import context as cli
from publisher.cli.collecting import bars
from publisher.errors import PublisherError
from publisher.model import Article, Image
from publisher.tasks import examining
from publisher.tasks.examining import Examined

_WIDEST_NAME = 13
_SHOWN = 300
"""Characters of a summary or a beginning that are shown."""
_MOST_NAMED = 5


def register(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Names of sources; all when none is given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Try each source and show its newest article as it is understood; nothing is stored."""
    asked = cli.of(context)
    database, hindered = _database(asked)
    with cli.progress() as shown:
        examined = list(examining.examine(asked.settings, cli.now, source or (), bars(shown)))
    if as_json:
        cli.tell_json(
            {"config": str(asked.config), "database": database, "sources": [_document(one) for one in examined]}
        )
    else:
        _tell("config", f"{asked.config}: loads")
        _tell("database", database)
        for one in examined:
            _show(one, asked)
    examining.check(examined)
    if hindered:
        raise hindered
    cli.end_with_skipped(examining.without_articles(examined))


def _database(asked: cli.Context) -> tuple[str, PublisherError | None]:
    """Say how the database is, and what hinders its use."""
    try:
        is_there = examining.database(asked.settings)
    except PublisherError as error:
        return "cannot be used", error
    return ("is there and has the newest schema" if is_there else "is not there yet; the first command makes it"), None


def _show(examined: Examined, asked: cli.Context) -> None:
    cli.out.print()
    source = examined.source
    cli.out.print(Text(f"{source.name}: {source.kind}, {source.url or source.path}", style="bold"))
    _tell("answers", "no" if examined.failure else f"yes; articles read: {examined.articles}")
    for name, notes in (
        ("skipped", [f"{one.what}: {one.reason}" for one in examined.skipped]),
        ("odd", [f"{one.what}: {one.words}" for one in examined.remarks]),
    ):
        for note in notes[:_MOST_NAMED]:
            _tell(name, note)
        if len(notes) > _MOST_NAMED:
            _tell(name, f"and {len(notes) - _MOST_NAMED} more")
    if examined.newest:
        _tell("newest", "the newest of them, as it is understood:")
        for name, words in _understood(examined.newest, examined, asked):
            _tell(f"  {name}", words)


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


def _tell(name: str, words: str) -> None:
    cli.out.print(Text.assemble((f"{name:<{_WIDEST_NAME}}", "dim"), " ", words))


def _document(examined: Examined) -> dict[str, object]:
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
