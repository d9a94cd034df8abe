"""What is due, by the clock of the newsroom's zone: once each, made up when late, never out of the blue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from publisher.compose import period as periods
from publisher.config import load
from publisher.errors import FarEndError, NotAllowed
from publisher.model import IssueKind, IssueState
from publisher.store import runs
from publisher.store import sources as known_sources
from publisher.tasks import collecting, issuing, sending, subscribing, syndicating, timing, weekly
from publisher.tasks.sources import SourceAccount
from tests.deliver.far_end import far_end
from tests.tasks.conftest import FRIDAY, SHIPPED, Newsroom, titles

SETTINGS = load(SHIPPED, {})
WEEKLY = SETTINGS.newsletters[0]
HOUR = timedelta(hours=1)


def due(now: datetime, zone: str = "America/Bogota", schedule: str = "fri 09:00", grace_hours: int = 24) -> str | None:
    publication = SETTINGS.publication.model_copy(update={"timezone": zone})
    newsletter = WEEKLY.model_copy(update={"schedule": schedule, "grace_hours": grace_hours})
    settings = SETTINGS.model_copy(update={"publication": publication})
    period = timing.due_period(newsletter, settings, now)
    return period.name if timing.is_in_time(newsletter, settings, period, now) else None


@pytest.mark.parametrize(
    ("after", "name"),
    [(-timedelta(seconds=1), None), (timedelta(), "2026-W47"), (24 * HOUR, "2026-W47"), (24 * HOUR + HOUR / 60, None)],
)
def test_an_issue_is_due_from_its_time_until_its_grace_ends(after: timedelta, name: str | None) -> None:
    assert due(FRIDAY + after) == name


def test_the_grace_reaches_into_the_next_week() -> None:
    assert due(FRIDAY + 100 * HOUR, grace_hours=120) == "2026-W47"


def test_the_time_is_that_of_the_newsrooms_zone() -> None:
    assert due(datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "Europe/Madrid") == "2026-W47"
    assert due(datetime(2026, 11, 20, 7, 59, tzinfo=UTC), "Europe/Madrid") is None


def test_an_hour_the_clock_skips_loses_no_issue() -> None:
    # Santiago goes from Saturday 24:00 to Sunday 01:00 on 6 September 2026.
    names = {due(datetime(2026, 9, 5, tzinfo=UTC) + n * HOUR, "America/Santiago", "sun 00:30") for n in range(72)}

    assert "2026-W36" in names


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["America/Bogota", "America/Santiago", "Europe/Madrid", "Pacific/Apia", "Asia/Kathmandu"]),
    st.sampled_from(["mon 00:00", "sun 00:30", "sun 02:30", "fri 09:00", "sun 23:59"]),
)
def test_every_week_is_due_once_its_time_has_come(now: datetime, zone: str, schedule: str) -> None:
    settings = SETTINGS.model_copy(update={"publication": SETTINGS.publication.model_copy(update={"timezone": zone})})
    week = periods.week_of(now, settings.publication.zone)
    time = periods.scheduled(week, schedule, settings.publication.zone)

    assert due(time, zone, schedule) == week.name
    assert due(time - timedelta(seconds=1), zone, schedule) != week.name


def never() -> bool:
    return False


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The sources' answers: the far end of the internet."""

    def _answer(failure: str | None = None) -> None:
        account = SourceAccount("site", failure=failure)
        monkeypatch.setattr(collecting, "collect", lambda *_asked, **_options: [account])

    _answer()
    return _answer


@pytest.fixture
def automatic(newsroom: Newsroom, sources: Callable[..., None]) -> Newsroom:
    newsroom.newsletter(approval="automatic")
    newsroom.publishes("Port audit")
    newsroom.publishes("Auditoría", language="es", categories=("Noticias",))
    newsroom.subscribes("ana@example.org", "bruno@example.org")
    return newsroom


def ticks(newsroom: Newsroom) -> None:
    weekly.issue_when_due(newsroom.store, newsroom.settings, newsroom.clock, never)
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, never)


def states(newsroom: Newsroom) -> list[IssueState]:
    return [issue.state for issue in issuing.listed(newsroom.store)]


