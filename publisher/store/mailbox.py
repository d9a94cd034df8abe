"""When two spellings of a mail address are one mailbox."""

import re
import unicodedata

import idna

from publisher.store.text import storable


def identity(email: str) -> str:
    """Give what makes two spellings of an address the same mailbox (RFC 5321 §4.1.2, RFC 6532 §3.1, IDNA 2008).

    Letter case, a dot after the domain, quotes that are not needed and the composition of characters do not count.
    """
    local, _, domain = storable(email).strip().rpartition("@")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    domain = domain.removesuffix(".")
    try:
        domain = idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        domain = _folded(domain)
    return f"{_folded(local)}@{domain.lower()}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
