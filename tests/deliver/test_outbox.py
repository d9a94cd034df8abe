from collections import deque
from pathlib import Path

import pytest

from publisher.deliver.outbox import Outbox
from publisher.errors import ConfigError
from publisher.model import DeliveryState
from tests.deliver.samples import mail
from tests.deliver.ways import Messages, carried, carry


def test_a_mail_becomes_a_file_named_after_its_delivery(tmp_path: Path) -> None:
    message = mail("/etc/passwd@example.org")

    (reply,) = carried(Outbox(tmp_path / "mails"), [message]).replies

    assert reply.state is DeliveryState.SENT
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{message.key}.eml"]
    assert (tmp_path / "mails" / f"{message.key}.eml").read_bytes() == message.content


def test_a_second_try_writes_its_own_file_again(tmp_path: Path) -> None:
    (tmp_path / f".{mail().key}.unfinished").write_bytes(b"half of it")
    for _ in range(2):
        carried(Outbox(tmp_path), [mail()])

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [mail().content]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")

    with pytest.raises(ConfigError, match=r"delivery\.outbox"):
        carried(Outbox(tmp_path / "outbox"), [mail()])


def test_a_file_that_cannot_be_written_leaves_nothing_behind_and_no_mail_in_doubt(tmp_path: Path) -> None:
    (tmp_path / f"{mail().key}.eml").mkdir()

    outgoing = Messages(deque([mail()]))
    with pytest.raises(ConfigError, match="make room"):
        carry(Outbox(tmp_path), outgoing)

    assert outgoing.begun == []
    assert [path.name for path in tmp_path.iterdir()] == [f"{mail().key}.eml"]
