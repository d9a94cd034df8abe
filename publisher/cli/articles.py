"""`publisher articles …`: what was collected, for people."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from publisher import markup
from publisher.cli import context as cli
from publisher.model import StoredArticle
from publisher.tasks import changes, looking, republishing

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Url = Annotated[str, typer.Argument(metavar="ARTICLE", help="The article's URL.")]


@app.command(name="list")
def list_articles(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the newest articles."""
    asked = cli.of(context)
    found = looking.newest(asked.store, cli.now(), limit)
    if as_json:
        cli.tell_json([_document(stored) for stored in found])
        return
    zone = asked.settings.publication.zone
    cli.tell_table(
        ("published", "language", "title", "url"),
        [
            (f"{one.published.astimezone(zone):%Y-%m-%d %H:%M}", one.language, one.title, one.url)
            for one in (stored.article for stored in found)
        ],
    )


@app.command()
def show(context: typer.Context, article: Url, as_json: AsJson = False) -> None:
    """Show one article as it is understood, and what changed in it since it was first collected."""
    store = cli.of(context).store
    stored = republishing.known_article(store, article)
    earlier = [
        {
            "revision": change.revision,
            "replaced": change.replaced.isoformat(),
            "title": change.before.title,
            "changed": change.differences,
        }
        for change in changes.of(store, stored)
    ]
    document = {"earlier": earlier, **_document(stored)}
    if as_json:
        cli.tell_json(document)
        return
    for name, value in document.items():
        for line in _lines(value) if name != "body" else ["", *markup.text(stored.article.body).splitlines()]:
            cli.out.print(f"{name:<14}{line}".rstrip(), markup=False)
            name = ""


def _lines(value: object) -> Iterator[str]:
    """Give a value of the document for a person: nothing for what is empty, a line for each of several."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if inner not in (None, "", [], {}):
                several = list(_lines(inner))
                yield from [f"{name}: {several[0]}"] if len(several) == 1 else [f"{name}:", *several]
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield from value if any(len(one) > 40 for one in value) else [", ".join(value)]
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one)
    elif value not in (None, "", False):
        yield str(value)


@app.command()
def notes(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what could not be read at the sources, and what is odd about articles that were."""
    asked = cli.of(context)
    found = looking.notes_of(asked.store, cli.now(), limit)
    if as_json:
        cli.tell_json([{**asdict(note), "noted": note.noted.isoformat()} for note in found])
        return
    zone = asked.settings.publication.zone
    cli.tell_table(
        ("noted", "source", "article", "what", "why"),
        [
            (
                f"{note.noted.astimezone(zone):%Y-%m-%d %H:%M}",
                note.source,
                "collected" if note.collected else "skipped",
                note.what,
                note.words,
            )
            for note in found
        ],
    )


@app.command()
def retract(context: typer.Context, article: Url) -> None:
    """Take an article back: it leaves the feeds and stands in no issue made from now on."""
    looking.retract(cli.of(context).store, article, cli.now())
    cli.err.print("retracted; `feeds build` takes it out of the feeds", markup=False)


@app.command()
def restore(context: typer.Context, article: Url) -> None:
    """Lift an editor's retraction: the article may stand in feeds and issues again."""
    looking.restore(cli.of(context).store, article)
    cli.err.print("restored; `feeds build` brings it into the feeds", markup=False)


def _document(stored: StoredArticle) -> dict[str, object]:
    article = stored.article
    return {
        "url": article.url,
        "language": article.language,
        "title": article.title,
        "kicker": article.kicker,
        "authors": list(article.authors),
        "categories": list(article.categories),
        "countries": list(article.countries),
        "tags": list(article.tags),
        "published": article.published.isoformat(),
        "modified": article.modified.isoformat(),
        "updated": stored.updated.isoformat(),
        "first_seen": stored.first_seen.isoformat(),
        "revision": stored.revision,
        "retracted": stored.retracted_at.isoformat() if stored.retracted_at else None,
        "source": article.source,
        "license_url": article.license_url,
        "translations": dict(article.translations),
        "image": asdict(article.image) if article.image else None,
        "images": [asdict(image) for image in article.images],
        "enclosures": [asdict(enclosure) for enclosure in article.enclosures],
        "see_also": [asdict(link) for link in article.see_also],
        "related": [asdict(link) for link in article.related],
        "parts": dict(article.parts),
        "summary": article.summary,
        "body": article.body,
    }
