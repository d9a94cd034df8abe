"""The way into a mail server: connect, greet, secure the connection, log in (RFC 5321, 3207, 4954).

A password is written only under TLS, and never into an error, though a server may echo what we sent.
"""

import base64
import smtplib
import ssl

from publisher.config.settings import Smtp
from publisher.deliver import replies
from publisher.deliver.address import ascii_host
from publisher.deliver.connection import Connection, Dropped
from publisher.deliver.replies import Step
from publisher.errors import ConfigError, FarEndError

_LOGGED_IN = 235
_NOT_IMPLEMENTED = (500, 502)


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


def enter(settings: Smtp) -> Connection:
    """Open a connection on which messages can be sent.

    Raises:
        FarEndError: when the server cannot be reached or does not take us.
    """
    connection = Connection(_dial(settings), _server(settings))
    try:
        _greet(connection, settings)
        if settings.security == "starttls":
            _start_tls(connection, settings)
            _greet(connection, settings)
        if settings.username and settings.password:
            _log_in(connection, settings.username, settings.password.get_secret_value())
    except Dropped as drop:
        connection.close()
        raise _unreachable(settings, str(drop)) from drop
    except BaseException:
        connection.close()
        raise
    return connection


def _dial(settings: Smtp) -> smtplib.SMTP:
    host = ascii_host(settings.host)
    try:
        if settings.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, settings.port, timeout=settings.timeout_seconds, context=context)
        return smtplib.SMTP(host, settings.port, timeout=settings.timeout_seconds)
    except smtplib.SMTPConnectError as error:
        if not 400 <= error.smtp_code < 600:
            raise _unreachable(settings, f"it greeted with {error.smtp_code}") from error
        raise replies.refusal(Step.GREETING, error.smtp_code, _octets(error), _server(settings)) from error
    except ssl.SSLError as error:
        raise _insecure(settings, error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise _unreachable(settings, str(error)) from error


def _greet(connection: Connection, settings: Smtp) -> None:
    code, text = connection.ask(Step.EHLO, connection.client.ehlo)
    if code in _NOT_IMPLEMENTED and settings.security != "starttls":
        code, text = connection.ask(Step.EHLO, connection.client.helo)
    replies.judge(Step.EHLO, code, text, connection.server)


def _start_tls(connection: Connection, settings: Smtp) -> None:
    if not connection.offers("starttls"):
        raise FarEndError(
            f"mail server {connection.server} does not offer STARTTLS, and mail is not sent to it in the clear; "
            "check delivery.smtp.port and security",
            permanent=True,
        )
    try:
        connection.client.starttls(context=ssl.create_default_context())
    except smtplib.SMTPResponseException as error:
        raise replies.refusal(Step.STARTTLS, error.smtp_code, _octets(error), connection.server) from error
    except ssl.SSLError as error:
        raise _insecure(settings, error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Dropped(f"the connection broke at STARTTLS ({error})") from error


def _log_in(connection: Connection, username: str, password: str) -> None:
    offered = connection.parameters("auth").upper().split()
    lines = _log_in_lines(offered, username, password)
    if not lines:
        raise FarEndError(
            f"mail server {connection.server} offers neither AUTH PLAIN nor AUTH LOGIN; check delivery.smtp.port, "
            "or remove delivery.smtp.username",
            permanent=True,
        )
    for line in lines:
        code, text = connection.command(Step.AUTH, line, good=(2, 3))
        if code >= 400:
            # Some servers repeat the line they did not like.
            echoes = (password, *(word for sent in lines for word in sent.split()[-1:]))
            said = text if not any(echo.encode() in text for echo in echoes) else b""
            raise replies.refusal(Step.AUTH, code, said, connection.server)
    if code != _LOGGED_IN:
        raise Dropped(f"the log-in was answered with {code}")


def _log_in_lines(offered: list[str], username: str, password: str) -> list[str]:
    """Give what is sent, line by line; nothing when no known mechanism is offered."""
    if "PLAIN" in offered:
        return ["AUTH PLAIN " + _base64(f"\0{username}\0{password}")]
    if "LOGIN" in offered:
        return ["AUTH LOGIN", _base64(username), _base64(password)]
    return []


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


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


def _octets(error: smtplib.SMTPResponseException) -> bytes:
    return error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