def test_at_its_time_an_issue_is_made_and_sent_in_both_languages(automatic: Newsroom) -> None:
    ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]
    assert automatic.recipients() == ["ana@example.org", "bruno@example.org"]


def test_later_ticks_make_nothing_more(automatic: Newsroom) -> None:
    ticks(automatic)
    automatic.publishes("Night ferry", hours_ago=1)
    automatic.now += HOUR
    ticks(automatic)

    assert len(states(automatic)) == 2
    assert len(automatic.mails()) == 2


def test_with_approval_required_it_waits_for_a_person_and_then_goes(automatic: Newsroom) -> None:
    automatic.newsletter(approval="required")
    ticks(automatic)
    assert states(automatic) == [IssueState.DRAFT, IssueState.DRAFT]

    automatic.now += 30 * HOUR
    for issue in issuing.listed(automatic.store):
        issuing.move(automatic.store, issue.id, IssueState.APPROVED, automatic.now)
    ticks(automatic)

    assert automatic.recipients() == ["ana@example.org", "bruno@example.org"]


def test_an_issue_approved_before_its_time_is_sent_at_its_time(automatic: Newsroom) -> None:
    automatic.now = FRIDAY - 20 * HOUR
    issue = automatic.approves(automatic.composes())
    ticks(automatic)
    assert automatic.mails() == []

    automatic.now = FRIDAY
    ticks(automatic)

    assert issuing.known_issue(automatic.store, issue).state is IssueState.SENT


def test_what_was_approved_and_is_older_than_the_grace_waits_for_a_person(automatic: Newsroom) -> None:
    automatic.approves(automatic.composes())
    automatic.now += 25 * HOUR

    ticks(automatic)

    assert automatic.mails() == []


def test_half_a_week_never_goes_out_unseen(automatic: Newsroom, sources: Callable[..., None]) -> None:
    sources('source "site": does not answer')

    ticks(automatic)

    assert states(automatic) == [IssueState.HELD, IssueState.HELD]


def test_an_empty_issue_never_goes_out_unseen(newsroom: Newsroom, sources: Callable[..., None]) -> None:
    newsroom.newsletter(approval="automatic")

    ticks(newsroom)

    assert states(newsroom) == [IssueState.HELD, IssueState.HELD]


def test_an_empty_week_makes_no_issue_where_that_is_wanted(automatic: Newsroom) -> None:
    automatic.newsletter(empty="skip")
    ticks(automatic)

    with capture_logs() as logged:
        automatic.now += timedelta(days=7)
        ticks(automatic)

    assert {issue.period.name for issue in issuing.listed(automatic.store)} == {"2026-W47"}
    assert [line["language"] for line in logged if line["event"] == "no issue made"] == ["en", "es"]
    with automatic.store.reading() as transaction:
        run = runs.find(transaction, "issue the-organization en", "2026-W48")
    assert run is not None
    assert run.outcome == "done; no issue in en: the week has no article"


def test_what_a_person_holds_is_never_approved_by_itself(automatic: Newsroom) -> None:
    automatic.newsletter(languages=("en",))
    issue = automatic.composes().issue.id
    issuing.move(automatic.store, issue, IssueState.HELD, automatic.now, who="ana")

    ticks(automatic)

    assert states(automatic) == [IssueState.HELD]


def test_an_interrupted_run_is_given_back_and_done_by_the_next_process(automatic: Newsroom) -> None:
    asked = iter([False, True, True])
    weekly.issue_when_due(automatic.store, automatic.settings, automatic.clock, lambda: next(asked, True))
    assert states(automatic) == []

    ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]


def test_a_run_whose_process_died_is_taken_over(automatic: Newsroom) -> None:
    with automatic.store.writing() as transaction:
        for language in ("en", "es"):
            runs.claim(transaction, f"issue the-organization {language}", "2026-W47", automatic.now)
    ticks(automatic)
    assert states(automatic) == []

    automatic.now += runs.STALE
    ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]


