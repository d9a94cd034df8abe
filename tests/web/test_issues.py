from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest
from lxml import html

from publisher.model import DeliveryState, IssueState, Period, Reply, Variant
from publisher.store import Store, issues, ledger, subscribers
from publisher.web.issues import OUT, PUBLIC
from tests.compose import samples
from tests.web.conftest import NEWSLETTER, NOW, Visitor

weeks = count(1)


def page(words: str) -> str:
    return f"<!doctype html><title>{words}</title>" + "<p>Forty pages of the port audit are missing.</p>" * 20


def publish(store: Store, state: IssueState, words: str = "Port audit") -> str:
    """Put an issue of a week of its own into the store and give the path of its web copy."""
    period = Period(f"2026-W{next(weeks):02}", NOW - timedelta(days=7), NOW)
    variant = Variant(subject=words, preheader="", html="", text="", web=page(words))
    with store.writing() as transaction:
        issue = issues.put(transaction, NEWSLETTER, "en", period, 1, words, (), variant, NOW)
        issues.move(transaction, issue, (IssueState.DRAFT,), state, NOW)
    return f"/issues/{NEWSLETTER}/en/{period.name}"


@pytest.mark.parametrize("state", sorted(PUBLIC))
def test_a_published_issue_can_be_read_on_the_web(visitor: Visitor, store: Store, state: IssueState) -> None:
    answer = visitor.get(publish(store, state))

    assert (answer.status, answer.text) == (200, page("Port audit"))
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("state", sorted(set(IssueState) - PUBLIC))
def test_an_issue_that_is_not_published_is_not_there(visitor: Visitor, store: Store, state: IssueState) -> None:
    answer = visitor.get(publish(store, state))

    assert answer.status == 404
    assert "Port audit" not in answer.text


def test_a_cancelled_issue_can_be_read_by_those_who_got_its_mail(visitor: Visitor, store: Store) -> None:
    path = publish(store, IssueState.CANCELLED)
    with store.writing() as transaction:
        issue = issues.find(transaction, NEWSLETTER, "en", path.rpartition("/")[2])
        assert issue
        subscribers.add(transaction, "ana@example.org", "", "en", (), NEWSLETTER, "paper list, May 2026", NOW)
        ledger.open_issue(transaction, issue.id, NEWSLETTER, "en", NOW)
        (delivery,) = ledger.claim(transaction, issue.id, 1, NOW, 600, "a sender")
    assert visitor.get(path).status == 404

    with store.writing() as transaction:
        ledger.settle(transaction, [(delivery, Reply(DeliveryState.SENT, 250))], NOW, 36)

    assert visitor.get(path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{NEWSLETTER}/en/1999-W01",
        f"{NEWSLETTER}/xx/2026-W01",
        "nothing/en/2026-W01",
        f"{NEWSLETTER}/en/2026-W01%00",
        f"{NEWSLETTER}/en/2026-W01'",
        f"{NEWSLETTER}/en/%C3%A9",
        f"{NEWSLETTER}/en/",
        f"{NEWSLETTER}/en/2026-W01/",
        f"{NEWSLETTER}/en/{'9' * 500}",
    ],
)
def test_an_issue_nobody_made_is_not_there(visitor: Visitor, path: str) -> None:
    assert visitor.get(f"/issues/{path}").status == 404


def test_a_reader_who_has_the_web_copy_gets_a_304(visitor: Visitor, store: Store) -> None:
    path = publish(store, IssueState.SENT)
    first = visitor.get(path, Accept_Encoding="br")

    again = visitor.get(path, Accept_Encoding="br", If_None_Match=first.headers["ETag"])

    assert first.headers["Content-Encoding"] == "br"
    assert (again.status, again.body) == (304, b"")


def test_each_issue_has_its_own_copy(visitor: Visitor, store: Store) -> None:
    one, other = publish(store, IssueState.SENT, "Port audit"), publish(store, IssueState.SENT, "Oil ledger")

    assert "Port audit" in visitor.get(one).text
    assert "Oil ledger" in visitor.get(other).text


