"""Composing both languages of an issue out of many stored articles, beside the bare Jinja2 and premailer pass.

Ours reads the store, chooses, places, makes every word ready, renders and writes; the rival is handed the ready views
and does nothing but fill the same templates and inline the same CSS.

python -m bench.composing [ARTICLES]
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Ratio, compare
from publisher.compose import campaign, fit, inlining, typed
from publisher.compose.render import environment
from publisher.compose.view import View, view
from publisher.config import Settings, load
from publisher.deliver import message
from publisher.model import Article, Delivery, Edits, IssueKind, Subscriber
from publisher.store import Store, articles, open_store, sources
from publisher.tasks import composing, issuing

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
KEY = "the-organization"
A_WEEK = 40
A_WEEK_OF_40_KB = 20
SITE = "https://estuary.example.org"
CATEGORIES = {
    "en": ("Investigations", "Analysis", "News", "Culture"),
    "es": ("Investigaciones", "Análisis", "Noticias"),
}
COUNTRIES = ("Colombia", "Panama", "Ecuador", "Peru", "Honduras")
PARAGRAPH = (
    "<p>Forty boats left the register the week before the audit, and <strong>all of them</strong> still sail under "
    f'other names; the harbour office <a href="{SITE}/port-register/">keeps the list</a>, shown to nobody who asks.</p>'
)


def article(number: int, a_week: int) -> Article:
    """An article of some 6 KB; two of three in English, each third a translation of the one before it."""
    language = "es" if number % 3 == 2 else "en"
    published = NOW - timedelta(hours=1 + number * 7 * 24 / a_week)
    names = CATEGORIES[language]
    return Article(
        url=f"{SITE}/{language}/report-{number}/",
        language=language,
        title=f"Report {number} on the register of the port and on those who keep it",
        published=published,
        modified=published,
        source="site",
        body=f"<p>Report {number}.</p>" + PARAGRAPH * 24,
        summary=f"What the register of week {number} leaves out, and who would rather have it so.",
        authors=("Ines Vallecilla", "Teo Arrieta"),
        categories=(names[number % len(names)],),
        countries=(COUNTRIES[number % len(COUNTRIES)],),
        tags=(f"tag {number % 97}",),
        translations={"en": f"{SITE}/en/report-{number - 1}/"} if language == "es" else {},
    )


def fill(store: Store, settings: Settings, count: int, a_week: int) -> None:
    """Store that many articles, collected when they were published, all sources answering now."""
    made = [article(number, a_week) for number in range(count)]
    for at in range(0, count, 500):
        with store.writing() as transaction:
            articles.keep(transaction, [(one, one) for one in made[at : at + 500]], NOW)
    with store.writing() as transaction:
        for source in settings.sources:
            sources.succeeded(transaction, source.name, NOW)


def views(store: Store, settings: Settings, ids: list[int]) -> list[View]:
    """Give what the templates of some issues are filled with."""
    found = []
    for shown in (issuing.show(store, issue) for issue in ids):
        issue, newsletter = shown.issue, settings.newsletters[0]
        asked = (newsletter, issue.language, issue.period, issue.number, NOW, Edits(), IssueKind.PERIODIC, "")
        found.append(view(shown.placements, settings, *asked))
    return found


MAIL, TEXT, PAGE = "email/digest/body.html", "email/digest/body.txt", "web/issue.html"


def bare(view: View, names: tuple[str, ...] = (MAIL, TEXT, PAGE)) -> None:
    """Fill the templates and inline the CSS of the one that needs it."""
    mailed = campaign.mailed(fit.within(view, 1000, 1000))
    templates = environment(view.theme, view.settings.own_templates)
    for name in names:
        text = templates.get_template(name).render(
            issue=view if name == PAGE else mailed,
            language=view.language,
            direction=view.direction,
            title=view.title,
            publication_name=view.publication.name,
            publication_url=view.publication_url,
            ours="",
            worded="",
            typed=typed.Typist(),
        )
        if name == MAIL:
            inlining.inlined(text)


@contextmanager
def newsroom(count: int, a_week: int = A_WEEK) -> Iterator[tuple[Store, Settings]]:
    """Give a store with that many articles."""
    settings = load(ROOT / "config.toml", {})
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/publisher.db")
        try:
            fill(store, settings, count, a_week)
            yield store, settings
        finally:
            store.close()


def measure(count: int = 1_000) -> Ratio:
    """Compare the two on a newsroom of `count` articles."""
    with newsroom(count) as (store, settings):
        ids = [issue.id for issue in composing.compose(store, settings, KEY, NOW)]
        ready = views(store, settings, ids)

        def _ours() -> None:
            composing.compose(store, settings, KEY, NOW)

        def _bare() -> None:
            for one in ready:
                bare(one)

        what = f"an issue in {len(ids)} languages composed of {count:,} articles"
        return compare(what, _ours, "the bare Jinja2 and premailer pass", _bare)


def measure_fill(readers: int = 20) -> Ratio:
    """Compare filling in what is each reader's own with rendering the mail anew for each reader."""
    with newsroom(200, A_WEEK_OF_40_KB) as (store, settings):
        (made, *_) = composing.compose(store, settings, KEY, NOW)
        issue = issuing.known_issue(store, made.id)
        (ready,) = views(store, settings, [made.id])
        template = message.template(settings, settings.newsletters[0], issue, "a secret of some length")
        rows = [
            Delivery(number, f"{number:020x}", 1, Subscriber(number, f"r{number}@example.org", "Ana", "en"), NOW, 1)
            for number in range(1, readers + 1)
        ]
        size = len(template.fill(rows[0]).content)

        def _ours() -> None:
            for row in rows * 50:
                template.fill(row)

        def _bare() -> None:
            for _ in rows:
                bare(ready, (MAIL, TEXT))

        measured = compare(f"a mail of {size:,} octets filled in", _ours, "rendered for each reader", _bare, readers)
        return replace(measured, ours_seconds=measured.ours_seconds / 50)


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:] or ["5000"])))
    print(measure_fill())
