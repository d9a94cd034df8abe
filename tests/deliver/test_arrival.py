"""What became of a mail on its way is told: what its receiver says, and what others changed in it."""

import re

import pytest

from publisher.deliver.arrival import comparing, results
from publisher.deliver.arrival.results import Result
from publisher.deliver.domain.asking import Verdict
from publisher.deliver.relays import RELAYS, own
from tests.deliver import samples

SENT = samples.template(samples.settings()).fill(samples.delivery()).content
PASSED = (
    b"Authentication-Results: mx.example.net;\r\n dkim=pass header.i=@estuary.example.org header.s=news;\r\n"
    b" spf=pass (mx.example.net: domain of x@y (so) permits 11.22.33.44) smtp.mailfrom=a@estuary.example.org;\r\n"
    b" dmarc=pass (p=NONE) header.from=estuary.example.org\r\n"
)
GOOD, REMARK, WRONG = Verdict.GOOD, Verdict.REMARK, Verdict.WRONG


def judged(arrived: bytes) -> dict[str, tuple[Verdict, str]]:
    return {one.about: (one.verdict, one.words) for one in comparing.judge(SENT, arrived, own.RELAY)}


def html(old: bytes, new: bytes) -> bytes:
    """Give the mail with something in its HTML changed, as a relay writes it."""
    head, mark, tail = SENT.rpartition(b"Content-Type: text/html")
    assert mark
    assert old in tail
    return head + mark + tail.replace(old, new, 1)


@pytest.mark.parametrize(
    ("fields", "server", "found"),
    [
        (
            [PASSED.decode().partition(":")[2]],
            "mx.example.net",
            [("dkim", "pass"), ("spf", "pass"), ("dmarc", "pass")],
        ),
        (
            ['"mx.example.net" 1; dkim/1 = fail (a "quoted ;) thing" (deep)) header.d=x.org'],
            '"mx.example.net"',
            [("dkim", "fail")],
        ),
        (["mx.example.net; none"], "mx.example.net", []),
        (
            ["a.example; dkim=fail", "a.example; spf=pass", "b.example; dmarc=pass"],
            "a.example",
            [("dkim", "fail"), ("spf", "pass")],
        ),
        (["(((((((((((((", "x; spf=pass"], "(((((((((((((", []),
        ([], "", []),
    ],
)
def test_results_are_read_from_the_receiver_alone(fields: list[str], server: str, found: list[tuple[str, str]]) -> None:
    said, read = results.read(fields)

    assert said == server
    assert [(one.method, one.value) for one in read] == found


def test_a_result_says_of_which_domain_it_is() -> None:
    _, found = results.read([PASSED.decode().partition(":")[2]])

    assert found[0] == Result("dkim", "pass", "estuary.example.org")
    assert {one.domain for one in found} == {"estuary.example.org"}


def test_a_mail_that_arrived_as_it_was_sent_is_good_in_all() -> None:
    found = judged(b"Return-Path: <x>\r\n" + PASSED + b"Received: by mx\r\n" + SENT)

    assert [(about, verdict) for about, (verdict, _) in found.items()] == [
        (about, GOOD) for about in ("dkim", "spf", "dmarc", "headers", "links", "pixel")
    ]


def test_what_the_receiver_does_not_say_is_a_remark() -> None:
    assert judged(SENT)["receiver"][0] is REMARK
    assert judged(b"Authentication-Results: mx.example.net; spf=pass\r\n" + SENT)["dkim"][0] is REMARK


def test_what_did_not_pass_is_told_in_the_receivers_word() -> None:
    found = judged(PASSED.replace(b"dkim=pass", b"dkim=permerror") + SENT)["dkim"]

    assert found == (
        WRONG,
        "mx.example.net says permerror estuary.example.org; `publisher doctor` judges what is published",
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b"", "list-unsubscribe-post was taken out"),
        (b"List-Post: NO", b"List-Post: YES", "list-post was changed"),
        (b"Subject:", b"Subject: More\r\nSubject:", "subject stands there 2 times"),
    ],
)
def test_a_field_that_is_not_as_it_was_sent_is_told(old: bytes, new: bytes, said: str) -> None:
    verdict, words = judged(SENT.replace(old, new, 1))["headers"]

    assert (verdict, said in words) == (WRONG, True)


def test_a_field_that_was_folded_anew_is_the_same() -> None:
    assert judged(SENT.replace(b"List-Unsubscribe: <", b"List-Unsubscribe:\r\n\t<", 1))["headers"][0] is GOOD


def test_a_rewritten_link_is_told_with_what_it_became() -> None:
    verdict, words = judged(html(b"https://", b"https://click.example.net/?to=3Dhttps://"))["links"]

    assert verdict is WRONG
    assert "links were rewritten (1)" in words
    assert "by https://click.example.net/?to=https://" in words


def test_a_picture_that_came_in_is_told() -> None:
    arrived = html(b"</body>", b'<img src=3D"https://open.example.net/1.gif" width=3D"1"></body>')

    found = judged(arrived)

    assert found["pixel"] == (
        WRONG,
        "pictures came in on the way (1), as https://open.example.net/1.gif; "
        "turn off the counting of openings at your relay",
    )
    assert found["links"][0] is GOOD


def test_other_words_are_told_since_they_break_signatures() -> None:
    assert judged(html(b"</body>", b"<p>Sent by a free relay</p></body>"))["body"][0] is WRONG


@pytest.mark.parametrize("arrived", [b"", b"\xff\xfe", b"Content-Type: text/html\r\n\r\n<a <a <![x", b": x\r\n\r\n"])
def test_whatever_arrives_is_judged(arrived: bytes) -> None:
    assert judged(arrived)["headers"][0] is WRONG


@pytest.mark.parametrize("key", RELAYS)
def test_what_a_relay_is_known_to_write_anew_or_to_take_out_is_no_fault(key: str) -> None:
    sent = samples.template(samples.settings(delivery={"relay": key})).fill(samples.delivery()).content
    arrived = sent
    for name in RELAYS[key].rewrites:
        arrived = re.sub(rb"(?im)^" + name.encode() + rb":.*(?:\r\n[ \t].*)*", name.encode() + b": another\r", arrived)
    for name in RELAYS[key].own_fields:
        arrived = re.sub(rb"(?im)^" + name.encode() + rb":.*\r\n(?:[ \t].*\r\n)*", b"", arrived)

    found = {one.about: one.verdict for one in comparing.judge(sent, arrived, RELAYS[key])}

    assert found["headers"] is GOOD
    assert (arrived == sent) is (key == "own")
