"""Checking an issue: its links and pictures are asked for politely, and trouble on the way is only a remark."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.config.appeals import Audience
from publisher.model import Finding, Image
from publisher.store import issues
from publisher.tasks import checking, issuing, spam
from tests.collect.web import Answer, Web, serve
from tests.tasks.conftest import Newsroom

PICTURE = Answer(b"\x89PNG" + bytes(100), headers={"Content-Type": "image/png"})


@pytest.fixture
def site() -> Iterator[Web]:
    with serve() as running:
        running.respond = lambda request: PICTURE if request.path.endswith(".png") else Answer(b"a page")
        yield running


@pytest.fixture
def reporting(newsroom: Newsroom, site: Web, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """The newsroom whose site answers, on a machine without SpamAssassin."""
    monkeypatch.setattr(spam, "findings", lambda _mail: ())
    newsroom.configured("fetch", allow_hosts=("127.0.0.1",), pause_seconds=0.0)
    return newsroom


def publishes(newsroom: Newsroom, site: Web, path: str = "/port-audit/", **fields: Any) -> None:
    """Publish an article whose lead picture is on the same site."""
    image = Image(f"{site.url}/ledger.png", "A ledger, open.", width=960, height=720)
    newsroom.publishes("Port audit", **{"url": f"{site.url}{path}", "image": image, **fields})


def checked(newsroom: Newsroom) -> list[Finding]:
    """Check a new issue and give what its links and pictures are found to be."""
    issue = newsroom.composes().issue.id
    found = checking.check(newsroom.store, newsroom.settings, issue, newsroom.clock)
    assert issuing.known_issue(newsroom.store, issue).findings == found
    # Whatever is no site of the test has no name here, and this one speaks no TLS.
    return [one for one in found if one.check in ("links", "pictures") and ("127.0.0.1:" in one.words or one.is_grave)]


def test_what_answers_is_not_told(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site)

    assert checked(reporting) == []
    assert {request.path for request in site.requests} >= {"/port-audit/", "/ledger.png"}


def test_each_address_is_asked_once_and_not_as_a_visit(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site)
    checked(reporting)

    asked = [request.path for request in site.requests]
    assert len(asked) == len(set(asked))
    assert not any(request.query for request in site.requests)


@pytest.mark.parametrize("status", [404, 410])
def test_a_link_to_a_page_that_is_gone_is_grave(reporting: Newsroom, site: Web, status: int) -> None:
    site.respond = lambda request: PICTURE if request.path.endswith(".png") else Answer(status=status)
    publishes(reporting, site)

    (finding,) = checked(reporting)

    assert finding.is_grave
    assert f'"Port audit" leads to {site.url}/port-audit/, which answered {status}' in finding.words


def test_a_site_that_lets_no_program_in_is_told_once_and_is_not_grave(reporting: Newsroom, site: Web) -> None:
    site.respond = lambda request: PICTURE if request.path.endswith(".png") else Answer(status=403)
    for path in ("/a/", "/b/"):
        publishes(reporting, site, path)

    (finding,) = checked(reporting)

    assert (finding.is_grave, finding.check) == (False, "links")
    assert "answered 403" in finding.words


def test_a_page_that_fails_is_asked_once(reporting: Newsroom, site: Web) -> None:
    reporting.configured("publication", url=f"{site.url}/")
    site.respond = lambda _request: Answer(status=503)
    publishes(reporting, site)
    checked(reporting)

    assert sorted(request.path for request in site.requests) == ["/", "/ledger.png", "/port-audit/"]


def test_a_silent_site_is_told_once_and_asked_once(reporting: Newsroom, site: Web) -> None:
    for path in ("/a/", "/b/", "/c/"):
        publishes(reporting, site, path, image=None)
    site.respond = lambda _request: Answer(b"half", missing=10)

    told = checked(reporting)

    assert len([one for one in told if "the connection broke" in one.words]) == 1
    assert len(site.requests) == 1
    assert not any(one.is_grave for one in told)


@pytest.mark.parametrize(
    ("answer", "said", "grave"),
    [
        (Answer(status=404), "answered 404", True),
        (Answer(status=500), "answered 500", False),
        (Answer(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}), "is no picture but text/html", True),
        (Answer(b"<svg>", headers={"Content-Type": "image/svg+xml"}), "is an SVG", False),
        (Answer(bytes(150_001), headers={"Content-Type": "image/png"}), "has 150,001 bytes", False),
    ],
)
def test_a_picture_that_is_missing_none_or_heavy_is_told(
    reporting: Newsroom, site: Web, answer: Answer, said: str, grave: bool
) -> None:
    site.respond = lambda request: answer if request.path.endswith(".png") else Answer(b"a page")
    publishes(reporting, site)

    (finding,) = checked(reporting)

    assert (finding.check, finding.is_grave) == ("pictures", grave)
    assert said in finding.words


def test_pictures_that_are_heavy_together_are_told(reporting: Newsroom, site: Web) -> None:
    heavy = Answer(bytes(140_000), headers={"Content-Type": "image/png"})
    site.respond = lambda request: heavy if request.path.endswith(".png") else Answer(b"a page")
    for at in range(3):
        image = Image(f"{site.url}/{at}.png", "A ledger, open.", width=960, height=720)
        publishes(reporting, site, f"/{at}/", image=image)
    issue = reporting.composes().issue.id

    found = checking.check(reporting.store, reporting.settings, issue, reporting.clock)

    assert "the pictures have 420,000 bytes together" in " ".join(one.words for one in found)


def test_our_own_pages_are_not_asked(reporting: Newsroom, site: Web) -> None:
    reporting.configured("web", base_url=site.url)
    reporting.publishes("Port audit")

    checked(reporting)

    assert site.requests == []


def test_of_many_links_forty_are_asked_and_the_rest_is_counted(reporting: Newsroom, site: Web) -> None:
    for at in range(50):
        publishes(reporting, site, f"/report-{at}/")
    issue = reporting.composes().issue.id

    found = checking.check(reporting.store, reporting.settings, issue, reporting.clock)

    asked = [request.path for request in site.requests if request.path.startswith("/report")]
    assert len(asked) <= checking.MOST_LINKS
    assert any("more addresses were not asked" in one.words for one in found)


def test_it_ends_in_time_and_says_what_it_did_not_come_to(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site)
    issue = reporting.composes().issue.id

    def _clock_that_runs() -> Any:
        reporting.now += timedelta(seconds=30)
        return reporting.now

    found = checking.check(reporting.store, reporting.settings, issue, _clock_that_runs)

    assert len(site.requests) <= 3
    assert any("more addresses were not asked" in one.words for one in found)


def test_what_a_robots_txt_closes_is_not_asked_but_the_newsrooms_own_is(reporting: Newsroom, site: Web) -> None:
    def _closed(request: Any) -> Answer:
        if request.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /")
        return PICTURE if request.path.endswith(".png") else Answer(b"a page")

    site.respond = _closed
    publishes(reporting, site)
    checked(reporting)
    assert [request.path for request in site.requests] == ["/robots.txt"]

    reporting.configured("publication", url=f"{site.url}/")
    checked(reporting)
    assert {request.path for request in site.requests} >= {"/port-audit/", "/ledger.png"}


def test_what_other_checks_found_is_kept_and_ours_are_found_anew(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site)
    issue = reporting.composes().issue.id
    other, old = Finding("translation", "it lacks one"), Finding("links", "an old one; mend it")
    with reporting.store.writing() as transaction:
        issues.find_out(transaction, issue, [other, old])

    found = checking.check(reporting.store, reporting.settings, issue, reporting.clock)

    assert other in found
    assert old not in found
    (event,) = [one for one in issuing.show(reporting.store, issue).history if one.what == "checked"]
    assert event.words == f"{len(found)} findings, 0 grave"


def test_the_mail_of_an_audience_is_checked_too(reporting: Newsroom, site: Web) -> None:
    donors = Audience(tag="donor", url={"": f"{site.url}/donors/"})
    reporting.configured("appeal", audiences=(donors,))
    site.respond = lambda request: Answer(status=404 if request.path == "/donors/" else 200)
    publishes(reporting, site, image=None)

    assert [f"{site.url}/donors/" in one.words for one in checked(reporting)] == [True]


def test_where_it_is_installed_spamassassin_tells_its_points_and_why(tmp_path: Path, monkeypatch: Any) -> None:
    program = tmp_path / "spamassassin"
    status = "X-Spam-Status: No, score=3.4 required=5.0 tests=MONEY_BACK,\n\tSHOUTS autolearn=no\n"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\nprintf '{status}\\n'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert [one.words for one in spam.findings(b"mail")] == [
        "SpamAssassin gives it 3.4 points (MONEY_BACK, SHOUTS); say it in other words"
    ]


@pytest.mark.parametrize(
    ("script", "said"), [("exit 1", ["could not be asked"]), ("echo 'X-Spam-Status: No, score=0.1 tests= a=b'", [])]
)
def test_spamassassin_that_fails_is_a_remark_and_one_that_is_content_says_nothing(
    tmp_path: Path, monkeypatch: Any, script: str, said: list[str]
) -> None:
    program = tmp_path / "spamassassin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    found = spam.findings(b"mail")

    assert [words for words, one in zip(said, found, strict=True) if words in one.words] == said


@pytest.mark.needs("spamassassin")
def test_the_real_one_finds_spam_in_spam() -> None:
    words = "ACT NOW!!! 100% FREE viagra, you have WON $5,000,000.00, no obligation, dear friend! " * 5

    (finding,) = spam.findings(f"Subject: FREE MONEY!!! ACT NOW $$$\n\n{words}\n".encode())

    assert finding.check == "spam"
