"""What relays report of mails, at `/webhooks/RELAY`. Who proves nothing changes nothing.

Relays call again for hours when they get no 200, so an event that came before is answered like a new one, and a call
that cannot be acted on now is a 503.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from publisher.config import Settings
from publisher.errors import NotAllowed, UnreadableInput
from publisher.store import Store
from publisher.tasks import reporting
from publisher.web import forms

log = logging.getLogger("publisher.web")

HEADERS = {"Cache-Control": "no-store"}


class Webhooks:
    """The route `/webhooks/{relay}`."""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        """Take a call: 404 for a relay that is not the config's, 413 for what is too much, 401 for what is unproven."""
        relay = request.path_params["relay"]
        if not reporting.is_expected(self._settings, relay):
            return _told("there is nothing here", 404)
        body = await forms.body(request, reporting.MOST_BYTES)
        if body is None:
            return PlainTextResponse("too much", status_code=413, headers={**HEADERS, "Connection": "close"})
        return await run_in_threadpool(self._take, dict(request.headers), body)

    def _take(self, headers: dict[str, str], body: bytes) -> Response:
        try:
            reporting.take(self._store, self._settings, headers, body, self._clock())
        except NotAllowed as error:
            log.warning("a call of the relay is not believed: %s", error)
            refused = _told("who are you?", 401)
            refused.headers["WWW-Authenticate"] = 'Basic realm="webhooks"'
            return refused
        except UnreadableInput as error:
            log.warning("a call of the relay is not understood: %s", error)
            return _told("what is that?", 400)
        return _told("ok", 200)


def _told(words: str, status: int) -> Response:
    return PlainTextResponse(words, status_code=status, headers=HEADERS)