def test_sources_are_collected_once_in_each_slot(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def _collect(*_asked: object, **_options: object) -> list[SourceAccount]:
        asked.append(newsroom.now)
        return []

    monkeypatch.setattr(collecting, "collect", _collect)

    for minutes in (0, 5, 29, 30, 61):
        newsroom.now = FRIDAY + timedelta(minutes=minutes)
        weekly.collect_when_due(newsroom.store, newsroom.settings, newsroom.clock, never)

    assert asked == [FRIDAY, FRIDAY + timedelta(minutes=30), FRIDAY + timedelta(minutes=61)]


def test_the_issue_carries_what_the_last_collect_brought(automatic: Newsroom) -> None:
    ticks(automatic)

    english = next(issue for issue in issuing.listed(automatic.store) if issue.language == "en")
    assert titles(issuing.show(automatic.store, english.id)) == ["Port audit"]


def test_a_mail_server_that_is_away_is_asked_once_a_minute_until_it_is_back(automatic: Newsroom) -> None:
    automatic.newsletter(languages=("en",))
    with far_end() as server:
        server.answers("GREETING", "421 4.3.2 come back later", "421 4.3.2 come back later", "220 far.example.org")
        automatic.configured("delivery", transport="smtp", smtp=server.settings)
        for seconds in (0, 5, 10, 61, 66, 122):
            automatic.now = FRIDAY + timedelta(seconds=seconds)
            ticks(automatic)

    assert len(server.heard) == 3
    assert states(automatic) == [IssueState.SENT]
    assert len(server.mails) == 2


def test_an_issue_with_nothing_to_send_yet_is_left_alone(automatic: Newsroom) -> None:
    with far_end() as server:
        server.answers("RCPT", "450 4.2.1 greylisted", "250 2.1.5 ok")
        automatic.configured("delivery", transport="smtp", smtp=server.settings)
        ticks(automatic)
        begun = len(server.heard)
        for minutes in (2, 4, 20):
            automatic.now = FRIDAY + timedelta(minutes=minutes)
            ticks(automatic)
        assert len(server.heard) == begun

        automatic.now = FRIDAY + timedelta(minutes=31)
        ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]
    assert len(server.mails) == 2


def test_an_issue_whose_last_reader_left_is_over(automatic: Newsroom) -> None:
    with far_end() as server:
        server.answers("RCPT", "450 4.2.1 greylisted")
        automatic.configured("delivery", transport="smtp", smtp=server.settings)
        ticks(automatic)
    for address in ("ana@example.org", "bruno@example.org"):
        subscribing.leave(automatic.store, automatic.settings, address, WEEKLY.key, automatic.now)

    automatic.now += timedelta(minutes=2)
    ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]


@pytest.fixture
def begun(automatic: Newsroom) -> Newsroom:
    """A newsroom with an issue in each language whose sending was begun, of which nothing is sent yet."""
    automatic.subscribes("carla@example.org", language="es")
    with far_end() as server:
        server.answers("GREETING", "421 4.3.2 come back later")
        automatic.configured("delivery", transport="smtp", smtp=server.settings)
        ticks(automatic)
    automatic.configured("delivery", transport="outbox")
    assert states(automatic) == [IssueState.SENDING, IssueState.SENDING]
    automatic.now += timedelta(minutes=2)
    return automatic


def test_an_issue_that_is_paused_while_another_is_sent_stays_paused(begun: Newsroom) -> None:
    first, second = (issue.id for issue in issuing.listed(begun.store))

    def _pause_the_second_once_the_first_is_sent() -> bool:
        if issuing.known_issue(begun.store, first).state is IssueState.SENT:
            issuing.move(begun.store, second, IssueState.PAUSED, begun.now)
        return False

    weekly.send_when_due(begun.store, begun.settings, begun.clock, _pause_the_second_once_the_first_is_sent)
    begun.now += HOUR
    ticks(begun)

    assert states(begun) == [IssueState.SENT, IssueState.PAUSED]


@pytest.mark.parametrize("days", [3, 30])
def test_an_issue_a_person_resumes_goes_on_however_late(begun: Newsroom, days: int) -> None:
    for issue in issuing.listed(begun.store):
        issuing.move(begun.store, issue.id, IssueState.PAUSED, begun.now)
    begun.now += timedelta(days=days)
    ticks(begun)
    assert states(begun)[-2:] == [IssueState.PAUSED, IssueState.PAUSED]

    issuing.move(begun.store, issuing.listed(begun.store)[-1].id, IssueState.SENDING, begun.now)
    ticks(begun)

    assert sorted(states(begun)[-2:]) == [IssueState.PAUSED, IssueState.SENT]


