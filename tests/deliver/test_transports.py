"""What every way out must do, asked of each in the same words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.deliver import Transport
from publisher.deliver.outbox import Outbox
from publisher.deliver.smtp import Smtp
from publisher.errors import PublisherError
from publisher.model import DeliveryState
from tests.deliver.far_end import far_end
from tests.deliver.mailbox import mailbox
from tests.deliver.samples import mail
from tests.deliver.ways import carried


@dataclass
class Way:
    """A transport, what arrived at its other end, and how to make that end unusable."""

    open: Callable[[], Transport]
    arrived: Callable[[], list[bytes]]
    break_it: Callable[[], None]


def _outbox(folder: Path) -> Iterator[Way]:
    mails = folder / "mails"

    def _block() -> None:
        mails.write_text("a file is in the way")

    yield Way(lambda: Outbox(mails), lambda: [file.read_bytes() for file in sorted(mails.glob("*.eml"))], _block)


def _scripted(folder: Path) -> Iterator[Way]:
    with far_end() as server:
        yield Way(lambda: Smtp(server.settings), lambda: server.mails, server.refuse)


def _aiosmtpd(folder: Path) -> Iterator[Way]:
    with mailbox() as box:
        settings = box.settings()

        def _forget() -> None:
            nonlocal settings
            settings = box.settings(port=1)

        yield Way(lambda: Smtp(settings), lambda: [one.content for one in box.envelopes], _forget)


@pytest.fixture(params=[_outbox, _scripted, _aiosmtpd], ids=["outbox", "smtp", "smtp to aiosmtpd"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    yield from request.param(tmp_path)


def test_what_is_handed_over_arrives_octet_for_octet(way: Way) -> None:
    messages = [mail(text="¿Qué?\n.\n..\n" * 200, number=number) for number in (1, 2, 3)]

    replies = carried(way.open(), messages).replies

    assert [reply.state for reply in replies] == [DeliveryState.SENT] * 3
    assert way.arrived() == [message.content for message in messages]


def test_it_opens_again_after_it_was_closed(way: Way) -> None:
    for number in (1, 2):
        carried(way.open(), [mail(number=number)])

    assert len(way.arrived()) == 2


def test_opened_and_closed_it_hands_over_nothing(way: Way) -> None:
    carried(way.open(), [])

    assert way.arrived() == []


def test_an_end_that_takes_nothing_is_an_error_and_no_reply(way: Way) -> None:
    way.break_it()

    with pytest.raises(PublisherError) as raised:
        carried(way.open(), [mail()])

    assert "\n" not in str(raised.value)


def test_a_message_is_noted_before_it_is_handed_over(way: Way) -> None:
    messages = [mail(number=number) for number in (1, 2, 3)]

    assert carried(way.open(), messages).begun == [message.key for message in messages]
