"""Reviewers get each draft by mail, once, and decide on a page; silence holds, and never sends."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from publisher.config.newsletters import Review
from publisher.errors import NotAllowed, UsageError
from publisher.model import Finding, Issue, IssueState
from publisher.store import issues, runs
from publisher.tasks import collecting, issuing, reviewing, signing, weekly
from publisher.tasks.sources import SourceAccount
from tests.deliver.far_end import far_end
from tests.tasks.conftest import Newsroom

HOUR = timedelta(hours=1)
ANA, BEA, DEPUTY = "Ana <ana@example.org>", "bea@example.org", "deputy@example.org"


@pytest.fixture
def reviewed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A newsroom whose issue in English has just been made by the schedule."""
    monkeypatch.setattr(collecting, "collect", lambda *_asked, **_options: [SourceAccount("site")])
    review = Review(reminder_hours=4, deadline_hours=10, deputy=DEPUTY)
    newsroom.newsletter(reviewers=(ANA, BEA), review=review, languages=("en",))
    newsroom.publishes("Port audit")
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)
    return newsroom


def ticks(newsroom: Newsroom) -> None:
    weekly.issue_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)


def told(newsroom: Newsroom) -> list[tuple[str, str]]:
    return sorted((str(mail["To"]), str(mail["Subject"])) for mail in newsroom.notices())


def issue_of(newsroom: Newsroom) -> Issue:
    (issue,) = issuing.listed(newsroom.store)
    return issue


def token_of(newsroom: Newsroom, mailbox: str) -> str:
    mail = next(mail for mail in newsroom.notices() if mailbox in str(mail["To"]))
    plain = mail.get_body(("plain",))
    assert plain is not None
    (token,) = re.findall(r"/review/(\S+)", plain.get_content())
    return str(token)


def test_each_reviewer_gets_the_draft_once_as_readers_will_see_it(reviewed: Newsroom) -> None:
    for _ in range(3):
        ticks(reviewed)

    assert told(reviewed) == [
        ("Ana <ana@example.org>", "[To approve] Port audit"),
        ("bea@example.org", "[To approve] Port audit"),
    ]
    mail = reviewed.notices()[0]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not [name for name in mail if name.startswith("List-")]
    for form in ("plain", "html"):
        body = mail.get_body((form,))
        assert body is not None
        content = body.get_content()
        assert "held if nobody has by November 20, 2026, 19:00 (Bogota)" in " ".join(content.split())
        assert "The first paragraph." in content
        assert "xPLACEx" not in content


def test_what_the_checks_found_is_told(reviewed: Newsroom) -> None:
    with reviewed.store.writing() as transaction:
        issues.find_out(transaction, issue_of(reviewed).id, [Finding("links", "one <link> is broken", is_grave=True)])
    reviewed.now += 4 * HOUR
    ticks(reviewed)

    mail = next(mail for mail in reviewed.notices() if "Still" in str(mail["Subject"]))
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert "* Grave: one <link> is broken" in plain.get_content()
    assert "one &lt;link&gt; is broken" in rich.get_content()


def test_they_and_their_deputy_are_reminded_once(reviewed: Newsroom) -> None:
    for _ in range(2):
        reviewed.now += 4 * HOUR
        ticks(reviewed)

    reminded = [to for to, subject in told(reviewed) if subject == "[Still to approve] Port audit"]
    assert reminded == ["Ana <ana@example.org>", "bea@example.org", "deputy@example.org"]


def test_silence_at_the_deadline_holds_and_tells_and_never_sends(reviewed: Newsroom) -> None:
    reviewed.now += 10 * HOUR
    for _ in range(3):
        ticks(reviewed)

    held = issue_of(reviewed)
    assert (held.state, held.held_by) == (IssueState.HELD, "")
    assert held.held_because == "nobody approved it by November 20, 2026, 19:00 (Bogota)"
    assert [to for to, subject in told(reviewed) if subject == "[Held] Port audit"] == [
        "Ana <ana@example.org>",
        "bea@example.org",
        "deputy@example.org",
    ]
    assert reviewed.mails() == []


def test_a_held_issue_that_is_approved_goes(reviewed: Newsroom) -> None:
    reviewed.now += 40 * HOUR
    ticks(reviewed)
    issuing.move(reviewed.store, issue_of(reviewed).id, IssueState.APPROVED, reviewed.now, who="ana")

    ticks(reviewed)

    assert reviewed.recipients() == ["bruno@example.org"]


def test_who_holds_or_approves_and_when_is_kept(reviewed: Newsroom) -> None:
    issue = issue_of(reviewed).id
    issuing.move(reviewed.store, issue, IssueState.HELD, reviewed.now, who="ana", because="the verdict")
    reviewed.now += HOUR
    issuing.move(reviewed.store, issue, IssueState.APPROVED, reviewed.now, who="bea")

    shown = issuing.show(reviewed.store, issue)
    assert (shown.issue.approved_by, shown.issue.approved) == ("bea", reviewed.now)
    assert [(event.what, event.who, event.words) for event in shown.history if event.who] == [
        ("held", "ana", "the verdict"),
        ("approved", "bea", ""),
    ]


