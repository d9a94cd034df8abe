"""Lists of tags, as the records of DKIM keys and of DMARC have them: `v=DMARC1; p=none` (RFC 6376 §3.2)."""

from collections.abc import Mapping


def parse(record: str) -> Mapping[str, str] | None:
    """Read a record, in the order of its tags; None when it is no such list. Names are lower-case."""
    found: dict[str, str] = {}
    for piece in record.removesuffix(";").split(";") if record.strip(" \t;") else ():
        name, equals, value = piece.partition("=")
        name = name.strip().lower()
        if not equals or not name.isascii() or not name.replace("_", "a").isalnum() or name in found:
            return None
        found[name] = value.strip()
    return found
