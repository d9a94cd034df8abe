"""Log-ins with a token of OAuth 2 that a command prints: what is said, and what becomes of one that ran out."""

import base64
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.config.settings import Smtp as SmtpSettings
from publisher.deliver.smtp import Smtp
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply
from tests.deliver.far_end import HANG_UP, FarEnd, far_end
from tests.deliver.samples import mail
from tests.deliver.ways import carried

pytestmark = [pytest.mark.needs("openssl"), pytest.mark.usefixtures("trusted")]

USER = "newsletter@example.org"
REFUSED = "535 5.7.8 Username and Password not accepted"
WHY = "334 " + base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}').decode()


@pytest.fixture
def secure(tls: ssl.SSLContext) -> Iterator[FarEnd]:
    """A server that takes tokens as Google's does."""
    with far_end(tls) as running:
        yield running.offers("AUTH LOGIN PLAIN XOAUTH2 OAUTHBEARER").answers("AUTH", "235 2.7.0 Accepted")


class Command:
    """A command that prints one token after the other, and the last of them from then on."""

    def __init__(self, folder: Path, tokens: tuple[str, ...]) -> None:
        self.left = folder / "tokens"
        self.left.write_text("\n".join(tokens))
        self.asked = folder / "asked"
        self.asked.touch()
        script = folder / "token.py"
        script.write_text(
            "import pathlib\n"
            f"left, asked = pathlib.Path({str(self.left)!r}), pathlib.Path({str(self.asked)!r})\n"
            "token, *more = left.read_text().splitlines()\n"
            "left.write_text('\\n'.join(more or [token]))\n"
            "asked.write_text(asked.read_text() + '.')\n"
            "print(token)\n"
        )
        self.line = (sys.executable, "-I", "-S", str(script))

    @property
    def times(self) -> int:
        return len(self.asked.read_text())


def way(server: FarEnd, command: tuple[str, ...], **fields: object) -> Smtp:
    given = {"host": "127.0.0.1", "port": server.port, "security": "tls", "timeout_seconds": 20}
    return Smtp(SmtpSettings.model_validate({**given, "username": USER, "token_command": command, **fields}))


def sent(transport: Smtp, number: int = 1) -> Reply:
    (reply,) = carried(transport, [mail(number=number)]).replies
    return reply


def said(server: FarEnd) -> list[str]:
    """Give what the server heard between EHLO and the mail, over all connections."""
    before = (heard[: heard.index(next(line for line in heard if line.startswith("MAIL")))] for heard in server.heard)
    return [line for heard in before for line in heard if not line.startswith("EHLO")]


def xoauth2(token: str) -> str:
    return base64.b64encode(f"user={USER}\1auth=Bearer {token}\1\1".encode()).decode()


def test_a_token_logs_in_by_xoauth2(secure: FarEnd, tmp_path: Path) -> None:
    assert sent(way(secure, Command(tmp_path, ("ya29.first",)).line)).state is DeliveryState.SENT
    assert said(secure) == [f"AUTH XOAUTH2 {xoauth2('ya29.first')}"]


def test_a_token_logs_in_by_oauthbearer_where_that_alone_is_offered(secure: FarEnd, tmp_path: Path) -> None:
    secure.offers("AUTH OAUTHBEARER")

    assert sent(way(secure, Command(tmp_path, ("ya29.first",)).line)).state is DeliveryState.SENT
    response = base64.b64encode(f"n,a={USER},\1auth=Bearer ya29.first\1\1".encode()).decode()
    assert said(secure) == [f"AUTH OAUTHBEARER {response}"]


def test_a_token_longer_than_a_command_may_be_is_written_when_it_is_asked_for(secure: FarEnd, tmp_path: Path) -> None:
    token = "EwB" + "x" * 2000
    secure.answers("AUTH", "334 ").answers(xoauth2(token).upper(), "235 2.7.0 Accepted")

    assert sent(way(secure, Command(tmp_path, (token,)).line)).state is DeliveryState.SENT
    assert said(secure) == ["AUTH XOAUTH2", xoauth2(token).upper()]


def test_the_same_token_serves_until_it_is_refused(secure: FarEnd, tmp_path: Path) -> None:
    command = Command(tmp_path, ("first", "second"))
    transport = way(secure, command.line)

    for number in (1, 2, 3):
        sent(transport, number)

    assert command.times == 1


