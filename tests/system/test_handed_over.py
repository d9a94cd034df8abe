"""A real Postfix hands a bounce over to the listener of `run`, by LMTP at a socket that is a file, and by SMTP."""

import os
import pwd
import queue
import smtplib
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from publisher.config import load
from publisher.deliver.return_path import base, return_path
from publisher.store import open_store
from publisher.tasks import listening, signing
from publisher.tasks.bouncing import Taken
from tests.system import postfix
from tests.tasks.conftest import SHIPPED, Newsroom

pytestmark = [
    pytest.mark.needs(postfix.PROGRAM, "openssl"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a Postfix"),
]

BOUNCE = (
    b"From: MAILER-DAEMON@mx.example.net\r\n\r\n<ana@example.org>:\r\n550 5.1.1 <ana@example.org>: User unknown\r\n"
)


@pytest.mark.parametrize("way", ["lmtp", "smtp"])
def test_postfix_hands_over_what_came_to_a_return_path(tmp_path: Path, way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    at, transport = {
        "smtp": (f"smtp://127.0.0.1:{port}", f"relay:[127.0.0.1]:{port}"),
        "lmtp": (f"lmtp://{tmp_path}/sockets/bounces", f"lmtp:unix:{tmp_path}/sockets/bounces"),
    }[way]
    shared_with_postfix(tmp_path / "sockets")
    text = SHIPPED.read_text(encoding="utf-8").replace("bounces@estuary.example.org", "bounces@example.org")
    listens = f'[delivery.bounces]\nlisten = "{at}"\n\n[feeds]'
    (tmp_path / "config.toml").write_text(text.replace("[feeds]", listens, 1), encoding="utf-8")
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    newsroom = Newsroom(store, load(tmp_path / "config.toml", {}))
    to = return_path(base("bounces@example.org"), "00" * 10, signing.secret(store, newsroom.settings))
    told: queue.Queue[Sequence[Taken]] = queue.Queue()
    (tmp_path / "postfix").mkdir()

    with (
        listening.listening(store, newsroom.settings, newsroom.clock, told.put),
        postfix.server(tmp_path / "postfix", port, transport=transport) as running,
        smtplib.SMTP("127.0.0.1", running.port, timeout=60) as client,
    ):
        client.starttls(context=ssl.create_default_context(cafile=str(running.certificate)))
        client.sendmail("", [to], BOUNCE)
        try:
            (taken,) = told.get(timeout=20)
        except queue.Empty:
            pytest.fail(running.log.read_text())

    store.close()
    assert (taken.mail, taken.done) == (to, "nothing: it names no mail of ours")
    assert taken.bounce
    assert taken.bounce.status == "5.1.1"


def shared_with_postfix(folder: Path) -> None:
    """Make a folder whose files are of Postfix's group, as the guide says."""
    folder.mkdir()
    os.chown(folder, -1, pwd.getpwnam("postfix").pw_gid)
    folder.chmod(0o2750)