def test_a_web_copy_may_run_nothing_and_is_framed_by_nobody(visitor: Visitor, store: Store) -> None:
    headers = visitor.get(publish(store, IssueState.SENT)).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@dataclass
class Copies:
    """The issue of a week in several languages, each as it is composed."""

    store: Store
    week: str

    def are(self, **states: IssueState) -> None:
        period = Period(self.week, NOW - timedelta(days=7), NOW)
        for language, state in states.items():
            variant = samples.composed([samples.article(language=language)], language).variant
            with self.store.writing() as transaction:
                made = issues.put(transaction, NEWSLETTER, language, period, 1, "Port audit", (), variant, NOW)
                issues.move(transaction, made, tuple(IssueState), state, NOW)

    def path(self, language: str) -> str:
        return f"/issues/{NEWSLETTER}/{language}/{self.week}"

    def alternates(self, visitor: Visitor, language: str) -> dict[str, str]:
        """Give the paths that the head of a copy names, by their language."""
        page = html.document_fromstring(visitor.get(self.path(language)).text)
        named = [link for link in page.iter("link") if link.get("hreflang")]
        assert all((link.get("rel"), link.getparent()) == ("alternate", page.find("head")) for link in named)
        return {link.get("hreflang", ""): urlsplit(link.get("href", "")).path for link in named}

    def links(self, visitor: Visitor, language: str) -> list[tuple[str, str, str]]:
        """Give the links to copies that a reader sees: their words, language and path."""
        page = html.document_fromstring(visitor.get(self.path(language)).text)
        found = [link for link in page.iter("a") if link.get("hreflang")]
        return [(link.text or "", link.get("lang", ""), urlsplit(link.get("href", "")).path) for link in found]


@pytest.fixture
def copies(store: Store) -> Copies:
    return Copies(store, f"2026-W{next(weeks):02}")


def test_copies_in_two_languages_name_each_other_and_the_one_for_everybody_else(
    visitor: Visitor, copies: Copies
) -> None:
    copies.are(es=IssueState.SENT, en=IssueState.SENDING)
    en, es = copies.path("en"), copies.path("es")

    for language in ("en", "es"):
        assert copies.alternates(visitor, language) == {"en": en, "es": es, "x-default": en}
    assert copies.links(visitor, "en") == [("Español", "es", es)]
    assert copies.links(visitor, "es") == [("English", "en", en)]


@pytest.mark.parametrize("other", sorted(set(IssueState) - OUT))
def test_a_copy_that_is_not_out_names_none_and_is_named_by_none(
    visitor: Visitor, copies: Copies, other: IssueState
) -> None:
    copies.are(en=IssueState.SENT, es=other)

    assert copies.alternates(visitor, "en") == {}
    assert copies.links(visitor, "en") == []
    assert "hreflang" not in visitor.get(copies.path("es")).text


def test_when_the_other_language_goes_out_the_copy_that_was_read_has_changed(visitor: Visitor, copies: Copies) -> None:
    copies.are(en=IssueState.SENT, es=IssueState.APPROVED)
    path = copies.path("en")
    before = visitor.get(path).headers["ETag"]

    copies.are(es=IssueState.SENT)

    assert visitor.get(path, If_None_Match=before).status == 200
    assert copies.alternates(visitor, "en").keys() == {"en", "es", "x-default"}


def test_a_language_that_the_newsletter_has_no_more_is_named_after_those_it_has(
    visitor: Visitor, copies: Copies
) -> None:
    copies.are(ar=IssueState.SENT, es=IssueState.SENT)

    assert copies.alternates(visitor, "es") == {
        "es": copies.path("es"),
        "ar": copies.path("ar"),
        "x-default": copies.path("es"),
    }
    assert copies.links(visitor, "es") == [("العربية", "ar", copies.path("ar"))]
