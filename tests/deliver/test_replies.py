import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import replies
from publisher.deliver.protocols import NotNow
from publisher.deliver.replies import Step
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply

AT_THE_DOOR = (Step.GREETING, Step.EHLO, Step.STARTTLS, Step.AUTH)
AFTER_IT = (Step.MAIL, Step.RCPT, Step.DATA, Step.CONTENT)
SERVER = "mail.example.org:587"


def judged(step: Step, code: int, text: str = "words") -> Reply | None:
    return replies.judge(step, code, text.encode(), SERVER)


@pytest.mark.parametrize("step", [Step.RCPT, Step.DATA, Step.CONTENT])
@pytest.mark.parametrize("code", [450, 451, 452])
def test_4xx_about_a_delivery_is_tried_again(step: Step, code: int) -> None:
    reply = judged(step, code, "4.2.2 mailbox full")

    assert reply == Reply(DeliveryState.DEFERRED, code, "4.2.2", "mailbox full")


@pytest.mark.parametrize(
    ("step", "code"), [(Step.MAIL, 421), (Step.MAIL, 450), (Step.MAIL, 452), (Step.RCPT, 421), (Step.CONTENT, 421)]
)
def test_4xx_before_the_recipient_was_looked_at_puts_the_delivery_off(step: Step, code: int) -> None:
    with pytest.raises(NotNow) as raised:
        judged(step, code, "4.3.2 busy")

    assert not raised.value.permanent
    assert raised.value.reply == Reply(DeliveryState.DEFERRED, code, "4.3.2", "busy")


@pytest.mark.parametrize("step", [Step.RCPT, Step.CONTENT])
@pytest.mark.parametrize("code", [550, 551, 553, 554])
def test_5xx_to_recipient_or_content_ends_that_delivery(step: Step, code: int) -> None:
    assert judged(step, code, "5.1.1 unknown user") == Reply(DeliveryState.FAILED, code, "5.1.1", "unknown user")


@pytest.mark.parametrize("step", [*AT_THE_DOOR, Step.MAIL, Step.DATA])
def test_5xx_about_us_pauses_the_issue(step: Step) -> None:
    with pytest.raises(FarEndError) as raised:
        judged(step, 550, "5.7.1 go away")

    assert raised.value.permanent
    assert f"{SERVER} refused {step}: 550 5.7.1 go away" in str(raised.value)


@pytest.mark.parametrize("step", AT_THE_DOOR)
def test_4xx_at_the_door_pauses_for_now(step: Step) -> None:
    with pytest.raises(FarEndError) as raised:
        judged(step, 454, "4.7.0 not now")

    assert not raised.value.permanent


@pytest.mark.parametrize("step", AFTER_IT)
@pytest.mark.parametrize("enhanced", [*(f"5.7.{number}" for number in range(25, 30)), "5.7.515"])
def test_missing_authentication_is_ours_and_blames_no_address(step: Step, enhanced: str) -> None:
    with pytest.raises(FarEndError, match="SPF, DKIM, DMARC"):
        judged(step, 550, f"{enhanced} this mail is unauthenticated")


@pytest.mark.parametrize("enhanced", ["5.7.2", "5.7.24", "5.7.30", "5.7.51", "5.7.5150", "5.7.1"])
def test_its_neighbours_are_about_the_delivery(enhanced: str) -> None:
    reply = judged(Step.RCPT, 550, f"{enhanced} no")

    assert reply
    assert reply.state is DeliveryState.FAILED


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_server_that_wants_a_log_in_first_is_about_us_wherever_it_says_so(code: int) -> None:
    with pytest.raises(FarEndError):
        judged(Step.RCPT, code, "5.7.0 authentication required")


@pytest.mark.parametrize("step", [Step.RCPT, Step.CONTENT])
@pytest.mark.parametrize(
    "words",
    [
        "554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied",
        "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.example.org",
        "554 5.7.1 <bruno@example.net>: Relay access denied",
        "550 5.7.1 <bruno@example.net>... Relaying denied",
        "550 relay not permitted",
        "550 5.7.1 Unable to relay",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "553 5.7.1 <bounces+x@example.org>: Sender address rejected: not logged in",
        "550 5.1.8 <bounces+x@example.org>: Domain of sender does not exist",
        "504 5.5.2 <desk>: Helo command rejected: need fully-qualified hostname",
        "550 5.7.1 Authentication required",
        "550 5.4.5 Daily user sending limit exceeded",
        "550 not permitted to relay through this server",
    ],
)
def test_a_refusal_whose_words_are_about_us_blames_no_address_and_names_none(step: Step, words: str) -> None:
    code, _, text = words.partition(" ")

    with pytest.raises(FarEndError, match="nobody was skipped") as raised:
        judged(step, int(code), text)

    assert raised.value.permanent
    assert "bruno@" not in str(raised.value)


@pytest.mark.parametrize(
    "words",
    [
        "5.1.1 <bruno@example.net>: Recipient address rejected: User unknown in virtual mailbox table",
        "5.2.2 mailbox full, quota exceeded",
        "5.7.1 message content rejected",
        '5.1.1 <"relay access denied"@example.net>: no such user',
        "5.1.1 <bruno@example.net>: Recipient address rejected: undeliverable address: host mx.example.net[192.0.2.9] "
        "said: 550 5.7.1 Client host rejected (in reply to RCPT TO command)",
    ],
)
def test_a_refusal_of_the_recipient_is_none_of_us(words: str) -> None:
    reply = judged(Step.RCPT, 550, words)

    assert reply
    assert reply.state is DeliveryState.FAILED


def test_552_to_a_recipient_is_452_and_to_the_content_final() -> None:
    states = [reply.state for step in (Step.RCPT, Step.CONTENT) if (reply := judged(step, 552))]

    assert states == [DeliveryState.DEFERRED, DeliveryState.FAILED]


def test_only_the_answer_to_the_content_makes_it_sent() -> None:
    assert [judged(step, 250) for step in (Step.MAIL, Step.RCPT)] == [None, None]
    assert judged(Step.DATA, 354) is None
    assert judged(Step.CONTENT, 250, "2.0.0 queued as 1") == Reply(DeliveryState.SENT, 250, "2.0.0", "queued as 1")


def test_an_answer_of_several_lines_is_read_as_one() -> None:
    text = b"5.1.1 The account does\n5.1.1 not exist: \xff\x00\x1b[31m\n5.1.1 see https://example.org"

    assert replies.read(550, text) == ("5.1.1", "The account does not exist: \ufffd [31m see https://example.org")


def test_an_enhanced_code_of_another_class_is_only_words() -> None:
    assert replies.read(550, b"2.0.0 odd") == ("", "2.0.0 odd")
    assert replies.read(450, b"4.2.2") == ("4.2.2", "")


@given(st.sampled_from(AFTER_IT), st.integers(200, 499), st.binary(max_size=200))
def test_an_answer_that_is_not_final_blames_nobody(step: Step, code: int, text: bytes) -> None:
    try:
        reply = replies.judge(step, code, text, SERVER)
    except NotNow as put_off:
        reply = put_off.reply

    assert reply is None or reply.state in (DeliveryState.SENT, DeliveryState.DEFERRED)


@given(st.sampled_from(AT_THE_DOOR), st.integers(400, 599), st.binary(max_size=200))
def test_every_refusal_at_the_door_is_about_us(step: Step, code: int, text: bytes) -> None:
    with pytest.raises(FarEndError) as raised:
        replies.judge(step, code, text, SERVER)

    assert raised.value.permanent is (code >= 500)
    assert "\n" not in str(raised.value)
