"""A license is data: what its address says of it."""

import re
from urllib.parse import urlsplit

from publisher.config import Settings

_DEED = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)(?:/([a-z]{2,3}))?(?:/|$)")
_PUBLIC_DOMAIN = re.compile(r"https?://creativecommons\.org/publicdomain/(zero|mark)/([0-9.]+)(?:/|$)")
_PUBLIC_DOMAIN_NAMES = {"zero": "CC0", "mark": "Public Domain Mark"}


def license_name(url: str) -> str:
    """Give the short name of a license, as `CC BY-NC 4.0`; one that is not Creative Commons goes by its host."""
    if deed := _DEED.match(url):
        return " ".join(filter(None, ("CC", deed[1].upper(), deed[2], (deed[3] or "").upper())))
    if free := _PUBLIC_DOMAIN.match(url):
        return f"{_PUBLIC_DOMAIN_NAMES[free[1]]} {free[2]}"
    return urlsplit(url).hostname or url


def is_ours(license_url: str, settings: Settings) -> bool:
    """Tell whether a license is the newsroom's, however its address is written."""
    return license_name(license_url) == license_name(settings.license.url)


def terms(url: str) -> frozenset[str]:
    """Give what a Creative Commons license asks for, by the letters of its code: `by`, `nc`, `nd`, `sa`."""
    deed = _DEED.match(url)
    return frozenset(deed[1].split("-")) if deed else frozenset()
