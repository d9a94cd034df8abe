"""A mail server's log, and a relay's events, say which mails of ours were taken and which were given up."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver.maillog import files, times
from publisher.deliver.maillog.trail import Trail
from publisher.errors import UsageError
from publisher.model import DeliveryState, Reply
from tests.deliver import maillogs
from tests.deliver.maillogs import DELIVERED, EXPIRED, GIVEN_UP, PUT_OFF, REFUSED, SERVERS, Mail

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY, OTHER = "0123456789abcdef0123", "99999999990000000000"
SENDERS = {"bounces+ours@estuary.example.org": KEY}
MAIL = Mail(KEY, "bounces+ours@estuary.example.org", "ana@example.net", NOW - timedelta(hours=1))


def read(*lines: str) -> Trail:
    trail = Trail(SENDERS.get, NOW)
    trail.read_log(lines)
    return trail


def told(*lines: str) -> dict[str, Reply]:
    return {key: one.reply for key, one in read(*lines).became.items()}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("became", [DELIVERED, PUT_OFF])
def test_what_the_server_took_is_sent_though_it_still_tries(server: str, became: str) -> None:
    (reply,) = told(*SERVERS[server](MAIL, became)).values()

    assert reply.state is DeliveryState.SENT
    assert (reply.code, reply.enhanced) == ((250, "2.0.0") if became == DELIVERED else (None, ""))


@pytest.mark.parametrize("server", SERVERS)
def test_what_came_back_is_failed_with_the_words_of_whoever_refused_it(server: str) -> None:
    (reply,) = told(*SERVERS[server](MAIL, GIVEN_UP)).values()

    assert (reply.state, reply.code, reply.enhanced) == (DeliveryState.FAILED, 550, "5.1.1")
    assert "no such user" in reply.words


@pytest.mark.parametrize("server", SERVERS)
def test_what_was_tried_for_too_long_is_failed(server: str) -> None:
    (reply,) = told(*SERVERS[server](MAIL, EXPIRED)).values()

    assert reply.state is DeliveryState.FAILED


@pytest.mark.parametrize("server", SERVERS)
def test_what_was_refused_after_its_content_was_never_taken(server: str) -> None:
    assert told(*SERVERS[server](MAIL, REFUSED)) == {}


@pytest.mark.parametrize("server", SERVERS)
def test_a_mail_of_somebody_else_is_none_of_ours(server: str) -> None:
    theirs = Mail("a-letter", "carla@example.net", "ana@example.net", MAIL.at)

    assert told(*SERVERS[server](theirs, DELIVERED)) == {}


def test_it_is_known_by_its_message_id_where_the_return_path_is_another() -> None:
    rewritten = Mail(KEY, "srs0=x=example.net@relay.example.net", "ana@example.net", MAIL.at)

    assert set(told(*maillogs.postfix(rewritten))) == set(told(*maillogs.exim(rewritten))) == {KEY}


def test_a_queue_id_that_is_given_again_is_another_mail() -> None:
    taken = maillogs.postfix(MAIL)
    refused = [
        line.replace(OTHER, "a-letter") for line in maillogs.postfix(Mail(OTHER, "x@y.example", "c@d", NOW), GIVEN_UP)
    ]
    again = [line.replace(f"{Mail(OTHER, '', '', NOW).queue:010X}", f"{MAIL.queue:010X}") for line in refused]

    assert told(*taken, *again)[KEY].state is DeliveryState.SENT
    assert told(*taken[:3], *again)[KEY].state is DeliveryState.SENT


def test_a_mail_that_a_filter_took_and_gave_back_may_still_be_given_up() -> None:
    back = [line.replace(f"{MAIL.queue:010X}", "77AA77AA77") for line in maillogs.postfix(MAIL, GIVEN_UP)]

    assert told(*maillogs.postfix(MAIL)[:3], *back[:3], *maillogs.postfix(MAIL)[3:], *back[3:])[KEY].enhanced == "5.1.1"


def test_what_opensmtpd_wrote_before_6_4_is_read_too() -> None:
    session = "Nov 20 14:00:00 relay smtpd[7711]: 5df87c3d4c4a4247"
    (reply,) = told(
        f"{session} smtp event=message address=127.0.0.1 host=localhost msgid=3d4c4a42 from=<{MAIL.sender}> to=<a@b>",
        f'{session} mta event=delivery evpid=3d4c4a424797fe79 from=<> to=<a@b> result="PermFail" stat="550 5.1.1 no"',
    ).values()

    assert (reply.state, reply.enhanced) == (DeliveryState.FAILED, "5.1.1")


def test_lines_that_are_none_of_a_log_are_counted_and_skipped() -> None:
    trail = read("rubbish", "{no json", '["a", "list"]', "", *maillogs.postfix(MAIL), "\x00\xff")

    assert (trail.malformed, set(trail.became)) == (4, {KEY})
    assert trail.lines == 5 + len(maillogs.postfix(MAIL))


@given(st.text(), st.sampled_from(sorted(SERVERS)), st.data())
def test_no_line_breaks_the_reading(text: str, server: str, data: st.DataObject) -> None:
    lines = SERVERS[server](MAIL, GIVEN_UP)
    cut = [line[: data.draw(st.integers(0, len(line)))] + text for line in lines]

    assert read(*cut).lines == len(lines)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_event_breaks_the_reading(said: Any) -> None:
    trail = Trail(SENDERS.get, NOW)
    trail.read_events([json.dumps({"mail": said, "event": said, "message": said, "smtp-id": said, "detail": said})])

    assert trail.lines == 1


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-20T14:00:00.5Z", "2026-11-20T14:00:00.500000+00:00"),
        ("2026-11-20T09:00:00.123456-05:00", "2026-11-20T14:00:00.123456+00:00"),
        ("2026-11-20 15:00:00 +0100", "2026-11-20T14:00:00+00:00"),
        ("1795183200", "2026-11-20T14:00:00+00:00"),
        ("1795183200123456", "2026-11-20T14:00:00.123456+00:00"),
        ("1795183200.25", "2026-11-20T14:00:00.250000+00:00"),
    ],
)
def test_instants_are_read_as_servers_write_them(written: str, at: str) -> None:
    assert times.instant(written, NOW) == datetime.fromisoformat(at)


def test_a_time_without_a_year_is_the_newest_that_is_not_ahead() -> None:
    found = [times.instant(written, NOW) for written in ("Nov 20 14:00:00", "Dec 24 14:00:00", "Feb 29 12:00:00")]

    assert [one and one.year for one in found] == [2026, 2025, 2024]


def test_a_log_covers_what_its_files_have_without_a_gap() -> None:
    trail = Trail(SENDERS.get, NOW)
    for hours in (6, 4, 3):
        begin = NOW - timedelta(hours=hours)
        trail.read_log(f"{at.isoformat()} relay cron[1]: tick" for at in (begin, begin + timedelta(minutes=59)))

    assert trail.covers(NOW - timedelta(hours=4), NOW - timedelta(hours=2, minutes=1))
    assert not trail.covers(NOW - timedelta(hours=6), NOW - timedelta(hours=4))
    assert not trail.covers(NOW - timedelta(hours=4, minutes=1), NOW - timedelta(hours=3))
    assert not trail.covers(NOW - timedelta(hours=3), NOW - timedelta(hours=2))


def test_a_packed_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_bytes(b"one\r\ntw\xff\n")
    (tmp_path / "mail.log.gz").write_bytes(gzip.compress(b"one\r\ntw\xff\n"))

    assert (
        list(files.lines(tmp_path / "mail.log")) == list(files.lines(tmp_path / "mail.log.gz")) == ["one", "tw\ufffd"]
    )


def test_a_line_that_does_not_end_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_bytes(b"x" * (3 * files.LONGEST_LINE) + b"\nafter\n")

    assert list(files.lines(tmp_path / "mail.log")) == ["", "after"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (gzip.compress(b"line\n" * 99, mtime=0)[:-9], "cut off"),
        (b"\x28\xb5\x2f\xfd\x00", "zstdcat"),
        (None, "cannot be read"),
    ],
    ids=["cut off", "zstd", "missing"],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "mail.log"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(UsageError, match=f"mail.log .*{why}"):
        list(files.lines(file))


def _ses(kind: str, **more: Any) -> dict[str, Any]:
    mail = {"timestamp": "2026-11-20T14:00:00.000Z", "messageId": "0100019-ses", "tags": {"delivery": [KEY]}}
    return {"eventType": kind, "mail": mail, **more}


BOUNCED = {"emailAddress": "ana@example.net", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 no such user"}
NAMED = {"message-id": f"{KEY}@estuary.example.org"}


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (_ses("Send", send={}), "sent"),
        (_ses("Delivery", delivery={"smtpResponse": "250 ok"}), "sent"),
        (_ses("Bounce", bounce={"bounceType": "Permanent", "bouncedRecipients": [BOUNCED]}), "failed"),
        (_ses("Bounce", bounce={"bounceType": "Transient", "bouncedRecipients": []}), "sent"),
        (_ses("Reject", reject={"reason": "Bad content"}), "failed"),
        ({"TopicArn": "arn:aws:sns:eu-west-1:1:mail", "Message": json.dumps(_ses("Send"))}, "sent"),
        ({"detail-type": "Email Sent", "detail": _ses("Send")}, "sent"),
        ({"RecordType": "Delivery", "Metadata": {"delivery": KEY}, "DeliveredAt": "2026-11-20T14:00:00Z"}, "sent"),
        (
            {"RecordType": "Bounce", "Type": "HardBounce", "Metadata": {"delivery": KEY}, "Details": "550 5.1.1 no"},
            "failed",
        ),
        ({"RecordType": "Bounce", "Type": "Transient", "Metadata": {"delivery": KEY}}, "sent"),
        ({"event": "delivered", "timestamp": 1795183200.5, "message": {"headers": NAMED}}, "sent"),
        ({"event-data": {"event": "failed", "severity": "permanent", "message": {"headers": NAMED}}}, "failed"),
        ({"event": "failed", "severity": "temporary", "user-variables": {"delivery": KEY}}, "sent"),
        ({"event": "processed", "smtp-id": f"<{KEY}@estuary.example.org>", "timestamp": 1795183200}, "sent"),
        ([{"event": "bounce", "publisher_delivery": KEY, "status": "5.1.1", "reason": "550 5.1.1 no"}], "failed"),
        ({"event": "request", "message-id": f"<{KEY}@estuary.example.org>", "ts_event": 1795183200}, "sent"),
        ({"event": "hard_bounce", "X-Mailin-custom": KEY, "reason": "550 5.1.1 no such user"}, "failed"),
    ],
)
def test_a_relays_event_says_what_became_of_a_mail(event: Any, state: str) -> None:
    trail = Trail(SENDERS.get, NOW)
    trail.read_events([json.dumps(event)])

    assert {key: str(one.reply.state) for key, one in trail.became.items()} == {KEY: state}


def test_a_bounce_counts_whenever_it_is_told() -> None:
    bounce = {"event": "bounce", "publisher_delivery": KEY, "status": "5.1.1", "reason": "550 5.1.1 no such user"}
    delivered = {"event": "delivered", "publisher_delivery": KEY, "response": "250 ok"}
    trail = Trail(SENDERS.get, NOW)
    trail.read_events(map(json.dumps, (delivered, bounce, delivered)))

    assert trail.became[KEY].reply == Reply(DeliveryState.FAILED, 550, "5.1.1", "550 5.1.1 no such user")


def test_events_of_others_and_lines_that_are_none_are_left_alone() -> None:
    trail = Trail(SENDERS.get, NOW)
    trail.read_events(['{"event": "delivered", "smtp-id": "<a@b>"}', "[1]", '"text"', "{", "null"])

    assert (trail.became, trail.malformed, trail.lines) == ({}, 4, 5)
