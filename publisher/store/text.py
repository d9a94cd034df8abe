"""Text that every database can keep.

PostgreSQL refuses U+0000, and no database takes half of a surrogate pair, which JSON from outside may well
contain. Both mean nothing to a reader; they are dropped here, at the boundary, so that one such
character cannot end a collect.
"""

import re
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Give `text` without the characters that a database refuses."""
    try:
        if b"\0" not in text.encode():
            return text
    except UnicodeEncodeError:
        pass
    return _UNSTORABLE.sub("", text)


def storable_json(value: Any) -> Any:
    """Give what is to be kept as JSON with every text in it storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): storable_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(one) for one in value]
    return value


class Words(TypeDecorator[str]):
    """Text from outside, kept without what a database refuses; what is looked for is treated alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Drop what cannot be kept."""
        return None if value is None else storable(value)
