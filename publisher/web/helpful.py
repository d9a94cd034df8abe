"""The question whether an issue helped: GET asks, since scanners of mail fetch both links, and POST counts."""

from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from publisher import addresses
from publisher.store import Store
from publisher.tasks import voting
from publisher.web import forms
from publisher.web.pages import Pages

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_ANSWERS = {addresses.YES: True, addresses.NO: False}


class Helpful:
    """The route `/helpful/{token}/{answer}`."""

    def __init__(self, store: Store, secret: str, clock: Callable[[], datetime], pages: Pages) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Ask, or count; 404 for a token or an answer that is not ours."""
        token, is_helpful = request.path_params["token"], _ANSWERS.get(request.path_params["answer"])
        if is_helpful is None:
            return self._unknown()
        if request.method != "POST":
            return await run_in_threadpool(self._ask, token, is_helpful)
        # The body says nothing; it is read away so that the connection can be used again.
        await forms.read(request)
        return await run_in_threadpool(self._count, token, is_helpful)

    def _ask(self, token: str, is_helpful: bool) -> Response:
        ballot = voting.find(self._store, token, self._secret)
        if ballot is None:
            return self._unknown()
        return HTMLResponse(self._pages.ask_helpful(ballot, is_helpful), headers=HEADERS)

    def _count(self, token: str, is_helpful: bool) -> Response:
        ballot = voting.vote(self._store, token, self._secret, is_helpful, self._clock())
        if ballot is None:
            return self._unknown()
        page = self._pages.test() if ballot.is_test else self._pages.counted(ballot)
        return HTMLResponse(page, headers=HEADERS)

    def _unknown(self) -> Response:
        return HTMLResponse(self._pages.unknown(), status_code=404, headers=HEADERS)
