"""What the newsroom must know is told to it once, by mail and by webhook, and nothing stops because of it."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from publisher.config.notify import Relay
from publisher.config.settings import Relay as Several
from publisher.errors import FarEndError
from publisher.model import Bounce, BounceKind, IssueState
from publisher.store import bounces, issue_events, issues, sources
from publisher.tasks import alerting, issuing, reviewing, sending
from tests.deliver.far_end import far_end
from tests.fetch.conftest import Server, serving
from tests.tasks.conftest import Newsroom

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANA, BEA = "Ana <ana@example.org>", "bea@example.org"
TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
BROKEN = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
REFUSED = "mail server mx.example.net:587 refused our log-in: 535 5.7.8 no; nobody was skipped"


@pytest.fixture
def told(newsroom: Newsroom) -> Newsroom:
    """A newsroom that tells Ana by mail."""
    newsroom.configured("notify", to=(ANA,))
    return newsroom


@pytest.fixture
def webhook(newsroom: Newsroom) -> Iterator[Server]:
    """A webhook that takes what comes; the newsroom tells it and nobody else."""
    with serving() as server:
        server.answers_with(TAKEN)
        newsroom.configured("notify", to=(), webhook=SecretStr(f"{server.url}services/hush"))
        newsroom.configured("fetch", allow_hosts=("127.0.0.1",), pause_seconds=0)
        yield server


def ticks(newsroom: Newsroom, times: int = 1) -> None:
    for _ in range(times):
        alerting.alert_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)


def alerts(newsroom: Newsroom) -> list[tuple[str, str]]:
    return sorted((str(mail["To"]), str(mail["Subject"])) for mail in newsroom.notices())


def text(newsroom: Newsroom, about: str) -> str:
    (mail,) = [mail for mail in newsroom.notices() if about in str(mail["Subject"])]
    return str(mail.get_content())


def posted(server: Server) -> list[dict[str, Any]]:
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests]


def approved(newsroom: Newsroom, *readers: str) -> int:
    newsroom.publishes("Port audit")
    newsroom.subscribes(*readers)
    return newsroom.approves(newsroom.composes())


def paused(newsroom: Newsroom, why: str = REFUSED) -> int:
    issue = approved(newsroom)
    with newsroom.store.writing() as transaction:
        issues.begin(transaction, issuing.known_issue(newsroom.store, issue))
    issuing.pause(newsroom.store, issue, why, newsroom.now)
    return issue


def test_an_issue_that_is_paused_is_told_once_with_the_reason_and_the_remedy(told: Newsroom) -> None:
    issue = paused(told)

    ticks(told, 3)

    assert alerts(told) == [(ANA, "[Paused] The Organization (en), no. 1")]
    said = " ".join(text(told, "Paused").split())
    assert f"is paused: {REFUSED}. " in said
    assert f"publisher issue resume {issue}" in said


def test_a_mail_is_plain_and_answers_to_nobody(told: Newsroom) -> None:
    paused(told)
    ticks(told)

    (mail,) = told.notices()
    assert mail.get_content_type() == "text/plain"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not [name for name in mail if name.startswith("List-")]


def test_who_is_told_reads_it_in_the_newsrooms_language(told: Newsroom) -> None:
    told.configured("publication", languages=("es", "en"))
    paused(told)
    ticks(told)

    assert alerts(told) == [(ANA, "[En pausa] The Organization (en), n.º 1")]


def test_an_issue_that_is_paused_again_is_told_again(told: Newsroom) -> None:
    issue = paused(told)
    ticks(told)
    issuing.move(told.store, issue, IssueState.SENDING, told.now)
    told.now += HOUR
    issuing.move(told.store, issue, IssueState.PAUSED, told.now)

    ticks(told, 2)

    assert len(alerts(told)) == 2
    assert any("was paused by hand" in str(mail.get_content()) for mail in told.notices())


def test_what_ended_before_it_could_be_told_is_not_told(told: Newsroom) -> None:
    issue = paused(told)
    issuing.move(told.store, issue, IssueState.SENDING, told.now)

    ticks(told)

    assert alerts(told) == []


def test_no_subscribers_address_is_kept_or_told(told: Newsroom) -> None:
    issue = paused(
        told, "refused 20 in a row (550 5.7.1 <bruno@example.org>: relay denied for bruno@example.org; mend it)"
    )
    ticks(told)

    with told.store.reading() as transaction:
        history = issue_events.of(transaction, issue)
    assert "bruno" not in repr(history)
    assert "bruno" not in text(told, "Paused")
    assert "relay denied for …; mend it" in " ".join(text(told, "Paused").split())


def test_nobody_is_told_who_is_not_named(newsroom: Newsroom) -> None:
    newsroom.configured("notify", to=())
    paused(newsroom)

    ticks(newsroom)

    assert newsroom.notices() == []


def test_an_issue_that_is_done_is_told_with_its_sums(told: Newsroom) -> None:
    issue = approved(told, *[f"reader{number}@example.org" for number in range(6)])
    with far_end() as server:
        server.answers("RCPT", "550 5.1.1 <gone@example.org> no such user", "452 4.2.2 full", "250 2.1.5 ok")
        shipped = told.settings.delivery
        told.configured("delivery", transport="smtp", smtp=server.settings, retry_hours=0)
        sending.send(told.store, told.settings, issue, told.clock)
        told.configured("delivery", transport=shipped.transport)
    ticks(told, 2)

    lines = [line.split() for line in text(told, "[Sent]").splitlines()]
    for line in (["recipients", "6"], ["sent", "4"], ["failed", "2"]):
        assert line in lines
    assert ["550", "5.1.1", "(the", "address)", "1"] in lines
    assert ["452", "4.2.2", "(the", "mailbox)", "1"] in lines
    assert "gone@" not in text(told, "[Sent]")


def test_what_was_done_long_ago_is_no_news(told: Newsroom) -> None:
    told.sends(approved(told, "bruno@example.org"))
    told.now += 2 * DAY

    ticks(told)

    assert alerts(told) == []


def held(newsroom: Newsroom, *reviewers: str) -> int:
    """An issue that the schedule made, and held since nobody approved it in time."""
    newsroom.newsletter(reviewers=reviewers, languages=("en",))
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id
    reviewing.begin_once(newsroom.store, issue, newsroom.now, newsroom.now)
    newsroom.now += 25 * HOUR
    reviewing.go_on(newsroom.store, newsroom.settings, newsroom.clock)
    return issue


def test_a_hold_is_told_to_those_whom_the_review_does_not_tell(told: Newsroom) -> None:
    told.configured("notify", to=(ANA, BEA))
    held(told, "Bea <BEA@example.org>")

    for _ in range(3):
        ticks(told)
        reviewing.go_on(told.store, told.settings, told.clock)
        told.now += HOUR

    subjects = [(to, subject) for to, subject in alerts(told) if "Held" in subject]
    assert subjects == [(ANA, "[Held] The Organization (en), no. 1"), ("Bea <BEA@example.org>", "[Held] Port audit")]


def test_a_hold_that_no_review_tells_of_is_told_to_reviewers_after_a_while(told: Newsroom) -> None:
    told.newsletter(reviewers=(ANA,))
    told.publishes("Port audit")
    issue = told.composes().issue.id
    issuing.move(told.store, issue, IssueState.HELD, told.now, who="bea", because="the verdict")
    ticks(told)
    assert alerts(told) == []

    told.now += 11 * MINUTE
    ticks(told, 2)

    assert "was held by bea: the verdict." in " ".join(text(told, "[Held]").split())


def test_where_the_review_cannot_tell_of_a_hold_the_alerts_relay_does(told: Newsroom) -> None:
    held(told, ANA)
    with far_end() as away, far_end() as relay:
        away.refuse()
        told.configured("delivery", transport="smtp", smtp=away.settings)
        told.configured("notify", relay=Relay(**relay.settings.model_dump()))
        reviewing.go_on(told.store, told.settings, told.clock)
        told.now += 11 * MINUTE
        ticks(told, 2)

    (mail,) = relay.mails
    assert b"Subject: [Held] The Organization" in mail


def silent(newsroom: Newsroom, *, answered: timedelta | None) -> None:
    with newsroom.store.writing() as transaction:
        if answered:
            sources.succeeded(transaction, "site", newsroom.now - answered)
        sources.failed(transaction, "site", newsroom.now, 'source "site": https://estuary.example.org/ is down')


@pytest.mark.parametrize(("answered", "said"), [(25 * HOUR, "has not answered since"), (None, "has never answered")])
def test_a_source_that_is_silent_is_told_once(told: Newsroom, answered: timedelta | None, said: str) -> None:
    silent(told, answered=answered)
    for _ in range(3):
        ticks(told)
        told.now += HOUR

    assert alerts(told) == [(ANA, "[Silent] source “site”")]
    words = " ".join(text(told, "Silent").split())
    assert said in words
    assert words.endswith("https://estuary.example.org/ is down. What to do: publisher doctor site")


def test_a_source_that_fails_for_an_hour_is_not_told(told: Newsroom) -> None:
    silent(told, answered=HOUR)

    ticks(told)

    assert alerts(told) == []


def test_no_source_is_to_blame_where_nothing_was_collected(told: Newsroom) -> None:
    with told.store.writing() as transaction:
        sources.succeeded(transaction, "site", told.now - 9 * DAY)

    ticks(told)

    assert alerts(told) == []


def test_a_source_that_falls_silent_again_is_told_again(told: Newsroom) -> None:
    silent(told, answered=3 * DAY)
    ticks(told)
    with told.store.writing() as transaction:
        sources.succeeded(transaction, "site", told.now + HOUR)
    told.now += 3 * DAY
    silent(told, answered=None)

    ticks(told)

    assert len(alerts(told)) == 2


def come_back(newsroom: Newsroom, kinds: list[BounceKind]) -> None:
    """Let mails come back, each for a reason of its own."""
    with newsroom.store.writing() as transaction:
        for mail, kind in zip(newsroom.mails(), kinds, strict=False):
            key = str(mail["Message-ID"]).strip("<>").partition("@")[0]
            of = bounces.returned(transaction, key)
            assert of is not None
            bounces.keep(transaction, key, of, Bounce(of.email, "5.1.1", kind, "no such user"), newsroom.now)


@pytest.fixture
def delivered(told: Newsroom) -> Newsroom:
    """A newsroom with an issue that twenty readers got some days ago."""
    told.sends(approved(told, *[f"reader{number:02}@example.org" for number in range(20)]))
    told.now += 2 * DAY
    return told


def test_bounces_above_the_limit_are_told_once(delivered: Newsroom) -> None:
    come_back(delivered, [BounceKind.HARD, BounceKind.HARD, BounceKind.SOFT])
    for _ in range(3):
        ticks(delivered)
        delivered.now += MINUTE

    said = text(delivered, "Bounces")
    assert said.startswith("10 % of the mails of The Organization (en), no. 1, were refused")
    assert ["refused", "or", "dead", "2"] in [line.split() for line in said.splitlines()]


def test_bounces_at_the_limit_are_not_told(delivered: Newsroom) -> None:
    come_back(delivered, [BounceKind.HARD, BounceKind.SOFT, BounceKind.SOFT])

    ticks(delivered)

    assert alerts(delivered) == []


def test_complaints_have_a_limit_of_their_own(delivered: Newsroom) -> None:
    come_back(delivered, [BounceKind.COMPLAINT])

    ticks(delivered)

    assert alerts(delivered) == [(ANA, "[Complaints] The Organization (en), no. 1")]


def test_a_webhook_gets_what_programs_and_people_read(newsroom: Newsroom, webhook: Server) -> None:
    issue = paused(newsroom)

    ticks(newsroom, 2)

    (document,) = posted(webhook)
    assert document["what"] == "paused"
    assert (document["issue"], document["newsletter"], document["language"]) == (issue, "the-organization", "en")
    assert (document["period"], document["source"], document["why"]) == ("2026-W47", None, REFUSED)
    assert document["text"].startswith("[Paused] The Organization (en), no. 1\n\nThe Organization")
    assert webhook.requests[0].startswith(b"POST /services/hush HTTP/1.1\r\n")


def test_a_webhook_gets_the_sums(newsroom: Newsroom, webhook: Server) -> None:
    newsroom.sends(approved(newsroom, "bruno@example.org", "carla@example.org"))

    ticks(newsroom)

    (document,) = posted(webhook)
    assert document["counts"] == {"recipients": 2, "sent": 2}
    assert document["failures"] == {}
    assert "example.org" not in json.dumps(document)


def test_a_webhook_that_fails_is_logged_without_its_secret_and_tried_again(newsroom: Newsroom, webhook: Server) -> None:
    webhook.answers_with(BROKEN, TAKEN)
    paused(newsroom)
    with capture_logs() as log:
        ticks(newsroom, 3)
    (line,) = log
    assert (line["event"], line["to"]) == ("alert not told", "webhook")
    assert "answered 500" in line["why"]
    assert "hush" not in repr(log)

    newsroom.now += 2 * MINUTE
    ticks(newsroom, 3)

    assert len(posted(webhook)) == 2


def test_what_cannot_be_told_is_tried_ever_more_rarely_and_given_up_after_a_day(
    newsroom: Newsroom, webhook: Server
) -> None:
    webhook.answers_with(BROKEN)
    paused(newsroom)
    with capture_logs() as log:
        for _ in range(26 * 6):
            ticks(newsroom)
            newsroom.now += 10 * MINUTE

    assert 10 < len(webhook.requests) < 30
    assert log[-1]["event"] == "alert given up"
    assert sum(line["event"] == "alert given up" for line in log) == 1


def test_alerts_go_by_a_mail_server_of_their_own(told: Newsroom) -> None:
    paused(told)
    with far_end() as away, far_end() as relay:
        away.refuse()
        told.configured("delivery", transport="smtp", smtp=away.settings)
        told.configured("notify", relay=Relay(**relay.settings.model_dump()))
        ticks(told)

    assert [b"Subject: [Paused]" in mail for mail in relay.mails] == [True]
    assert away.heard == []


def test_an_issue_paused_by_a_mail_server_that_refuses_us_is_told_over_another(told: Newsroom) -> None:
    issue = approved(told, "ira@example.org")
    with far_end() as refusing, far_end() as relay:
        refusing.answers("MAIL", "550 5.7.1 not from you")
        told.configured("delivery", transport="smtp", smtp=refusing.settings)
        told.configured("notify", relay=Relay(**relay.settings.model_dump()))
        with pytest.raises(FarEndError, match="not from you"):
            told.sends(issue)
        ticks(told, 2)

    assert [b"550 5.7.1 not from you" in mail for mail in relay.mails] == [True]


@pytest.mark.parametrize("step", ["GREETING", "MAIL", "RCPT", "DOT"])
def test_of_several_mail_servers_alerts_go_by_one_that_takes_them(told: Newsroom, step: str) -> None:
    paused(told)
    with far_end() as refusing, far_end() as other:
        refusing.answers(step, "554 5.7.1 not from you")
        servers = tuple(Several(**one.settings.model_dump(), weight=1) for one in (refusing, other))
        told.configured("delivery", transport="smtp", relays=servers)
        ticks(told, 2)

    assert (len(refusing.mails), [b"Subject: [Paused]" in mail for mail in other.mails]) == (0, [True])


def test_of_several_mail_servers_all_are_asked_before_an_alert_waits(told: Newsroom) -> None:
    paused(told)
    with far_end() as first, far_end() as second, capture_logs() as log:
        for one in (first, second):
            one.answers("MAIL", "554 5.7.1 not from you", "250 2.1.0 ok")
        servers = tuple(Several(**one.settings.model_dump(), weight=1) for one in (first, second))
        told.configured("delivery", transport="smtp", relays=servers)
        ticks(told, 2)
        assert [len(first.lines("MAIL")), len(second.lines("MAIL"))] == [1, 1]
        told.now += 2 * MINUTE
        ticks(told)

    assert [line["event"] for line in log if line["event"].startswith("alert")] == ["alert not told", "alert told"]
    assert len(first.mails + second.mails) == 1


def test_a_mail_server_that_is_away_is_asked_once_a_round_and_told_when_it_is_back(told: Newsroom) -> None:
    told.configured("notify", to=(ANA, BEA))
    paused(told)
    with far_end() as away, capture_logs() as log:
        away.refuse()
        told.configured("notify", relay=Relay(**away.settings.model_dump()))
        ticks(told)
        assert [(line["event"], line["to"]) for line in log] == [("alert not told", ANA)]
        assert "or check notify.relay" in log[0]["why"]

    told.configured("notify", relay=None)
    told.now += 2 * MINUTE
    ticks(told)

    assert [to for to, _ in alerts(told)] == [ANA, BEA]


def test_one_address_that_is_refused_keeps_nobody_else_from_being_told(told: Newsroom) -> None:
    told.configured("notify", to=(ANA, BEA))
    paused(told)
    with far_end() as relay:
        relay.answers("RCPT", "550 5.1.1 no such user", "250 2.1.5 ok")
        told.configured("notify", relay=Relay(**relay.settings.model_dump()))
        ticks(told, 2)

    assert [b"bea@example.org" in mail for mail in relay.mails] == [True]


def test_two_processes_tell_it_once(told: Newsroom) -> None:
    paused(told)
    threads = [threading.Thread(target=ticks, args=(told, 2)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(alerts(told)) == 1
