"""Messages over a pipelined connection: at most one in doubt, each told what became of it, whatever the server does."""

import asyncio
import contextlib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.deliver import Message, loop
from publisher.deliver.protocols import NotNow
from publisher.deliver.send import send
from publisher.deliver.smtp import Smtp
from publisher.deliver.smtp import line as line_module
from publisher.deliver.smtp.exchange import Exchange
from publisher.deliver.smtp.line import Dropped, Line
from publisher.deliver.smtp.session import Session
from publisher.errors import FarEndError, PublisherError
from publisher.model import DeliveryState, Reply
from tests.deliver.far_end import HANG_UP, SILENCE, TAKEN_UNTOLD, FarEnd, far_end
from tests.deliver.ledgers import MemoryJournal, MemoryLedger
from tests.deliver.samples import NOW, delivery, mail, template
from tests.deliver.ways import Messages, carried, carry

LIMIT = 0.5
"""Seconds until a test gives up on a silent server."""
PIPELINED, CHUNKED = ("PIPELINING",), ("PIPELINING", "CHUNKING")
OFFERS = [(), PIPELINED, ("CHUNKING",), CHUNKED, (*CHUNKED, "SIZE 10000000", "DSN", "8BITMIME", "SMTPUTF8")]
LOOPS = [asyncio.new_event_loop, loop.new_event_loop]


def mails(count: int) -> list[Message]:
    return [mail(f"reader{number}@example.org", number=number) for number in range(1, count + 1)]


def states(replies: Sequence[Reply]) -> list[str]:
    return [str(reply.state) for reply in replies]


def verbs(server: FarEnd) -> list[str]:
    return [" ".join(line.split(" ")[0] for line in heard[1:]) for heard in server.heard]


def impatient(server: FarEnd) -> Smtp:
    return Smtp(server.settings.model_copy(update={"timeout_seconds": LIMIT}), dot_seconds=LIMIT)


def test_each_message_is_announced_with_the_content_of_the_one_before(server: FarEnd) -> None:
    server.offers(*PIPELINED)
    heard_at_dot: list[int] = []
    messages = mails(3)
    sent = Messages(deque(messages))

    def _note(step: str) -> None:
        if step == "DOT":
            heard_at_dot.append(len(sent.heard))

    server.on_step = _note
    carry(Smtp(server.settings), sent)

    assert verbs(server) == ["MAIL RCPT DATA " * 3 + "QUIT"]
    assert server.mails == [message.content for message in messages]
    assert heard_at_dot == [0, 1, 2]


def test_chunks_are_handed_over_as_they_are(server: FarEnd) -> None:
    server.offers(*CHUNKED)
    message = replace(mail(), content=b"To: bruno\r\n\r\n.\r\n..\r\n.three\r\n")

    assert states(carried(Smtp(server.settings), [message]).replies) == ["sent"]
    assert server.mails == [message.content]
    assert server.lines("BDAT") == [f"BDAT {len(message.content)} LAST"]


@pytest.mark.parametrize("offered", OFFERS)
def test_everybody_is_sent_one_whatever_the_server_offers(server: FarEnd, offered: tuple[str, ...]) -> None:
    server.offers(*offered)
    messages = mails(4)

    assert states(carried(Smtp(server.settings), messages).replies) == ["sent"] * 4
    assert server.mails == [message.content for message in messages]
    assert len(server.heard) == 1


