"""The log-in: with a password (RFC 4616), or with a token of OAuth 2 (RFC 7628, and Google's and Microsoft's XOAUTH2).

What proves who we are is written only under TLS, and never into an error, though a server may echo what we sent.
"""

import base64
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from publisher.deliver import replies
from publisher.deliver.replies import Step
from publisher.deliver.smtp.answers import Answer
from publisher.deliver.smtp.line import Dropped
from publisher.errors import FarEndError

LONGEST_COMMAND = 510
"""Octets of a command before its line end (RFC 5321 §4.5.3.1.4): a longer answer waits to be asked for."""
_LOGGED_IN = 235
_GO_ON = 334

Ask = Callable[[Step, str], Awaitable[Answer]]


class Refused(FarEndError):
    """The server does not take the log-in."""


class _Mechanism(NamedTuple):
    """`opening` is the command; each of `lines` answers a question. `resignation` answers the telling of what is amiss
    that stands in the place of a refusal, so that the refusal comes."""

    opening: str
    lines: list[str]
    resignation: str | None = None


async def log_in(ask: Ask, offered: str, username: str, proof: str, server: str, *, is_token: bool) -> None:
    """Log in with a password or a token, by the first mechanism known here that the server offers.

    Raises:
        Refused: when the server does not take it; permanent for 5xx.
        FarEndError: when it offers no such mechanism.
        Dropped: when its answer makes no sense.
    """
    known = (_xoauth2, _oauthbearer) if is_token else (_plain, _login)
    names = offered.upper().split()
    mechanism = next((made for made in (make(names, username, proof) for make in known) if made), None)
    if mechanism is None:
        kinds = "neither AUTH XOAUTH2 nor AUTH OAUTHBEARER" if is_token else "neither AUTH PLAIN nor AUTH LOGIN"
        raise FarEndError(
            f"mail server {server} offers {kinds}; check delivery.smtp.port, or remove delivery.smtp.username",
            permanent=True,
        )
    answer = await _converse(ask, mechanism)
    if answer.code >= 400:
        # Some servers repeat the line they did not like.
        echoes = (proof, *(word for sent in (mechanism.opening, *mechanism.lines) for word in sent.split()[-1:]))
        said = answer.text if not any(echo.encode() in answer.text for echo in echoes) else b""
        refusal = replies.refusal(Step.AUTH, answer.code, said, server)
        raise Refused(str(refusal), permanent=refusal.permanent)
    if answer.code != _LOGGED_IN:
        raise Dropped(f"the log-in was answered with {answer.code}")


async def _converse(ask: Ask, mechanism: _Mechanism) -> Answer:
    answer = await ask(Step.AUTH, mechanism.opening)
    for line in mechanism.lines:
        if answer.code != _GO_ON:
            return answer
        answer = await ask(Step.AUTH, line)
    if answer.code == _GO_ON and mechanism.resignation is not None:
        answer = await ask(Step.AUTH, mechanism.resignation)
    return answer


def _plain(offered: list[str], username: str, password: str) -> _Mechanism | None:
    if "PLAIN" not in offered:
        return None
    return _Mechanism("AUTH PLAIN " + _base64(f"\0{username}\0{password}"), [])


def _login(offered: list[str], username: str, password: str) -> _Mechanism | None:
    if "LOGIN" not in offered:
        return None
    return _Mechanism("AUTH LOGIN", [_base64(username), _base64(password)])


def _xoauth2(offered: list[str], username: str, token: str) -> _Mechanism | None:
    if "XOAUTH2" not in offered:
        return None
    return _with_token("AUTH XOAUTH2", f"user={username}\1auth=Bearer {token}\1\1", resignation="")


def _oauthbearer(offered: list[str], username: str, token: str) -> _Mechanism | None:
    if "OAUTHBEARER" not in offered:
        return None
    name = username.replace("=", "=3D").replace(",", "=2C")
    return _with_token("AUTH OAUTHBEARER", f"n,a={name},\1auth=Bearer {token}\1\1", resignation=_base64("\1"))


def _with_token(command: str, text: str, resignation: str) -> _Mechanism:
    response = _base64(text)
    if len(command) + 1 + len(response) > LONGEST_COMMAND:
        return _Mechanism(command, [response], resignation)
    return _Mechanism(f"{command} {response}", [], resignation)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
