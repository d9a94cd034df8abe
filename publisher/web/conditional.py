"""Conditional requests (RFC 9110 §13): does the reader already have what we would send?"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def is_unchanged(
    if_none_match: str | None, if_modified_since: str | None, *, etag: str, modified: datetime | None
) -> bool:
    """Tell whether 304 answers a GET or HEAD.

    `If-None-Match` is compared weakly, and where it is given `If-Modified-Since` is not looked at (§13.1.3).
    """
    if if_none_match is not None:
        return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)
    since = _instant(if_modified_since)
    return since is not None and modified is not None and modified.replace(microsecond=0) <= since


def _instant(http_date: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(http_date or "")
    except (ValueError, OverflowError):
        return None
    # The obsolete asctime form names no zone; HTTP dates are always in UTC.
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
