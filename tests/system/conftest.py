"""Ana's publisher, the newsroom's site it collects, and forty subscribers."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.demo import newsroom
from publisher.demo.settings import demo_config, shipped_config
from tests.system import dovecot
from tests.system.desk import FRIDAY, Desk
from tests.system.dovecot import Dovecot


@pytest.fixture
def site() -> Iterator[newsroom.Site]:
    with newsroom.serve(now=FRIDAY) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, site: newsroom.Site) -> Iterator[Desk]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    text = demo_config(shipped_config(), site.url, base_url, port)
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    made = Desk(tmp_path, base_url)
    yield made
    for process in made.processes:
        with process.popen:
            process.popen.kill()


@pytest.fixture
def subscribed(desk: Desk) -> list[str]:
    """Forty subscribers, half of them in Spanish."""
    people = [(f"reader{number}@example.org", ("en", "es")[number % 2]) for number in range(40)]
    table = desk.folder / "people.csv"
    table.write_text(
        "email,language\n" + "".join(f"{email},{language}\n" for email, language in people), encoding="utf-8"
    )
    desk.does(
        "subscribers", "import", str(table), "--newsletter", "the-organization", "--consent", "paper list, May 2026"
    )
    return [email for email, _ in people]


@pytest.fixture(scope="module")
def running_dovecot() -> Iterator[Dovecot]:
    # The path of a socket has at most 108 octets.
    with tempfile.TemporaryDirectory() as folder, dovecot.server(Path(folder)) as made:
        yield made


@pytest.fixture
def box(running_dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """A mailbox of an IMAP server, empty."""
    running_dovecot.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(running_dovecot.certificate))
    return running_dovecot
