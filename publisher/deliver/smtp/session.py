"""The way into a mail server: connect, greet, secure the line, log in (RFC 5321, 3207, 4954).

An extension counts only when the server offers it, and anew once the line is secured.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from publisher.config.settings import Smtp
from publisher.deliver import replies
from publisher.deliver.address import ascii_host
from publisher.deliver.replies import Step
from publisher.deliver.smtp.answers import Answer
from publisher.deliver.smtp.line import Dropped, Line, dial
from publisher.deliver.smtp.log_in import Refused, log_in
from publisher.deliver.smtp.token import Token
from publisher.errors import FarEndError

CLOSING = 421
_WELCOME = {Step.GREETING: 220, Step.EHLO: 250, Step.STARTTLS: 220}
_NOT_IMPLEMENTED = (500, 502)


@dataclass(frozen=True, slots=True)
class Session:
    """A server that takes our mail: the line to it, its name and port for errors, and what it offers.

    `extensions` has the words after each EHLO keyword, by the keyword in upper case.
    """

    line: Line
    server: str
    extensions: Mapping[str, str]
    seconds: float

    def offers(self, extension: str) -> bool:
        """Tell whether the server announced an extension."""
        return extension in self.extensions

    async def answer(self, step: Step, good: int = 2) -> Answer:
        """Read an answer whose first digit is `good`, or 4 or 5.

        Raises:
            Dropped: when there is none, or none that makes sense here, or the server says that it closes.
        """
        answer = self.line.ready() or await _answer(self.line, step, self.seconds)
        if answer.code == CLOSING:
            enhanced, words = replies.read(answer.code, answer.text)
            raise Dropped(words, answer.code, enhanced)
        if answer.code // 100 not in (good, 4, 5):
            raise Dropped(f"{step} was answered with {answer.code}, which is no answer to it", enhanced="4.5.0")
        return answer

    async def quit(self) -> None:
        """Take leave and close."""
        with contextlib.suppress(Dropped):
            self.line.write(b"QUIT\r\n")
            await self.line.answer(self.seconds)
        self.line.close()


async def enter(settings: Smtp, token: Token | None) -> Session:
    """Open a session in which messages can be sent. A token that is refused may have run out: a fresh one is tried.

    Raises:
        FarEndError: when the server cannot be reached or does not take us.
    """
    if token is None:
        return await _enter(settings, settings.password.get_secret_value() if settings.password else "")
    proof = await token.get()
    try:
        return await _enter(settings, proof)
    except Refused as refused:
        fresh = await token.get(refused=proof) if refused.permanent else proof
        if fresh == proof:
            raise
    return await _enter(settings, fresh)


async def _enter(settings: Smtp, proof: str) -> Session:
    line = await _dial(settings)
    try:
        return await _Entry(line, settings, proof).enter()
    except Dropped as drop:
        line.close()
        raise _unreachable(settings, str(drop)) from drop
    except BaseException:
        line.close()
        raise


async def _dial(settings: Smtp) -> Line:
    context = ssl.create_default_context() if settings.security == "tls" else None
    try:
        return await dial(ascii_host(settings.host), settings.port, context, settings.timeout_seconds)
    except ssl.SSLError as error:
        raise _insecure(settings, error) from error
    except OSError as error:
        raise _unreachable(settings, str(error) or "it did not answer in time") from error


class _Entry:
    def __init__(self, line: Line, settings: Smtp, proof: str) -> None:
        self._line = line
        self._proof = proof
        self._settings = settings
        self._server = _server(settings)

    async def enter(self) -> Session:
        greeting = await _answer(self._line, Step.GREETING, self._settings.timeout_seconds)
        _judge(Step.GREETING, greeting, self._server)
        extensions = await self._greet()
        if self._settings.security == "starttls":
            await self._start_tls(extensions)
            extensions = await self._greet()
        if self._settings.username:
            server, offered = self._server, extensions.get("AUTH", "")
            is_token = bool(self._settings.token_command)
            await log_in(self._ask, offered, self._settings.username, self._proof, server, is_token=is_token)
        return Session(self._line, self._server, extensions, self._settings.timeout_seconds)

    async def _ask(self, step: Step, question: str) -> Answer:
        self._line.write(f"{question}\r\n".encode())
        return await _answer(self._line, step, self._settings.timeout_seconds)

    async def _greet(self) -> dict[str, str]:
        # Asking for it may take seconds, and others are at work.
        name = await asyncio.to_thread(_our_name)
        answer = await self._ask(Step.EHLO, f"EHLO {name}")
        if answer.code in _NOT_IMPLEMENTED and self._settings.security != "starttls":
            answer = await self._ask(Step.EHLO, f"HELO {name}")
            _judge(Step.EHLO, answer, self._server)
            return {}
        _judge(Step.EHLO, answer, self._server)
        return _extensions(answer.text)

    async def _start_tls(self, extensions: Mapping[str, str]) -> None:
        if "STARTTLS" not in extensions:
            raise FarEndError(
                f"mail server {self._server} does not offer STARTTLS, and mail is not sent to it in the clear; "
                "check delivery.smtp.port and security",
                permanent=True,
            )
        _judge(Step.STARTTLS, await self._ask(Step.STARTTLS, "STARTTLS"), self._server)
        host = ascii_host(self._settings.host)
        try:
            await self._line.secure(ssl.create_default_context(), host, self._settings.timeout_seconds)
        except ssl.SSLError as error:
            raise _insecure(self._settings, error) from error
        except OSError as error:
            raise Dropped(f"the connection broke at STARTTLS ({error})") from error


async def _answer(line: Line, step: Step, seconds: float) -> Answer:
    try:
        return await line.answer(seconds)
    except Dropped as drop:
        raise Dropped(f"the connection broke at {step} ({drop})", enhanced=drop.reply.enhanced) from drop


def _judge(step: Step, answer: Answer, server: str) -> None:
    if answer.code < 400 and answer.code != _WELCOME[step]:
        raise Dropped(f"{step} was answered with {answer.code}")
    replies.judge(step, answer.code, answer.text, server)


def _extensions(text: bytes) -> dict[str, str]:
    """Read the lines after the first of an answer to EHLO (RFC 5321 §4.1.1.1); `AUTH=PLAIN` is an old spelling."""
    found: dict[str, str] = {}
    for line in text.decode("utf-8", "replace").split("\n")[1:]:
        keyword, _, parameters = line.strip().replace("AUTH=", "AUTH ", 1).partition(" ")
        known = found.get(keyword.upper(), "")
        found[keyword.upper()] = f"{known} {parameters.strip()}".strip()
    return found


@cache
def _our_name() -> str:
    name = socket.getfqdn()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _server(settings: Smtp) -> str:
    return f"{settings.host}:{settings.port}"


def _unreachable(settings: Smtp, why: str) -> FarEndError:
    return FarEndError(
        f"mail server {_server(settings)} cannot be reached ({why}); nobody was skipped; "
        "try again later, or check delivery.smtp"
    )


def _insecure(settings: Smtp, error: ssl.SSLError) -> FarEndError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return FarEndError(
            f"mail server {_server(settings)} has a certificate that is not trusted ({error.verify_message}); "
            "nothing was sent; mend the certificate, or name the server in delivery.smtp.host as it does",
            permanent=True,
        )
    return FarEndError(
        f"mail server {_server(settings)} does not speak TLS ({error.reason or error}); nothing was sent; "
        "check delivery.smtp.port and security",
        permanent=True,
    )
