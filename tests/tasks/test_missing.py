"""Articles that their site shows no more: retracted after two looks a day apart, and brought back."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from publisher import collect as stage
from publisher.collect import Batch, Listed, Memory
from publisher.config import Source
from publisher.model import Article, Remark, Skipped, StoredArticle
from publisher.store import articles
from publisher.store.notes import Note
from publisher.tasks import collecting, looking, missing
from publisher.tasks.sources import SourceAccount
from tests.collect import web as loopback
from tests.collect.web import Answer, Request
from tests.tasks.conftest import FRIDAY, Newsroom


@dataclass
class Site:
    """A site whose source tells what a test says, and whose pages answer as it says."""

    web: loopback.Web
    newsroom: Newsroom
    articles: dict[str, Article] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
    lists: bool = True
    skipped: tuple[Skipped, ...] = ()
    remarks: tuple[Remark, ...] = ()
    moved: dict[str, str] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)

    def publish(
        self, *slugs: str, published: datetime = FRIDAY - timedelta(days=1), body: str = "<p>Open.</p>"
    ) -> None:
        for slug in slugs:
            url = self.url(slug)
            self.articles[slug] = Article(url, "en", slug, published, published, "site", body=body)
            self.statuses[f"/{slug}/"] = 200

    def url(self, slug: str) -> str:
        return f"{self.web.url}/{slug}/"

    def removes(self, slug: str, status: int = 404) -> None:
        del self.articles[slug]
        self.statuses[f"/{slug}/"] = status

    def moves(self, slug: str, to: str, **changed: Any) -> None:
        """Publish an article at another address, and say so."""
        before = self.articles.pop(slug)
        self.articles[to] = replace(before, url=self.url(to), **changed)
        self.moved = {before.url: self.url(to)}

    def respond(self, request: Request) -> Answer:
        if request.path in self.leads:
            return Answer(status=301, headers={"Location": self.leads[request.path]})
        return Answer(status=self.statuses[request.path])

    def collect(self, *_asked: object) -> Iterator[Batch]:
        urls = frozenset(article.url for article in self.articles.values())
        since = min((article.published for article in self.articles.values()), default=FRIDAY)
        listed = Listed(since, urls) if self.lists else None
        given = tuple(self.articles.values())
        yield Batch(given, self.skipped, Memory(), self.remarks, self.withdrawn, listed, self.moved)

    def collected(self, after: timedelta = timedelta()) -> SourceAccount:
        """What the next collect gives, so much later."""
        self.newsroom.now += after
        (account,) = collecting.collect(self.newsroom.store, self.newsroom.settings, self.newsroom.clock)
        return account

    def stored(self, slug: str) -> StoredArticle | None:
        with self.newsroom.store.reading() as transaction:
            return articles.by_url(transaction, self.url(slug))

    def retracted(self) -> list[str]:
        with self.newsroom.store.reading() as transaction:
            found = articles.between(transaction, FRIDAY - timedelta(days=99), FRIDAY + timedelta(days=99))
        return sorted(stored.article.title for stored in found if stored.retracted_at)

    def notes(self) -> list[Note]:
        return looking.notes_of(self.newsroom.store, self.newsroom.now, 9)

    def looks(self) -> list[str]:
        """The pages that were asked for since the last call."""
        paths = [request.path for request in self.web.requests]
        self.web.requests.clear()
        return paths


@pytest.fixture
def site(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with loopback.serve() as web:
        fetch = newsroom.settings.fetch.model_copy(
            update={"allow_hosts": ("127.0.0.1",), "pause_seconds": 0.0, "tries": 1}
        )
        source = Source(name="site", kind="feed", url=f"{web.url}/feed")
        newsroom.settings = newsroom.settings.model_copy(update={"sources": (source,), "fetch": fetch})
        made = Site(web, newsroom)
        web.respond = made.respond
        monkeypatch.setitem(stage.KINDS, "feed", made.collect)
        yield made


@pytest.mark.parametrize("status", [404, 410])
def test_missing_twice_a_day_apart_is_retracted(site: Site, status: int) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.removes("port-audit", status)

    first = site.collected(timedelta(minutes=30))
    second = site.collected(timedelta(hours=25))

    assert (first.outcomes["retracted"], second.outcomes["retracted"]) == (0, 1)
    assert site.retracted() == ["port-audit"]


def test_the_second_look_comes_also_when_the_source_shows_nothing_new(site: Site) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.removes("port-audit")
    site.collected()

    site.lists = False
    site.collected(timedelta(hours=25))

    assert site.retracted() == ["port-audit"]


def test_missing_for_an_hour_is_a_fault_of_the_server(site: Site) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.removes("port-audit")
    site.collected()
    site.statuses["/port-audit/"] = 200

    site.collected(timedelta(hours=25))
    site.statuses["/port-audit/"] = 404
    site.collected(timedelta(days=8))

    assert site.retracted() == []


@pytest.mark.parametrize("status", [200, 403, 500, 503])
def test_what_does_not_say_that_it_is_gone_stays(site: Site, status: int) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.removes("port-audit", status)

    site.collected()
    site.collected(timedelta(days=2))

    assert site.retracted() == []


def test_a_page_that_is_there_is_not_asked_for_again_within_a_week(site: Site) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.removes("port-audit", 200)
    site.collected()
    assert site.looks() == ["/port-audit/"]

    site.collected(timedelta(days=6))
    assert site.looks() == []

    site.collected(timedelta(days=1))
    assert site.looks() == ["/port-audit/"]


def test_what_a_source_lists_is_not_asked_for(site: Site) -> None:
    site.publish("port-audit", "river-mouth")

    site.collected()
    site.collected()

    assert site.looks() == []


def test_what_is_older_than_the_list_is_not_asked_for(site: Site) -> None:
    site.publish("port-audit", published=FRIDAY - timedelta(days=9))
    site.publish("river-mouth")
    site.collected()
    site.removes("port-audit")

    site.collected()

    assert site.looks() == []


def test_a_site_that_lost_everything_is_asked_for_few_pages_at_once(site: Site) -> None:
    site.publish(*(f"report-{number}" for number in range(missing.AT_ONCE + 5)), "river-mouth")
    site.collected()
    for number in range(missing.AT_ONCE + 5):
        site.removes(f"report-{number}")

    site.collected()

    assert len(site.looks()) == missing.AT_ONCE


def test_what_its_source_says_is_public_no_more_is_retracted_at_once(site: Site) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.withdrawn = (site.articles.pop("port-audit").url,)

    account = site.collected()

    assert (account.outcomes["retracted"], site.retracted()) == (1, ["port-audit"])
    assert site.collected().outcomes["retracted"] == 0


def test_what_its_source_gives_again_comes_back(site: Site) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.withdrawn = (site.articles.pop("port-audit").url,)
    site.collected()

    site.withdrawn = ()
    site.publish("port-audit")
    account = site.collected()

    assert (account.outcomes["changed"], site.retracted()) == (1, [])


def test_an_editors_retraction_stays_when_the_source_gives_the_article_again(site: Site) -> None:
    site.publish("port-audit")
    site.collected()
    looking.retract(site.newsroom.store, site.url("port-audit"), site.newsroom.now)

    site.collected()

    assert site.retracted() == ["port-audit"]


def test_what_could_not_be_read_is_noted_once_with_its_first_day(site: Site) -> None:
    site.skipped = (Skipped("site", "Leads nowhere", "the entry names no web address"),)
    site.remarks = (Remark("site", site.url("port-audit"), "its date cannot be read"),)

    site.collected()
    site.collected(timedelta(days=1))

    noted = [(note.what, note.words, note.collected, note.noted) for note in site.notes()]
    assert sorted(noted) == [
        ("Leads nowhere", "the entry names no web address", False, FRIDAY),
        (site.url("port-audit"), "its date cannot be read", True, FRIDAY),
    ]


def test_a_note_goes_when_the_article_comes_in_after_all(site: Site) -> None:
    site.skipped = (Skipped("site", "port-audit", "its date cannot be read"),)
    site.collected()

    site.skipped = ()
    site.publish("port-audit")
    site.collected()

    assert site.notes() == []


def test_a_note_goes_when_it_is_old(site: Site) -> None:
    site.skipped = (Skipped("site", "port-audit", "its date cannot be read"),)
    site.collected()
    site.skipped = ()

    site.collected(timedelta(days=61))

    assert site.notes() == []


def test_an_article_that_moved_stays_the_one_it_was(site: Site) -> None:
    site.publish("port-audti", "river-mouth")
    site.collected()
    before = site.stored("port-audti")
    site.moves("port-audti", "port-audit")

    account = site.collected(timedelta(hours=1))

    after = site.stored("port-audit")
    assert before
    assert after
    assert (after.id, after.revision, after.retracted_at) == (before.id, 2, None)
    assert after.article.url == site.url("port-audit")
    assert site.stored("port-audti") is None
    assert (account.outcomes["changed"], account.outcomes["new"]) == (1, 0)


def test_what_another_source_says_of_an_article_moves_with_it(site: Site) -> None:
    site.publish("port-audti")
    copy = replace(site.articles["port-audti"], source="earlier", body="<p>Its own text.</p>")
    site.newsroom.changes(copy)
    site.collected()
    site.moves("port-audti", "port-audit", title="Port audit")

    site.collected(timedelta(hours=1))

    assert site.stored("port-audti") is None
    assert site.stored("port-audit")


def test_another_piece_at_the_number_of_an_old_one_is_a_new_article(site: Site) -> None:
    site.publish("last-week")
    site.collected()
    published = FRIDAY + timedelta(days=6)
    site.moves("last-week", "this-week", title="This week", published=published, modified=published)

    account = site.collected(timedelta(days=7))

    assert (account.outcomes["new"], account.outcomes["retracted"]) == (1, 1)
    assert site.retracted() == ["last-week"]


def test_an_article_whose_page_leads_to_another_that_is_listed_is_that_one(site: Site) -> None:
    site.publish("port-audti", "river-mouth")
    site.collected()
    site.removes("port-audti")
    site.publish("port-audit")
    site.leads["/port-audti/"] = "/port-audit/"

    assert site.collected(timedelta(minutes=30)).outcomes["retracted"] == 1
    assert site.retracted() == ["port-audti"]


def test_an_article_whose_page_leads_elsewhere_stays(site: Site) -> None:
    site.publish("port-audit", "river-mouth")
    site.collected()
    site.removes("port-audit")
    site.statuses["/"] = 200
    site.leads["/port-audit/"] = "/"

    assert site.collected(timedelta(minutes=30)).outcomes["retracted"] == 0
    assert site.retracted() == []
