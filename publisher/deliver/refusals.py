"""Sorts refusals: why a server took a message not, and whose mailbox it was for.

The rules are data: `refusals.toml`.
"""

import re
import tomllib
from importlib import resources

from publisher.deliver.bounces import judging
from publisher.model import BounceKind

UNEXPLAINED = "no reason given"
NOT_ASKED = "no server was asked"

_TABLE = tomllib.loads(resources.files(__package__).joinpath("refusals.toml").read_text(encoding="utf-8"))
_CAUSES: dict[str, str] = {code: cause for cause, codes in _TABLE["causes"].items() for code in codes}
_PROVIDERS: dict[str, str] = {
    domain: provider for provider, domains in _TABLE["providers"].items() for domain in domains
}
_COUNTRY = re.compile(r"\.(?:com?\.)?[a-z]{2,3}$")


def cause(code: int | None, enhanced: str, words: str) -> str:
    """Give why a message was refused: by the enhanced code (RFC 3463), else by the words."""
    status, _, subject = enhanced.partition(".")
    known = _CAUSES.get(enhanced) or _CAUSES.get(subject) or _CAUSES.get(subject.partition(".")[0])
    if known and status:
        return known
    if code is None:
        return NOT_ASKED
    return "no such address" if judging.kind(enhanced, f"{code} {words}") is BounceKind.HARD else UNEXPLAINED


def provider(domain: str) -> str | None:
    """Give who has the mailboxes of a domain; nothing where that is not known."""
    domain = domain.lower()
    return _PROVIDERS.get(domain) or _PROVIDERS.get(_COUNTRY.sub(".*", domain))