def test_a_mistake_in_the_config_is_said_and_the_issue_is_left_as_it_was(automatic: Newsroom) -> None:
    automatic.newsletter(languages=("en",))
    automatic.configured("delivery", return_path="b" * 40 + "@example.org")

    with capture_logs() as logged:
        ticks(automatic)

    assert states(automatic) == [IssueState.APPROVED]
    assert "delivery.return_path" in next(line["why"] for line in logged if line["event"] == "issue not sent")


def test_what_was_missed_by_more_than_the_grace_is_made_and_held(automatic: Newsroom) -> None:
    automatic.now = FRIDAY - HOUR
    automatic.publishes("Early")
    automatic.now = FRIDAY + 30 * HOUR
    automatic.publishes("Fresh", hours_ago=40)

    ticks(automatic)
    ticks(automatic)

    held = issuing.listed(automatic.store)
    assert [(issue.period.name, issue.state) for issue in held] == [("2026-W47", IssueState.HELD)] * 2
    assert held[0].held_because == "its time passed 30 hours ago, which is more than grace_hours"


def test_a_newsroom_that_begins_today_makes_no_issue_of_last_week(
    newsroom: Newsroom, sources: Callable[..., None]
) -> None:
    newsroom.now += 30 * HOUR
    newsroom.publishes("Port audit")

    ticks(newsroom)

    assert states(newsroom) == []


def test_an_approved_issue_that_missed_its_time_is_held_and_says_so(automatic: Newsroom) -> None:
    automatic.now = FRIDAY - 20 * HOUR
    automatic.publishes("Early")
    issue = automatic.approves(automatic.composes())
    automatic.now = FRIDAY + 25 * HOUR

    ticks(automatic)

    held = issuing.known_issue(automatic.store, issue)
    assert (held.state, held.held_by) == (IssueState.HELD, "")
    assert "25 hours ago" in held.held_because


def test_where_languages_wait_none_goes_before_all_are_approved(automatic: Newsroom) -> None:
    automatic.newsletter(approval="required", languages_wait=True)
    automatic.subscribes("carla@example.org", language="es")
    ticks(automatic)
    first, second = issuing.listed(automatic.store)

    issuing.move(automatic.store, first.id, IssueState.APPROVED, automatic.now)
    ticks(automatic)
    assert automatic.mails() == []
    issuing.move(automatic.store, second.id, IssueState.APPROVED, automatic.now)
    ticks(automatic)

    assert len(automatic.mails()) == 3


def test_where_languages_wait_one_that_is_not_made_yet_is_waited_for(automatic: Newsroom) -> None:
    automatic.newsletter(languages_wait=True)
    automatic.approves(automatic.composes())
    with automatic.store.writing() as transaction:
        runs.claim(transaction, "issue the-organization es", "2026-W47", automatic.now)
    ticks(automatic)
    assert automatic.mails() == []

    automatic.now += runs.STALE
    ticks(automatic)

    assert automatic.recipients() == ["ana@example.org", "bruno@example.org"]


def test_where_languages_wait_a_person_sends_none_alone_but_on_purpose(automatic: Newsroom) -> None:
    automatic.newsletter(approval="required", languages_wait=True)
    english = automatic.approves(automatic.composes("en"))
    spanish = automatic.composes("es").issue.id

    with pytest.raises(NotAllowed, match=rf"waits for issue {spanish} \(es\), which is draft; .* --alone"):
        automatic.sends(english)
    assert automatic.mails() == []
    sending.send(automatic.store, automatic.settings, english, automatic.clock, alone=True)

    assert automatic.recipients() == ["ana@example.org", "bruno@example.org"]


