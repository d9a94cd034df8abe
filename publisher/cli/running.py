"""`publisher run` and `publisher serve`: the processes that stay."""

import contextlib
import os
import threading

import structlog
import typer

from publisher.cli import context as cli
from publisher.schedule import Schedule
from publisher.tasks import listening, signing
from publisher.web import app as web
from publisher.web import server

log = structlog.get_logger("publisher")


def register(app: typer.Typer) -> None:
    """Add the commands to the others."""
    app.command()(run)
    app.command()(serve)


def run(context: typer.Context) -> None:
    """Collect, compose, send and serve, each at its time, until SIGTERM."""
    _stay(context, scheduled=True)


def serve(context: typer.Context) -> None:
    """Serve the feeds, the issues' web copies and the way out, and nothing else, until SIGTERM."""
    _stay(context, scheduled=False)


def _stay(context: typer.Context, *, scheduled: bool) -> None:
    asked = cli.of(context)
    settings, store = asked.settings, asked.store
    socket = server.bind(settings.web.host, settings.web.port)
    host, port = socket.getsockname()[:2]
    stop = threading.Event()
    with server.stopped_by_signals(stop):
        taking_bounces = listening.listening(store, settings, cli.now) if scheduled else contextlib.nullcontext()
        site = web.application(settings, store, signing.secret(store, settings), cli.now)
        schedule = Schedule(settings, store, cli.now, stop) if scheduled else None
        with taking_bounces:
            if schedule:
                schedule.start()
            log.info("serving", at=f"http://{host}:{port}/", scheduled=scheduled)
            server.serve(site, socket, stop)
        ended = schedule.end() if schedule else True
        log.info("stopped")
    if not ended:
        # Its job hangs on somebody else's server; every step is a transaction, so nothing is lost by leaving.
        os._exit(0)
