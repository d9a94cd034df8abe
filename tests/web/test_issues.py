from datetime import timedelta
from itertools import count

import pytest

from publisher.model import DeliveryState, IssueState, Period, Reply, Variant
from publisher.store import Store, issues, ledger, subscribers
from publisher.web.issues import PUBLIC
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
        (delivery,) = ledger.claim(transaction, issue.id, 1, NOW, 600)
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
