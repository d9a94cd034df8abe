"""An address hears of each due task that finished, once, and of nothing else."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from publisher.errors import FarEndError
from publisher.tasks import collecting, composing, heartbeat, weekly
from publisher.tasks.sources import SourceAccount
from tests.fetch.conftest import Server, serving
from tests.tasks.conftest import Newsroom

MINUTE = timedelta(minutes=1)
TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"
BROKEN = b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture
def watch(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The service that notices silence; the newsroom's issues go out by themselves."""
    monkeypatch.setattr(collecting, "collect", lambda *_asked, **_options: [SourceAccount("site")])
    newsroom.newsletter(approval="automatic", languages=("en",))
    newsroom.publishes("Port audit")
    newsroom.subscribes("bruno@example.org")
    with serving() as server:
        server.answers_with(TAKEN)
        newsroom.configured("notify", heartbeat=SecretStr(f"{server.url}ping/hush/{{task}}"))
        newsroom.configured("fetch", allow_hosts=("127.0.0.1",), pause_seconds=0)
        yield server


def ticks(newsroom: Newsroom, *due: Callable[..., None]) -> None:
    for one in (*due, heartbeat.beat_when_due):
        one(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)


def called(server: Server) -> list[str]:
    return [request.split(b" ")[1].decode().rpartition("/")[2] for request in server.requests]


def test_each_task_that_finished_is_called_for_once(newsroom: Newsroom, watch: Server) -> None:
    ticks(newsroom, weekly.collect_when_due)
    ticks(newsroom, weekly.issue_when_due, weekly.send_when_due)
    ticks(newsroom, weekly.collect_when_due, weekly.issue_when_due, weekly.send_when_due)

    assert called(watch) == ["collect", "issue", "send"]
    assert watch.requests[0].startswith(b"GET /ping/hush/collect HTTP/1.1\r\n")


def test_the_next_collect_is_called_for_again(newsroom: Newsroom, watch: Server) -> None:
    for _ in range(3):
        ticks(newsroom, weekly.collect_when_due)
        newsroom.now += 30 * MINUTE

    assert called(watch) == ["collect"] * 3


def test_what_does_not_finish_is_silence(newsroom: Newsroom, watch: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def _fails(*_asked: object, **_options: object) -> None:
        raise FarEndError("the template is broken")

    monkeypatch.setattr(composing, "compose", _fails)
    ticks(newsroom, weekly.issue_when_due, weekly.send_when_due)

    assert called(watch) == ["collect"]


def test_an_address_without_the_task_in_it_is_called_as_it_is(newsroom: Newsroom, watch: Server) -> None:
    newsroom.configured("notify", heartbeat=SecretStr(f"{watch.url}api/push/hush?status=up"))

    ticks(newsroom, weekly.collect_when_due)

    assert called(watch) == ["hush?status=up"]


def test_a_call_that_fails_is_logged_without_its_secret_and_made_again(newsroom: Newsroom, watch: Server) -> None:
    watch.answers_with(BROKEN, TAKEN)
    with capture_logs() as log:
        ticks(newsroom, weekly.collect_when_due)
        ticks(newsroom)
        newsroom.now += 2 * MINUTE
        ticks(newsroom)

    assert called(watch) == ["collect", "collect"]
    (line,) = [line for line in log if line["event"] == "heartbeat not called"]
    assert "answered 503" in line["why"]
    assert "hush" not in repr(log)


def test_what_finished_long_ago_is_no_sign_of_life(newsroom: Newsroom, watch: Server) -> None:
    weekly.collect_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
    newsroom.now += 20 * MINUTE

    ticks(newsroom)

    assert called(watch) == []


def test_two_processes_call_once(newsroom: Newsroom, watch: Server) -> None:
    weekly.collect_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
    threads = [threading.Thread(target=ticks, args=(newsroom,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert called(watch) == ["collect"]
