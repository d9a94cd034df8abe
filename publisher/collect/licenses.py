"""The license that a source states for one article or one picture: the address of its deed, where it names one."""

import re
from collections.abc import Iterable
from typing import Any

from publisher.collect import identity

_WRITTEN = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[\w./-]{1,60}", re.IGNORECASE)


def first(candidates: Iterable[Any]) -> str | None:
    """Give the first of them that is an http or https address, or a text that names a Creative Commons deed."""
    return next((found for found in map(_address, candidates) if found), None)


def _address(written: Any) -> str | None:
    if not isinstance(written, str):
        return None
    line = written.strip()
    if " " not in line and len(line) <= identity.LONGEST and line.lower().startswith(("http://", "https://")):
        return identity.absolute(line, line) or None
    named = _WRITTEN.search(line[: identity.LONGEST])
    return named[0].rstrip(".") if named else None
