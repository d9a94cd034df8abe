"""The last look: just before an issue goes, what was taken back drops out, and what else changed is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from publisher.config.newsletters import Archive
from publisher.errors import NotAllowed
from publisher.model import CORRECTIONS, Finding, Issue, IssueState, Placement, Reason
from publisher.store import articles, issues
from publisher.tasks import editing, issuing, last_look, looking, sending
from tests.collect.web import Answer, Web, serve
from tests.tasks.conftest import Newsroom, reasons, titles

HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[Web]:
    with serve() as running:
        running.answers(Answer(b"a page"))
        yield running


@pytest.fixture
def reporting(newsroom: Newsroom, site: Web) -> Newsroom:
    """A newsroom with a site that answers, and one subscriber."""
    newsroom.configured("fetch", allow_hosts=("127.0.0.1",), pause_seconds=0.0)
    newsroom.configured("publication", url=f"{site.url}/")
    newsroom.subscribes("bruno@example.org")
    return newsroom


def publishes(newsroom: Newsroom, site: Web, title: str, hours_ago: float = 24, category: str = "News") -> str:
    """Publish an article on the site and give its address."""
    url = f"{site.url}/{title.lower().replace(' ', '-')}/"
    return newsroom.publishes(title, url=url, hours_ago=hours_ago, categories=(category,)).url


def approved(newsroom: Newsroom) -> int:
    issue = newsroom.approves(newsroom.composes())
    newsroom.now += HOUR
    return issue


def sends(newsroom: Newsroom, issue: int) -> list[str]:
    """Send an issue and give what was told."""
    told: list[Finding] = []
    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, tell=told.append)
    return [finding.words for finding in told]


def known(newsroom: Newsroom, issue: int) -> Issue:
    return issuing.known_issue(newsroom.store, issue)


def events(newsroom: Newsroom, issue: int) -> list[str]:
    return [one.what for one in issuing.show(newsroom.store, issue).history]


def test_an_issue_that_is_as_it_was_goes_as_it_was(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site, "Port audit")
    issue = approved(reporting)
    before = known(reporting, issue)

    assert sends(reporting, issue) == []
    assert known(reporting, issue).variant == before.variant
    assert [request.path for request in site.requests] == ["/port-audit/"]
    assert "looked at once more" in events(reporting, issue)


def test_what_was_taken_back_drops_out_and_all_else_stays(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site, "Port audit", hours_ago=5)
    retracted = publishes(reporting, site, "Pier nine", hours_ago=6)
    publishes(reporting, site, "Night ferry", hours_ago=7)
    issue = approved(reporting)
    before = known(reporting, issue)
    looking.retract(reporting.store, retracted, reporting.now)

    (said,) = sends(reporting, issue)

    assert said.startswith('"Pier nine" was taken back, and dropped out of the issue')
    shown, after = issuing.show(reporting.store, issue), known(reporting, issue)
    assert titles(shown) == ["Port audit", "Night ferry"]
    assert reasons(shown)["Pier nine"] == Reason.DROPPED_OUT
    (mail,) = reporting.mails()
    assert "Pier nine" not in mail.as_string()
    kept = ("number", "period", "composed", "approved", "title", "edits", "kind", "newsletter", "language")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.variant.html.count("Pier") == 0
    assert "dropped out" in events(reporting, issue)
    assert [one.words for one in after.findings if one.check == last_look.CHECK] == [said]


def test_where_the_lead_drops_out_the_next_leads(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site, "Port audit", category="News")
    lead = publishes(reporting, site, "Ghost fleet", category="Investigations")
    publishes(reporting, site, "Night ferry", hours_ago=30, category="News")
    issue = approved(reporting)
    assert known(reporting, issue).title == "Ghost fleet"
    looking.retract(reporting.store, lead, reporting.now)

    sends(reporting, issue)

    shown = issuing.show(reporting.store, issue)
    assert titles(shown) == ["Port audit", "Night ferry"]
    assert reasons(shown)["Port audit"] == Reason.LEAD
    assert known(reporting, issue).title == "Port audit"
    assert [str(mail["Subject"]) for mail in reporting.mails()] == ["Port audit"]


def test_what_stays_is_written_again_as_it_was_approved(reporting: Newsroom, site: Web) -> None:
    changed = publishes(reporting, site, "Port audit", hours_ago=5)
    retracted = publishes(reporting, site, "Pier nine", hours_ago=6)
    issue = approved(reporting)
    looking.retract(reporting.store, retracted, reporting.now)
    with reporting.store.reading() as transaction:
        stored = articles.by_url(transaction, changed)
    assert stored
    reporting.changes(stored.article, title="Port audit, second thoughts")

    told = sends(reporting, issue)

    assert any('"Port audit" is called "Port audit, second thoughts" by now' in said for said in told)
    (mail,) = reporting.mails()
    assert str(mail["Subject"]) == "Port audit"
    assert "second thoughts" not in mail.as_string()
    with reporting.store.reading() as transaction:
        assert issues.revisions(transaction, issue)[stored.id] == stored.revision


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "Another title"}, 'is called "Another title" by now'),
        ({"body": "<p>The first paragraph.</p><p>Correction: it was Pier 9.</p>"}, '"Port audit" was corrected'),
        ({"body": "<p>Another paragraph.</p>"}, '"Port audit" was changed'),
    ],
)
def test_what_changed_since_is_told_and_goes_as_it_was(
    reporting: Newsroom, site: Web, fields: dict[str, str], said: str
) -> None:
    url = f"{site.url}/port-audit/"
    article = reporting.publishes("Port audit", url=url)
    issue = approved(reporting)
    before = known(reporting, issue).variant
    reporting.changes(article, **fields)

    (told,) = sends(reporting, issue)

    assert said in told
    assert f"articles show {url}" in told
    assert known(reporting, issue).variant == before
    assert len(reporting.mails()) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_from_its_site_is_told_and_goes(reporting: Newsroom, site: Web, status: int) -> None:
    publishes(reporting, site, "Port audit")
    issue = approved(reporting)
    site.answers(Answer(status=status))

    (told,) = sends(reporting, issue)

    assert f'"Port audit" is gone from its site: {site.url}/port-audit/ answered {status}' in told
    assert len(reporting.mails()) == 1


def test_a_site_that_is_silent_is_told_once_and_holds_nothing_up(newsroom: Newsroom) -> None:
    newsroom.configured("fetch", allow_hosts=("127.0.0.1",))
    newsroom.subscribes("bruno@example.org")
    for title in ("Port audit", "Pier nine", "Night ferry"):
        newsroom.publishes(title, url=f"http://127.0.0.1:1/{title[:4]}/")
    issue = approved(newsroom)

    (told,) = sends(newsroom, issue)

    assert told.startswith("not looked at: http://127.0.0.1:1/")
    assert len(newsroom.mails()) == 1


def test_an_issue_of_which_nothing_is_left_is_held_and_not_sent(reporting: Newsroom, site: Web) -> None:
    looked_at = publishes(reporting, site, "Port audit")
    issue = approved(reporting)
    looking.retract(reporting.store, looked_at, reporting.now)

    with pytest.raises(NotAllowed, match=r"is held and not sent: all its articles were taken back; compose it again"):
        sends(reporting, issue)

    held = known(reporting, issue)
    assert (held.state, held.held_because, held.held_by) == (
        IssueState.HELD,
        "all its articles were taken back",
        "",
    )
    assert reporting.mails() == []
    assert "held" in events(reporting, issue)


def test_until_its_first_mail_has_gone_it_is_looked_at_again_and_no_site_is_asked_twice(
    reporting: Newsroom, site: Web
) -> None:
    retracted = publishes(reporting, site, "Port audit")
    publishes(reporting, site, "Pier nine")
    issue = approved(reporting)
    stop = iter([False] * 4)
    sending.send(reporting.store, reporting.settings, issue, reporting.clock, lambda: next(stop, True))
    asked = len(site.requests)
    assert known(reporting, issue).state is IssueState.SENDING
    looking.retract(reporting.store, retracted, reporting.now)

    (told,) = sends(reporting, issue)

    assert '"Port audit" was taken back, and dropped out' in told
    assert len(site.requests) == asked
    (mail,) = reporting.mails()
    assert "Port audit" not in mail.as_string()


def test_stopped_while_it_is_looked_at_it_does_not_begin(reporting: Newsroom, site: Web) -> None:
    publishes(reporting, site, "Port audit")
    issue = approved(reporting)

    sending.send(reporting.store, reporting.settings, issue, reporting.clock, lambda: True)

    assert known(reporting, issue).state is IssueState.APPROVED


def test_once_a_mail_has_gone_all_get_the_same(reporting: Newsroom, site: Web) -> None:
    retracted = publishes(reporting, site, "Port audit")
    publishes(reporting, site, "Pier nine")
    reporting.subscribes("carla@example.org", "dora@example.org")
    issue = approved(reporting)

    def _after_one() -> bool:
        return bool(reporting.mails())

    sending.send(reporting.store, reporting.settings, issue, reporting.clock, _after_one)
    assert len(reporting.mails()) == 1
    looking.retract(reporting.store, retracted, reporting.now)

    assert sends(reporting, issue) == []
    assert all("Port audit" in mail.as_string() for mail in reporting.mails())


def test_what_was_approved_anew_while_it_was_looked_at_waits_for_another_look(reporting: Newsroom, site: Web) -> None:
    retracted = publishes(reporting, site, "Port audit")
    pier = publishes(reporting, site, "Pier nine")
    issue = approved(reporting)
    looking.retract(reporting.store, retracted, reporting.now)

    asked = []

    def _holds_and_approves(request: object) -> Answer:
        asked.append(request)
        if len(asked) == 1:
            reporting.now += HOUR
            issuing.move(reporting.store, issue, IssueState.HELD, reporting.now, who="bea")
            change = editing.Change(note="Own words.")
            editing.change(reporting.store, reporting.settings, issue, change, "bea", reporting.now)
            issuing.move(reporting.store, issue, IssueState.APPROVED, reporting.now, who="bea")
        return Answer(b"a page")

    site.respond = _holds_and_approves

    with pytest.raises(NotAllowed, match="was changed while it was looked at"):
        sends(reporting, issue)
    sends(reporting, issue)

    (mail,) = reporting.mails()
    assert "Own words." in mail.as_string()
    assert pier in mail.as_string().replace("=\n", "")


def test_it_ends_in_time_and_says_what_it_did_not_come_to(reporting: Newsroom, site: Web) -> None:
    for title in ("Port audit", "Pier nine", "Night ferry", "Ghost fleet"):
        publishes(reporting, site, title)
    issue = approved(reporting)

    def _answering_late(_request: object) -> Answer:
        reporting.now += timedelta(seconds=30)
        return Answer(b"a page")

    site.respond = _answering_late
    told = sends(reporting, issue)

    assert told == ["not looked at: 2 articles, which would have taken too long; open them"]
    assert len(site.requests) == 2
    assert len(reporting.mails()) == 1


def test_a_correction_of_what_was_taken_back_since_says_so(reporting: Newsroom, site: Web) -> None:
    corrected = publishes(reporting, site, "Harbour lights", hours_ago=30)
    publishes(reporting, site, "Port audit")
    shown = reporting.composes()
    moved = [
        Placement(one.article, CORRECTIONS, 90, Reason.CORRECTION) if one.article.article.url == corrected else one
        for one in shown.placements
    ]
    issue = reporting.approves(shown)
    with reporting.store.writing() as transaction:
        issues.replace(transaction, known(reporting, issue), moved, {})
    reporting.now += HOUR
    looking.retract(reporting.store, corrected, reporting.now)

    (told,) = sends(reporting, issue)

    assert '"Harbour lights" was corrected, and taken back since' in told
    assert titles(issuing.show(reporting.store, issue)) == ["Port audit", "Harbour lights"]
    assert corrected not in known(reporting, issue).variant.html


def test_what_is_in_the_archive_drops_out_too(reporting: Newsroom, site: Web) -> None:
    reporting.newsletter(archive=Archive(limit=3))
    old = publishes(reporting, site, "Who keeps the register", hours_ago=24 * 60)
    publishes(reporting, site, "Port audit")
    shown = reporting.composes()
    issue = reporting.approves(shown)
    assert titles(shown) == ["Port audit", "Who keeps the register"]
    reporting.now += HOUR
    looking.retract(reporting.store, old, reporting.now)

    sends(reporting, issue)

    assert titles(issuing.show(reporting.store, issue)) == ["Port audit"]
    assert "register" not in known(reporting, issue).variant.html


def test_of_two_senders_the_one_that_began_decides_what_goes(reporting: Newsroom, site: Web) -> None:
    retracted = publishes(reporting, site, "Port audit")
    publishes(reporting, site, "Pier nine", hours_ago=30)
    issue = approved(reporting)
    as_approved = known(reporting, issue)
    sends(reporting, issue)
    looking.retract(reporting.store, retracted, reporting.now)

    last_look.look(reporting.store, reporting.settings, as_approved, reporting.clock, lambda: False)

    assert known(reporting, issue).variant == as_approved.variant
    assert reasons(issuing.show(reporting.store, issue))["Port audit"] != Reason.DROPPED_OUT
