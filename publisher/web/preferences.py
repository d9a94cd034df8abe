"""The page of a reader's own choices: name, newsletters and their languages. GET shows, POST keeps.

As with the way out, the token in the URL decides, whatever the cookies or the origins say.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from publisher.config import Settings
from publisher.store import Store
from publisher.tasks import preferring
from publisher.web import forms
from publisher.web.pages import Pages

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
LONGEST_FIELD = 200


class PreferencesPage:
    """The route `/preferences/{token}`."""

    def __init__(
        self, settings: Settings, store: Store, secret: str, clock: Callable[[], datetime], pages: Pages
    ) -> None:
        self._settings = settings
        self._store = store
        self._secret = secret
        self._clock = clock
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """Show what was chosen, or keep what is chosen now; 404 for a token that is not ours."""
        token = request.path_params["token"]
        if request.method != "POST":
            return await run_in_threadpool(self._show, token)
        return await run_in_threadpool(self._choose, token, await forms.read(request))

    def _show(self, token: str) -> Response:
        if preferring.is_test(token, self._secret):
            return HTMLResponse(self._pages.test(), headers=HEADERS)
        found = preferring.find(self._store, self._settings, token, self._secret)
        return self._page(found, is_kept=False)

    def _choose(self, token: str, form: Mapping[str, str]) -> Response:
        if preferring.is_test(token, self._secret):
            return HTMLResponse(self._pages.test(), headers=HEADERS)
        if "name" not in form:
            # Cut off or empty: what is not in it was not unticked by anybody.
            return self._page(
                preferring.find(self._store, self._settings, token, self._secret), is_kept=False, status=400
            )
        chosen = {
            newsletter.key: forms.text(form, f"language {newsletter.key}", LONGEST_FIELD)
            for newsletter in self._settings.newsletters
            if f"wants {newsletter.key}" in form
        }
        shown = [newsletter.key for newsletter in self._settings.newsletters if f"had {newsletter.key}" in form]
        name, now = forms.text(form, "name", LONGEST_FIELD), self._clock()
        kept = preferring.choose(self._store, self._settings, token, self._secret, name, chosen, shown, now)
        return self._page(kept, is_kept=True)

    def _page(self, found: preferring.Preferences | None, *, is_kept: bool, status: int = 200) -> Response:
        if found is None:
            return HTMLResponse(self._pages.unknown(), status_code=404, headers=HEADERS)
        return HTMLResponse(self._pages.preferences(found, is_kept=is_kept), status_code=status, headers=HEADERS)
