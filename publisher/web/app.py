"""The public site as one application: which path is answered by what."""

import logging
from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from publisher import addresses
from publisher.config import Settings
from publisher.errors import PublisherError
from publisher.store import Store, subscribers
from publisher.web.confirming import Confirming
from publisher.web.feeds import Feeds
from publisher.web.helpful import Helpful
from publisher.web.issues import Issues
from publisher.web.leaving import Leaving
from publisher.web.pages import Pages
from publisher.web.preferences import PreferencesPage
from publisher.web.reviewing import Reviewing
from publisher.web.security import Secured
from publisher.web.shelf import Shelf
from publisher.web.webhooks import Webhooks

log = logging.getLogger("publisher.web")

_PRIVATE = (addresses.LEAVE, addresses.PREFERENCES, addresses.HELPFUL, addresses.REVIEW, addresses.CONFIRM)
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in _PRIVATE)


def application(settings: Settings, store: Store, secret: str, clock: Callable[[], datetime]) -> Starlette:
    """Build the site; `secret` is the one that signed the links of the mails."""
    shelf = Shelf()
    pages = Pages(settings)
    helpful = Helpful(store, secret, clock, pages)
    preferences = PreferencesPage(settings, store, secret, clock, pages)
    leaving, reviewing = Leaving(store, secret, clock, pages), Reviewing(settings, store, secret, clock, pages)
    confirming = Confirming(store, secret, clock, pages)
    app = Starlette(
        routes=[
            Route("/", _to_feeds),
            Route(addresses.FEEDS.rstrip("/"), _to_feeds),
            Route(addresses.FEEDS + "{path:path}", Feeds(settings, shelf, clock).get, methods=["GET", "OPTIONS"]),
            Route(addresses.ISSUES + "{newsletter}/{language}/{period}", Issues(settings, store, shelf, pages).get),
            Route(addresses.LEAVE + "{token}", leaving.answer, methods=["GET", "POST"]),
            Route(addresses.PREFERENCES + "{token}", preferences.answer, methods=["GET", "POST"]),
            Route(addresses.HELPFUL + "{token}/{answer}", helpful.answer, methods=["GET", "POST"]),
            Route(addresses.REVIEW + "{token}", reviewing.answer, methods=["GET", "POST"]),
            Route(addresses.CONFIRM + "{token}", confirming.answer, methods=["GET", "POST"]),
            Route(addresses.WEBHOOKS + "{relay}", Webhooks(settings, store, clock).answer, methods=["POST"]),
            Route("/healthz", _health(store)),
            Route("/robots.txt", _robots),
        ],
        middleware=[Middleware(Secured)],
        exception_handlers={PublisherError: _unavailable},
    )
    # Starlette's own redirect repeats the Host header, which is whatever the other side says.
    app.router.redirect_slashes = False
    return app


def _to_feeds(_request: Request) -> Response:
    return Response(status_code=302, headers={"Location": "feeds/"})


def _robots(_request: Request) -> Response:
    return PlainTextResponse(ROBOTS)


def _health(store: Store) -> Callable[[Request], Response]:
    def _answer(request: Request) -> Response:
        try:
            with store.reading() as transaction:
                subscribers.get(transaction, 0)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, who probes must hear it as a 503
            return _unavailable(request, error)
        return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})

    return _answer


def _unavailable(request: Request, error: Exception) -> Response:
    log.error("%s could not be answered: %s", request.scope["route"].path, error)
    return PlainTextResponse("try again later", status_code=503, headers={"Retry-After": "60"})
