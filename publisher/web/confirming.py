"""The page that lets a subscription begin, by the link of the mail that asked for it.

GET and HEAD show a button and change nothing: link scanners fetch it. POST confirms; the token in the URL decides.
"""

from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from publisher.store import Store
from publisher.tasks import confirming
from publisher.web import forms
from publisher.web.pages import Pages

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


class Confirming:
    """The route `/confirm/{token}`."""

    def __init__(self, store: Store, secret: str, clock: Callable[[], datetime], pages: Pages) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Show the page, or begin the subscription; 404 for a token that is not ours, 410 for one that is too old."""
        token = request.path_params["token"]
        if request.method != "POST":
            return await run_in_threadpool(self._answer, confirming.find, token)
        # The body says nothing; it is read away so that the connection can be used again.
        await forms.read(request)
        return await run_in_threadpool(self._answer, confirming.confirm, token)

    def _answer(self, act: Callable[[Store, str, str, datetime], confirming.Found | None], token: str) -> Response:
        found = act(self._store, token, self._secret, self._clock())
        if found is None:
            return HTMLResponse(self._pages.unknown(), status_code=404, headers=HEADERS)
        status = 410 if found.standing is confirming.Standing.EXPIRED else 200
        return HTMLResponse(self._pages.confirmation(found), status_code=status, headers=HEADERS)
