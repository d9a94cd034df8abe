"""A mail server hands bounces over: each is answered when it was acted on, and mail for nobody is refused."""

import smtplib
import socket
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from publisher.deliver import bounces
from publisher.deliver.bounces import listener
from publisher.deliver.return_path import base, return_path
from publisher.errors import ConfigError, FarEndError
from publisher.store import engine, open_store, subscribers
from publisher.tasks import listening, signing
from tests.tasks.conftest import Newsroom

Door = Callable[..., AbstractContextManager[Any]]
BOUNCE = (
    b"From: MAILER-DAEMON@mx.example.org\r\nMessage-ID: <1@mx.example.org>\r\nSubject: failure notice\r\n\r\n"
    b"<ana@example.org>:\r\n550 5.1.1 <ana@example.org>: User unknown\r\n"
)
LETTER = b"From: bruno@example.org\r\nSubject: Re: The port\r\n\r\nThank you.\r\n"


@pytest.fixture
def ours(newsroom: Newsroom) -> str:
    """The return path of the mail that Ana got."""
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org")
    newsroom.sends(newsroom.approves(newsroom.composes()))
    (mail,) = newsroom.mails()
    key = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    secret = signing.secret(newsroom.store, newsroom.settings)
    return return_path(base(newsroom.settings.delivery.return_path), key, secret)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def listens(newsroom: Newsroom) -> Door:
    """Let `run` take bounces at an address."""

    @contextmanager
    def _at_work(at: str, clock: Callable[[], datetime] = newsroom.clock) -> Iterator[None]:
        policy = newsroom.settings.delivery.bounces.model_copy(update={"listen": at})
        newsroom.configured("delivery", bounces=policy)
        with listening.listening(newsroom.store, newsroom.settings, clock):
            yield

    return _at_work


@pytest.fixture
def hands_over(newsroom: Newsroom, port: int, listens: Door) -> Door:
    """Let a server talk to `run`, in the way of a scheme."""

    @contextmanager
    def _talk(scheme: str = "lmtp", clock: Callable[[], datetime] = newsroom.clock) -> Iterator[smtplib.SMTP]:
        client = smtplib.LMTP if scheme == "lmtp" else smtplib.SMTP
        with listens(f"{scheme}://:{port}", clock), client("127.0.0.1", port, timeout=20) as talking:
            talking.ehlo()
            yield talking

    return _talk


def suppressed(newsroom: Newsroom) -> object:
    with newsroom.store.reading() as transaction:
        return subscribers.exported(transaction, "ana@example.org")["suppressed"]


@pytest.mark.parametrize("scheme", ["lmtp", "smtp"])
def test_what_was_handed_over_was_acted_on(newsroom: Newsroom, ours: str, hands_over: Door, scheme: str) -> None:
    with hands_over(scheme) as server:
        assert server.sendmail("", ours.upper(), BOUNCE) == {}

    assert suppressed(newsroom) == "hard bounce 5.1.1"


def test_a_mail_handed_over_twice_is_taken_twice_and_counts_once(
    newsroom: Newsroom, ours: str, hands_over: Door
) -> None:
    with hands_over() as server:
        for _ in range(2):
            assert server.sendmail("", ours, BOUNCE) == {}

    with newsroom.store.reading() as transaction:
        assert len(subscribers.exported(transaction, "ana@example.org")["bounces"]) == 1


def test_mail_for_nobody_is_refused_at_the_door(ours: str, hands_over: Door) -> None:
    before, _, tag = ours.partition("+")
    forged = f"{before}+{'b' if tag[0] == 'a' else 'a'}{tag[1:]}"
    with hands_over() as server:
        foreign = ours.replace("k", "\u212a", 1) if "k" in ours else f"\u212a{ours}"
        for address in ("desk@estuary.example.org", forged, f"x+{ours}", ours.replace("@", "@other."), foreign):
            server.mail("")
            server.send(f"RCPT TO:<{address}>\r\n".encode())
            assert server.getreply()[0] == 550
            server.rset()
        server.mail("")
        assert server.rcpt("bounces@estuary.example.org")[0] == 250