def test_asked_for_content_without_a_recipient_a_lone_dot_is_sent(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("RCPT", "550 5.1.1 unknown", "250 ok")

    assert states(carried(Smtp(server.settings), mails(2)).replies) == ["failed", "sent"]
    assert verbs(server) == ["MAIL RCPT DATA . RSET MAIL RCPT DATA QUIT"]
    assert len(server.contents) == 1


def test_a_message_whose_sender_alone_was_refused_is_not_sent_without_a_word_in_it(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("MAIL", "451 4.3.0 later", "250 ok")

    assert states(carried(Smtp(server.settings), mails(2)).replies) == ["deferred", "sent"]
    assert verbs(server) == ["MAIL RCPT DATA", "MAIL RCPT DATA QUIT"]


def test_a_refusal_is_heard_though_the_server_is_gone_at_the_lone_dot(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("RCPT", "550 5.1.1 unknown", "250 ok").answers("CONTENT", HANG_UP)

    def _mends(step: str) -> None:
        if step == "EHLO" and server.heard[1:]:
            del server.script["CONTENT"]

    server.on_step = _mends

    assert states(carried(Smtp(server.settings), mails(2)).replies) == ["failed", "sent"]


def test_after_a_refused_chunk_the_next_is_announced_anew(server: FarEnd) -> None:
    server.offers(*CHUNKED).answers("DOT", "451 4.3.0 not now", "250 ok")

    assert states(carried(Smtp(server.settings), mails(3)).replies) == ["deferred", "sent", "sent"]
    assert verbs(server) == ["MAIL RCPT BDAT MAIL RCPT RSET MAIL RCPT BDAT MAIL RCPT BDAT QUIT"]


def test_a_server_that_offers_pipelining_and_forgets_what_it_did_not_ask_for_takes_nothing(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("RCPT", SILENCE).answers("DATA", SILENCE)

    outgoing = carried(impatient(server), mails(1))

    assert "did not answer" in str(outgoing.put_back[0])
    assert server.contents == []


def test_a_server_that_forgets_what_came_with_the_content_is_asked_again(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("MAIL", "250 ok", SILENCE, "250 ok")

    assert states(carried(impatient(server), mails(3)).replies) == ["sent"] * 3
    assert len(server.mails) == 3


def test_a_server_that_offers_chunks_and_does_not_know_them_takes_nothing(server: FarEnd) -> None:
    server.offers(*CHUNKED).answers("BDAT", "500 5.5.1 what?")

    assert states(carried(Smtp(server.settings), mails(2)).replies) == ["failed"] * 2
    assert server.mails == []


@pytest.mark.parametrize("offered", [(), PIPELINED])
@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT", "DATA", "DOT"])
def test_an_answer_given_twice_is_not_taken_for_that_to_the_next_message(
    server: FarEnd, step: str, offered: tuple[str, ...]
) -> None:
    server.offers(*offered)
    good = {"EHLO": server.script["EHLO"][0], "DATA": "354 go on"}.get(step, "250 ok")
    server.answers(step, f"{good}\r\n{good}", good)
    outgoing = Messages(deque(mails(4)))

    carry(Smtp(server.settings), outgoing)

    assert len(outgoing.heard) == 4
    assert_told_the_truth(outgoing, server)


@pytest.mark.parametrize("offered", OFFERS[:4])
def test_a_server_that_took_leave_unasked_is_asked_nothing_more(server: FarEnd, offered: tuple[str, ...]) -> None:
    server.offers(*offered).answers("DOT", "250 ok\r\n421 4.3.2 good night", "250 ok")

    assert states(carried(Smtp(server.settings), mails(2)).replies) == ["sent", "sent"]
    assert len(server.mails) == len(server.heard) == 2


@pytest.mark.parametrize("offered", OFFERS[:4])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [HANG_UP, "421 4.4.2 too long", "hello", "150 what?"])
def test_a_connection_that_ends_before_the_content_took_nothing(
    server: FarEnd, step: str, answer: str, offered: tuple[str, ...]
) -> None:
    good = "354 go on" if step == "DATA" else "250 ok"
    server.offers(*offered).answers(step, good, answer, good)

    assert states(carried(Smtp(server.settings), mails(2)).replies) == ["sent", "sent"]
    assert len(server.mails) == 2


@pytest.mark.parametrize("offered", OFFERS[:4])
@pytest.mark.parametrize("answer", [HANG_UP, TAKEN_UNTOLD, "hello", "354 what?"])
def test_a_connection_that_ends_after_the_content_leaves_one_message_in_doubt(
    server: FarEnd, answer: str, offered: tuple[str, ...]
) -> None:
    server.offers(*offered).answers("DOT", answer, "250 ok")

    assert states(carried(Smtp(server.settings), mails(3)).replies) == ["uncertain", "sent", "sent"]
    assert len(server.heard) == 2


@pytest.mark.parametrize("offered", [(), PIPELINED])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "DOT"])
def test_of_a_server_that_falls_silent_nothing_is_told_that_is_not_so(
    server: FarEnd, step: str, offered: tuple[str, ...]
) -> None:
    good = "354 go on" if step == "DATA" else "250 ok"
    server.offers(*offered).answers(step, good, SILENCE, good)

    outgoing = carried(impatient(server), mails(3))

    assert len(outgoing.heard) == 3
    assert_told_the_truth(outgoing, server)


def test_a_connection_lost_inside_a_large_content_leaves_no_message_in_doubt(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("CONTENT", HANG_UP)
    larger_than_any_buffer = replace(mails(1)[0], content=b"x" * 70 + b"\r\n" + b"0123456789abcd\r\n" * 2_000_000)
    outgoing = Messages(deque([larger_than_any_buffer, mails(2)[1]]))

    carry(Smtp(server.settings), outgoing)

    assert states(outgoing.replies) == ["deferred", "uncertain"]
    assert outgoing.begun == [mails(2)[1].key]


def test_content_refused_for_our_sake_leaves_no_message_in_doubt(server: FarEnd) -> None:
    server.offers(*PIPELINED).answers("DOT", "550 5.7.26 unauthenticated")
    outgoing = Messages(deque(mails(2)))

    with pytest.raises(FarEndError, match="SPF, DKIM, DMARC"):
        carry(Smtp(server.settings), outgoing)

    assert (outgoing.begun, outgoing.heard) == ([], {})


class SmallBuffer(asyncio.Transport):
    """A system that takes as many octets as it has room for, and the rest when it is asked to."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room
        self.taken = b""
        self.waiting = b""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert not high

    def get_write_buffer_size(self) -> int:
        return len(self.waiting)

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        self.waiting = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.waiting += data
        self.take(self.room)

    def take(self, octets: int) -> None:
        taken, self.waiting = self.waiting[:octets], self.waiting[octets:]
        self.taken, self.room = self.taken + taken, self.room - len(taken)


@pytest.mark.parametrize("room", [0, 8, 9, 10, 13, 14])
def test_the_end_of_a_long_message_is_told_from_what_follows_it_to_the_octet(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "TOGETHER", 8)
    line, system = Line(), SmallBuffer(room)
    line.connection_made(system)

    line.write(b"content", b".\n", after=b"MAIL\n")
    assert line.is_flushed == (room >= 9)
    assert system.waiting == (b"content.\n"[room:] if room < 9 else b"MAIL\n"[room - 9 :])

    system.room = 100
    system.take(100)
    line.resume_writing()
    assert line.is_flushed
    assert system.taken == b"content.\nMAIL\n"


@pytest.mark.parametrize("room", [0, 8, 14])
def test_a_short_message_goes_out_with_what_follows_it_and_may_be_out_from_then_on(room: int) -> None:
    line, system = Line(), SmallBuffer(room)
    line.connection_made(system)

    line.write(b"content", b".\n", after=b"MAIL\n")

    assert line.is_flushed
    assert system.taken + system.waiting == b"content.\nMAIL\n"


def test_words_of_leave_that_nobody_asked_for_are_told() -> None:
    line = Line()
    line.connection_made(SmallBuffer(100))
    line.data_received(b"421 4.4.2 idle for too long\r\n")
    line.connection_lost(None)

    with pytest.raises(Dropped, match=r"421 4\.4\.2 idle for too long"):
        line.write(b"MAIL\r\n")


class Hasty(SmallBuffer):
    """A server that has an answer to whatever begins to come, and takes no more than commands."""

    def __init__(self, line: Line, *said: bytes) -> None:
        super().__init__(room=1000)
        self.line = line
        self.said = list(said)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        super().write(data)
        asyncio.get_running_loop().call_soon(self.line.data_received, self.said.pop(0))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))


@pytest.mark.parametrize(("answer", "state"), [(b"250 ok\r\n", "deferred"), (b"552 5.3.4 too big\r\n", "failed")])
def test_a_message_that_is_answered_before_its_end_is_refused_or_not_taken(answer: bytes, state: str) -> None:
    line, large = Line(), replace(mail(), content=b"x" * 2000)
    outgoing = Messages(deque())

    async def _carry() -> None:
        line.connection_made(Hasty(line, b"250 ok\r\n", b"250 ok\r\n", b"354 ok\r\n", answer, b"221 bye\r\n"))
        assert await Exchange(Session(line, "far.example.org", {}, LIMIT), outgoing, LIMIT).run([large]) == []

    asyncio.run(_carry())

    assert states(outgoing.replies) == [state]


GOOD = {
    "GREETING": "220 hi",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 ok",
}
BAD = [
    HANG_UP,
    "421 4.3.2 closing",
    "451 4.3.0 later",
    "550 5.1.1 no",
    "554 5.7.1 relay access denied",
    "299 hm",
    "what?",
]
steps = [*GOOD, "RSET", "QUIT"]
scripts = st.dictionaries(
    st.sampled_from(steps), st.lists(st.one_of(st.just("good"), st.sampled_from([*BAD, TAKEN_UNTOLD])), max_size=4)
)


def accepted(server: FarEnd) -> Counter[str]:
    """Count the mails that the server took, by the key of their delivery."""
    keys = (re.search(rb"^Message-ID: <([0-9a-f]+)@", content, re.MULTILINE) for content in server.mails)
    return Counter(key[1].decode() for key in keys if key)


def assert_told_the_truth(outgoing: Messages, server: FarEnd) -> None:
    took = accepted(server)
    assert set(took.values()) <= {1}
    for key, one in outgoing.heard.items():
        state = one.reply.state if isinstance(one, NotNow) else one.state
        assert took[key] == (state is DeliveryState.SENT) or state is DeliveryState.UNCERTAIN


def obeys(server: FarEnd, script: dict[str, list[str]]) -> None:
    """Follow a script step by step, and be well-behaved once it has ended."""
    for step, told in script.items():
        good = GOOD.get(step, "250 2.0.0 ok")
        answers = [good if one == "good" or (one == TAKEN_UNTOLD and step != "DOT") else one for one in told]
        server.answers(step, *answers, good)


@pytest.mark.parametrize("new_event_loop", LOOPS, ids=["asyncio", "in use"])
@given(script=scripts, offered=st.sampled_from(OFFERS), count=st.integers(1, 4))
def test_whatever_the_server_answers_each_message_is_told_of_once_and_none_that_it_took_is_sent_again(
    new_event_loop: Callable[[], asyncio.AbstractEventLoop],
    script: dict[str, list[str]],
    offered: tuple[str, ...],
    count: int,
) -> None:
    outgoing = Messages(deque(mails(count)))
    with far_end() as server:
        obeys(server.offers(*offered), script)
        try:
            carry(Smtp(server.settings), outgoing, new_event_loop)
        except PublisherError:
            given_back = {message.key for message in mails(count)} - set(outgoing.heard)
        else:
            given_back = set()

    assert {*outgoing.heard, *given_back} == {message.key for message in mails(count)}
    assert not given_back & {*outgoing.begun, *accepted(server)}
    assert_told_the_truth(outgoing, server)


@settings(max_examples=60)
@given(script=scripts, offered=st.sampled_from(OFFERS), connections=st.integers(1, 3))
def test_whatever_the_server_answers_over_several_connections_no_row_is_left_without_an_outcome(
    script: dict[str, list[str]], offered: tuple[str, ...], connections: int
) -> None:
    rows = [delivery(f"reader{number}@example.org", number=number) for number in range(1, 7)]
    ledger, journal = MemoryLedger({row.id: row for row in rows}), MemoryJournal()
    with far_end() as server:
        obeys(server.offers(*offered), script)
        way = Smtp(server.settings.model_copy(update={"connections": connections}))
        with contextlib.suppress(PublisherError):
            send(ledger, journal, way, template(), lambda: NOW, lambda: False, lambda: False, lambda _reply: None)

    took = accepted(server)
    assert (journal.notes, journal.must_stay) == ({}, False)
    for row in rows:
        state = ledger.states[row.id]
        assert state is not DeliveryState.SENDING
        assert took[row.key] == (state is DeliveryState.SENT) or state is DeliveryState.UNCERTAIN


def test_what_a_server_says_unasked_is_told_in_plain_words() -> None:
    line = Line()
    line.data_received(b"421 4.7.0 \x1b[2Jtoo many of you\r\n")

    with pytest.raises(Dropped) as raised:
        line.write(b"MAIL FROM:<>\r\n")

    assert str(raised.value) == "it spoke unasked: 421 4.7.0 [2Jtoo many of you"
