"""Hands messages over in one session, as few round trips as the server allows (RFC 5321, 2920, 3030).

Where commands may follow one another, each message's announcement goes out together with the content of the one before
it: one round trip a message. Content itself is written only after the answer to the content before it was heard, so at
any moment one message a session is in doubt at most. Without PIPELINING each command waits for its answer.
"""

import sys
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from publisher.deliver import replies
from publisher.deliver.message import Message
from publisher.deliver.protocols import NotNow, Outgoing
from publisher.deliver.replies import Step
from publisher.deliver.smtp.answers import Answer
from publisher.deliver.smtp.line import Dropped
from publisher.deliver.smtp.session import CLOSING, Session
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply

NO_UTF8 = "5.6.7"
"""That a server takes no local part beyond ASCII (RFC 6531 §3.5)."""
_GO_ON = 3
_RESET = b"RSET\r\n"


class _Question(NamedTuple):
    step: Step
    line: bytes
    good: int = 2


class Exchange:
    """One session and the messages that go over it."""

    def __init__(self, session: Session, outgoing: Outgoing, dot_seconds: float, messages: int | None = None) -> None:
        """Begin; after so many `messages` the session takes leave."""
        self._session = session
        self._left = sys.maxsize if messages is None else messages
        self._outgoing = outgoing
        self._dot_seconds = dot_seconds
        self._is_pipelined = session.offers("PIPELINING")
        self._is_chunked = session.offers("CHUNKING")
        self._is_sized = session.offers("SIZE")
        self._knows_dsn = session.offers("DSN")
        self._notify = b" NOTIFY=FAILURE" if self._knows_dsn else b""
        self._waiting: deque[Message] = deque()
        self._held: list[Message] = []
        self._announced: list[_Question] = []
        self._is_used = False
        self._must_reset = False

    async def run(self, messages: Iterable[Message]) -> list[Message]:
        """Send `messages` and those that come out after them; give what a broken line left unsent.

        Raises:
            FarEndError: when the server refuses us.
        """
        self._waiting.extend(messages)
        try:
            while message := self._ready() or await self._next():
                self._held = [message]
                self._write(self._announcement(message))
                while self._held:
                    await self._send(self._held[0])
        except Dropped as drop:
            return self._unsent(drop)
        await self._session.quit()
        return [*self._waiting]

    async def _next(self) -> Message | None:
        while self._left and (message := await self._outgoing.next()):
            if self._is_takeable(message):
                self._left -= 1
                return message
        return None

    def _ready(self) -> Message | None:
        while self._left and (message := self._waiting.popleft() if self._waiting else self._outgoing.ready()):
            if self._is_takeable(message):
                self._left -= 1
                return message
        return None

    async def _send(self, message: Message) -> None:
        """Send a message that was announced; the next one that is there is announced with its content."""
        if not await self._is_welcome(message):
            return
        following = self._ready() if self._is_pipelined else None
        self._held += [following] if following else []
        self._hand_over(message, self._announcement(following) if following else b"")
        self._held.remove(message)
        await self._settle(message)
        if following and self._must_reset:
            # What was said after a refused chunk is in doubt until the server is reset (RFC 3030 §2).
            await self._answers()
            self._write(self._announcement(following))

    def _hand_over(self, message: Message, after: bytes) -> None:
        content = self._content(message)
        self._outgoing.begin(message)
        try:
            self._session.line.write(*content, after=after)
        except Dropped:
            self._outgoing.take_back(message)
            raise

    async def _is_welcome(self, message: Message) -> bool:
        """Hear what the server says to an announcement; False when the message is settled by it."""
        answers = await self._answers()
        try:
            refused = self._refusal(answers)
        except NotNow as later:
            self._outgoing.put_off(message, later)
        else:
            if refused is None:
                return True
            self._outgoing.hear(message, refused)
        self._held.remove(message)
        self._is_used = self._must_reset = True
        if answers[-1].code // 100 == _GO_ON:
            # Asked for the content of a message without a recipient: there is none (RFC 2920 §3.1). With a recipient
            # the dot would end a mail without a word in it.
            if answers[-2].code < 400:
                raise Dropped("it asked for the content of what it refused")
            self._session.line.write(b".\r\n")
            await self._session.line.answer(self._dot_seconds)
        return False

    async def _settle(self, message: Message) -> None:
        """Hear what became of a message whose last octet was written."""
        line = self._session.line
        try:
            answer = await line.answer(self._dot_seconds)
            if answer.code < 300 and not line.is_flushed:
                raise Dropped("it took a message that it had not got yet", enhanced="4.5.0")
        except Dropped:
            if line.is_flushed:
                self._in_doubt(message)
            else:
                self._outgoing.take_back(message)
                self._held.insert(0, message)
            raise
        self._is_used = True
        if answer.code // 100 not in (2, 4, 5):
            self._in_doubt(message)
            raise Dropped(f"{Step.CONTENT} was answered with {answer.code}")
        try:
            reply = replies.judge(Step.CONTENT, answer.code, answer.text, self._session.server)
        except NotNow as later:
            self._outgoing.put_off(message, later)
        except FarEndError:
            self._outgoing.take_back(message)
            raise
        else:
            self._outgoing.hear(message, reply or Reply(DeliveryState.UNCERTAIN))
        if answer.code == CLOSING:
            raise Dropped("the server closes")
        self._must_reset = self._is_chunked and answer.code >= 400

    def _in_doubt(self, message: Message) -> None:
        self._is_used = True
        words = "the connection broke before the answer to the whole message"
        self._outgoing.hear(message, Reply(DeliveryState.UNCERTAIN, words=words))

    def _unsent(self, drop: Dropped) -> list[Message]:
        """Give what can be tried over another line; a line that took nothing at all puts its first message off."""
        unsent = [*self._held, *self._waiting]
        if unsent and not self._is_used:
            self._outgoing.put_off(unsent.pop(0), replies.not_now(drop.reply, self._session.server))
        return unsent

    def _write(self, octets: bytes) -> None:
        if octets:
            self._session.line.write(octets)

    def _announcement(self, message: Message) -> bytes:
        """Give what is written at once to announce a message; the questions are kept, for their answers."""
        sender, recipient = message.sender.encode(), message.recipient.encode()
        self._announced = [
            *([_Question(Step.RSET, _RESET)] if self._must_reset else []),
            _Question(Step.MAIL, b"MAIL FROM:<%b>%b\r\n" % (sender, self._parameters(message))),
            _Question(Step.RCPT, b"RCPT TO:<%b>%b\r\n" % (recipient, self._notify)),
            *([] if self._is_chunked else [_Question(Step.DATA, b"DATA\r\n", _GO_ON)]),
        ]
        self._must_reset = False
        return b"".join([question.line for question in self._announced]) if self._is_pipelined else b""

    async def _answers(self) -> list[Answer]:
        """Read the answers to what was announced: to all of it, or where each is asked alone, up to a refusal."""
        answers: list[Answer] = []
        for step, line, good in self._announced:
            if not self._is_pipelined:
                self._write(line)
            answers.append(await self._session.answer(step, good))
            if answers[-1].code >= 400 and not self._is_pipelined:
                break
        return answers

    def _refusal(self, answers: list[Answer]) -> Reply | None:
        for question, answer in zip(self._announced, answers, strict=False):
            if answer.code < 400:
                continue
            if question.step is Step.RSET:
                raise Dropped("the server takes nothing back")
            refused = replies.judge(question.step, answer.code, answer.text, self._session.server)
            if refused is not None:
                return refused
        return None

    def _content(self, message: Message) -> list[bytes]:
        if self._is_chunked:
            return [b"BDAT %d LAST\r\n" % len(message.content), message.content]
        content = message.content
        if message.may_be_dotted:
            content = (b"." if content.startswith(b".") else b"") + content.replace(b"\r\n.", b"\r\n..")
        return [content, b".\r\n"]

    def _parameters(self, message: Message) -> bytes:
        parameters = b" SIZE=%d" % len(message.content) if self._is_sized else b""
        if self._knows_dsn:
            parameters += b" RET=HDRS ENVID=%b" % message.key.encode()
        if message.needs_utf8:
            parameters += b" BODY=8BITMIME SMTPUTF8" if self._session.offers("8BITMIME") else b" SMTPUTF8"
        return parameters

    def _is_takeable(self, message: Message) -> bool:
        """Tell whether the server takes such a message at all; it is settled here when not.

        Raises:
            FarEndError: when it is larger than the server takes (RFC 1870): all of an issue's messages would be.
        """
        if message.needs_utf8 and not self._session.offers("SMTPUTF8"):
            words = "the mail server does not offer SMTPUTF8"
            self._outgoing.hear(message, Reply(DeliveryState.FAILED, None, NO_UTF8, words))
            return False
        limit = self._session.extensions.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit) < len(message.content):
            raise FarEndError(
                f"mail server {self._session.server} takes messages of at most {limit} octets and this one has "
                f"{len(message.content)}; nobody was skipped; raise its limit, or shorten the issue",
                permanent=True,
            )
        return True