def test_one_that_waited_for_another_language_until_its_grace_was_over_says_for_which(automatic: Newsroom) -> None:
    automatic.newsletter(approval="required", languages_wait=True)
    ticks(automatic)
    first, second = issuing.listed(automatic.store)
    issuing.move(automatic.store, first.id, IssueState.APPROVED, automatic.now)
    issuing.move(automatic.store, second.id, IssueState.HELD, automatic.now, who="ana", because="a slip")
    automatic.now += 25 * HOUR

    ticks(automatic)

    held = issuing.known_issue(automatic.store, first.id)
    assert held.held_because == f"it waited in vain for issue {second.id} ({second.language}), which is held"


def test_a_language_that_cannot_be_rendered_stops_no_other_and_is_tried_again(
    automatic: Newsroom, tmp_path: Path
) -> None:
    own = tmp_path / "own/email/digest/subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("{{ issue.subject if language == 'en' else nothing }}", encoding="utf-8")
    automatic.configured("theme", templates=Path("own"))

    with capture_logs() as logged:
        ticks(automatic)
        ticks(automatic)
    assert automatic.recipients() == ["ana@example.org", "bruno@example.org"]
    told = [line for line in logged if line["event"] == "issue not composed"]
    assert [line["language"] for line in told] == ["es"]
    assert f"{own}:1" in told[0]["why"]
    own.unlink()
    ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]


def test_who_looks_at_a_young_and_empty_week_holds_nothing_up(newsroom: Newsroom, sources: Callable[..., None]) -> None:
    newsroom.newsletter(approval="automatic", languages=("en",))
    newsroom.subscribes("ana@example.org")
    newsroom.now = FRIDAY - timedelta(days=4)
    newsroom.publishes("Old", hours_ago=24 * 30)
    assert newsroom.composes().issue.state is IssueState.DRAFT
    newsroom.now = FRIDAY
    newsroom.publishes("Port audit")

    ticks(newsroom)

    assert states(newsroom) == [IssueState.SENT]


def test_a_week_that_is_skipped_in_one_language_keeps_no_other_waiting(
    newsroom: Newsroom, sources: Callable[..., None]
) -> None:
    newsroom.newsletter(approval="automatic", empty="skip", languages_wait=True)
    newsroom.subscribes("ana@example.org")
    newsroom.subscribes("carla@example.org", language="es")
    newsroom.now = FRIDAY - timedelta(days=4)
    newsroom.publishes("Old", hours_ago=24 * 30)
    newsroom.composes("en")
    newsroom.now = FRIDAY
    newsroom.publishes("Nota", language="es", categories=("Noticias",))

    ticks(newsroom)

    assert newsroom.recipients() == ["carla@example.org"]
    assert states(newsroom) == [IssueState.CANCELLED, IssueState.SENT]


def test_feeds_that_cannot_be_written_stop_no_mail(automatic: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def _fails(*_asked: object) -> None:
        raise FarEndError("the feeds cannot be written")

    monkeypatch.setattr(syndicating, "build", _fails)

    ticks(automatic)

    assert states(automatic) == [IssueState.SENT, IssueState.SENT]


def test_an_automatic_issue_that_was_held_for_a_source_and_is_whole_by_now_says_so(automatic: Newsroom) -> None:
    automatic.newsletter(languages=("en",))
    automatic.now += 2 * HOUR
    held = automatic.composes().issue
    assert held.state is IssueState.HELD
    automatic.publishes("Night ferry")

    whole = automatic.composes().issue

    assert (whole.state, whole.held_because) == (IssueState.HELD, "it was held, and lacks nothing any more; approve it")


def test_a_source_that_failed_at_the_last_collect_holds_the_issue(automatic: Newsroom) -> None:
    automatic.newsletter(languages=("en",), approval="required")
    automatic.now += timedelta(minutes=10)
    with automatic.store.writing() as transaction:
        known_sources.failed(transaction, "site", automatic.now, "it answered 503")
    automatic.now += timedelta(minutes=1)

    assert "site (last" in automatic.composes().issue.held_because


def test_a_special_issue_that_is_approved_waits_for_a_person_to_send_it(automatic: Newsroom) -> None:
    issue = replace(
        issuing.known_issue(automatic.store, automatic.approves(automatic.composes())), kind=IssueKind.SPECIAL
    )

    assert not timing.is_to_be_sent(issue, automatic.settings, automatic.now)