@pytest.mark.parametrize("refusal", [REFUSED, WHY])
def test_a_token_that_ran_out_is_fetched_anew(secure: FarEnd, tmp_path: Path, refusal: str) -> None:
    command = Command(tmp_path, ("first", "second"))
    secure.answers("AUTH", "235 ok", refusal, "235 ok").answers("", REFUSED)
    transport = way(secure, command.line)

    assert [sent(transport, number).state for number in (1, 2)] == [DeliveryState.SENT] * 2
    used = [xoauth2(token) for token in ("first", "first", "second")]
    assert [line.split(" ")[2] for line in secure.lines("AUTH")] == used
    assert command.times == 2


@pytest.mark.parametrize(("offer", "resignation"), [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")])
def test_a_fresh_token_that_is_refused_too_is_an_error_without_the_token(
    secure: FarEnd, tmp_path: Path, offer: str, resignation: str
) -> None:
    command = Command(tmp_path, ("first", "second", "third"))
    secure.offers(f"AUTH {offer}").answers("AUTH", WHY).answers(resignation, f"{REFUSED} second")

    with pytest.raises(FarEndError, match="refused our log-in: 535") as raised:
        sent(way(secure, command.line))

    assert raised.value.permanent
    assert command.times == 2
    assert "second" not in str(raised.value)
    assert [heard[-1] for heard in secure.heard] == [resignation] * 2


def test_a_command_that_knows_no_other_token_is_asked_once_more(secure: FarEnd, tmp_path: Path) -> None:
    command = Command(tmp_path, ("first",))
    secure.answers("AUTH", REFUSED)

    with pytest.raises(FarEndError, match="refused our log-in"):
        sent(way(secure, command.line))

    assert (command.times, len(secure.heard)) == (2, 1)


def test_a_log_in_that_is_refused_for_now_keeps_the_token(secure: FarEnd, tmp_path: Path) -> None:
    command = Command(tmp_path, ("first", "second"))
    secure.answers("AUTH", "454 4.7.0 Temporary authentication failure")

    with pytest.raises(FarEndError, match="Temporary authentication failure") as raised:
        sent(way(secure, command.line))

    assert (raised.value.permanent, command.times) == (False, 1)


def test_a_server_that_hangs_up_on_a_token_is_tried_later(secure: FarEnd, tmp_path: Path) -> None:
    secure.answers("AUTH", HANG_UP)

    with pytest.raises(FarEndError, match="cannot be reached") as raised:
        sent(way(secure, Command(tmp_path, ("first",)).line))

    assert not raised.value.permanent


def test_a_server_that_takes_no_tokens_is_not_mailed(secure: FarEnd, tmp_path: Path) -> None:
    secure.offers("AUTH PLAIN LOGIN")

    with pytest.raises(FarEndError, match="neither AUTH XOAUTH2 nor AUTH OAUTHBEARER"):
        sent(way(secure, Command(tmp_path, ("first",)).line))


SAYS = (sys.executable, "-I", "-S", "-c")


@pytest.mark.parametrize(
    ("command", "how", "is_permanent"),
    [
        (("/nowhere/token",), r"/nowhere/token cannot be run \(No such file or directory\)", True),
        ((*SAYS, "print('hush'); raise SystemExit(3)"), "ended with 3", False),
        ((*SAYS, "print('hush hush')"), "printed no token", False),
        ((*SAYS, "pass"), "printed no token", False),
        ((*SAYS, "print('hush', flush=True); import time; time.sleep(60)"), "did not end within 0.3 seconds", False),
    ],
)
def test_a_command_that_gives_no_token_says_so_and_keeps_what_it_printed_secret(
    secure: FarEnd, command: tuple[str, ...], how: str, is_permanent: bool
) -> None:
    seconds = 0.3 if "sleep" in command[-1] else 20

    with pytest.raises(FarEndError, match=rf"token_command: .*{how}") as raised:
        sent(way(secure, command, timeout_seconds=seconds))

    assert raised.value.permanent is is_permanent
    assert "hush" not in f"{raised.value} {raised.value.__cause__}"
    assert secure.heard == []
