"""Tells the newsroom what it must know, by mail and by webhook, each thing once to each.

Whom something was told is a run of its own in the table of runs, so it holds across restarts and for two processes.
What could not be told is tried again, after ever longer pauses, for a day. No other task waits for it.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from publisher.compose import alerts as stage
from publisher.compose.alerts import Alert, Told
from publisher.config import Settings, address_in
from publisher.config.settings import Smtp
from publisher.deliver import notice
from publisher.errors import PublisherError
from publisher.fetch import Door
from publisher.store import Store, runs
from publisher.tasks import alerts, signing
from publisher.tasks.alerts import Event
from publisher.tasks.sending import hand_over

log = structlog.get_logger("publisher")

TRIED_FOR = timedelta(days=1)
LONGEST_ANSWER_SECONDS = 10.0
LONGEST_REPLY_SECONDS = 20.0
WEBHOOK = "webhook"
_NOTICED = "noticed"


def alert_when_due(store: Store, settings: Settings, clock: Callable[[], datetime], stop: Callable[[], bool]) -> None:
    """Tell what there is to tell to those who have not been told yet."""
    if not settings.notify.is_asked_for:
        return
    with store.writing() as transaction:
        with_bounces = runs.first_this_minute(transaction, "alerts count bounces", clock())
    telling = _Telling(store, settings, clock)
    for event in alerts.events(store, settings, clock(), with_bounces=with_bounces):
        for to in telling.waiting(event):
            if stop():
                return
            telling.tell(event, to)


@dataclass
class _Telling:
    """One round. A way that failed is not tried again in it, so that a server that hangs costs one wait."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]
    failed: set[str] = field(default_factory=set)

    def waiting(self, event: Event) -> Iterator[str]:
        """Give those who are to be told of an event now: mailboxes, and the webhook."""
        now, task = self.clock(), _task(event)
        known = self._runs(task)
        noticed = known[_NOTICED].started
        for to in self._everybody(event):
            run = known.get(to)
            if run is None and now - noticed <= TRIED_FOR:
                yield to
            elif run is None or run.finished:
                continue
            elif now - noticed > TRIED_FOR:
                self._finish(task, to, "given up")
                log.error("alert given up", alert=event.name, to=to)
            elif now - run.started >= max(runs.STALE, (run.started - noticed) / 2):
                yield to

    def _runs(self, task: str) -> dict[str, runs.Run]:
        """Give who was told, and when the first look saw that there is something to tell."""
        with self.store.reading() as transaction:
            known = runs.of(transaction, task)
        if _NOTICED in known:
            return known
        with self.store.writing() as transaction:
            if runs.claim(transaction, task, _NOTICED, self.clock()):
                runs.finish(transaction, task, _NOTICED, self.clock(), _NOTICED)
            return runs.of(transaction, task)

    def _everybody(self, event: Event) -> Iterator[str]:
        for mailbox in dict.fromkeys(self.settings.notify.to):
            if address_in(mailbox).lower() not in event.heard:
                yield mailbox
        if self.settings.notify.webhook:
            yield WEBHOOK

    def tell(self, event: Event, to: str) -> None:
        """Tell one of them, unless somebody else does."""
        task, way = _task(event), WEBHOOK if to == WEBHOOK else "mail"
        if way in self.failed:
            return
        with self.store.writing() as transaction:
            if not runs.claim(transaction, task, to, self.clock()):
                return
        try:
            self._hand_over(event, to)
        except PublisherError as error:
            self.failed.add(way)
            log.warning("alert not told", alert=event.name, to=to, why=self._why(error), next="it is tried again")
        else:
            self._finish(task, to, "told")
            log.info("alert told", alert=event.name, to=to)

    def _finish(self, task: str, to: str, outcome: str) -> None:
        with self.store.writing() as transaction:
            runs.finish(transaction, task, to, self.clock(), outcome)

    def _hand_over(self, event: Event, to: str) -> None:
        alert = event.alert()
        told = stage.told(alert, self.settings.publication.languages[0])
        webhook = self.settings.notify.webhook
        if to == WEBHOOK and webhook is not None:
            body = json.dumps(_document(self.settings, event, alert, told), ensure_ascii=False)
            with door(self.settings) as opened:
                opened.post(webhook.get_secret_value(), body.encode("utf-8", "replace"), "application/json")
            return
        # The same alert has the same Message-ID: told twice after a crash, a mailbox may show it once.
        key, secret = _digest(event.name, to)[:20], signing.secret(self.store, self.settings)
        written = notice.Notice(to, told.language, told.subject, told.text)
        hand_over(_by_relay(self.settings), notice.message(self.settings, written, key, self.clock(), secret))

    def _why(self, error: PublisherError) -> str:
        named = str(error).replace("delivery.smtp", "notify.relay") if self.settings.notify.relay else str(error)
        return without_paths(named)


def door(settings: Settings) -> Door:
    """Open the door for one short question: nobody's answer is waited for long, and what fails is tried later."""
    seconds = min(settings.fetch.timeout_seconds, LONGEST_ANSWER_SECONDS)
    asked = settings.fetch.model_copy(update={"tries": 1, "timeout_seconds": seconds})
    return Door(asked, settings.publication.contact)


def without_paths(words: str) -> str:
    """Give words in which web addresses end at their host: whoever knows the rest of a webhook's may use it."""
    return re.sub(r"(https?://)(?:[^/\s@]*@)?([^/\s?#]+)[/?#]\S*", r"\1\2/…", words)


def _by_relay(settings: Settings) -> Settings:
    """Let mail go by the server of alerts, where there is one."""
    relay, delivery = settings.notify.relay, settings.delivery
    smtp = _impatient(relay or delivery.smtp)
    relays = () if relay else tuple(map(_impatient, delivery.relays))
    transport = "smtp" if relay else delivery.transport
    way = {"transport": transport, "smtp": smtp, "relays": relays}
    return settings.model_copy(update={"delivery": delivery.model_copy(update=way)})


def _impatient(server: Smtp) -> Smtp:
    return server.model_copy(update={"timeout_seconds": min(server.timeout_seconds, LONGEST_REPLY_SECONDS)})


def _document(settings: Settings, event: Event, alert: Alert, told: Told) -> dict[str, object]:
    """Give an alert as the webhook gets it; the keys are explained in docs/guide.md."""
    issue = event.issue
    return {
        "text": f"{told.subject}\n\n{told.text}".strip(),
        "id": _digest(event.name)[:20],
        "what": str(alert.what),
        "publication": settings.publication.name,
        "words": told.words,
        "why": alert.why,
        "issue": issue.id if issue else None,
        "newsletter": issue.newsletter if issue else None,
        "language": issue.language if issue else None,
        "period": issue.period.name if issue else None,
        "source": event.source or None,
        "counts": dict(alert.counts),
        "failures": dict(alert.failures),
    }


def _task(event: Event) -> str:
    return f"alert {event.name}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