def test_others_are_told_that_one_of_them_holds_it_and_why(reviewed: Newsroom) -> None:
    issuing.move(reviewed.store, issue_of(reviewed).id, IssueState.HELD, reviewed.now, who="ana", because="the verdict")
    ticks(reviewed)

    mail = next(mail for mail in reviewed.notices() if "Held" in str(mail["Subject"]))
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "was held by ana: the verdict. It does not go out" in " ".join(plain.get_content().split())


def test_each_hold_is_told_also_one_that_says_as_little_as_the_last(reviewed: Newsroom) -> None:
    issue = issue_of(reviewed).id
    for _ in range(2):
        issuing.move(reviewed.store, issue, IssueState.HELD, reviewed.now, who="ana")
        ticks(reviewed)
        reviewed.now += HOUR
        issuing.move(reviewed.store, issue, IssueState.APPROVED, reviewed.now, who="bea")

    mails = [mail for mail in reviewed.notices() if "Held" in str(mail["Subject"]) and "bea" in str(mail["To"])]
    assert len(mails) == 2
    plain = mails[0].get_body(("plain",))
    assert plain is not None
    assert "was held by ana: no reason was given." in " ".join(plain.get_content().split())


def test_a_mail_that_could_not_be_handed_over_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.newsletter(reviewers=(BEA,), languages=("en",))
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id
    with far_end() as server:
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        server.answers("RCPT", "451 4.3.0 come back later")
        asked = reviewing.ask(newsroom.store, newsroom.settings, issue, newsroom.clock)
        assert (asked.told, asked.missed) == ((), (BEA,))
        for _ in range(3):
            reviewing.go_on(newsroom.store, newsroom.settings, newsroom.clock)
        assert len(server.heard) == 1
    newsroom.configured("delivery", transport="outbox")
    newsroom.now += runs.STALE
    reviewing.go_on(newsroom.store, newsroom.settings, newsroom.clock)

    assert told(newsroom) == [("bea@example.org", "[To approve] Port audit")]


def test_who_is_asked_again_gets_another_mail_and_the_deadline_begins_anew(reviewed: Newsroom) -> None:
    reviewed.now += 9 * HOUR
    issue = issue_of(reviewed)
    asked = reviewing.ask(reviewed.store, reviewed.settings, issue.id, reviewed.clock)
    reviewed.now += 3 * HOUR
    ticks(reviewed)

    assert asked.told == (ANA, BEA)
    assert told(reviewed).count(("bea@example.org", "[To approve] Port audit")) == 2
    assert issue_of(reviewed).state is IssueState.DRAFT
    assert reviewing.deadline(reviewed.store, reviewed.settings, issue) == "November 21, 2026, 04:00 (Bogota)"


def test_on_the_page_the_reviewer_of_the_link_approves(reviewed: Newsroom) -> None:
    secret = signing.secret(reviewed.store, reviewed.settings)
    found = reviewing.find(reviewed.store, reviewed.settings, token_of(reviewed, "ana@"), secret)
    assert found is not None
    issue, who = found

    seen = reviewing.digest(issue)
    decided = reviewing.decide(reviewed.store, issue, who, IssueState.APPROVED, seen, "", reviewed.now)

    assert decided.is_taken
    assert (decided.issue.state, decided.issue.approved_by) == (IssueState.APPROVED, "ana@example.org")


def test_what_changed_since_it_was_seen_is_not_approved(reviewed: Newsroom) -> None:
    seen = reviewing.digest(issue_of(reviewed))
    reviewed.publishes("Night ferry", hours_ago=1)
    reviewed.composes()

    decided = reviewing.decide(reviewed.store, issue_of(reviewed), "ana", IssueState.APPROVED, seen, "", reviewed.now)

    assert not decided.is_taken
    assert issue_of(reviewed).state is IssueState.DRAFT


def test_what_changes_at_the_moment_of_approval_is_not_approved(reviewed: Newsroom) -> None:
    looked_at = issue_of(reviewed)
    reviewed.now += HOUR
    reviewed.publishes("Night ferry", hours_ago=2)
    reviewed.composes()

    seen = reviewing.digest(looked_at)
    decided = reviewing.decide(reviewed.store, looked_at, "ana", IssueState.APPROVED, seen, "", reviewed.now)

    assert not decided.is_taken
    assert decided.issue.variant != looked_at.variant
    assert issue_of(reviewed).state is IssueState.DRAFT


@pytest.mark.parametrize("turn", [lambda token: token[:-1], lambda token: "1" + token, lambda _token: "x"])
def test_a_token_that_is_not_ours_finds_nothing(reviewed: Newsroom, turn: Callable[[str], str]) -> None:
    secret = signing.secret(reviewed.store, reviewed.settings)

    assert reviewing.find(reviewed.store, reviewed.settings, turn(token_of(reviewed, "ana@")), secret) is None


