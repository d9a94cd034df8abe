"""A whole mail server on loopback, aiosmtpd's: it takes mail as others do and shows what arrived."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from publisher.config.settings import Smtp as SmtpSettings

USER, PASSWORD = "newsletter", "hush: ñ and spaces"


@dataclass
class Mailbox:
    """What arrived: the envelopes and contents; and `users`, who logged in."""

    port: int
    envelopes: list[Any] = field(default_factory=list)
    users: list[tuple[str, str]] = field(default_factory=list)

    def settings(self, **fields: Any) -> SmtpSettings:
        server = {"host": "127.0.0.1", "port": self.port, "security": "none"}
        usual: dict[str, Any] = {**server, "timeout_seconds": 20, "connections": 1}
        return SmtpSettings(**(usual | fields))

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 2.0.0 taken"

    def log_in(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        self.users.append((mechanism, given.login.decode()))
        return AuthResult(success=(given.login.decode(), given.password.decode()) == (USER, PASSWORD), handled=False)


@contextmanager
def mailbox(context: ssl.SSLContext | None = None, without: tuple[str, ...] = ()) -> Iterator[Mailbox]:
    """Run a server; with a TLS context it wants STARTTLS and a log-in, by any mechanism but those `without`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Mailbox(port)
    guarded: dict[str, Any] = {
        "require_starttls": True,
        "tls_context": context,
        "auth_required": True,
        "authenticator": made.log_in,
        "auth_exclude_mechanism": without,
    }
    running = Controller(made, hostname="127.0.0.1", port=port, **(guarded if context else {}))
    running.start()
    try:
        yield made
    finally:
        running.stop()
