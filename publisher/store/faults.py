"""What a database does to us, in one sentence: gone, locked, full, not to be written.

Only what passes, or what somebody beside the code can mend, is translated; anything else the database says is a
bug, and keeps its type and its traceback.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from publisher.errors import ConfigError, FarEndError, PublisherError

_LOCKED = "is locked by another process; try again later"
_FULL = "has no room left on its disk; make room"
_GONE = "went away; try again later"
_READ_ONLY = "cannot be written; let the publisher write there, then try again"
_AILING = "cannot work ({cause}); look after its server or its disk, then try again"
_UNREACHABLE = "cannot be reached ({cause}); start it, or mend database.url"

# Each name or code, or what it begins with, the longer before the shorter.
# https://www.sqlite.org/rescode.html, https://www.postgresql.org/docs/current/errcodes-appendix.html
_PASSING = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_PROTOCOL": _LOCKED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": _AILING,
    "SQLITE_IOERR": _AILING,
    "55P03": _LOCKED,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "57P": _GONE,
    "08": _GONE,
    "53": _AILING,
    "58": _AILING,
}
# The same of what the first questions to a database find: then it is the wrong one, or badly kept.
_UNFIT = {
    "SQLITE_READONLY": "cannot be opened for writing ({cause}); let the publisher write there, or name another file",
    "SQLITE_CANTOPEN": "cannot be opened for writing ({cause}); let the publisher write there, or name another file",
    "SQLITE_NOTADB": "is no database ({cause}); name another file",
    "SQLITE_CORRUPT": "is damaged ({cause}); bring a backup back, or name another file",
    "42501": "is not ours to change ({cause}); let the publisher make tables there",
}


@contextmanager
def told(url: URL, *, writing: bool = True, opening: bool = False) -> Iterator[None]:
    """Raise what the database cannot do in a sentence that names it.

    Raises:
        FarEndError: to be tried again.
        ConfigError: while `opening`, when `database.url` leads to what cannot be used.
    """
    try:
        yield
    except DBAPIError as error:
        fault = _fault(url, error, writing=writing, opening=opening)
        if fault is None:
            raise
        raise fault from error


def shown(url: URL) -> str:
    """Give a URL as it may stand in a log: without its password."""
    return url.render_as_string(hide_password=True)


def _fault(url: URL, error: DBAPIError, *, writing: bool, opening: bool) -> PublisherError | None:
    cause = next(iter(str(error.orig or "").strip().splitlines()), "no answer")
    unfit = _found(_UNFIT, error) if opening else None
    if unfit:
        return ConfigError(f"database.url: {shown(url)} {unfit.format(cause=cause)}")
    passing = _found(_PASSING, error)
    if passing is None and _is_without_a_server(error):
        passing = _GONE
    # It is the code that tries to write in a transaction for reading.
    if passing is None or (passing == _READ_ONLY and not writing):
        return None
    if passing == _GONE and opening:
        passing = _UNREACHABLE
    return FarEndError(f"database {shown(url)} {passing.format(cause=cause)}")


def _found(sentences: dict[str, str], error: DBAPIError) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    return next((sentence for known, sentence in sentences.items() if name.startswith(known)), None)


def _is_without_a_server(error: DBAPIError) -> bool:
    """Tell whether a server is not there, or no longer: then nobody gave a code."""
    without_code = getattr(error.orig, "sqlstate", "none has one") is None
    return without_code and isinstance(error, (OperationalError, InterfaceError))
