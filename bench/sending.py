"""An issue of 40 KB sent to each subscriber out of a durable ledger, beside Postfix's generator and Python's clients.

python -m bench.sending [MAILS]
python -m bench.sending --grown [FEW MANY]

`smtp-source` repeats one fixed message and keeps no account of whom it reached; `smtplib` and `aiosmtplib` get one
that is rendered already. All send messages of the same size to the same server, in turn.
"""

import asyncio
import json
import os
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import aiosmtplib
import psycopg
from sqlalchemy import text

from bench import desk
from bench.mails import NOW, ROOT
from publisher.compose import period
from publisher.deliver import loop, message
from publisher.model import Delivery, Issue, IssueState, Reply, Subscriber
from publisher.store import open_store
from publisher.tasks import sending
from tests import postgres

CONNECTIONS = 8
ROUNDS = 3

Rival = Callable[[int, int], float]
"""Sends so many messages to a port, and gives its rate."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How long a sending took, of what its processor time was, when its first mail was taken, and its peak memory."""

    mails: int
    seconds: float
    processor_seconds: float
    first_seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.mails / self.seconds

    @property
    def milliseconds(self) -> float:
        """Processor time of a message."""
        return 1000 * self.processor_seconds / self.mails


def work(folder: str, url: str, port: int, connections: int, issue: int, *keys: str) -> Sent:
    """Send an issue in this process, signed by `keys`."""
    settings, store = desk.settings(Path(folder), url, port, connections, *keys), open_store(url)
    began, used = time.perf_counter(), _processor_seconds()
    first: list[float] = []

    def _note(_reply: Reply) -> None:
        if not first:
            first.append(time.perf_counter() - began)

    counts = sending.send(store, settings, issue, lambda: datetime.now(UTC), progress=_note)
    took, processor = time.perf_counter() - began, _processor_seconds() - used
    (mails,) = counts.values()
    return Sent(mails, took, processor, first[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _processor_seconds() -> float:
    """Give what this process and those that it started and waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def ours(url: str, folder: Path, port: int, count: int, *keys: str) -> Sent:
    """Send an issue to `count` subscribers, in a process of its own, signed by `keys`."""
    issue = desk.prepared(url, count)
    words = [str(folder), url, str(port), str(CONNECTIONS), str(issue), *keys]
    told = subprocess.run(
        [sys.executable, "-m", "bench.sending", "--worker", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    return Sent(**json.loads(told.stdout))


@contextmanager
def database(kind: str) -> Iterator[tuple[Path, Callable[[], str]]]:
    """Give a folder, and what makes a new database each time it is called."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        names = iter(range(1_000))
        if kind == "sqlite":
            yield folder, lambda: f"sqlite:///{folder}/{next(names)}.db"
            return
        (folder / "postgresql").mkdir()
        folder.chmod(0o755)
        server = stack.enter_context(postgres.server(folder / "postgresql", durable=True))

        def _new() -> str:
            name = f"bench{next(names)}"
            with psycopg.connect(f"{server}/postgres".replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return f"{server}/{name}"

        yield folder, _new


def smtp_source(port: int, mails: int) -> float:
    """Let Postfix's generator send one fixed message so often; give its rate."""
    began = time.perf_counter()
    envelope = ["-f", "a@example.org", "-t", "b@example.org"]
    size = ["-s", str(CONNECTIONS), "-m", str(mails), "-l", str(len(_one().content))]
    subprocess.run(["smtp-source", *size, *envelope, f"127.0.0.1:{port}"], check=True)
    return mails / (time.perf_counter() - began)


def smtplib_once(port: int, mails: int) -> float:
    """Send a rendered message by the standard library, over one connection; give the rate."""
    one = _one()
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for _ in range(mails):
            client.sendmail(one.sender, [one.recipient], one.content)
    return mails / (time.perf_counter() - began)


def aiosmtplib_once(port: int, mails: int) -> float:
    """Send a rendered message by aiosmtplib, over as many connections; give the rate."""
    one = _one()

    async def _client() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for _ in range(mails // CONNECTIONS):
                await client.sendmail(one.sender, [one.recipient], one.content)

    async def _all() -> None:
        await asyncio.gather(*(_client() for _ in range(CONNECTIONS)))

    began = time.perf_counter()
    with asyncio.Runner(loop_factory=loop.new_event_loop) as runner:
        runner.run(_all())
    return mails / (time.perf_counter() - began)


def _one() -> message.Message:
    settings = desk.settings(Path(), "sqlite://", 25, 1)
    week = period.week("2026-W47", settings.publication.zone)
    issue = Issue(1, desk.NEWSLETTER, "en", week, 1, IssueState.APPROVED, "Port audit", NOW, desk.variant())
    template = message.template(settings, settings.newsletters[0], issue, "a secret of some length")
    return template.fill(Delivery(1, "0" * 20, 1, Subscriber(1, "reader1@example.org", "Ana Roa", "en"), NOW, 1))


def beside(title: str, ledger_kind: str, port: int, mails: int, rivals: Mapping[str, Rival]) -> str:
    """Send in turn with the rivals, and say the medians of the rates."""
    runs: list[Sent] = []
    rates: dict[str, list[float]] = {name: [] for name in rivals}
    with database(ledger_kind) as (folder, new):
        for _ in range(ROUNDS):
            runs.append(ours(new(), folder, port, mails))
            for name, rival in rivals.items():
                rates[name].append(rival(port, mails))
    rate = median(run.rate for run in runs)
    used = median(run.milliseconds for run in runs)
    others = (f"{name} {median(found):,.0f}/s, {rate / median(found):.2f} times" for name, found in rates.items())
    return "; ".join([f"{title}: {rate:,.0f}/s at {used:.3f} ms of processor time", *others])


def ledgers(port: int, mails: int) -> str:
    """Send out of a ledger of each kind in turn, and say the medians of the rates."""
    rates: dict[str, list[float]] = {"sqlite": [], "postgresql": []}
    with database("sqlite") as small, database("postgresql") as large:
        for _ in range(ROUNDS):
            for kind, (folder, new) in zip(rates, (small, large), strict=True):
                rates[kind].append(ours(new(), folder, port, mails).rate)
    file, server = (median(found) for found in rates.values())
    return f"ledger on PostgreSQL: {server:,.0f}/s; on SQLite {file:,.0f}/s, {server / file:.2f} times"


def measure(mails: int = 4_000) -> str:
    """Compare with smtp-source, both to smtp-sink."""
    with desk.smtp_sink() as port:
        return beside(f"{CONNECTIONS} connections to smtp-sink", "sqlite", port, mails, {"smtp-source": smtp_source})


def measure_all(mails: int) -> Iterator[str]:
    """Make every comparison."""
    yield measure(mails)
    python = {"smtplib over one connection": smtplib_once, "aiosmtplib": aiosmtplib_once}
    with desk.smtp_sink() as port:
        yield beside("beside other clients", "sqlite", port, mails, python)
        yield ledgers(port, mails)
    with desk.sink() as port:
        yield beside("a server that answers faster", "sqlite", port, mails, {"smtp-source": smtp_source})
    yield far_away(mails // 20)
    for keys in (("rsa",), ("rsa", "ed25519")):
        yield signed(mails, *keys)


def far_away(mails: int, seconds: float = 0.05) -> str:
    """Send to a server whose answers are late, each mail costing one round trip."""
    with desk.sink("--seconds", str(seconds)) as port, database("sqlite") as (folder, new):
        sent = ours(new(), folder, port, mails)
    most = CONNECTIONS / seconds
    return f"answers {1000 * seconds:.0f} ms late: {sent.rate:,.0f}/s, {sent.rate / most:.2f} of one round trip a mail"


def signed(mails: int, *keys: str) -> str:
    """Send signed mails, and say how many processors made them."""
    with desk.sink() as port, database("sqlite") as (folder, new):
        for key in keys:
            desk.write_key(folder, key)
        runs = [ours(new(), folder, port, mails, *keys) for _ in range(ROUNDS)]
    middle = sorted(runs, key=lambda run: run.rate)[ROUNDS // 2]
    return (
        f"signed ({' and '.join(keys)}): {middle.rate:,.0f}/s at {middle.milliseconds:.3f} ms of processor time, "
        f"{middle.processor_seconds / middle.seconds:.2f} of {os.cpu_count()} processors used"
    )


def grown(kind: str, few: int = 10_000, many: int = 1_000_000) -> Iterator[str]:
    """Say memory and start of a large issue."""
    with desk.sink() as port, database(kind) as (folder, new):
        small, url = ours(new(), folder, port, few), new()
        large = ours(url, folder, port, many)
        bare = _bare_seconds(url)
    yield (
        f"{kind}, peak memory: {small.peak_mb:.0f} MB for {few:,}, {large.peak_mb:.0f} MB for {many:,}, "
        f"{large.peak_mb / small.peak_mb:.2f} times; {large.rate:,.0f}/s"
    )
    yield (
        f"{kind}, first of {many:,} taken after {large.first_seconds:.1f} s, the bare INSERT … SELECT {bare:.1f} s, "
        f"{large.first_seconds / bare:.2f} times"
    )


def _bare_seconds(url: str) -> float:
    store = open_store(url)
    issue = desk.approved(store, NOW)
    with store.writing() as transaction:
        transaction.execute(text("DELETE FROM deliveries"))
        began = time.perf_counter()
        transaction.execute(
            text(
                "INSERT INTO deliveries "
                "(key, issue_id, subscriber_id, state, claims, attempts, created, enhanced, words) "
                "SELECT 'x' || subscriber_id, :issue, subscriber_id, 'queued', 0, 0, consented, '', '' "
                "FROM subscriptions"
            ),
            {"issue": issue},
        )
        took = time.perf_counter() - began
        transaction.rollback()
    store.close()
    return took


def main(*words: str) -> None:
    """Print each comparison; `--grown` those of a million recipients."""
    if words[:1] == ("--worker",):
        folder, url, port, connections, issue, *keys = words[1:]
        print(json.dumps(asdict(work(folder, url, int(port), int(connections), int(issue), *keys))))
        return
    if words[:1] == ("--grown",):
        told: Iterator[str] = (line for kind in ("sqlite", "postgresql") for line in grown(kind, *map(int, words[1:])))
    else:
        told = measure_all(*map(int, words or ("20000",)))
    for line in told:
        print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