def test_what_strangers_send_is_repeated_in_no_log(hands_over: Door, caplog: pytest.LogCaptureFixture) -> None:
    with hands_over() as talking:
        assert talking.docmd("\x1b[2JBOO")[0] == 500

    assert "BOO" not in caplog.text


def test_lines_longer_than_the_rule_are_read(newsroom: Newsroom, ours: str, hands_over: Door) -> None:
    with hands_over() as server:
        assert server.sendmail("", ours, BOUNCE + b"x" * 5000 + b"\r\n") == {}

    assert suppressed(newsroom) == "hard bounce 5.1.1"


def test_each_mail_has_one_recipient_and_so_one_answer(ours: str, hands_over: Door) -> None:
    with hands_over() as server:
        server.mail("")
        assert [server.rcpt(ours)[0], server.rcpt(ours)[0]] == [250, 452]


@pytest.mark.parametrize("error", [FarEndError("the database went away; try again later"), RuntimeError("a bug")])
def test_what_cannot_be_acted_on_now_stays_with_the_other_server(
    newsroom: Newsroom, ours: str, hands_over: Door, error: Exception
) -> None:
    def _fails() -> datetime:
        raise error

    with hands_over("lmtp", _fails) as server:
        server.mail("")
        server.rcpt(ours)
        assert server.data(BOUNCE)[0] == 451
        assert server.mail("")[0] == 250
    assert not suppressed(newsroom)


