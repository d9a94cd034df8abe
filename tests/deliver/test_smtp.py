"""What the transport does at every turn a mail server can take."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.deliver.smtp import Smtp, line
from publisher.deliver.smtp.answers import Answer
from publisher.deliver.smtp.line import Line
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply
from tests.deliver.far_end import HANG_UP, SILENCE, FarEnd, envelope_lines, far_end
from tests.deliver.samples import mail
from tests.deliver.ways import carried

LIMIT = 0.2
"""Seconds until a test gives up on a silent server."""


def sent(server: FarEnd, *numbers: int) -> list[Reply]:
    messages = [mail(f"reader{number}@example.org", number=number) for number in numbers or (1,)]
    return carried(Smtp(server.settings), messages).replies


def states(replies: list[Reply]) -> list[str]:
    return [str(reply.state) for reply in replies]


def test_a_message_is_sent_when_the_server_says_it_has_it(server: FarEnd) -> None:
    message = mail()

    (reply,) = carried(Smtp(server.settings), [message]).replies

    assert reply == Reply(DeliveryState.SENT, 250, "2.0.0", "queued as 1")
    assert server.mails == [message.content]
    assert server.heard[0][1:] == [f"MAIL FROM:<{message.sender}>", "RCPT TO:<bruno@example.org>", "DATA", "QUIT"]


def test_all_messages_go_over_one_connection(server: FarEnd) -> None:
    assert states(sent(server, 1, 2, 3)) == ["sent"] * 3
    assert len(server.heard) == 1


@pytest.mark.parametrize("offered", [(), ("PIPELINING",)])
def test_a_connection_takes_leave_after_as_many_messages_as_it_may_take(
    server: FarEnd, offered: tuple[str, ...]
) -> None:
    server.offers(*offered)
    settings = server.settings.model_copy(update={"messages": 2})

    replies = carried(Smtp(settings), [mail(number=number) for number in range(1, 6)]).replies

    assert states(replies) == ["sent"] * 5
    assert [heard.count("DATA") for heard in server.heard] == [2, 2, 1]
    assert all(heard[-1] == "QUIT" for heard in server.heard)


def test_nothing_to_send_makes_no_connection(server: FarEnd) -> None:
    carried(Smtp(server.settings), [])

    assert server.heard == []


def test_extensions_are_used_when_offered(server: FarEnd) -> None:
    server.offers("SIZE 10000000", "DSN", "8BITMIME", "SMTPUTF8", "PIPELINING")
    message = mail()

    carried(Smtp(server.settings), [message])

    sender, recipient, _ = envelope_lines(server)
    assert sender == f"MAIL FROM:<{message.sender}> SIZE={len(message.content)} RET=HDRS ENVID={message.key}"
    assert recipient == "RCPT TO:<bruno@example.org> NOTIFY=FAILURE"


def test_a_server_without_ehlo_is_greeted_the_old_way(server: FarEnd) -> None:
    server.answers("EHLO", "502 5.5.1 unknown")

    assert states(sent(server)) == ["sent"]
    assert server.lines("HELO")


def test_an_answer_of_several_lines_in_single_octets_is_read_whole(server: FarEnd) -> None:
    server.answers("DOT", "250-2.0.0 thank you\r\n250-2.0.0 very much\r\n250 2.0.0 queued as 7")

    assert sent(server)[0].words == "thank you very much queued as 7"


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(server: FarEnd) -> None:
    message = replace(mail(), content=b"To: bruno\r\n\r\n.\r\n..\r\n.three\r\n", may_be_dotted=True)

    carried(Smtp(server.settings), [message])

    assert server.mails == [message.content]


content_lines = st.one_of(st.sampled_from([b"", b".", b"..", b". ", b".three", b"QUIT"]), st.binary(max_size=20))


@settings(max_examples=30)
@given(st.lists(content_lines.map(lambda line: line.translate(None, b"\r\n")), min_size=1, max_size=12))
def test_no_line_of_a_content_ends_it_or_is_changed(lines: list[bytes]) -> None:
    message = replace(mail(), content=b"".join(line + b"\r\n" for line in lines), may_be_dotted=True)

    with far_end() as server:
        (reply,) = carried(Smtp(server.settings), [message]).replies

    assert reply.state is DeliveryState.SENT
    assert server.mails == [message.content]


@pytest.mark.parametrize("step", ["RCPT", "DATA", "DOT"])
def test_4xx_defers_one_delivery_and_the_next_goes_on(server: FarEnd, step: str) -> None:
    good = {"RCPT": "250 ok", "DATA": "354 go on", "DOT": "250 ok"}
    server.answers(step, "451 4.3.0 not now", good[step])

    assert states(sent(server, 1, 2)) == ["deferred", "sent"]
    assert len(server.heard) == 1
    assert len(server.mails) == 1


def test_4xx_to_our_sender_address_puts_one_delivery_off_and_the_next_goes_on(server: FarEnd) -> None:
    server.answers("MAIL", "452 4.3.1 no room", "250 ok")

    outgoing = carried(Smtp(server.settings), [mail(number=1), mail(number=2)])

    assert outgoing.replies[0] == Reply(DeliveryState.DEFERRED, 452, "4.3.1", "no room")
    assert states(outgoing.replies) == ["deferred", "sent"]
    assert "takes no mail now: 452 4.3.1 no room" in str(outgoing.put_back[0])
    assert len(server.heard) == 1


@pytest.mark.parametrize("step", ["RCPT", "DOT"])
def test_5xx_fails_one_delivery_and_the_next_goes_on(server: FarEnd, step: str) -> None:
    good = {"RCPT": "250 ok", "DOT": "250 ok"}
    server.answers(step, "550 5.1.1 unknown", good[step])

    replies = sent(server, 1, 2)

    assert states(replies) == ["failed", "sent"]
    assert (replies[0].code, replies[0].enhanced, replies[0].words) == (550, "5.1.1", "unknown")


@pytest.mark.parametrize(("step", "answer"), [("RCPT", "550 no"), ("DATA", "451 not now")])
def test_a_refused_message_is_taken_back_before_the_next(server: FarEnd, step: str, answer: str) -> None:
    server.answers(step, answer, "250 ok" if step == "RCPT" else "354 go on")

    sent(server, 1, 2)

    commands = [line.split(" ")[0] for line in server.heard[0]]
    assert commands[commands.index(step) + 1] == "RSET"


@pytest.mark.parametrize("answer", ["502 what?", HANG_UP])
def test_a_server_that_takes_nothing_back_is_left(server: FarEnd, answer: str) -> None:
    server.answers("RCPT", "550 no", "250 ok").answers("RSET", answer)

    assert states(sent(server, 1, 2)) == ["failed", "sent"]
    assert len(server.heard) == 2


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL", "DATA"])
def test_5xx_about_us_is_raised_and_mails_nobody(server: FarEnd, step: str) -> None:
    server.answers(step, "554 5.7.1 you are not welcome")

    with pytest.raises(FarEndError, match=r"554 5\.7\.1 you are not welcome; nobody was skipped") as raised:
        sent(server)

    assert raised.value.permanent
    assert server.mails == []


@pytest.mark.parametrize("step", ["GREETING", "EHLO"])
@pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", "450 busy"])
def test_4xx_at_the_door_is_raised_for_now(server: FarEnd, step: str, answer: str) -> None:
    server.answers(step, answer)

    with pytest.raises(FarEndError) as raised:
        sent(server)

    assert not raised.value.permanent


@pytest.mark.parametrize("step", ["RCPT", "DOT"])
def test_unauthenticated_mail_is_our_fault_and_raised(server: FarEnd, step: str) -> None:
    server.answers(step, "550-5.7.26 Your email has been blocked\r\n550 5.7.26 because the sender is unauthenticated")

    with pytest.raises(FarEndError, match="SPF, DKIM, DMARC") as raised:
        sent(server)

    assert raised.value.permanent


def test_too_many_recipients_by_552_is_tried_again(server: FarEnd) -> None:
    server.answers("RCPT", "552 5.5.3 too many recipients")

    assert states(sent(server)) == ["deferred"]


@pytest.fixture
def silent(server: FarEnd) -> Iterator[str]:
    """An address at whose port nobody answers a connection, since too many wait there already."""
    address = "127.0.0.2"
    with socket.create_server((address, server.port), backlog=0), ExitStack() as waiting:
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex((address, server.port))
        yield address


def test_an_address_that_answers_nothing_leaves_time_for_the_next(
    server: FarEnd, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def _two(_host: str, _port: int) -> list[str]:
        return [silent, "127.0.0.1"]

    monkeypatch.setattr(line, "addresses", _two)
    patient = server.settings.model_copy(update={"host": "mail.example.org", "timeout_seconds": 1.0})

    assert states(carried(Smtp(patient), [mail()]).replies) == ["sent"]


@pytest.mark.parametrize("answer", [HANG_UP, "221 bye", "999 what", "hello"])
def test_no_server_at_the_port_is_raised_for_now(server: FarEnd, answer: str) -> None:
    server.answers("GREETING", answer)

    with pytest.raises(FarEndError, match="cannot be reached") as raised:
        sent(server)

    assert not raised.value.permanent


def test_a_closed_port_is_raised_for_now(server: FarEnd) -> None:
    settings = server.settings
    server.close()

    with pytest.raises(FarEndError, match=r"127\.0\.0\.1:\d+ cannot be reached") as raised:
        carried(Smtp(settings), [mail()])

    assert not raised.value.permanent


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [HANG_UP, "421 4.4.2 idle for too long", "hello", "150 what?"])
def test_a_connection_lost_before_the_dot_is_opened_again_for_the_same_message(
    server: FarEnd, step: str, answer: str
) -> None:
    good = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}[step]
    server.answers(step, good, answer, good)

    assert states(sent(server, 1, 2)) == ["sent", "sent"]
    assert len(server.heard) == 2
    assert len(server.mails) == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_new_connection_lost_before_the_dot_puts_the_delivery_off(server: FarEnd, step: str) -> None:
    server.answers(step, HANG_UP)

    (later,) = carried(Smtp(server.settings), [mail()]).put_back

    assert "the connection broke" in str(later)
    assert server.mails == []
    assert len(server.heard) == 1


def test_a_connection_lost_inside_the_content_puts_the_delivery_off(server: FarEnd) -> None:
    server.answers("CONTENT", HANG_UP)
    larger_than_any_buffer = replace(mail(), content=b"x" * 70 + b"\r\n" + b"0123456789abcde\n" * 2_000_000)

    (later,) = carried(Smtp(server.settings), [larger_than_any_buffer]).put_back

    assert later.reply.state is DeliveryState.DEFERRED
    assert len(server.heard) == 1


def test_a_server_that_is_gone_at_the_second_message_is_raised(server: FarEnd) -> None:
    server.answers("MAIL", "250 ok", HANG_UP)
    server.on_step = lambda step: server.refuse() if step == "DOT" else None

    with pytest.raises(FarEndError, match="cannot be reached"):
        sent(server, 1, 2)

    assert len(server.mails) == 1


@pytest.mark.parametrize("answer", [HANG_UP, "hello", "354 what?"])
def test_no_answer_to_the_dot_is_uncertain(server: FarEnd, answer: str) -> None:
    server.answers("DOT", answer, "250 ok")

    assert states(sent(server, 1, 2)) == ["uncertain", "sent"]
    assert len(server.heard) == 2


def test_the_answer_to_the_dot_is_waited_for_ten_minutes_and_no_other(
    server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    answer = Line.answer

    async def _noted(line: Line, seconds: float) -> Answer:
        waits.append(seconds)
        return await answer(line, seconds)

    monkeypatch.setattr(Line, "answer", _noted)
    sent(server)

    usual = server.settings.timeout_seconds
    assert waits == [*[usual] * 5, 600, usual]


def test_silence_after_the_dot_is_uncertain(server: FarEnd) -> None:
    server.answers("DOT", SILENCE)
    settings = server.settings.model_copy(update={"timeout_seconds": LIMIT})

    assert states(carried(Smtp(settings, dot_seconds=LIMIT), [mail()]).replies) == ["uncertain"]


def test_silence_before_the_dot_puts_the_delivery_off(server: FarEnd) -> None:
    server.answers("RCPT", SILENCE)
    settings = server.settings.model_copy(update={"timeout_seconds": LIMIT})

    assert len(carried(Smtp(settings), [mail()]).put_back) == 1


def test_421_to_the_dot_is_not_accepted_and_the_next_goes_over_a_new_connection(server: FarEnd) -> None:
    server.answers("DOT", "421 4.3.2 shutting down", "250 ok")

    outgoing = carried(Smtp(server.settings), [mail(number=1), mail(number=2)])

    assert "shutting down" in str(outgoing.put_back[0])
    assert states(outgoing.replies) == ["deferred", "sent"]
    assert len(server.heard) == 2


@pytest.mark.parametrize("size", ["SIZE 1000", "SIZE 1"])
def test_a_message_larger_than_the_server_takes_is_not_sent(server: FarEnd, size: str) -> None:
    server.offers(size)

    with pytest.raises(FarEndError, match="takes messages of at most") as raised:
        sent(server)

    assert raised.value.permanent
    assert not envelope_lines(server)


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE many"])
def test_a_size_without_a_limit_limits_nothing(server: FarEnd, size: str) -> None:
    server.offers(size)

    assert states(sent(server)) == ["sent"]


def test_a_local_part_that_is_not_ascii_needs_smtputf8(server: FarEnd) -> None:
    server.offers("8BITMIME")

    (reply,) = carried(Smtp(server.settings), [mail("josé@example.org")]).replies

    assert (reply.state, reply.enhanced) == (DeliveryState.FAILED, "5.6.7")
    assert "SMTPUTF8" in reply.words
    assert not envelope_lines(server)


def test_smtputf8_is_said_for_that_local_part_alone(server: FarEnd) -> None:
    server.offers("8BITMIME", "SMTPUTF8")

    readers = enumerate(("josé@example.org", "bruno@bücher.example"))
    replies = carried(Smtp(server.settings), [mail(email, number=number) for number, email in readers]).replies

    first, second = server.lines("MAIL")
    assert states(replies) == ["sent", "sent"]
    assert first.endswith(" BODY=8BITMIME SMTPUTF8")
    assert second.endswith("example.org>")
    assert server.lines("RCPT") == ["RCPT TO:<josé@example.org>", "RCPT TO:<bruno@xn--bcher-kva.example>"]


def test_starttls_that_is_not_offered_sends_nothing_in_the_clear(server: FarEnd) -> None:
    settings = server.settings.model_copy(update={"security": "starttls"})

    with pytest.raises(FarEndError, match="does not offer STARTTLS") as raised:
        carried(Smtp(settings), [mail()])

    assert raised.value.permanent
    assert [line.split(" ")[0] for line in server.heard[0]] == ["EHLO"]


@pytest.mark.parametrize(("answer", "is_permanent"), [("454 4.7.0 not now", False), ("501 5.5.4 no", True)])
def test_a_refused_starttls_is_about_us(server: FarEnd, answer: str, is_permanent: bool) -> None:
    server.offers("STARTTLS").answers("STARTTLS", answer)
    settings = server.settings.model_copy(update={"security": "starttls"})

    with pytest.raises(FarEndError, match="refused STARTTLS") as raised:
        carried(Smtp(settings), [mail()])

    assert raised.value.permanent is is_permanent


def test_a_server_that_hangs_up_at_starttls_is_tried_later(server: FarEnd) -> None:
    server.offers("STARTTLS").answers("STARTTLS", HANG_UP)
    settings = server.settings.model_copy(update={"security": "starttls"})

    with pytest.raises(FarEndError, match="broke at STARTTLS") as raised:
        carried(Smtp(settings), [mail()])

    assert not raised.value.permanent


def test_tls_to_a_port_that_speaks_none_says_so(server: FarEnd) -> None:
    settings = server.settings.model_copy(update={"security": "tls"})

    with pytest.raises(FarEndError, match="does not speak TLS"):
        carried(Smtp(settings), [mail()])