def test_who_reviews_no_more_decides_no_more(reviewed: Newsroom) -> None:
    secret, token = signing.secret(reviewed.store, reviewed.settings), token_of(reviewed, "ana@")
    reviewed.newsletter(reviewers=(BEA,))

    assert reviewing.find(reviewed.store, reviewed.settings, token, secret) is None


def test_who_asks_without_reviewers_or_too_late_is_told(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    shown = newsroom.composes()
    newsroom.newsletter(reviewers=())
    with pytest.raises(UsageError, match="has no reviewers; name some"):
        reviewing.ask(newsroom.store, newsroom.settings, shown.issue.id, newsroom.clock)

    newsroom.newsletter(reviewers=(BEA,))
    newsroom.approves(shown)
    with pytest.raises(NotAllowed, match="only a draft"):
        reviewing.ask(newsroom.store, newsroom.settings, shown.issue.id, newsroom.clock)


def test_what_changed_since_it_was_approved_is_told_when_it_goes(reviewed: Newsroom) -> None:
    issuing.move(reviewed.store, issue_of(reviewed).id, IssueState.APPROVED, reviewed.now, who="ana")
    (stored,) = (one.article for one in issuing.show(reviewed.store, issue_of(reviewed).id).placements)
    reviewed.changes(stored.article, title="Port audit, again")
    ticks(reviewed)
    ticks(reviewed)

    assert reviewed.recipients() == ["bruno@example.org"]
    mails = [mail for mail in reviewed.notices() if str(mail["Subject"]) == "[Changed] Port audit"]
    assert {str(mail["To"]) for mail in mails} == {"Ana <ana@example.org>", "bea@example.org"}
    plain = mails[0].get_body(("plain",))
    assert plain is not None
    assert "Port audit, again" in " ".join(plain.get_content().split())


def test_the_checks_are_made_before_reviewers_are_asked(reviewed: Newsroom) -> None:
    whats = [event.what for event in issuing.show(reviewed.store, issue_of(reviewed).id).history]

    assert whats.index("checked") < whats.index("waits for review") < whats.index("asked by mail")


def test_what_the_schedule_composes_is_reviewed_anew_though_it_was_before(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "collect", lambda *_asked, **_options: [SourceAccount("site")])
    newsroom.newsletter(reviewers=("Ana <ana@example.org>",), languages=("en",), approval="required")
    newsroom.now -= timedelta(days=2)
    newsroom.publishes("Early", hours_ago=2)
    issue = newsroom.composes().issue.id
    reviewing.ask(newsroom.store, newsroom.settings, issue, newsroom.clock)
    newsroom.now += timedelta(hours=25)
    ticks(newsroom)
    ticks(newsroom)
    assert issuing.known_issue(newsroom.store, issue).state is IssueState.HELD
    newsroom.now += timedelta(hours=23)
    newsroom.publishes("Port audit")

    ticks(newsroom)

    assert issuing.known_issue(newsroom.store, issue).state is IssueState.DRAFT
    subjects = [str(mail["Subject"])[:12] for mail in newsroom.notices()]
    assert sorted(subjects) == ["[Held] Early", "[To approve]", "[To approve]"]


def test_what_changed_is_told_though_the_mail_server_was_away_at_first(reviewed: Newsroom) -> None:
    issuing.move(reviewed.store, issue_of(reviewed).id, IssueState.APPROVED, reviewed.now, who="ana")
    (stored,) = (one.article for one in issuing.show(reviewed.store, issue_of(reviewed).id).placements)
    reviewed.changes(stored.article, title="Port audit, again")
    outbox = reviewed.settings.delivery
    reviewed.configured("delivery", transport="smtp", smtp=outbox.smtp.model_copy(update={"port": 1}))
    ticks(reviewed)
    reviewed.configured("delivery", transport="outbox")
    reviewed.now += timedelta(minutes=2)

    ticks(reviewed)

    assert [mail for mail in reviewed.notices() if str(mail["Subject"]) == "[Changed] Port audit"]


def test_a_persons_hold_takes_over_that_of_the_publisher(reviewed: Newsroom) -> None:
    issue = issue_of(reviewed)
    reviewed.now += timedelta(hours=25)
    ticks(reviewed)
    ours = issuing.known_issue(reviewed.store, issue.id)
    assert ours.is_held_by_us

    decided = reviewing.decide(reviewed.store, ours, "bea", IssueState.HELD, "", "the lead is libel", reviewed.now)
    reviewing.begin_once(reviewed.store, issue.id, reviewed.now, since=reviewed.now + timedelta(hours=1))

    assert decided.is_taken
    held = issuing.known_issue(reviewed.store, issue.id)
    assert (held.state, held.held_by, held.held_because) == (IssueState.HELD, "bea", "the lead is libel")
