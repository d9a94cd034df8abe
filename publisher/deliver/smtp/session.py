"""The way into a mail server: connect, greet, secure the line, log in (RFC 5321, 3207, 4954).

A password is written only under TLS, and never into an error, though a server may echo what we sent. An extension
counts only when the server offers it, and anew once the line is secured.
"""

import base64
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
from publisher.errors import ConfigError, FarEndError

CLOSING = 421
_LOGGED_IN = 235
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
        answer = await _answer(self.line, step, self.seconds)
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


def check(settings: Smtp) -> None:
    """Refuse a log-in that would show its password on the way.

    Raises:
        ConfigError: for a username without TLS.
    """
    if settings.username and settings.security == "none":
        raise ConfigError(
            'delivery.smtp.security: "none" would send the password in the clear; '
            'write "starttls" or "tls", or remove the username'
        )


async def enter(settings: Smtp) -> Session:
    """Open a session in which messages can be sent.

    Raises:
        FarEndError: when the server cannot be reached or does not take us.
    """
    line = await _dial(settings)
    try:
        return await _Entry(line, settings).enter()
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
    def __init__(self, line: Line, settings: Smtp) -> None:
        self._line = line
        self._settings = settings
        self._server = _server(settings)

    async def enter(self) -> Session:
        greeting = await _answer(self._line, Step.GREETING, self._settings.timeout_seconds)
        _judge(Step.GREETING, greeting, self._server)
        extensions = await self._greet()
        if self._settings.security == "starttls":
            await self._start_tls(extensions)
            extensions = await self._greet()
        if self._settings.username and self._settings.password:
            await self._log_in(extensions, self._settings.username, self._settings.password.get_secret_value())
        return Session(self._line, self._server, extensions, self._settings.timeout_seconds)

    async def _ask(self, step: Step, question: str) -> Answer:
        self._line.write(f"{question}\r\n".encode())
        return await _answer(self._line, step, self._settings.timeout_seconds)

    async def _greet(self) -> dict[str, str]:
        answer = await self._ask(Step.EHLO, f"EHLO {_our_name()}")
        if answer.code in _NOT_IMPLEMENTED and self._settings.security != "starttls":
            answer = await self._ask(Step.EHLO, f"HELO {_our_name()}")
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

    async def _log_in(self, extensions: Mapping[str, str], username: str, password: str) -> None:
        lines = _log_in_lines(extensions.get("AUTH", "").upper().split(), username, password)
        if not lines:
            raise FarEndError(
                f"mail server {self._server} offers neither AUTH PLAIN nor AUTH LOGIN; check delivery.smtp.port, "
                "or remove delivery.smtp.username",
                permanent=True,
            )
        for line in lines:
            answer = await self._ask(Step.AUTH, line)
            if answer.code >= 400:
                # Some servers repeat the line they did not like.
                echoes = (password, *(word for sent in lines for word in sent.split()[-1:]))
                said = answer.text if not any(echo.encode() in answer.text for echo in echoes) else b""
                raise replies.refusal(Step.AUTH, answer.code, said, self._server)
        if answer.code != _LOGGED_IN:
            raise Dropped(f"the log-in was answered with {answer.code}")


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


def _log_in_lines(offered: list[str], username: str, password: str) -> list[str]:
    """Give what is sent, line by line; nothing when no known mechanism is offered."""
    if "PLAIN" in offered:
        return ["AUTH PLAIN " + _base64(f"\0{username}\0{password}")]
    if "LOGIN" in offered:
        return ["AUTH LOGIN", _base64(username), _base64(password)]
    return []


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


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
