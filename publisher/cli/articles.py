"""`publisher articles …`: what was collected, for people."""

from dataclasses import asdict
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.model import StoredArticle
from publisher.tasks import looking, republishing

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
    """Show one article as it is understood, and what it was called before each change."""
    store = cli.of(context).store
    stored = republishing.known_article(store, article)
    earlier = [
        {"revision": one.number, "replaced": one.replaced.isoformat(), "title": one.article.title}
        for one in looking.revisions(store, stored)
    ]
    document = {**_document(stored), "earlier": earlier}
    if as_json:
        cli.tell_json(document)
        return
    for name, value in document.items():
        cli.out.print(f"{name:<12}{value}", markup=False)


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
        "authors": list(article.authors),
        "categories": list(article.categories),
        "countries": list(article.countries),
        "tags": list(article.tags),
        "published": article.published.isoformat(),
        "updated": stored.updated.isoformat(),
        "first_seen": stored.first_seen.isoformat(),
        "revision": stored.revision,
        "retracted": stored.retracted_at.isoformat() if stored.retracted_at else None,
        "source": article.source,
        "translations": dict(article.translations),
        "summary": article.summary,
        "body": article.body,
    }
