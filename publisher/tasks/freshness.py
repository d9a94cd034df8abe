"""Whether every source was collected up to the end of what an issue covers."""

from datetime import datetime

from publisher.config import Settings
from publisher.store import Transaction, sources

_BEGINNING = "not collected up to its end:"


def lacking(transaction: Transaction, settings: Settings, until: datetime) -> str:
    """Say which sources have not answered since an instant, and what to do; empty when all have.

    Answers are noted to the hour (`sources.GRAIN`), so one may be that much older, unless the source failed since.
    """
    known = sources.known(transaction, [source.name for source in settings.sources])
    zone = settings.publication.zone
    stale = [
        f"{name} ({f'last {last.astimezone(zone):%F %H:%M}' if last else 'never'})"
        for name, source in known.items()
        if (last := source.health.succeeded) is None
        or last < until - sources.GRAIN
        or (last < until and (failed := source.health.failed) is not None and failed > last)
    ]
    return f"{_BEGINNING} {', '.join(stale)}; run `publisher collect` and compose it again" if stale else ""


def is_meant(why: str) -> bool:
    """Tell whether a hold is one for lack of a source."""
    return why.startswith(_BEGINNING)