def test_what_is_too_large_is_not_taken(
    newsroom: Newsroom, ours: str, hands_over: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST_BYTES", 2000)

    with hands_over() as server:
        server.mail("")
        server.rcpt(ours)
        assert server.data(BOUNCE + b"x" * 70 + b"\r\n" * 1000)[0] == 552
    assert not suppressed(newsroom)


@pytest.mark.parametrize("sent", [b"x" * 900, b"x" * 900 + b"\r\n"])
def test_who_goes_on_and_on_is_cut_off(
    ours: str, hands_over: Door, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(listener, "MOST_BYTES", 1000)

    with hands_over() as server:
        server.mail("")
        server.rcpt(ours)
        server.docmd("DATA")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            _send_on_and_on(server, sent)


def _send_on_and_on(server: smtplib.SMTP, sent: bytes) -> None:
    for _ in range(10):
        server.send(sent)
    server.getreply()


def test_a_mail_that_nobody_can_read_is_refused(
    newsroom: Newsroom, ours: str, hands_over: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _breaks(_mail: object) -> None:
        raise RecursionError

    monkeypatch.setattr(bounces, "read", _breaks)

    with hands_over() as server:
        server.mail("")
        server.rcpt(ours)
        assert server.data(BOUNCE)[0] == 550


def test_while_the_database_is_away_the_mail_stays_with_the_other_server(
    newsroom: Newsroom, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    store = open_store(f"sqlite:///{tmp_path / 'away.db'}")
    newsroom = Newsroom(store, newsroom.settings)
    policy = newsroom.settings.delivery.bounces.model_copy(update={"listen": f"lmtp://:{port}"})
    newsroom.configured("delivery", bounces=policy)
    with (
        listening.listening(store, newsroom.settings, newsroom.clock),
        smtplib.LMTP("127.0.0.1", port, timeout=20) as server,
        closing(sqlite3.connect(tmp_path / "away.db", isolation_level=None)) as other,
    ):
        server.ehlo()
        answers = []
        for command in ("BEGIN IMMEDIATE", "ROLLBACK"):
            other.execute(command)
            server.mail("")
            server.rcpt("bounces@estuary.example.org")
            answers.append(server.data(BOUNCE)[0])
    store.close()

    assert answers == [451, 250]


def test_a_letter_is_refused_so_that_its_writer_hears_of_it(ours: str, hands_over: Door) -> None:
    with hands_over() as server:
        server.mail("bruno@example.org")
        server.rcpt(ours)
        code, words = server.data(LETTER)

    assert (code, words.split()[0]) == (550, b"5.7.1")


def test_a_letter_is_kept_where_there_is_a_maildir(
    newsroom: Newsroom, ours: str, hands_over: Door, tmp_path: Path
) -> None:
    policy = newsroom.settings.delivery.bounces.model_copy(update={"maildir": tmp_path / "returned"})
    newsroom.configured("delivery", bounces=policy)

    with hands_over() as server:
        assert server.sendmail("bruno@example.org", ours, LETTER) == {}

    (kept,) = (tmp_path / "returned" / "new").iterdir()
    assert kept.read_bytes() == b"X-Original-To: " + ours.encode() + b"\r\n" + LETTER


def test_who_comes_when_too_many_are_there_is_sent_away(
    port: int, listens: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST_CONNECTIONS", 1)

    with (
        listens(f"lmtp://:{port}"),
        smtplib.LMTP("127.0.0.1", port, timeout=20),
        socket.create_connection(("127.0.0.1", port), timeout=20) as another,
    ):
        assert another.recv(100).startswith(b"421 ")


def test_a_stop_lets_the_mail_that_is_being_taken_be_answered(
    newsroom: Newsroom, ours: str, port: int, listens: Door
) -> None:
    begun, stopping = threading.Event(), threading.Event()

    def _slow() -> datetime:
        begun.set()
        stopping.wait(20)
        return newsroom.now

    with smtplib.LMTP(timeout=20) as server, ThreadPoolExecutor() as aside:
        with listens(f"lmtp://:{port}", _slow):
            server.connect("127.0.0.1", port)
            server.ehlo()
            answer = aside.submit(server.sendmail, "", ours, BOUNCE)
            begun.wait(20)
            threading.Timer(0.2, stopping.set).start()

        assert answer.result() == {}
        assert suppressed(newsroom) == "hard bounce 5.1.1"
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port))


def test_who_is_connected_and_silent_does_not_hold_up_a_stop(port: int, listens: Door) -> None:
    with socket.socket() as silent:
        with listens(f"smtp://:{port}"):
            silent.connect(("127.0.0.1", port))
            assert silent.recv(100).startswith(b"220 ")
            stopped = time.monotonic()

        assert time.monotonic() - stopped < 2


def test_a_socket_that_is_a_file_is_for_its_group_alone_and_goes_with_run(
    newsroom: Newsroom, ours: str, listens: Door, tmp_path: Path
) -> None:
    path = tmp_path / "bounces.sock"
    for _ in range(2):
        with listens(f"lmtp://{path}"), smtplib.LMTP(str(path)) as server:
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
            assert server.sendmail("", ours, BOUNCE) == {}
        assert not path.exists()

    assert suppressed(newsroom) == "hard bounce 5.1.1"


def test_a_socket_that_a_killed_run_left_is_taken_over(listens: Door, tmp_path: Path) -> None:
    path = tmp_path / "bounces.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))

    with listens(f"lmtp://{path}"), smtplib.LMTP(str(path)) as server:
        assert server.noop()[0] == 250


@pytest.mark.parametrize("kind", ["port", "socket", "file"])
def test_an_address_that_is_taken_is_the_configs_mistake(listens: Door, port: int, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bounces.sock"
    with socket.socket() as by_port, socket.socket(socket.AF_UNIX) as by_file:
        by_port.bind(("127.0.0.1", port))
        by_port.listen()
        if kind == "socket":
            by_file.bind(str(path))
            by_file.listen()
        else:
            path.write_text("somebody's own")

        at = f"lmtp://:{port}" if kind == "port" else f"lmtp://{path}"
        with pytest.raises(ConfigError, match=r"delivery\.bounces\.listen: cannot listen"), listens(at):
            pass
        assert path.exists()


def test_without_an_address_nobody_listens(newsroom: Newsroom) -> None:
    with listening.listening(newsroom.store, newsroom.settings, newsroom.clock):
        pass
