"""TLS and log-in, against servers that insist on them."""

import asyncio
import base64
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publisher.config.settings import Smtp as SmtpSettings
from publisher.deliver import loop
from publisher.deliver.smtp import Smtp
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply
from tests.deliver.far_end import TAKEN_UNTOLD, FarEnd, far_end
from tests.deliver.mailbox import PASSWORD, USER, mailbox
from tests.deliver.samples import mail
from tests.deliver.ways import Messages, carried, carry

pytestmark = pytest.mark.needs("openssl")

LOG_IN = {"username": USER, "password": PASSWORD}


def sent(settings: SmtpSettings) -> Reply:
    (reply,) = carried(Smtp(settings), [mail()]).replies
    return reply


@pytest.fixture
def secure(tls: ssl.SSLContext) -> Iterator[FarEnd]:
    """A scripted server that speaks TLS from the first octet."""
    with far_end(tls) as running:
        yield running


def settings_of(server: FarEnd, **fields: str) -> SmtpSettings:
    given = {"host": "127.0.0.1", "port": server.port, "security": "tls", "timeout_seconds": 20, **fields}
    return SmtpSettings.model_validate(given)


@pytest.mark.parametrize(("without", "used"), [((), "PLAIN"), (("PLAIN",), "LOGIN")])
def test_mail_goes_out_under_starttls_and_log_in(
    trusted: Path, tls: ssl.SSLContext, without: tuple[str, ...], used: str
) -> None:
    with mailbox(tls, without) as box:
        reply = sent(box.settings(security="starttls", **LOG_IN))

    assert reply.state is DeliveryState.SENT
    assert box.users == [(used, USER)]
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [["bruno@example.org"]]


@pytest.mark.parametrize("new_event_loop", [asyncio.new_event_loop, loop.new_event_loop], ids=["asyncio", "in use"])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_no_answer_to_a_whole_message_is_uncertain_under_tls_too(
    trusted: Path, secure: FarEnd, at: int, new_event_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    secure.offers("PIPELINING").answers("DOT", *["250 ok"] * at, TAKEN_UNTOLD, "250 ok")
    outgoing = Messages(deque(mail(f"reader{number}@example.org", number=number) for number in range(4)))

    carry(Smtp(settings_of(secure)), outgoing, new_event_loop)

    uncertain = [number for number, reply in enumerate(outgoing.replies) if reply.state is DeliveryState.UNCERTAIN]
    assert uncertain == [at]
    assert len(secure.mails) == 4


def test_a_certificate_that_is_not_trusted_gets_nothing(tls: ssl.SSLContext) -> None:
    with mailbox(tls) as box, pytest.raises(FarEndError, match="not trusted") as raised:
        sent(box.settings(security="starttls", **LOG_IN))

    assert raised.value.permanent
    assert (box.users, box.envelopes) == ([], [])


def test_a_certificate_for_another_name_gets_nothing(trusted: Path, tls: ssl.SSLContext) -> None:
    with mailbox(tls) as box, pytest.raises(FarEndError, match="not trusted"):
        sent(box.settings(host="localhost", security="starttls", **LOG_IN))

    assert box.envelopes == []


def test_a_wrong_password_pauses_the_issue_and_stays_secret(trusted: Path, tls: ssl.SSLContext) -> None:
    with mailbox(tls) as box, pytest.raises(FarEndError, match=r"refused our log-in: 535 5\.7\.8") as raised:
        sent(box.settings(security="starttls", username=USER, password="another hush"))

    assert raised.value.permanent
    assert "another hush" not in str(raised.value)
    assert box.envelopes == []


def test_mail_goes_out_under_tls_from_the_first_octet(trusted: Path, secure: FarEnd) -> None:
    assert sent(settings_of(secure)).state is DeliveryState.SENT
    assert secure.mails == [mail().content]


def test_tls_from_the_first_octet_wants_a_trusted_certificate_too(secure: FarEnd) -> None:
    with pytest.raises(FarEndError, match="not trusted"):
        sent(settings_of(secure))

    assert secure.heard == []


def test_a_server_that_repeats_the_log_in_does_not_put_it_into_the_error(trusted: Path, secure: FarEnd) -> None:
    plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    secure.offers("AUTH PLAIN").answers("AUTH", f"535 5.7.8 cannot do AUTH PLAIN {plain}")

    with pytest.raises(FarEndError) as raised:
        sent(settings_of(secure, **LOG_IN))

    assert plain not in str(raised.value)
    assert "refused our log-in: 535" in str(raised.value)


def test_a_temporary_failure_of_the_log_in_is_tried_later(trusted: Path, secure: FarEnd) -> None:
    secure.offers("AUTH LOGIN PLAIN").answers("AUTH", "454 4.7.0 the directory is down")

    with pytest.raises(FarEndError, match="the directory is down") as raised:
        sent(settings_of(secure, **LOG_IN))

    assert not raised.value.permanent


@pytest.mark.parametrize("offer", ["AUTH CRAM-MD5", "8BITMIME"])
def test_a_server_without_a_known_log_in_is_not_mailed(trusted: Path, secure: FarEnd, offer: str) -> None:
    secure.offers(offer)

    with pytest.raises(FarEndError, match="neither AUTH PLAIN nor AUTH LOGIN"):
        sent(settings_of(secure, **LOG_IN))

    assert not secure.lines("MAIL")


def test_a_log_in_that_never_ends_is_left(trusted: Path, secure: FarEnd) -> None:
    secure.offers("AUTH PLAIN").answers("AUTH", "334 and then?")

    with pytest.raises(FarEndError, match="answered with 334"):
        sent(settings_of(secure, **LOG_IN))
