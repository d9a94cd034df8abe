"""The page of a reviewer: it shows the issue as readers will see it, and takes one decision from a phone."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import count, pairwise
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html

from publisher.compose.findings import Kind, finding
from publisher.model import Amendment, Edits, Finding, Issue, IssueState, Period, Variant
from publisher.store import Store, issues, versions
from publisher.tasks import issuing, reviewing
from publisher.tokens import review_token
from tests.web.conftest import NEWSLETTER, NOW, SECRET, Visitor
from tests.web.test_picture import picture

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
REVIEWER = "desk@estuary.example.org"
"""Whom the shipped config names."""
RED = (0xC0, 0x20, 0x20)
MAIL = Variant(
    "Port audit", "Nine findings", '<p style="background:#c02020">Nine &amp; ten</p>', "Nine\n", "<p>web</p>"
)


_weeks = count(1)


@pytest.fixture
def issue(store: Store) -> Issue:
    return written(store, "en", Finding("links", "one <b>link</b> is broken", is_grave=True))


def written(store: Store, language: str, found: Finding) -> Issue:
    with store.writing() as transaction:
        week = Period(f"week-{next(_weeks)}", NOW - timedelta(days=4), NOW + timedelta(days=3))
        made = issues.put(
            transaction,
            NEWSLETTER,
            language,
            week,
            12,
            "Port audit",
            (),
            MAIL,
            NOW,
            findings=[found],
        )
    return issuing.known_issue(store, made)


def path(issue: Issue, reviewer: str = REVIEWER) -> str:
    return f"/review/{review_token(issue.id, reviewer, SECRET)}"


def posts(visitor: Visitor, issue: Issue, decision: str, **fields: str) -> tuple[int, str]:
    form = {"seen": reviewing.digest(issue), "decision": decision, **fields}
    answer = visitor.ask("POST", path(issue), urlencode(form).encode(), **FORM)
    return answer.status, answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing_and_is_kept_by_nobody(
    visitor: Visitor, store: Store, issue: Issue, method: str
) -> None:
    answer = visitor.ask(method, path(issue))

    assert (answer.status, answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == (
        200,
        "no-store",
        "noindex",
    )
    assert issuing.known_issue(store, issue.id).state is IssueState.DRAFT


def test_the_page_shows_the_mail_what_was_found_and_two_ways(visitor: Visitor, issue: Issue) -> None:
    page = html.document_fromstring(visitor.get(path(issue)).text)

    (frame,) = page.iter("iframe")
    assert (frame.get("srcdoc"), frame.get("sandbox")) == (MAIL.html, "")
    assert [str(item.xpath("string()")).strip() for item in page.iter("li")] == ["Grave: one <b>link</b> is broken"]
    assert [button.text for button in page.iter("button")] == ["Approve", "Hold"]
    assert not list(page.iter("script"))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", 'Grave: "Port audit" was taken back'), ("es", "Grave: «Port audit» fue retirado")],
)
def test_what_was_found_is_said_in_the_language_of_the_page(
    visitor: Visitor, store: Store, language: str, said: str
) -> None:
    found = finding(Kind.ARTICLE_RETRACTED, is_grave=True, title="Port audit")

    page = html.document_fromstring(visitor.get(path(written(store, language, found))).text)

    assert [str(item.xpath("string()")).strip().partition(";")[0] for item in page.iter("li")] == [said]


def test_the_page_says_until_when_it_waits(visitor: Visitor, store: Store, issue: Issue) -> None:
    reviewing.begin_once(store, issue.id, NOW, since=NOW)
    reviewing.begin_once(store, issue.id, NOW + timedelta(hours=5), since=NOW)

    text = visitor.get(path(issue)).text
    assert "If nobody has approved it by November 21, 2026, 09:00 (Bogota), it is held" in unescape(text)


def test_who_is_no_reviewer_of_it_is_unknown(visitor: Visitor, issue: Issue) -> None:
    assert visitor.get(path(issue, "carla@example.org")).status == 404


def test_a_reviewer_approves_and_is_told_so(visitor: Visitor, store: Store, issue: Issue) -> None:
    status, _ = posts(visitor, issue, "approved")
    text = visitor.get(path(issue)).text

    approved = issuing.known_issue(store, issue.id)
    assert (status, approved.state, approved.approved_by) == (303, IssueState.APPROVED, REVIEWER)
    assert f"It was approved by {REVIEWER} on November 20, 2026, 09:00 (Bogota)." in unescape(text)


def test_a_reviewer_holds_and_says_why(visitor: Visitor, store: Store, issue: Issue) -> None:
    posts(visitor, issue, "held", because="wait\r\nfor the <verdict>")

    held = issuing.known_issue(store, issue.id)
    assert (held.state, held.held_by, held.held_because) == (
        IssueState.HELD,
        REVIEWER,
        "wait for the <verdict>",
    )
    assert f"{REVIEWER}: wait for the &lt;verdict&gt;" in visitor.get(path(issue)).text


def test_deciding_twice_is_deciding_once(visitor: Visitor, store: Store, issue: Issue) -> None:
    posts(visitor, issue, "approved")
    status, _ = posts(visitor, issue, "approved")

    assert status == 303
    assert [event.what for event in issuing.show(store, issue.id).history] == ["approved"]


def test_after_a_decision_the_page_is_shown_by_its_own_address(visitor: Visitor, issue: Issue) -> None:
    form = {"seen": reviewing.digest(issue), "decision": "held"}
    answer = visitor.ask("POST", path(issue), urlencode(form).encode(), **FORM)

    assert f"/review/{answer.headers['Location']}" == path(issue)


def test_a_page_from_before_somebody_held_it_approves_nothing(visitor: Visitor, store: Store, issue: Issue) -> None:
    issuing.move(store, issue.id, IssueState.HELD, NOW, who="ana", because="the court forbids it")

    status, text = posts(visitor, issue, "approved")

    assert (status, issuing.known_issue(store, issue.id).state) == (409, IssueState.HELD)
    assert "the court forbids it" in unescape(text)


def test_what_changed_since_it_was_seen_is_shown_again(visitor: Visitor, store: Store, issue: Issue) -> None:
    status, text = posts(visitor, issue, "approved", seen="0" * 64)

    assert status == 409
    assert "has changed since you looked" in text
    assert issuing.known_issue(store, issue.id).state is IssueState.DRAFT


def test_an_issue_on_its_way_has_nothing_to_decide(visitor: Visitor, store: Store, issue: Issue) -> None:
    with store.writing() as transaction:
        issues.move(transaction, issue.id, issues.OPEN, IssueState.SENT, NOW)

    assert "<button" not in visitor.get(path(issue)).text
    assert posts(visitor, issue, "held")[0] == 409


@pytest.mark.parametrize("form", [b"", b"decision=sent", b"\xff\xfe", b"decision=approved&" * 2000])
def test_a_form_that_decides_nothing_changes_nothing(visitor: Visitor, store: Store, issue: Issue, form: bytes) -> None:
    assert visitor.ask("POST", path(issue), form, **FORM).status in (400, 409)
    assert issuing.known_issue(store, issue.id).state is IssueState.DRAFT


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_is_unknown(visitor: Visitor, issue: Issue, method: str) -> None:
    assert visitor.ask(method, path(issue)[:-2], b"decision=approved", **FORM).status == 404


def test_an_issue_that_is_gone_is_unknown(visitor: Visitor) -> None:
    assert visitor.get(f"/review/{review_token(999, REVIEWER, SECRET)}").status == 404


@pytest.mark.needs("chromium")
def test_on_a_phone_the_mail_is_shown_in_its_frame(visitor: Visitor, issue: Issue, tmp_path: Path) -> None:
    image = picture(f"http://127.0.0.1:{visitor.port}{path(issue)}", tmp_path, 320)

    painted = {colour: pixels for pixels, colour in image.getcolors(320 * image.height) or []}
    assert painted.get(RED, 0) > 3_000


def test_an_amendment_is_shown_and_approved_and_the_issue_stays_as_it_was_until_then(
    visitor: Visitor, store: Store, issue: Issue
) -> None:
    said = replace(MAIL, html="<p>Ten findings</p>")
    with store.writing() as transaction:
        for before, after in pairwise((IssueState.DRAFT, IssueState.SENDING, IssueState.PAUSED)):
            issues.move(transaction, issue.id, (before,), after, NOW)
        versions.propose(transaction, issue.id, Amendment("Port audit", said, {}, Edits(), (), NOW, ()))
    amended = issuing.known_issue(store, issue.id).proposed

    page = html.document_fromstring(visitor.get(path(issue)).text)
    (frame,) = page.iter("iframe")
    assert frame.get("srcdoc") == "<p>Ten findings</p>"
    assert [button.text for button in page.iter("button")] == ["Approve"]
    assert posts(visitor, issue, "approved")[0] == 409
    assert issuing.known_issue(store, issue.id).variant == MAIL

    assert posts(visitor, amended, "approved")[0] == 303
    approved = issuing.known_issue(store, issue.id)
    assert (approved.state, approved.version, approved.variant) == (IssueState.PAUSED, 1, said)
    assert "nothing to decide" in visitor.get(path(issue)).text
