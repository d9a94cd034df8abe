"""The way out of a newsletter, by the link of a mail (RFC 8058).

GET and HEAD show a page with one button and change nothing: link scanners fetch it. POST ends the
subscription: the token in the URL decides, whatever the body, the cookies or the origin say.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from publisher.store import Store
from publisher.tasks import leaving
from publisher.web.pages import Pages

BODY_BYTES = 10_000
BODY_SECONDS = 5
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


class Leaving:
    """The route `/leave/{token}`."""

    def __init__(self, store: Store, secret: str, clock: Callable[[], datetime], pages: Pages) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Show the page, or end the subscription; 404 for a token that is not ours."""
        token = request.path_params["token"]
        if request.method != "POST":
            return await run_in_threadpool(self._show, token)
        response = await run_in_threadpool(self._leave, token)
        if not await _drain(request):
            response.headers["Connection"] = "close"
        return response

    def _show(self, token: str) -> Response:
        if leaving.is_test(token, self._secret):
            return self._test()
        found = leaving.find(self._store, token, self._secret)
        return self._unknown() if found is None else HTMLResponse(self._pages.ask(found), headers=HEADERS)

    def _leave(self, token: str) -> Response:
        if leaving.is_test(token, self._secret):
            return self._test()
        left = leaving.leave(self._store, token, self._secret, self._clock())
        return self._unknown() if left is None else HTMLResponse(self._pages.left(left), headers=HEADERS)

    def _test(self) -> Response:
        return HTMLResponse(self._pages.test(), headers=HEADERS)

    def _unknown(self) -> Response:
        return HTMLResponse(self._pages.unknown(), status_code=404, headers=HEADERS)


async def _drain(request: Request) -> bool:
    """Read the body away, so that the connection can be used again; give False when there is too much of it."""
    taken = 0
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                taken += len(chunk)
                if taken > BODY_BYTES:
                    return False
        return True
    return False
